"""Spreadsheets made for the tests: as offices make them, and as a hostile hand does."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
_HEAD = (
    b'<?xml version="1.0"?><worksheet '
    b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_TAIL = b"</sheetData></worksheet>"


def workbook(
    file: Path, rows: Iterable[Sequence[Any]], merged: Iterable[str] = (), **formats: str
) -> Path:
    """An .xlsx file of these rows; `formats` gives cells (`B2="yyyy/m/d"`) a number format."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for one in merged:
        sheet.merge_cells(one)
    for cell, code in formats.items():
        sheet[cell].number_format = code
    book.save(file)
    return file


def packed(file: Path, parts: Mapping[str, Iterable[bytes]], source: Path | None = None) -> Path:
    """A workbook with parts put in another's place, or added."""
    if source is None:
        buffer = io.BytesIO()
        Workbook().save(buffer)
    else:
        buffer = io.BytesIO(source.read_bytes())
    with (
        zipfile.ZipFile(buffer) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, content in parts.items():
            with after.open(name, "w") as stream:
                for chunk in content:
                    stream.write(chunk)
    return file


def sheet_xml(*content: bytes) -> Iterable[bytes]:
    """A sheet's XML around these rows."""
    return (_HEAD, *content, _TAIL)
