"""`duban doctor`: looks over everything that can stop a reminder, and says how to mend it."""
