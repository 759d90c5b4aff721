"""The status board in a terminal: numbered columns, as many tables as its width asks for."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from config.i18n import _
from config.plain_text import one_line
from scheduler.cli.output import render, table_width
from workflows.lights import LIGHT_LOOKS, Light
from workflows.status import CampaignBoard, Cell
from workflows.status_words import (
    count_headings,
    count_rows,
    explanation,
    legend,
    light_counts,
    light_rows,
)
from workflows.targets.words import pace_headings

_FEW = 100  # columns of a terminal below which the counts are the four alone
# Of the sixteen colours that every terminal has, in its own theme.
_STYLES: Mapping[Light | None, str] = MappingProxyType(
    {
        Light.DONE: "black on green",
        Light.GREY: "dim",
        Light.GREEN: "green",
        Light.YELLOW: "black on bright_yellow",
        Light.RED: "bold bright_white on red",
        None: "dim",
    }
)
_GAP = 3  # what a column takes beside its content


def board_text(boards: list[CampaignBoard], *, for_file: bool = False) -> str:
    """The counts, each campaign's tables with their columns named below, and the legend."""
    if not boards:
        return _("there is nothing to show") + "\n"
    width = table_width(for_file=for_file)
    parts: list[Any] = [_counts(boards, width)]
    for board in boards:
        parts += ["", *_tables(board, width), _lights(board), "", _milestones(board, width)]
        if board.behind:
            parts += ["", Text(_("Targets behind pace"), style="bold"), _behind(board)]
    parts += ["", Text(legend()), Text(explanation(), style="dim")]
    return render(*parts, for_file=for_file)


def _counts(boards: list[CampaignBoard], width: int) -> Table:
    headings = list(count_headings().items())
    if width < _FEW:
        headings = headings[:4]
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column(_("campaign"), overflow="fold")
    for _key, heading in headings:
        table.add_column(heading, justify="right")
    lights = list(LIGHT_LOOKS) if width >= _FEW else []
    for light in lights:
        table.add_column(Text(f" {LIGHT_LOOKS[light].sign} ", _STYLES[light]), justify="right")
    for (title, counts), lit in zip(count_rows(boards), light_rows(boards), strict=True):
        values = [str(getattr(counts, key)) for key, _heading in headings]
        values += [str(lit[light]) for light in lights]
        table.add_row(Text(one_line(title)), *values)
    return table


def _lights(board: CampaignBoard) -> Text:
    """The lights with the campaign's words and how many there are of each: the colours' legend."""
    line = Text()
    for light, text in light_counts(board):
        line.append(f" {one_line(text)} ", _STYLES[light])
        line.append("  ")
    return line


def _behind(board: CampaignBoard) -> Table:
    """With which targets units are behind, and what that comes to."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    for heading in pace_headings():
        table.add_column(heading, overflow="fold")
    for light, (sign, *values) in board.behind_rows():
        table.add_row(
            Text(f" {sign} ", _STYLES[light]), *(Text(one_line(value)) for value in values)
        )
    return table


def _tables(board: CampaignBoard, width: int) -> Iterator[Text | Table]:
    """The board's title and tables. A title of its own: a table's would fold to its width."""
    names = [one_line(line.unit) for line in board.lines]
    first = max(map(cell_len, [*names, _("unit")])) + 2
    title = one_line(board.title)
    for places in _fitting(board, width - first):
        yield Text(title, style="bold")
        table = Table(box=box.SIMPLE_HEAD, padding=0, header_style="bold", pad_edge=False)
        table.add_column(_("unit"), no_wrap=True)
        for place in places:
            table.add_column(str(board.columns[place].number), justify="center", no_wrap=True)
        for name, line in zip(names, board.lines, strict=True):
            table.add_row(Text(name), *(_shown(line.cells[place]) for place in places))
        yield table
        title = _("{title} (continued)").format(title=one_line(board.title))


def _fitting(board: CampaignBoard, width: int) -> Iterator[list[int]]:
    """The places of the columns, as many at a time as fit into `width`."""
    places: list[int] = []
    used = 0
    for place, column in enumerate(board.columns):
        marks = [line.cells[place].mark for line in board.lines if line.cells[place]]  # type: ignore[union-attr]
        wide = max(map(cell_len, [*marks, str(column.number)])) + _GAP
        if places and used + wide > width:
            yield places
            places, used = [], 0
        places.append(place)
        used += wide
    yield places


def _shown(cell: Cell | None) -> Text:
    if cell is None:
        return Text("")
    return Text(f" {cell.mark} ", style=_STYLES[cell.light])


def _milestones(board: CampaignBoard, width: int) -> Table:
    """What the numbers above the columns stand for."""
    headings: Sequence[tuple[str, str]] = list(count_headings().items())[:4]
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("", justify="right")
    table.add_column(_("due"), no_wrap=True)
    table.add_column(_("title"), overflow="fold")
    for _key, heading in headings if width >= _FEW else ():
        table.add_column(heading, justify="right")
    for column in board.columns:
        counts = [str(getattr(column.counts, key)) for key, _heading in headings]
        table.add_row(
            str(column.number),
            column.due.isoformat(),
            Text(one_line(column.title)),
            *(counts if width >= _FEW else ()),
        )
    return table
