"""The one door for spreadsheets: what a file is shows in its first bytes, not in its name."""

from pathlib import Path

from config.errors import InputError
from config.files import read_bounded, shown_path
from config.i18n import _
from workflows.sheets.model import MAX_BYTES, Budget, Sheet
from workflows.sheets.text_file import read_text

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB], section 2.2
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO], section 2.3.4.4
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<body", b"<style")


def read_sheets(file: Path) -> list[Sheet]:
    """Every visible sheet that has something in it, in the workbook's order.

    Formulas, macros, passwords, and whatever would cost more time or memory than a list can, are
    refused: raises InputError, which says what to do.
    """
    content = read_bounded(file, MAX_BYTES)
    budget = Budget(file)
    if content.startswith(_ZIP):
        from workflows.sheets.workbook import read_workbook

        found = read_workbook(content, budget)
    else:
        _refuse_what_is_known(content, budget)
        found = [("", tuple(read_text(content, budget)))]
    sheets = [(name, rows) for name, rows in found if rows]
    if not sheets:
        raise InputError(
            _("{file} is empty").format(file=shown_path(file)), _("is it the right file?")
        )
    several = len(sheets) > 1
    return [
        Sheet(shown_path(file), name, f"{name}!" if several else "", rows) for name, rows in sheets
    ]


def _refuse_what_is_known(content: bytes, budget: Budget) -> None:
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise budget.refused(
                _("it is protected with a password"), _("save it without the password")
            )
        raise budget.refused(
            _("it is an old .xls workbook (or another Office file)"),
            _("open it and save it as .xlsx"),
        )
    if content.startswith(b"%PDF"):
        raise budget.refused(_("it is a PDF file"), _("ask for the .xlsx that it was made from"))
    head = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(_MARKUP):
        raise budget.refused(
            _("it is a web page or XML, whatever its name says"),
            _("open it and save it as .xlsx"),
        )
