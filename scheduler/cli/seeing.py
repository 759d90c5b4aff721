"""`duban overdue`: what is overdue, worst first, now or as of a past moment."""

from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session, select

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from scheduler.office import Office, parse_moment
from workflows.naming import Named, find_campaign, find_named, find_unit
from workflows.overdue import OverdueFilter, OverdueItem, overdue
from workflows.reminding import end_of_day
from workflows.states import state_word
from workflows.tables import MilestoneRow, UnitRow


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("overdue", help=_("Show what is overdue, worst first."))(_overdue)


def _overdue(
    context: typer.Context,
    campaign: Annotated[str | None, typer.Option(help=_("one campaign"))] = None,
    unit: Annotated[str | None, typer.Option(help=_("one unit"))] = None,
    level: Annotated[str | None, typer.Option(help=_("one level: prefecture, county, …"))] = None,
    department: Annotated[str | None, typer.Option(help=_("one department"))] = None,
    track: Annotated[str | None, typer.Option(help=_("one track"))] = None,
    min_days: Annotated[
        int, typer.Option(min=1, max=36_500, help=_("overdue at least so many days"))
    ] = 1,
    at: Annotated[
        str | None, typer.Option(help=_("as of a past moment; a date means its end"))
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help=_("exit with 3 where anything is overdue"))
    ] = False,
) -> None:
    """Exit code 3 with --fail-if-any where anything is overdue."""
    here = office(context)
    now = here.now()
    moment, past = _moment(at, here, now)
    with here.database.read() as session:
        wanted = _filter(session, campaign, unit, level, department, track, min_days)
        items = overdue(session, moment, wanted, as_of_past=past)
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
    write_rows(rows, form, output, headings, title=_("Overdue"))
    units = len({item.unit_id for item in items})
    say(
        _("as of {moment}: {count} overdue at {units} units").format(
            moment=_shown(moment, past, at, here), count=len(items), units=units
        )
    )
    if fail_if_any and items:
        raise typer.Exit(3)


def _moment(at: str | None, here: Office, now: datetime) -> tuple[datetime, bool]:
    if at is None:
        return now, False
    moment, is_date = parse_moment(at, here.settings.zone)
    if is_date:
        # The day's last instant, so that all that was recorded on it counts.
        end = end_of_day(moment.date(), here.settings.time_zone)
        moment = datetime.fromtimestamp(end.timestamp() - 0.000001, here.settings.zone)
    if moment > now and moment.astimezone(here.settings.zone).date() > now.date():
        raise InputError(
            _("{moment} is still to come").format(moment=at),
            _("“duban plan” shows what will be due"),
        )
    return (now, False) if moment > now else (moment, True)


def _shown(moment: datetime, past: bool, at: str | None, here: Office) -> str:
    if past and at is not None and len(at.strip()) == 10:
        return at.strip()
    return f"{moment.astimezone(here.settings.zone):%Y-%m-%d %H:%M}"


def _filter(
    session: Session,
    campaign: str | None,
    unit: str | None,
    level: str | None,
    department: str | None,
    track: str | None,
    min_days: int,
) -> OverdueFilter:
    return OverdueFilter(
        campaign_id=find_campaign(session, campaign) if campaign else None,
        unit_id=find_unit(session, unit).id if unit else None,
        level=_known(level, session.exec(select(UnitRow.level).distinct()), _("level")),
        department=_known(
            department,
            (name for names in session.exec(select(MilestoneRow.departments)) for name in names),
            _("department"),
        ),
        track=_known(track, session.exec(select(MilestoneRow.track).distinct()), _("track")),
        min_days=min_days,
    )


def _known(text: str | None, values: Any, sort: str) -> str | None:
    if text is None:
        return None
    known = sorted({value for value in values if value})
    return find_named(text, [Named(value, ()) for value in known], sort)


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
