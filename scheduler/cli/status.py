"""`duban status`: the four counts of each campaign, then its units against its milestones."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import (
    AtOption,
    CampaignOption,
    LevelOption,
    Moment,
    UnitOption,
    moment_of,
    selection,
)
from scheduler.cli.output import (
    Format,
    OutputOption,
    emit,
    json_text,
    say,
    write_rows,
)
from workflows.lights import Light
from workflows.status import Behind, CampaignBoard, Cell, Column, Counts, status


class BoardFormat(StrEnum):
    """How the board is printed."""

    TABLE = "table"
    XLSX = "xlsx"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("status")(_status)


def _status(
    context: typer.Context,
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    level: LevelOption = None,
    light: Annotated[
        list[Light] | None, typer.Option(help=_("only units with such a light; may be repeated"))
    ] = None,
    at: AtOption = None,
    form: Annotated[
        BoardFormat, typer.Option("--format", help=_("how to print"))
    ] = BoardFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """The counts are of what is shown."""
    here = office(context)
    moment = moment_of(at, here)
    lights = frozenset(light or ())
    with here.database.read() as session:
        wanted = selection(session, campaign, unit, level)
        boards = status(session, moment.at, wanted, as_of_past=moment.past, lights=lights)
    match form:
        case BoardFormat.TABLE:
            from scheduler.cli.status_table import board_text

            emit(board_text(boards, for_file=output is not None), output)
        case BoardFormat.XLSX:
            from scheduler.cli.sheets import write_workbook
            from scheduler.cli.status_sheet import board_workbook

            write_workbook(board_workbook(boards, _as_of(moment)), output)
        case BoardFormat.HTML:
            from web.status_page import status_page

            emit(status_page(boards, _as_of(moment)), output)
        case BoardFormat.JSON:
            emit(json_text(_as_data(boards, moment)), output)
        case BoardFormat.CSV:
            write_rows(list(_flat(boards, lights)), Format.CSV, output, dict.fromkeys(_FLAT, ""))
    if form is BoardFormat.TABLE or output is not None:
        say(_as_of(moment))


def _as_of(moment: Moment) -> str:
    return _("as of {moment}").format(moment=moment.shown)


_FLAT = (
    "campaign", "unit", "level", "milestone", "period", "title", "sign", "state", "due",
    "effective_due", "is_due", "late", "missing", "days_overdue", "light", "light_word",
)  # fmt: skip


def _flat(boards: Iterable[CampaignBoard], lights: Collection[Light]) -> Iterable[dict[str, Any]]:
    """A row for each cell; where lights are asked for, of those that have one."""
    for board in boards:
        for line in board.lines:
            for column, cell in zip(board.columns, line.cells, strict=True):
                if cell is not None and (not lights or cell.light in lights):
                    yield {
                        "campaign": board.id,
                        "unit": line.unit,
                        "level": line.level,
                        "milestone": column.milestone,
                        "period": column.period,
                        "title": column.title,
                        **_cell_data(cell),
                        "light_word": board.word(cell.light) if cell.light else "",
                    }


def _as_data(boards: Sequence[CampaignBoard], moment: Moment) -> dict[str, Any]:
    return {
        "as_of": moment.at,
        "campaigns": [
            {
                "campaign": board.id,
                "title": board.title,
                "owner": board.owner,
                "counts": counts_data(board.counts),
                "lights": board.lights,
                "light_words": {light: board.word(light) for light in Light},
                "milestones": [_column_data(column) for column in board.columns],
                "units": [
                    {
                        "unit": line.unit,
                        "id": line.unit_id,
                        "level": line.level,
                        "cells": [
                            None if cell is None else _cell_data(cell) for cell in line.cells
                        ],
                    }
                    for line in board.lines
                ],
                "behind": [_behind_data(one) for one in board.behind],
            }
            for board in boards
        ],
    }


def _column_data(column: Column) -> dict[str, Any]:
    return {
        "milestone": column.milestone,
        "period": column.period,
        "title": column.title,
        "due": column.due,
        "counts": counts_data(column.counts),
    }


def counts_data(counts: Counts) -> dict[str, int]:
    """Counts by name."""
    return {name: getattr(counts, name) for name in Counts.__slots__}


def _cell_data(cell: Cell) -> dict[str, Any]:
    return {
        "sign": cell.sign.value,
        "state": cell.state.value,
        "due": cell.due,
        "effective_due": cell.effective_due,
        "is_due": cell.is_due,
        "late": cell.late,
        "missing": list(cell.missing),
        "days_overdue": cell.days_overdue,
        "light": cell.light.value if cell.light else None,
    }


def _behind_data(one: Behind) -> dict[str, Any]:
    standing, ahead = one.standing, one.standing.forecast
    return {
        "unit": one.unit or None,  # None is the province
        "id": standing.unit_id or None,
        "milestone": standing.target.milestone_id,
        "target": standing.target.id,
        "title": standing.target.target.title,
        "unit_of_measure": standing.target.target.unit_of_measure,
        "light": standing.light.value,
        "figure": _number(standing.figure),
        "whole": _number(standing.whole),
        "as_of": standing.as_of,
        "goal": _number(standing.goal),
        "due": standing.due,
        "expected": _number(standing.expected),
        "forecast": _number(ahead.value) if ahead else None,
        "forecast_reached_on": ahead.reached_on if ahead else None,
    }


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else round(float(value), 3)
