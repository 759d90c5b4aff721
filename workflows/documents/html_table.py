"""Reads a table of a page, with its merged cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.documents.gathering import MAX_CELLS, MAX_COLUMNS, Gathering
from workflows.documents.html_block import Element, name_of, text_of
from workflows.documents.html_lines import collapsed, unbroken

_BREAKING = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "table"})
_LONG = 200  # characters: cells of a page laid out by a table


@dataclass(slots=True)
class Cells:
    """The texts of a table's cells; `same` has a merged cell's text in all its places."""

    caption: str = ""
    own: list[list[str]] = field(default_factory=list)
    same: list[list[str]] = field(default_factory=list)


def read_table(table: Element, gathering: Gathering) -> Cells | None:
    """The cells of a table; None where it only lays out a page. Raises InputError."""
    rows = [list(_cells(row)) for row in _rows(table)]
    if _lays_out(table, rows):
        return None
    found = Cells(caption=" ".join(_text(one) for one in table.iter("caption")))
    waiting: dict[int, tuple[int, str]] = {}  # columns that a cell above reaches into
    count = 0
    for row in rows:
        own: list[str] = []
        same: list[str] = []
        for cell in row:
            _reach_down(own, same, waiting)
            text = _text(cell)
            across, down = _span(cell, "colspan", MAX_COLUMNS), _span(cell, "rowspan", len(rows))
            for step in range(across):
                if down > 1:
                    waiting[len(same)] = (down, text)
                own.append("" if step else text)
                same.append(text)
            if len(same) > MAX_COLUMNS:
                raise gathering.too_much()
        _reach_down(own, same, waiting)
        waiting = {column: (rest - 1, text) for column, (rest, text) in waiting.items() if rest > 1}
        count += len(same)
        if count > MAX_CELLS:
            raise gathering.too_much()
        found.own.append(own)
        found.same.append(same)
    return found


def _reach_down(own: list[str], same: list[str], waiting: dict[int, tuple[int, str]]) -> None:
    while len(same) in waiting and waiting[len(same)][0] > 0:
        own.append("")
        same.append(waiting[len(same)][1])


def _lays_out(table: Element, rows: list[list[Element]]) -> bool:
    """One cell, a table in a table, or a single column of long texts."""
    cells = [cell for row in rows for cell in row]
    if len(cells) <= 1 or next(table.iter("tbody", "tr"), None) is None:
        return True
    if any(one is not table for one in table.iter("table")):
        return True
    return max(map(len, rows)) == 1 and any(len(text_of(cell)) > _LONG for cell in cells)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if name_of(child) == "tr":
            yield child
        elif name_of(child) in {"thead", "tbody", "tfoot"}:
            yield from (one for one in child if name_of(one) == "tr")


def _cells(row: Element) -> Iterator[Element]:
    return (one for one in row if name_of(one) in {"td", "th"})


def _span(cell: Element, name: str, most: int) -> int:
    text = cell.get(name, "1").strip()
    return (
        max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    )


def _text(element: Element) -> str:
    pieces: list[str] = []
    _collect(element, pieces)
    return unbroken("".join(pieces))


def _collect(element: Element, pieces: list[str]) -> None:
    name = name_of(element)
    if name == "br" or name in _BREAKING:
        pieces.append("\n")
    pieces.append(collapsed(element.text or ""))
    for child in element:
        _collect(child, pieces)
        pieces.append(collapsed(child.tail or ""))
    if name in _BREAKING:
        pieces.append("\n")
