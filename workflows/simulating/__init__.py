"""What a plan would do before it is applied: loads, collisions and its time line.

Nothing here reads the clock or the database; the dates come from the compiled plan and the record.
"""
