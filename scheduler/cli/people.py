"""Commands about contacts."""

from pathlib import Path
from typing import Annotated

import typer

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from workflows.ladder import Role
from workflows.people import import_contacts, known_campaigns, list_contacts, read_contacts
from workflows.words import word_of


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    contacts = typer.Typer(help=_("Who at a unit is told."), no_args_is_help=True)
    contacts.command("import", help=_("Add contacts from a CSV file, all rows or none."))(_import)
    contacts.command("list", help=_("List the contacts."))(_list)
    app.add_typer(contacts, name="contacts")


def _import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("columns: name, unit, role, email, campaign"))],
) -> None:
    here = office(context)
    database = here.database
    with database.read() as session:
        campaigns = known_campaigns(session)
    rows = read_contacts(file, here.organisation, campaigns)
    with database.write() as session:
        report = import_contacts(session, rows)
    say(
        _("contacts: {added} added, {changed} renamed, {unchanged} unchanged").format(
            added=report.added, changed=report.changed, unchanged=report.unchanged
        )
    )


def _list(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    here = office(context)
    names = {one.id: one.name for one in here.organisation.departments}
    names |= {one.id: one.name for one in here.organisation.units}
    place = here.organisation.position
    with here.database.read() as session:
        rows = [
            {
                "name": one.name,
                "unit": names.get(one.unit_id, one.unit_id),
                "role": one.role if form in {Format.JSON, Format.CSV} else word_of(Role, one.role),
                "email": one.address,
                "campaign": one.campaign_id,
            }
            for one in sorted(
                list_contacts(session), key=lambda one: place.get(one.unit_id, len(place))
            )
        ]
    headings = {
        "unit": _("unit"), "name": _("name"), "role": _("role"), "email": _("e-mail"),
        "campaign": _("campaign"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Contacts"))
