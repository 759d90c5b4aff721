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

_LONGEST_REST = 20  # lines with which a cell may go on
_LAST_LINES = 3  # with which the last cell of a table may go on
_LONG = 60  # characters: a line that long is a paragraph
_LONG_RUN = 200  # lines
_SENTENCE = 25  # characters: a cell that long and ended as a sentence may be an indented paragraph
_ATTACHMENT = re.compile(r"\s*(附件|附表|附录|附：|附:)")
_TITLE = re.compile(r"[表单册](（.*）)?$|情况$|台账$")
_MARK = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}[)）.．、]|[①-⑳•●■◆▪○-]")
_LABELLED = re.compile(r"[\u4e00-\u9fff ]{2,8}[：:]\s*\S")  # 联系人：某某
_BAR = re.compile(r"(?<!\\)[|｜│┃]")
_RULE = re.compile(r"[\s|｜│┃:：+＋=＝─━┌┬┐├┼┤└┴┘\-—]+$")


@dataclass(slots=True)
class TextTable:
    """A table in lines of text: `end` is the first line after it, `row_lines` where each row
    begins; both are counted from 0."""

    rows: list[list[str]] = field(default_factory=list)
    row_lines: list[int] = field(default_factory=list)
    end: int = 0


class TextTables:
    """Finds the tables in lines of text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._none_before = 0  # a long run that was no table is not looked through again

    def at(self, start: int) -> TextTable | None:
        """The table that begins on that line, counted from 0; None where none does."""
        line = self._lines[start]
        if start < self._none_before:
            return None
        if line.startswith("\t") and "\t" not in line[1:]:
            found, sound = _stacked(self._lines, start)
        elif "\t" in line:
            found, sound = _separated(self._lines, start)
        elif _BAR.search(line) or _is_rule(line):
            found, sound = _barred(self._lines, start)
        else:
            return None
        if not sound and found.end - start > _LONG_RUN:
            self._none_before = found.end
        return found if sound else None


def _stacked(lines: Sequence[str], start: int) -> tuple[TextTable, bool]:
    """One cell a line, each with a tab before it; and whether it is a table."""
    found = TextTable()
    number, after_empty, rest = start, True, 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("\t"):
            if after_empty:
                found.rows.append([])
                found.row_lines.append(number)
            found.rows[-1].append(line[1:])
            after_empty, rest = False, 0
        elif line.strip():
            rest += 1
            goes_on = _goes_on(lines, number, found.rows)
            if rest > _LONGEST_REST or not (goes_on or (not after_empty and _ends(lines, number))):
                break
            found.rows[-1][-1] += f"\n{line}"
            after_empty = False
        elif after_empty:  # two empty lines end a table
            break
        else:
            after_empty = True
        number += 1
        found.end = number
    return found, _is_table(found.rows)


def _goes_on(lines: Sequence[str], start: int, rows: list[list[str]]) -> bool:
    """Whether text still belongs to the cell before it: another cell of the row comes at once, or
    a row after short lines; and it is no heading of what follows."""
    complete = len(rows) > 1 and len(rows[-1]) >= len(rows[-2])
    text: list[str] = []
    empty = 0
    for line in lines[start : start + 2 * _LONGEST_REST]:
        if line.startswith("\t"):
            titled = complete and _TITLE.search(text[-1]) is not None
            return not titled and (not empty or max(map(len, text)) <= _LONG)
        if line.strip():
            empty = 0
            text.append(line.strip())
            if _ATTACHMENT.match(line):
                return False
        else:
            empty += 1
            if empty > 1:
                return False
    return False


def _ends(lines: Sequence[str], start: int) -> bool:
    """Whether short lines right below the last cell of a table belong to it."""
    for number, line in enumerate(lines[start : start + _LAST_LINES + 1]):
        if not line.strip() or _ATTACHMENT.match(line):
            return number > 0
        if len(line) > _LONG or begins_anew(line.strip()):
            return False
    return start + _LAST_LINES >= len(lines)


def _is_table(rows: list[list[str]]) -> bool:
    """Whether they are cells, and not paragraphs that are indented with a tab."""
    if all(len(row) < 2 for row in rows):
        return False
    filled = [cell.strip() for row in rows for cell in row if cell.strip()]
    if len(rows) == 1 and len(filled) < len(rows[0]) == 2:
        return False
    alike = len(rows) > 1 and len({len(row) for row in rows}) == 1
    headed = alike and not any(_is_prose(cell) for cell in rows[0])
    return bool(filled) and (headed or 3 * sum(map(_is_prose, filled)) <= len(filled))


def _is_prose(cell: str) -> bool:
    text = cell.strip()
    return (len(text) > _SENTENCE and ends_sentence(text)) or begins_anew(text)


def _separated(lines: Sequence[str], start: int) -> tuple[TextTable, bool]:
    """One row a line, its cells parted by tabs; and whether it is a table."""
    found = _run(lines, start, lambda line: line.split("\t") if "\t" in line else [])
    width, often = Counter(map(len, found.rows)).most_common(1)[0]
    filled = [[cell.strip() for cell in row if cell.strip()] for row in found.rows]
    cells = [cell for row in filled for cell in row]
    sound = len(found.rows) > 1 and width > 1 and 2 * often >= len(found.rows) and bool(cells)
    listed = all(_MARK.fullmatch(row[0]) for row in filled if row)  # items with their numbers
    labelled = 2 * sum(_LABELLED.match(cell) is not None for cell in cells) > len(cells)
    return found, sound and not listed and not labelled


def _barred(lines: Sequence[str], start: int) -> tuple[TextTable, bool]:
    """One row a line, its cells parted by bars, without lines that only rule; and whether it is a
    table."""
    found = _run(lines, start, _bar_cells)
    ruled = [_is_rule(lines[line]) for line in found.row_lines]
    found.rows = [row for row, rule in zip(found.rows, ruled, strict=True) if not rule]
    found.row_lines = [one for one, rule in zip(found.row_lines, ruled, strict=True) if not rule]
    wide = max(map(len, found.rows), default=0) > 1
    return found, wide and len(found.rows) + any(ruled) > 1


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
