"""Commands that keep mail away: `duban silence`, `duban campaign`; and `duban acknowledge`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.completing import complete_campaign
from scheduler.cli.deeds import (
    By,
    Chosen,
    Names,
    On,
    Saying,
    Skip,
    Units,
    UnitsFrom,
    Why,
    carry_out,
)
from scheduler.cli.output import MAX_ID, Format, FormatOption, OutputOption, say, write_rows
from workflows.answering import acknowledge
from workflows.tables import Assignment, Campaign
from workflows.transitions import Deed

_DAY = ["%Y-%m-%d"]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("acknowledge", help=_("Record that units have seen what they owe."))(_acknowledge)
    silence = typer.Typer(help=_("Times without reminders."), no_args_is_help=True)
    silence.command("add", help=_("Leave a unit or a campaign alone for a time."))(_add)
    silence.command("list", help=_("List the silences that last or are to come."))(_list)
    silence.command("end", help=_("End a silence before its last day."))(_end)
    app.add_typer(silence, name="silence")
    campaign = typer.Typer(help=_("Whether campaigns are under way."), no_args_is_help=True)
    campaign.command("list", help=_("List the campaigns."))(_campaigns)
    for name, text in (
        ("start", _("Begin a campaign that was applied as a draft.")),
        ("pause", _("Pause a campaign: it is silent until it is resumed.")),
        ("resume", _("Go on with a campaign; what came due meanwhile is not made up for.")),
        ("close", _("Close a campaign: it is silent.")),
    ):
        campaign.command(name, help=text)(_change(name))
    app.add_typer(campaign, name="campaign")


def _acknowledge(
    context: typer.Context,
    names: Names,
    units: Units = None,
    units_from: UnitsFrom = None,
    skip: Skip = False,
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    """Gentle reminders stop, those of the due date and after it do not."""

    def change(session: Session, one: Assignment, deed: Deed) -> None:
        acknowledge(session, one, deed)

    carry_out(context, Chosen(names, units, units_from, skip), Saying(by, on, why), change)


def _add(
    context: typer.Context,
    start: Annotated[
        datetime, typer.Option("--from", formats=_DAY, metavar="DATE", help=_("the first day"))
    ],
    end: Annotated[
        datetime, typer.Option("--to", formats=_DAY, metavar="DATE", help=_("the last day"))
    ],
    why: Annotated[str, typer.Option("--why", help=_("why"))],
    unit: Annotated[str | None, typer.Option(help=_("this unit alone"))] = None,
    campaign: Annotated[str | None, typer.Option(help=_("this campaign alone"))] = None,
    by: By = None,
) -> None:
    """What comes due in it is not sent, and not made up for."""
    from workflows.naming import find_campaign, find_unit
    from workflows.silencing import Wanted, add_silence

    here = office(context)
    now = here.now()
    with here.database.write() as session:
        wanted = Wanted(
            find_unit(session, unit).id if unit else "",
            find_campaign(session, campaign) if campaign else "",
            start.date(),
            end.date(),
            why,
        )
        actor = here.operator(by)
        silence = add_silence(session, wanted, now=now, today=now.date(), actor=actor)
        line = _("silence {id}: {unit}, {campaign}, from {first} to {last}").format(
            id=silence.id,
            unit=silence.unit_id or _("all units"),
            campaign=silence.campaign_id or _("all campaigns"),
            first=silence.first,
            last=silence.last,
        )
    say(line)


def _list(
    context: typer.Context,
    past: Annotated[bool, typer.Option("--all", help=_("those that are over too"))] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.silencing import silences
    from workflows.tables import UnitRow

    here = office(context)
    with here.database.read() as session:
        names = dict(session.exec(select(UnitRow.id, UnitRow.name)).all())
        rows = [
            {
                "id": one.id,
                "unit": names.get(one.unit_id, one.unit_id) or _("all units"),
                "campaign": one.campaign_id or _("all campaigns"),
                "first": one.first,
                "last": one.last,
                "why": one.why,
                "by": one.actor,
                "ended": one.ended_by,
            }
            for one in silences(session, here.now().date(), all_of_them=past)
        ]
    headings = {
        "id": _("number"), "unit": _("unit"), "campaign": _("campaign"), "first": _("from"),
        "last": _("to"), "why": _("why"), "by": _("entered by"), "ended": _("ended by"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Silences"))


def _end(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, max=MAX_ID, help=_("its number"))],
    by: By = None,
) -> None:
    from workflows.silencing import end_silence

    here = office(context)
    now = here.now()
    with here.database.write() as session:
        end_silence(session, number, now=now, today=now.date(), actor=here.operator(by))
    say(_("ended: silence {id}").format(id=number))


def _campaigns(
    context: typer.Context, form: FormatOption = Format.TABLE, output: OutputOption = None
) -> None:
    from workflows.campaign_status import status_word

    here = office(context)
    with here.database.read() as session:
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "status": status_word(one.status) if form is Format.TABLE else one.status.value,
                "version": one.version,
                "owner": one.owner,
            }
            for one in session.exec(select(Campaign).order_by(col(Campaign.id)))
        ]
    headings = {
        "id": _("id"), "title": _("campaign"), "status": _("campaign status"),
        "version": _("version"), "owner": _("owner office"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Campaigns"))


def _change(name: str) -> Callable[..., None]:
    def command(
        context: typer.Context,
        campaign: Annotated[
            str, typer.Argument(help=_("id or title"), autocompletion=complete_campaign)
        ],
        by: By = None,
        why: Why = "",
    ) -> None:
        from workflows.campaign_status import change_status, status_word
        from workflows.naming import find_campaign

        here = office(context)
        now = here.now()
        with here.database.write() as session:
            found = session.get_one(Campaign, find_campaign(session, campaign))
            change_status(session, found, name, Deed(here.actor(by), now, now, why))
            line = _("{campaign}: {status}").format(
                campaign=found.id, status=status_word(found.status)
            )
        say(line)

    return command
