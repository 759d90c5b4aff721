"""`duban overdue`: what is overdue, worst first, now or as of a past moment; also as a text."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import (
    AtOption,
    CampaignOption,
    LevelOption,
    UnitOption,
    moment_of,
    selection,
)
from scheduler.cli.output import Format, OutputOption, TextFormat, emit, say, write_rows
from scheduler.office import Office
from workflows.overdue import OverdueFilter, OverdueItem, overdue_and_resting
from workflows.resting import resting_line
from workflows.states import state_word


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("overdue")(_overdue)


def _overdue(
    context: typer.Context,
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    level: LevelOption = None,
    department: Annotated[str | None, typer.Option(help=_("one department"))] = None,
    track: Annotated[str | None, typer.Option(help=_("one track"))] = None,
    min_days: Annotated[
        int, typer.Option(min=1, max=36_500, help=_("overdue at least so many days"))
    ] = 1,
    at: AtOption = None,
    form: Annotated[
        TextFormat, typer.Option("--format", help=_("how to print; text: to paste into a chat"))
    ] = TextFormat.TABLE,
    output: OutputOption = None,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help=_("exit with 3 where anything is overdue"))
    ] = False,
) -> None:
    """Campaigns that rest are left out, and counted unless they are closed; one that is named is
    shown whatever its status. Exit code 3 with --fail-if-any where anything is overdue."""
    here = office(context)
    moment = moment_of(at, here)
    with here.database.read() as session:
        wanted = selection(session, campaign, unit, level, department, track)
        worst = OverdueFilter(**asdict(wanted), min_days=min_days)
        found = overdue_and_resting(session, moment.at, worst, as_of_past=moment.past)
        items = found.items
        if form is TextFormat.TEXT:
            from scheduler.cli.overdue_text import overdue_text
            from workflows.status import status

            boards = status(session, moment.at, wanted, as_of_past=moment.past)
            emit(overdue_text(items, boards, moment, here.now().date(), here.settings), output)
        else:
            _write(items, Format(form.value), output, here)
    if form is not TextFormat.TEXT:
        units = len({item.unit_id for item in items})
        say(
            _("as of {moment}: {count} overdue at {units} units").format(
                moment=moment.shown, count=len(items), units=units
            )
        )
    if line := resting_line(found.resting):
        say(line)
    if fail_if_any and items:
        raise typer.Exit(3)


def _write(items: list[OverdueItem], form: Format, output: Path | None, here: Office) -> None:
    rows = [_row(item, here) for item in items]
    headings = {
        "days_overdue": _("days overdue"), "working_days_overdue": _("working days"),
        "unit": _("unit"), "title": _("title"), "effective_due": _("due"), "state": _("state"),
        "last_reminder": _("last reminder"), "contact": _("contact"), "extension": _("extension"),
        "campaign": _("campaign"),
    }  # fmt: skip
    if form in {Format.TABLE, Format.XLSX}:
        rows = [
            {**row, "state": state_word(item.state)} for row, item in zip(rows, items, strict=True)
        ]
    narrow = ("days_overdue", "unit", "title", "effective_due", "state")
    write_rows(rows, form, output, headings, narrow=narrow, title=_("Overdue"))


def _row(item: OverdueItem, here: Office) -> dict[str, Any]:
    last = item.last_reminder
    return {
        "campaign": item.campaign,
        "milestone": item.milestone,
        "title": item.title,
        "unit": item.unit,
        "period": item.period,
        "due": item.due,
        "effective_due": item.effective_due,
        "late_after": item.late_after,
        "state": item.state.value,
        "days_overdue": item.days_overdue,
        "working_days_overdue": item.working_days_overdue,
        "level": item.level,
        "departments": list(item.departments),
        "track": item.track,
        "clause": item.clause,
        "extension": _extension(item),
        "last_reminder": last.astimezone(here.settings.zone) if last else None,
        "contact": item.contact,
    }


def _extension(item: OverdueItem) -> str:
    if item.extension_requested:
        return _("asked for: {day}").format(day=item.extension_requested)
    return _("extended") if item.extended else ""
