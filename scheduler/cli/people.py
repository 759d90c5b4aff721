"""Commands about contacts: lists in and out, and whom they reach."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import StateError
from config.i18n import _
from notifications.failing import list_failing
from notifications.window import SendingWindow
from scheduler.cli import people_changes
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    print_line,
    say,
    working,
    write_file,
    write_rows,
)
from scheduler.office import Office
from scheduler.tick import sending_window
from workflows.ladder import Role
from workflows.naming import Named, find_named
from workflows.people.reading import read_contacts
from workflows.people.record import has_mailbox, known_campaigns, list_contacts
from workflows.words import word_of

CampaignOption = Annotated[str | None, typer.Option(help=_("for this campaign alone"))]
UnitOption = Annotated[str | None, typer.Option(help=_("the unit of everybody in the file"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("show the difference, change nothing"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    contacts = typer.Typer(no_args_is_help=True)
    contacts.command(
        "import", help=_("Take in a list (.xlsx or .csv); it replaces the people of its units.")
    )(_import)
    contacts.command("list", help=_("List the contacts."))(_list)
    contacts.command("export", help=_("Write the list as .xlsx, or an empty one to send out."))(
        _export
    )
    contacts.command("coverage", help=_("Show which units have no reachable contact."))(_coverage)
    people_changes.add_commands(contacts)
    app.add_typer(contacts, name="contacts")


def today_at(here: Office) -> date:
    """The office's own date."""
    return window_of(here).today(here.now())


def window_of(here: Office) -> SendingWindow:
    """The office's sending window."""
    return sending_window(here.settings)


def _import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("the list, as units fill it in"))],
    campaign: CampaignOption = None,
    unit: UnitOption = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    from notifications.handing_over import release_from_duty
    from scheduler.cli.people_difference import show
    from workflows.people.difference import compare
    from workflows.people.importing import carry_out
    from workflows.people.stamp import contacts_changed

    here = office(context)
    today = today_at(here)
    with here.database.read() as session:
        campaigns = known_campaigns(session)
        campaign_id = find_named(campaign, campaigns, _("campaign")) if campaign else ""
        unit_id = find_unit_or_office(here, unit) if unit else ""
        with working(_("reading {file}").format(file=file.name)):
            rows = read_contacts(
                file, here.organisation, campaigns, campaign=campaign_id, unit=unit_id
            )
            shown = compare(session, rows, today)
        show(shown, unit_names(here))
        shown_signature = [one.signature for one in shown]
    if dry_run:
        say(_("nothing was changed"))
        return
    if any(one.added or one.removed or one.changed for one in shown) and not yes:
        confirmed(_("Write it?"))
    with here.database.write() as session:
        # Compared again under the lock: what was shown must be what is written.
        again = compare(session, rows, today)
        if [one.signature for one in again] != shown_signature:
            raise StateError(
                _("the contacts have changed since the difference was shown"), _("import again")
            )
        report = carry_out(session, again)
        contacts_changed(session, here.now())
        release_from_duty(session, report.gone, here.now(), window_of(here))
    say(
        _("contacts: {added} added, {removed} removed, {changed} changed, {same} unchanged").format(
            added=report.added,
            removed=report.removed,
            changed=report.changed,
            same=report.unchanged,
        )
    )


