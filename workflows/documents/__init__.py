"""Reads plan documents: what is written in them, as paragraphs and tables, with its place."""
