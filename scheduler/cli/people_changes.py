"""Commands about changes of contacts: who follows whom, who is away and who stands in."""

from datetime import date, datetime
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.days import day_option
from scheduler.cli.output import MAX_ID, Format, FormatOption, OutputOption, say, write_rows

By = Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))]
Why = Annotated[str, typer.Option("--why", "--note", help=_("why, or a note"))]


def add_commands(contacts: typer.Typer) -> None:
    """Add this module's commands to the group of contacts."""
    contacts.command("replace", help=_("Let another person take over from a day on."))(_replace)
    contacts.command("absent", help=_("Record that a person is away, and who stands in."))(_absent)
    contacts.command("absences", help=_("List who is away."))(_absences)
    contacts.command("channel", help=_("Say that a person is told over a channel, not by mail."))(
        _channel
    )
    contacts.command("mended", help=_("Say that an address which failed is in order again."))(
        _mended
    )


def _replace(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help=_("the address, or the name, of who leaves"))],
    new: Annotated[str, typer.Argument(help=_("the address of who takes over"))],
    start: Annotated[
        datetime,
        day_option("--from", help=_("the new one's first day")),
    ],
    name: Annotated[str, typer.Option(help=_("the new one's name"))] = "",
    campaign: Annotated[str | None, typer.Option(help=_("for this campaign alone"))] = None,
    by: By = None,
    why: Why = "",
) -> None:
    from notifications.handing_over import hand_over
    from scheduler.tick import sending_window
    from workflows.naming import find_campaign
    from workflows.people.replacing import Replacement, replace_contact
    from workflows.people.stamp import contacts_changed

    here = office(context)
    here.operator(by)
    window = sending_window(here.settings)
    now = here.now()
    with here.database.write() as session:
        campaign_id = find_campaign(session, campaign) if campaign else ""
        asked = Replacement(old, new, start.date(), name.strip(), campaign_id, why)
        taken = replace_contact(session, asked, window.today(now))
        contacts_changed(session, now)
        hand_over(session, now, window)
        line = _("{name} serves from {day} on ({count} entries); the old one until {last}").format(
            name=taken[0].name,
            day=start.date(),
            count=len(taken),
            last=date.fromordinal(start.date().toordinal() - 1),
        )
    say(line)


def _absent(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(help=_("the person's address or name"))] = None,
    start: Annotated[
        datetime | None,
        day_option("--from", help=_("the first day away")),
    ] = None,
    end: Annotated[
        datetime | None,
        day_option("--to", help=_("the last day away")),
    ] = None,
    deputy: Annotated[str, typer.Option(help=_("who stands in: address or name"))] = "",
    cancel: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help=_("take this absence back"))
    ] = None,
    by: By = None,
    why: Why = "",
) -> None:
    from workflows.people.absences import Away, add_absence, cancel_absence

    here = office(context)
    if cancel is not None:
        with here.database.write() as session:
            cancel_absence(session, cancel)
        say(_("taken back: absence {id}").format(id=cancel))
        return
    if person is None or start is None or end is None:
        raise InputError(
            _("who is away, from when to when?"), _("write ADDRESS --from DATE --to DATE")
        )
    away = Away(person, start.date(), end.date(), deputy)
    with here.database.write() as session:
        absence = add_absence(session, away, here.now(), here.operator(by), why)
        line = _("absence {id}: {address} from {first} to {last}, instead: {deputy}").format(
            id=absence.id,
            address=absence.address,
            first=absence.first,
            last=absence.last,
            deputy=absence.deputy or _("the unit's deputies, contacts or mailbox"),
        )
    say(line)


def _absences(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.people.absences import list_absences

    here = office(context)
    with here.database.read() as session:
        rows = [
            {
                "id": one.id,
                "address": one.address,
                "first": one.first,
                "last": one.last,
                "deputy": one.deputy,
                "by": one.actor,
                "why": one.note,
            }
            for one in list_absences(session)
        ]
    headings = {
        "id": _("number"), "address": _("who"), "first": _("from"), "last": _("to"),
        "deputy": _("deputy"), "by": _("entered by"), "why": _("why"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Absences"))


def _channel(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help=_("the address"))],
    channel: Annotated[str, typer.Argument(help=_("a channel of the settings, or “mail”"))],
) -> None:
    """It holds for all that comes due from now on; what the channel does not take goes by mail."""
    from workflows.people.preferring import prefer_channel

    here = office(context)
    name = "" if channel == "mail" else channel
    if name and name not in here.settings.channels:
        raise InputError(
            _("no channel is called “{name}”").format(name=name),
            _("known are: {names}").format(names=_(", ").join(["mail", *here.settings.channels])),
        )
    with here.database.write() as session:
        count = prefer_channel(session, address.strip(), name)
    say(
        _("{address} is told over {channel} ({count} entries)").format(
            address=address.strip(), channel=name or _("mail"), count=count
        )
    )


def _mended(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help=_("the address"))],
    by: By = None,
) -> None:
    """Until then “duban doctor” and the list of contacts show what its server said."""
    from notifications.failing import clear

    here = office(context)
    with here.database.write() as session:
        clear(session, address.strip(), here.operator(by), here.now())
    say(_("{address} is in order again").format(address=address.strip()))
