"""Finds tables by their ruled lines, with cells that are merged where a line is missing."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from workflows.documents.gathering import MAX_COLUMNS
from workflows.documents.pdf.lines import lines_of
from workflows.documents.pdf.page import Char, Page, Rule
from workflows.documents.spaces import joined

_NEAR = 3.0  # points: lines so near are one, or touch
_MAX_RULES = 2_000  # of a page, after those in one line are put together
# Heights of a character, with the margin of a cell: a line that ends so near was broken there.
_FULL = 1.6


@dataclass(slots=True)
class RuledTable:
    """A table on a page; `top` and `bottom` are its edges. `same` has the text of a merged cell in
    all its places."""

    top: float
    bottom: float
    own: list[list[str]]
    same: list[list[str]]


def take_tables(page: Page) -> list[RuledTable]:
    """The tables of a page from above to below, empty ones too: one may go on from another page.
    Their characters are taken from the page."""
    grids = [grid for group in _groups(_long(page.rules)) if (grid := _grid(group))]
    found: list[RuledTable] = []
    for grid in sorted(grids, key=lambda one: -one.ys[0]):
        inside = [char for char in page.chars if grid.place(char) is not None]
        taken = set(map(id, inside))
        page.chars = [char for char in page.chars if id(char) not in taken]
        found.append(grid.read(inside))
    return found


@dataclass(slots=True)
class _Grid:
    """Columns between `xs` from the left, rows between `ys` from above; `first` has for each cell
    the first cell of those that it is merged with."""

    xs: list[float]
    ys: list[float]
    first: dict[tuple[int, int], tuple[int, int]]

    def place(self, char: Char) -> tuple[int, int] | None:
        x, y = char.middle
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, -y, key=lambda at: -at) - 1
        if 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1:
            return self.first[row, column]
        return None

    def read(self, chars: Sequence[Char]) -> RuledTable:
        cells: dict[tuple[int, int], list[Char]] = {}
        for char in chars:
            if (place := self.place(char)) is not None:
                cells.setdefault(place, []).append(char)
        right: dict[tuple[int, int], float] = {}
        for (_row, column), first in self.first.items():
            right[first] = max(right.get(first, 0.0), self.xs[column + 1])
        texts = {place: _cell(inside, right[place]) for place, inside in cells.items()}
        rows, columns = range(len(self.ys) - 1), range(len(self.xs) - 1)
        same = [[texts.get(self.first[row, column], "") for column in columns] for row in rows]
        own = [
            [same[row][column] if self.first[row, column] == (row, column) else ""
             for column in columns]
            for row in rows
        ]  # fmt: skip
        return RuledTable(self.ys[0], self.ys[-1], own, same)


def _cell(chars: Sequence[Char], right: float) -> str:
    """The lines of a cell; one that reached the edge goes on in the next."""
    text, full = "", True
    for line in lines_of(chars):
        text = joined(text, line.text) if full else f"{text}\n{line.text}"
        full = right - line.x1 < _FULL * line.size
    return text


def _long(rules: Sequence[Rule]) -> list[Rule]:
    """Rules with those that go on one from the other put together."""
    found: list[Rule] = []
    for level in (True, False):
        rows: list[list[Rule]] = []
        for rule in sorted((one for one in rules if one.level is level), key=attrgetter("at")):
            if not rows or rule.at - rows[-1][-1].at > _NEAR / 2:
                rows.append([])
            rows[-1].append(rule)
        for row in rows:
            row.sort(key=attrgetter("start"))
            start, end = row[0].start, row[0].end
            for rule in row[1:]:
                if rule.start - end > _NEAR:
                    found.append(Rule(level, row[0].at, start, end))
                    start, end = rule.start, rule.end
                end = max(end, rule.end)
            found.append(Rule(level, row[0].at, start, end))
    return found[:_MAX_RULES]


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch one another."""
    left, groups = set(range(len(rules))), []
    while left:
        waiting, group = [left.pop()], []
        while waiting:
            rule = rules[waiting.pop()]
            group.append(rule)
            near = [one for one in left if _touch(rule, rules[one])]
            left.difference_update(near)
            waiting += near
        groups.append(group)
    return groups


def _touch(one: Rule, other: Rule) -> bool:
    if one.level is other.level:
        return False
    return (
        other.start - _NEAR <= one.at <= other.end + _NEAR
        and one.start - _NEAR <= other.at <= one.end + _NEAR
    )


def _grid(rules: Sequence[Rule]) -> _Grid | None:
    """The grid that touching rules make; None where it has no two cells."""
    across = [rule for rule in rules if rule.level]
    down = [rule for rule in rules if not rule.level]
    if not across or not down:
        return None
    ends = [min(rule.start for rule in across), max(rule.end for rule in across)]
    xs = _apart([rule.at for rule in down] + (ends if len(across) > 1 else []))
    ys = _apart([rule.at for rule in across])[::-1]
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows * columns < 2 or rows < 1 or columns > MAX_COLUMNS or rows * columns > 20_000:
        return None
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(rows):
        for column in range(columns):
            place = (row, column)
            if place in first:
                continue
            wide, high = 1, 1
            middle = (ys[row] + ys[row + 1]) / 2
            while column + wide < columns and not _wall(down, xs[column + wide], middle):
                wide += 1
            middle = (xs[column] + xs[column + 1]) / 2
            while row + high < rows and not _wall(across, ys[row + high], middle):
                high += 1
            for r in range(row, row + high):
                for c in range(column, column + wide):
                    first.setdefault((r, c), place)
    return _Grid(xs, ys, first)


def _apart(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _wall(rules: Sequence[Rule], at: float, along: float) -> bool:
    return any(
        abs(rule.at - at) <= _NEAR and rule.start - _NEAR <= along <= rule.end + _NEAR
        for rule in rules
    )
