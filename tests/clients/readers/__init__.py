"""What each library makes of a feed, as a list of entries in JSON on standard output.

Run by the clients' own Python (or node), so each stands alone; `tests/clients/seen.py` says what
the fields mean. Arguments are the files to read.
"""
