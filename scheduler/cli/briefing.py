"""`duban briefing`: the week for supervisors, on demand: the mail's text or page, a table, data."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from config.i18n import _
from notifications.briefing_letter import briefing_letter, remark_on
from notifications.stationery import write
from notifications.wording import absent_until, short_day
from scheduler.cli.app import office
from scheduler.cli.choosing import AtOption, moment_of
from scheduler.cli.completing import complete_campaign
from scheduler.cli.output import Format, OutputOption, emit, json_text, say, write_rows
from workflows.briefing import Briefing, CampaignBriefing, briefing
from workflows.naming import find_campaign


class BriefingFormat(StrEnum):
    """How a briefing is printed."""

    TEXT = "text"
    HTML = "html"
    TABLE = "table"
    JSON = "json"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("briefing")(_briefing)


def _briefing(
    context: typer.Context,
    campaign: Annotated[
        str | None,
        typer.Argument(
            help=_("one campaign; by default all that are running"),
            autocompletion=complete_campaign,
        ),
    ] = None,
    at: AtOption = None,
    form: Annotated[
        BriefingFormat, typer.Option("--format", help=_("how to print"))
    ] = BriefingFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """The text and the page are those of the weekly mail to supervisors. Nothing is sent."""
    here = office(context)
    moment = moment_of(at, here)
    with here.database.read() as session:
        wanted = find_campaign(session, campaign) if campaign else None
        said = briefing(session, moment.at, here.organisation, wanted, as_of_past=moment.past)
    match form:
        case BriefingFormat.TEXT | BriefingFormat.HTML:
            if said.has_news:
                letter = briefing_letter("", said)
                _subject, text, page = write(letter, here.settings.templates_dir)
                emit(text if form is BriefingFormat.TEXT else page, output)
        case BriefingFormat.TABLE:
            headings = {
                "section": _("section"), "campaign": _("campaign"), "unit": _("unit"),
                "matter": _("matter"), "day": _("due"), "days": _("working days"),
            }  # fmt: skip
            write_rows(list(_rows(said)), Format.TABLE, output, headings, title=_title(said))
        case BriefingFormat.JSON:
            emit(json_text(_as_data(said)), output)
    if not said.has_news:
        say(_("nothing to tell supervisors"))
    elif form is not BriefingFormat.JSON:
        if form is BriefingFormat.TABLE and (remark := remark_on(said)):
            say(remark)
        say(_("as of {moment}").format(moment=moment.shown))


def _title(said: Briefing) -> str:
    return _("Week from {first} to {last}").format(
        first=short_day(said.first, said.today), last=short_day(said.last, said.today)
    )


def _rows(said: Briefing) -> Iterator[dict[str, Any]]:
    for one in said.campaigns:
        yield from _of_campaign(one, said.today)
    for fault in said.bouncing:
        yield {
            "section": _("mail comes back"), "campaign": "", "unit": _(", ").join(fault.units),
            "matter": f"{fault.name} {fault.address} {fault.said}",
        }  # fmt: skip


def _of_campaign(one: CampaignBriefing, today: date) -> Iterable[dict[str, Any]]:
    def row(section: str, unit: str, matter: str, **more: Any) -> dict[str, Any]:
        return {"section": section, "campaign": one.title, "unit": unit, "matter": matter, **more}

    for due in one.due:
        for unit in due.owing:
            yield row(_("due this week"), unit, due.title, day=due.due)
    for late in one.overdue:
        for duty in late.duties:
            yield row(_("overdue"), late.unit, duty.title, day=duty.due, days=duty.working_days)
    for each in one.not_seen:
        yield row(_("not acknowledged"), each.unit, _(", ").join(each.duties), day=each.earliest)
    for unit in one.without_contact:
        yield row(_("without a contact"), unit, "")
    for away in one.absent:
        yield row(_("contact absent"), away.unit, absent_until(away.name, away.until, today))


def _as_data(said: Briefing) -> dict[str, Any]:
    return {
        "today": said.today,
        "first": said.first,
        "last": said.last,
        "contacts_as_of_today": said.past,
        "campaigns": [asdict(one) for one in said.campaigns],
        "bouncing": [asdict(one) for one in said.bouncing],
        "resting": [asdict(one) for one in said.resting],
    }
