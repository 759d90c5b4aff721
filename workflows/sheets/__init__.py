"""Spreadsheets as offices make them, read safely: what is hostile is refused, never run."""

from workflows.sheets.model import Sheet, SheetRow
from workflows.sheets.reading import read_sheets

__all__ = ["Sheet", "SheetRow", "read_sheets"]
