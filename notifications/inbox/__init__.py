"""Incoming mail: where it is read from, what it seems to say, what the office makes of it."""
