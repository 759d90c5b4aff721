"""Finds a form again in the lines of a filled file: by its words, not by where they stood."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workflows.forms.declared import FormField, GridRow
from workflows.forms.face import heading
from workflows.forms.lines import Line
from workflows.forms.owed import Identity
from workflows.forms.values import is_empty
from workflows.people.words import is_closing

_IGNORED = re.compile(r"[\s*:：]+")
_SENTENCE = 15  # characters
_BRACKETS = re.compile(r"\([^()]*\)")


def norm(text: str) -> str:
    """A label without spaces, stars and colons."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text))


def is_label(text: str, title: str) -> bool:
    """Whether a cell is the label or heading `title`; what is in brackets may be missing."""
    label, wanted = norm(text), norm(title)
    return bool(label) and (
        label == wanted or _BRACKETS.sub("", label) == _BRACKETS.sub("", wanted) != ""
    )


@dataclass(frozen=True, slots=True)
class Headings:
    """Where a form's table has its headings: the line, and each field's columns in it."""

    at: int
    line: Line
    columns: dict[str, list[int]]

    def value(self, line: Line, field_id: str) -> tuple[str, int]:
        """A field's text in a line, and its column."""
        columns = self.columns[field_id]
        for column in columns:
            if not is_empty(line.cell(column)):
                return line.cell(column), column
        return "", columns[0]


def find_headings(lines: Sequence[Line], fields: Sequence[FormField]) -> Headings | None:
    """The line that holds most of the headings, the first of several; None where less than half
    of them stand together anywhere."""
    best: Headings | None = None
    for at, line in enumerate(lines):
        columns: dict[str, list[int]] = {}
        for field in fields:
            exact = [n for n, cell in enumerate(line.cells) if norm(cell) == norm(heading(field))]
            found = exact or [n for n, cell in enumerate(line.cells) if is_label(cell, field.title)]
            if found:
                columns[field.id] = found
        if 2 * len(columns) >= len(fields) and len(columns) > len(best.columns if best else ()):
            best = Headings(at, line, columns)
    if best is not None:
        _add_shorter(best, fields)
    return best


def _add_shorter(headings: Headings, fields: Sequence[FormField]) -> None:
    """Where the plan's own table was filled in, a heading may stand in it twice and shorter: the
    first 职务 is 负责人职务, the next one 联系人职务. Columns of no other field, in order."""
    cells = headings.line.cells
    taken = {n for columns in headings.columns.values() for n in columns}
    free = [n for n in range(len(cells)) if n not in taken]
    for field in fields:
        if field.id not in headings.columns:
            column = next((n for n in free if _is_shorter(cells[n], field.title)), None)
            if column is not None:
                headings.columns[field.id] = [column]
                free = [n for n in free if n > column]


def _is_shorter(text: str, title: str) -> bool:
    label = _BRACKETS.sub("", norm(text))
    return len(label) > 1 and _BRACKETS.sub("", norm(title)).endswith(label)


def list_lines(lines: Sequence[Line], headings: Headings, serial: bool) -> Iterator[Line]:
    """The lines of a list with something in them, up to the end of its table or its notes."""
    serials = {
        n for n, cell in enumerate(headings.line.cells) if is_label(cell, "序号")
    } if serial else set()  # fmt: skip
    for line in lines[headings.at + 1 :]:
        if line.block != headings.line.block:
            return
        texts = [
            cell
            for n, cell in enumerate(line.cells)
            if n not in serials and not is_empty(cell)
        ]  # fmt: skip
        if not texts or norm(texts[0]) == norm(headings.line.cells[-1]):
            continue
        if len(set(texts)) == 1 and _ends(texts, line, headings):
            return
        yield line


def _ends(texts: Sequence[str], line: Line, headings: Headings) -> bool:
    """Whether a line with one text alone is a note below the list: by its words, or since it is a
    sentence over the whole width."""
    first = next(cell for cell in line.cells if cell.strip())
    wide = len(texts) >= len(headings.columns) > 1 and len(texts[0]) > _SENTENCE
    return wide or is_closing(first) or Identity.find(texts[0]) is not None


def grid_lines(
    lines: Sequence[Line], headings: Headings, rows: Sequence[GridRow]
) -> dict[str, list[Line]]:
    """The lines of each named row; a line without a name goes on with the one above it."""
    found: dict[str, list[Line]] = {}
    first = min(column for columns in headings.columns.values() for column in columns)
    current: str | None = None
    for line in lines[headings.at + 1 :]:
        if line.block != headings.line.block:
            break
        names = [cell for cell in line.cells[:first] if cell.strip()]
        named = next(
            (row.id for row in rows if any(is_label(name, row.title) for name in names)), None
        )
        if named is None and names:
            if current is not None and is_closing(names[0]):
                break
            continue
        current = named or current
        if current is not None:
            found.setdefault(current, []).append(line)
    return found


def find_labels(
    lines: Iterable[Line], fields: Sequence[FormField]
) -> dict[str, tuple[str, Line, int]]:
    """What stands beside or behind each label, with the place of it.

    A label is a cell of its own, with the next cell for its value, or leads a text: 填报人：某人.
    """
    found: dict[str, tuple[str, Line, int]] = {}
    pattern = _labels(fields)
    for line in lines:
        for column, cell in enumerate(line.cells):
            if column and cell == line.cells[column - 1]:
                continue  # merged
            text = unicodedata.normalize("NFKC", cell)
            matches = list(pattern.finditer(text)) if pattern else []
            for n, match in enumerate(matches):
                end = matches[n + 1].start() if n + 1 < len(matches) else len(text)
                value, place = text[match.end() : end].strip(" \t\n_"), column
                field = fields[int(str(match.lastgroup)[1:])]
                if not value and len(matches) == 1:
                    value, place = _beside(line, column, pattern)
                if field.id not in found or (value and not found[field.id][0]):
                    found[field.id] = (value, line, place)
    return found


def _labels(fields: Sequence[FormField]) -> re.Pattern[str] | None:
    options = []
    for n, field in enumerate(fields):
        letters = r"\s*".join(re.escape(one) for one in norm(field.title))
        options.append(rf"(?P<f{n}>{letters}\s*\*?\s*(?::|$))")
    return re.compile("|".join(options)) if options else None


def _beside(line: Line, column: int, pattern: re.Pattern[str] | None) -> tuple[str, int]:
    """The value cell to the right of a label that stands alone."""
    right = column + 1
    while right < len(line.cells) and line.cells[right] == line.cells[column]:
        right += 1
    text = line.cell(right).strip()
    if pattern and pattern.match(unicodedata.normalize("NFKC", text)):
        return "", right
    return text, right
