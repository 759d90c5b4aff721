"""Values as the text of a cell, and text that a spreadsheet might take for a formula."""

import re
from datetime import datetime
from typing import Any

from config.i18n import _
from config.plain_text import visible

# What a spreadsheet may take for a formula (OWASP, “CSV Injection”), full-width signs included.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")


def cell_text(value: Any) -> str:
    """A value as text that steers no terminal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, list | tuple):
        return "；".join(cell_text(one) for one in value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return visible(str(value))


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might compute the text; a number is none, negative or not."""
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)
