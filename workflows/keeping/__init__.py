"""Backups: the whole record and the uploads in one file that either kind of database can read.

Why not the database's own dump is in docs/adr/0005.
"""
