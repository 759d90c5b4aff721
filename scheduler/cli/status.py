"""`duban status`: the four counts of each campaign, then its units against its milestones."""

from collections.abc import Iterable, Sequence
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
from workflows.status import CampaignBoard, Cell, Column, Counts, status


class BoardFormat(StrEnum):
    """How the board is printed."""

    TABLE = "table"
    XLSX = "xlsx"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("status", help=_("Show who has reported what: counts, then units by milestones."))(
        _status
    )


def _status(
    context: typer.Context,
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    level: LevelOption = None,
    at: AtOption = None,
    form: Annotated[
        BoardFormat, typer.Option("--format", help=_("how to print"))
    ] = BoardFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """The counts are of what is shown."""
    here = office(context)
    moment = moment_of(at, here)
    with here.database.read() as session:
        wanted = selection(session, campaign, unit, level)
        boards = status(session, moment.at, wanted, as_of_past=moment.past)
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
            write_rows(list(_flat(boards)), Format.CSV, output, dict.fromkeys(_FLAT, ""))
    if form is BoardFormat.TABLE or output is not None:
        say(_as_of(moment))


def _as_of(moment: Moment) -> str:
    return _("as of {moment}").format(moment=moment.shown)


_FLAT = (
    "campaign", "unit", "level", "milestone", "period", "title", "sign", "state", "due",
    "effective_due", "is_due", "late", "missing", "days_overdue",
)  # fmt: skip


def _flat(boards: Iterable[CampaignBoard]) -> Iterable[dict[str, Any]]:
    for board in boards:
        for line in board.lines:
            for column, cell in zip(board.columns, line.cells, strict=True):
                if cell is not None:
                    yield {
                        "campaign": board.id,
                        "unit": line.unit,
                        "level": line.level,
                        "milestone": column.milestone,
                        "period": column.period,
                        "title": column.title,
                        **_cell_data(cell),
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
    }
