"""`duban silence`: times without reminders for a unit, a campaign, or both."""

from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import select

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.days import day_option
from scheduler.cli.deeds import By
from scheduler.cli.output import MAX_ID, Format, FormatOption, OutputOption, say, write_rows


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    silence = typer.Typer(no_args_is_help=True)
    silence.command("add", help=_("Leave a unit or a campaign alone for a time."))(_add)
    silence.command("list", help=_("List the silences that last or are to come."))(_list)
    silence.command("end", help=_("End a silence before its last day."))(_end)
    app.add_typer(silence, name="silence")


def _add(
    context: typer.Context,
    start: Annotated[datetime, day_option("--from", help=_("the first day"))],
    end: Annotated[datetime, day_option("--to", help=_("the last day"))],
    why: Annotated[str, typer.Option("--why", help=_("why"))],
    unit: Annotated[str | None, typer.Option(help=_("this unit alone"))] = None,
    campaign: Annotated[str | None, typer.Option(help=_("this campaign alone"))] = None,
    by: By = None,
) -> None:
    """What comes due in it is not sent, and not made up for."""
    from workflows.naming import find_campaign, find_unit
    from workflows.silencing import Wanted, add_silence
    from workflows.tables import Campaign

    here = office(context)
    now = here.now()
    with here.database.write() as session:
        found = find_unit(session, unit) if unit else None
        wanted = Wanted(
            found.id if found else "",
            find_campaign(session, campaign) if campaign else "",
            start.date(),
            end.date(),
            why,
        )
        actor = here.operator(by)
        silence = add_silence(session, wanted, now=now, today=now.date(), actor=actor)
        line = _("silence {id}: {unit}, {campaign}, from {first} to {last}").format(
            id=silence.id,
            unit=found.name if found else _("all units"),
            campaign=session.get_one(Campaign, silence.campaign_id).title
            if silence.campaign_id
            else _("all campaigns"),
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
