"""Units across a page of a circular: against milestones, and against targets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar

from config.i18n import _
from notifications.documents.parts import Align, Column, Section, Table
from notifications.documents.report_words import days_note, mark, measure_of, value_text
from workflows.lights import LIGHT_LOOKS, Light, target_word
from workflows.reporting.model import CampaignReport, TargetLine
from workflows.status_words import legend as marks
from workflows.targets.declared import Measure

_T = TypeVar("_T")
_ACROSS = 20  # milestones beside each other in a matrix
_TARGETS = 12  # targets beside each other


def units_and_targets(part: CampaignReport, *, several: bool) -> Iterator[Section]:
    """Units against targets: what each has reached of its goal, with the light."""
    lines = [one for one in part.targets if not one.is_sum]
    if not lines:
        return
    targets = list({one.target_id: one for one in lines}.values())
    units = dict.fromkeys(one.unit_id for one in sorted(lines, key=_place(part)))
    cells = {(one.target_id, one.unit_id): one for one in lines}
    names = {one.unit_id: one.unit for one in lines}
    lights = "  ".join(
        f"{look.sign} {target_word(light, part.board.rule)}" for light, look in LIGHT_LOOKS.items()
    )
    yield Section(part.title if several else "", [lights], level=2)
    heads = (
        Column(_("No."), 1, Align.CENTRE), Column(_("target"), 8),
        Column(_("measure"), 1.5, Align.CENTRE), Column(_("due"), 2, Align.CENTRE),
    )  # fmt: skip
    rows = [
        (str(number), one.title, measure_of(one), one.due.isoformat())
        for number, one in enumerate(targets, start=1)
    ]
    yield Section(table=Table(heads, rows, small=True))
    for first, shown in _chunks(targets, _TARGETS):
        columns = [Column(_("unit"), 1.6)]
        columns += [Column(str(first + n), 1, Align.CENTRE) for n in range(1, len(shown) + 1)]
        table = [
            [names[unit], *(_reached(cells.get((one.target_id, unit))) for one in shown)]
            for unit in units
        ]
        yield Section(table=Table(columns, [row for row in table if any(row[1:])], small=True))


def _place(part: CampaignReport) -> Callable[[TargetLine], int]:
    """Administrative order, as the matrix has it."""
    order = {line.unit: place for place, line in enumerate(part.board.lines)}
    return lambda one: order.get(one.unit, len(order))


def _reached(line: TargetLine | None) -> str:
    """`8/12 ▲`; of a share per cent, of yes or no the light alone."""
    if line is None:
        return ""
    sign = LIGHT_LOOKS[line.light].sign
    if line.figure is None:
        return f"— {sign}"
    value = line.value if line.value is not None else line.figure
    told = value_text(replace(line, unit_of_measure=""), value)
    if line.goal is None or line.measure in {Measure.YES_NO, Measure.SHARE}:
        return f"{told} {sign}"
    return f"{told}/{value_text(replace(line, unit_of_measure=''), line.goal)} {sign}"


def _chunks(columns: Sequence[_T], most: int) -> Iterator[tuple[int, Sequence[_T]]]:
    """The columns in pieces of nearly the same size, each with how many stand before it."""
    size = ceil(len(columns) / ceil(len(columns) / most)) if columns else 1
    for first in range(0, len(columns), size):
        yield first, columns[first : first + size]


def legend_of(part: CampaignReport) -> str:
    """The signs of a matrix with the campaign's words."""
    lights = "  ".join(
        f"{look.sign} {part.board.word(light)}" for light, look in LIGHT_LOOKS.items()
    )
    return f"{lights}  {marks()}  {days_note()}"


def units_and_milestones(part: CampaignReport, legend: str, *, several: bool) -> Iterator[Section]:
    """As many milestones beside each other as a page holds, then the next ones below; those that
    have not begun for anybody say nothing, and are left out."""
    board = part.board
    yield Section(part.title if several else "", [legend] if legend else [], level=2)
    begun = [
        place
        for place in range(len(board.columns))
        if any(
            (cell := line.cells[place]) is not None and cell.light is not Light.GREY
            for line in board.lines
        )
    ]
    heads = (
        Column(_("No."), 1, Align.CENTRE),
        Column(_("title"), 8),
        Column(_("due"), 2, Align.CENTRE),
    )
    milestones = [
        (str(column.number), column.title, column.due.isoformat())
        for column in (board.columns[place] for place in begun)
    ]
    yield Section(table=Table(heads, milestones, small=True))
    for _first, shown in _chunks(begun, _ACROSS):
        columns = [Column(_("unit"), 2.4)]
        columns += [Column(str(board.columns[n].number), 1, Align.CENTRE) for n in shown]
        rows = [
            [
                line.unit,
                *("" if (cell := line.cells[n]) is None else mark(cell) for n in shown),
            ]
            for line in board.lines
        ]
        yield Section(table=Table(columns, [row for row in rows if any(row[1:])], small=True))
    if left := len(board.columns) - len(begun):
        yield Section(
            paragraphs=[_("{count} that nobody has begun are left out.").format(count=left)]
        )
