"""One sheet of a workbook: its cells as text, merged ones filled, formulas refused by name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from config.i18n import _
from workflows.sheets.model import Budget, SheetRow, letter
from workflows.sheets.xml_part import Attributes, DamagedError, XmlPart

_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_RANGE = re.compile(r"([A-Z]{1,3}[1-9]\d{0,6}):([A-Z]{1,3}[1-9]\d{0,6})")
_PLAIN = re.compile(r"-?\d{1,15}")
# Empty formatted cells and rows, of which real files have millions: they need no parsing.
_EMPTY = re.compile(rb'<(?:c|row) r="[A-Z0-9]+"[^<>]*/>')
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a sheet, says Excel
_MAX_MERGED = 20_000
_NAMED = 5  # formulas that a message names


@dataclass(frozen=True, slots=True)
class Looks:
    """What cells refer to: shared texts, which styles are dates, how days are counted, and which
    styles are percentages, where they matter."""

    texts: Sequence[str]
    dates: Sequence[bool]
    from_1904: bool
    percents: Sequence[bool] = ()


class Grid:
    """Reads one sheet. `name` leads the places in messages where there are several sheets."""

    def __init__(self, looks: Looks, budget: Budget, name: str) -> None:
        self._looks, self._budget, self._name = looks, budget, name
        self._rows: dict[int, dict[int, str]] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._formulas: list[str] = []
        self._row = self._column = 0
        self._cell: Attributes | None = None
        self._in_reading = False
        self._pieces: list[str] = []
        self._xml = XmlPart(
            {
                "row": self._start_row, "c": self._start_cell, "f": self._formula,
                "v": self._text, "t": self._text, "rPh": self._reading, "mergeCell": self._merge,
            },
            {"c": self._end_cell, "v": self._text_over, "t": self._text_over,
             "rPh": self._reading_over},
        )  # fmt: skip

    def read(self, chunks: Iterator[bytes]) -> tuple[SheetRow, ...]:
        """The rows with something in them. Raises InputError, DamagedError."""
        self._xml.read(_EMPTY.sub(b"", one) for one in chunks)
        if self._formulas:
            raise self._budget.refused(
                _("{cells} hold formulas, which are not computed here").format(
                    cells=_(", ").join(self._formulas)
                ),
                _("select them, copy, and paste as values (选择性粘贴 → 数值)"),
            )
        self._fill_merged()
        found = []
        for number, cells in sorted(self._rows.items()):
            last = max(cells)
            found.append(SheetRow(number, tuple(cells.get(n, "") for n in range(last + 1))))
        return tuple(found)

    def _start_row(self, attributes: Attributes) -> None:
        self._row += 1  # where it bears no number
        self._column = -1
        if "r" in attributes:
            self._row = self._number(attributes["r"])

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._column += 1
        self._pieces.clear()

    def _formula(self, _attributes: Attributes) -> None:
        if self._cell is not None:  # else it belongs to a rule about the sheet
            row, column = self._here(self._cell)
            place = f"{self._name}!" if self._name else ""
            if len(self._formulas) < _NAMED:
                self._formulas.append(f"{place}{letter(column)}{row}")
            elif len(self._formulas) == _NAMED:
                self._formulas.append("…")

    def _text(self, _attributes: Attributes) -> None:
        if self._cell is not None and not self._in_reading:
            self._xml.keep_text()

    def _text_over(self) -> None:
        if self._cell is not None:
            self._pieces.append(self._xml.take_text())

    def _reading(self, _attributes: Attributes) -> None:
        self._in_reading = True

    def _reading_over(self) -> None:
        self._in_reading = False

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell, None
        if attributes is None:
            raise DamagedError
        if "r" in attributes:
            self._row, self._column = self._here(attributes)
        if not self._pieces:
            return
        value = self._value("".join(self._pieces), attributes).strip()
        if value:
            self._keep(value, self._row, self._column)

    def _keep(self, value: str, row: int, column: int) -> None:
        self._budget.take(value, row, column)
        self._rows.setdefault(row, {})[column] = value

    def _value(self, text: str, attributes: Attributes) -> str:
        match attributes.get("t", "n"):
            case "s":
                try:
                    return self._looks.texts[int(text)] if text[:1] != "-" else ""
                except (ValueError, IndexError):
                    raise DamagedError from None
            case "n":
                return self._number_text(text, attributes.get("s", "0"))
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "d":
                return text.removesuffix("T00:00:00")
            case _:
                return text

    def _number_text(self, text: str, style: str) -> str:
        try:
            place = int(style)
            is_date = 0 <= place < len(self._looks.dates) and self._looks.dates[place]
            if 0 <= place < len(self._looks.percents) and self._looks.percents[place]:
                return _percentage(text)
            if not is_date and _PLAIN.fullmatch(text):
                return text
            number = float(text)
        except ValueError:
            return text
        if is_date:
            return _moment(number, from_1904=self._looks.from_1904) or text
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)

    def _merge(self, attributes: Attributes) -> None:
        match = _RANGE.fullmatch(attributes.get("ref", ""))
        if match is None:
            return
        (top, left), (bottom, right) = _place(match[1]), _place(match[2])
        self._merged.append((top, left, bottom, right))
        if len(self._merged) > _MAX_MERGED:
            raise DamagedError

    def _fill_merged(self) -> None:
        """Each cell of a merged range gets the value of its first one, as people read it; never
        further than there are values."""
        last_row = max(self._rows, default=0)
        last_column = max((max(cells) for cells in self._rows.values()), default=0)
        for top, left, bottom, right in self._merged:
            value = self._rows.get(top, {}).get(left)
            if not value:
                continue
            for row in range(top, min(bottom, last_row) + 1):
                for column in range(left, min(right, last_column) + 1):
                    if (row, column) != (top, left):
                        self._keep(value, row, column)

    def _here(self, attributes: Attributes) -> tuple[int, int]:
        return _place(attributes["r"]) if "r" in attributes else (self._row, self._column)

    @staticmethod
    def _number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise DamagedError from None
        if not 0 < number <= _LAST_ROW:
            raise DamagedError
        return number


def _place(cell: str) -> tuple[int, int]:
    """Row and column (from 0) of a cell such as `B7`."""
    match = _CELL.fullmatch(cell)
    if match is None:
        raise DamagedError
    column = 0
    for one in match[1]:
        column = column * 26 + ord(one) - ord("A") + 1
    row = int(match[2])
    if row > _LAST_ROW or column > _LAST_COLUMN:
        raise DamagedError
    return row, column - 1


def _percentage(text: str) -> str:
    """A number that is shown as a percentage: 0.85 as 85%."""
    share = float(text) * 100
    return f"{round(share, 9):.12g}%" if abs(share) < 1e15 else text


def _moment(number: float, *, from_1904: bool) -> str:
    """A day number as ISO text, with the time where it has one; '' where it is none."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        found = from_excel(number, CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError):
        return ""
    if isinstance(found, datetime):
        return (found.date() if found.time() == time() else found).isoformat()
    return found.isoformat() if isinstance(found, date | time) else ""
