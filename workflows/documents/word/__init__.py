"""Reads Word files as Word shows them: numbers of lists, merged cells, tracked changes."""
