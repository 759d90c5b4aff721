"""Finds tables in lines of text: the ways in which programs write one down.

- Saved from a word processor, each cell is a line (or more) that begins with a tab; an empty line
  stands between the rows; further lines of a cell have no tab, and may have empty lines before
  them.
- Copied from a table or a sheet, each row is a line with tabs between the cells.
- Typed by hand or in Markdown, each row is a line with bars between the cells.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workflows.documents.spaces import begins_anew, ends_sentence

_LONGEST_REST = 12  # lines with which a cell may go on after an empty line
_LONG = 60  # characters: a line that long after an empty one is a paragraph
_SENTENCE = 25  # characters: a cell that long and ended as a sentence may be an indented paragraph
_ATTACHMENT = re.compile(r"\s*(附件|附表|附录|附：|附:)")
_TITLE = re.compile(r"[表单册](（.*）)?$|情况$|台账$")
_BAR = re.compile(r"(?<!\\)[|｜│┃]")
_RULE = re.compile(r"[\s|｜│┃:：+＋=＝─━┌┬┐├┼┤└┴┘\-—]+$")


@dataclass(slots=True)
class TextTable:
    """A table in lines of text: `end` is the first line after it, `row_lines` where each row
    begins; both are counted from 0."""

    rows: list[list[str]] = field(default_factory=list)
    row_lines: list[int] = field(default_factory=list)
    end: int = 0


def table_at(lines: Sequence[str], start: int) -> TextTable | None:
    """The table that begins on that line, counted from 0; None where none does."""
    line = lines[start]
    if line.startswith("\t") and "\t" not in line[1:].rstrip("\t"):
        if not line.strip() and "\t" in line[1:]:
            return _separated(lines, start)
        return _stacked(lines, start)
    if "\t" in line.strip("\t "):
        return _separated(lines, start)
    if _BAR.search(line) or _is_rule(line):
        return _barred(lines, start)
    return None


def _stacked(lines: Sequence[str], start: int) -> TextTable | None:
    """One cell a line, each with a tab before it."""
    found = TextTable()
    number, after_empty = start, True
    while number < len(lines):
        line = lines[number]
        if line.startswith("\t"):
            if after_empty:
                found.rows.append([])
                found.row_lines.append(number)
            found.rows[-1].append(line[1:])
            after_empty = False
        elif line.strip():
            if after_empty and not _goes_on(lines, number, found.rows):
                break
            found.rows[-1][-1] += f"\n{line}"
            after_empty = False
        elif after_empty:  # two empty lines end a table
            break
        else:
            after_empty = True
        number += 1
        found.end = number
    return found if _is_table(found.rows) else None


def _goes_on(lines: Sequence[str], start: int, rows: list[list[str]]) -> bool:
    """Whether the text after an empty line still belongs to the cell before it: short lines, with
    a cell or a row after them, that are no heading of what follows."""
    complete = len(rows) > 1 and len(rows[-1]) >= max(len(row) for row in rows[:-1])
    text: list[str] = []
    empty = 0
    for line in lines[start : start + 2 * _LONGEST_REST]:
        if line.startswith("\t"):
            return not (complete and empty and _TITLE.search(text[-1]))
        if line.strip():
            empty = 0
            text.append(line.strip())
            if len(text) > _LONGEST_REST or len(text[-1]) > _LONG or _ATTACHMENT.match(line):
                return False
        else:
            empty += 1
            if empty > 1:
                return False
    return False


def _is_table(rows: list[list[str]]) -> bool:
    """Whether they are cells, and not paragraphs that are indented with a tab."""
    if all(len(row) < 2 for row in rows):
        return False
    filled = [cell.strip() for row in rows for cell in row if cell.strip()]
    if len(rows) == 1 and len(filled) < len(rows[0]) == 2:
        return False
    prose = sum(
        (len(cell) > _SENTENCE and ends_sentence(cell)) or begins_anew(cell) for cell in filled
    )
    alike = len(rows) > 1 and len({len(row) for row in rows}) == 1
    return bool(filled) and (alike or 3 * prose <= len(filled))


def _separated(lines: Sequence[str], start: int) -> TextTable | None:
    """One row a line, its cells parted by tabs."""
    found = _run(lines, start, lambda line: line.split("\t") if "\t" in line else [])
    counts = Counter(len(row) for row in found.rows)
    width, often = counts.most_common(1)[0]
    if len(found.rows) < 2 or width < 2 or 2 * often < len(found.rows):
        return None
    return found if any(cell.strip() for row in found.rows for cell in row) else None


def _barred(lines: Sequence[str], start: int) -> TextTable | None:
    """One row a line, its cells parted by bars; lines that only rule are left out."""
    found = _run(lines, start, _bar_cells)
    ruled = [_is_rule(lines[line]) for line in found.row_lines]
    found.rows = [row for row, rule in zip(found.rows, ruled, strict=True) if not rule]
    found.row_lines = [one for one, rule in zip(found.row_lines, ruled, strict=True) if not rule]
    if len(found.rows) + any(ruled) < 2 or max(map(len, found.rows), default=0) < 2:
        return None
    return found


def _bar_cells(line: str) -> list[str]:
    text = line.strip()
    if not _BAR.search(text) and not _is_rule(text):
        return []
    cells = [cell.replace("\\|", "|") for cell in _BAR.split(text)]
    if len(cells) > 1 and not cells[0]:
        cells.pop(0)
    if len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _is_rule(line: str) -> bool:
    return _RULE.match(line) is not None and any(sign in line for sign in "-—─━=")


def _run(lines: Sequence[str], start: int, cells: Callable[[str], list[str]]) -> TextTable:
    """The lines one after the other in which `cells` finds some."""
    found = TextTable(end=start)
    for number in range(start, len(lines)):
        if not (row := cells(lines[number])):
            break
        found.rows.append(row)
        found.row_lines.append(number)
        found.end = number + 1
    return found