def _list(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    here = office(context)
    names = unit_names(here)
    place = here.organisation.position
    plain = form in {Format.JSON, Format.CSV}
    with here.database.read() as session:
        failing = {one.address: f"{one.code} {one.text}" for one in list_failing(session)}
        rows: list[dict[str, Any]] = [
            {
                "name": one.name,
                "unit": names.get(one.unit_id, one.unit_id),
                "role": one.role if plain else word_of(Role, one.role),
                "email": one.address if has_mailbox(one) else "",
                "campaign": one.campaign_id,
                "gender": one.gender,
                "position": one.position,
                "phone": one.phone,
                "area": one.area,
                "note": one.note,
                "first": one.first,
                "last": one.last,
                "successor": one.successor,
                "fails": failing.get(one.address, ""),
            }
            for one in sorted(
                list_contacts(session), key=lambda one: place.get(one.unit_id, len(place))
            )
        ]
    headings = {
        "unit": _("unit"), "name": _("name"), "role": _("role"), "email": _("e-mail"),
        "phone": _("phone"), "campaign": _("campaign"), "first": _("serves from"),
        "last": _("serves to"), "successor": _("then"), "fails": _("mail comes back"),
    }  # fmt: skip
    for key in ("phone", "campaign", "first", "last", "successor", "fails"):
        if not any(row[key] for row in rows):
            del headings[key]  # a column of nothing only takes room
    write_rows(rows, form, output, headings, title=_("Contacts"))


def _export(
    context: typer.Context,
    form: Annotated[
        bool, typer.Option("--form", help=_("the empty list, to be sent to units"))
    ] = False,
    campaign: CampaignOption = None,
    unit: Annotated[str | None, typer.Option(help=_("of one unit"))] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help=_("into this file"))] = Path(
        "contacts.xlsx"
    ),
) -> None:
    from workflows.people.form import FormHead, contact_values, write_list

    here = office(context)
    names = unit_names(here)
    place = here.organisation.position
    with here.database.read() as session:
        campaigns = known_campaigns(session)
        campaign_id = find_named(campaign, campaigns, _("campaign")) if campaign else ""
        unit_id = find_unit_or_office(here, unit) if unit else ""
        today = today_at(here)
        rows = [
            contact_values(one, names.get(one.unit_id, one.unit_id))
            for one in sorted(
                list_contacts(session), key=lambda one: place.get(one.unit_id, len(place))
            )
            if not form
            and (not campaign or one.campaign_id == campaign_id)
            and (not unit or one.unit_id == unit_id)
            and (one.last is None or one.last >= today)
        ]
    title = next((one.names[0] for one in campaigns if one.id == campaign_id), "")
    head = FormHead(_("{campaign}: list of contacts").format(campaign=title) if title else
                    _("List of contacts"), names.get(unit_id, ""))  # fmt: skip
    write_file(output, write_list(head, rows, empty=form))
    say(_("written: {file}").format(file=output))


def _coverage(
    context: typer.Context,
    campaign: CampaignOption = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.people.coverage import Reach, coverage

    here = office(context)
    with here.database.read() as session:
        known = known_campaigns(session)
        campaign_id = find_named(campaign, known, _("campaign")) if campaign else ""
        found = coverage(session, here.organisation, today_at(here), campaign_id)
    plain = form in {Format.JSON, Format.CSV}
    rows = [
        {
            "campaign": one.campaign_id,
            "unit": one.unit,
            "reach": one.reach.value if plain else one.word,
            "owing": one.owing,
            "contacts": list(one.contacts),
            "without_mail": list(one.without_mail),
            "mailbox": one.mailbox,
        }
        for one in found
    ]
    headings = {
        "unit": _("unit"), "campaign": _("campaign"), "reach": _("reached through"),
        "owing": _("open"), "contacts": _("contacts"), "without_mail": _("telephone only"),
        "mailbox": _("office mailbox"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Whom reminders reach"))
    counts = {reach: sum(one.reach is reach for one in found) for reach in Reach}
    if form is Format.TABLE:
        print_line(
            _("{contact} with a contact, {office} at the office mailbox, {nobody} nobody").format(
                contact=counts[Reach.CONTACT] + counts[Reach.OFFICES],
                office=counts[Reach.OFFICE] + counts[Reach.ABSENT],
                nobody=counts[Reach.NOBODY],
            )
        )


def unit_names(here: Office) -> dict[str, str]:
    """The names of units and offices, by id."""
    names = {one.id: one.name for one in here.organisation.departments}
    return names | {one.id: one.name for one in here.organisation.units}


def find_unit_or_office(here: Office, text: str) -> str:
    """The id of the unit or office that `text` names. Raises InputError."""
    units = here.organisation.units
    ids = {one.id for one in units}
    offices = [*units, *(one for one in here.organisation.departments if one.id not in ids)]
    return find_named(text, [Named(one.id, (one.name, *one.aliases)) for one in offices], _("unit"))
