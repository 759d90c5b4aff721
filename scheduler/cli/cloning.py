"""`duban campaign clone`: next year's declaration of a campaign's, with what could not be moved."""

from pathlib import Path
from typing import Annotated

import typer

from config.errors import InputError, ProblemsError, StateError
from config.files import shown_path
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.completing import complete_campaign
from scheduler.cli.output import emit, say
from scheduler.office import Office
from workflows.cloning import Remark, clone_text, date_remarks
from workflows.declaration import Declaration
from workflows.declaration_text import declaration_yaml
from workflows.loading import check_file, check_source, declaration_files
from workflows.tables import Campaign
from workflows.yaml_source import parse_yaml


def clone(
    context: typer.Context,
    campaign: Annotated[
        str,
        typer.Argument(
            help=_("id or title, or a declaration's file"), autocompletion=complete_campaign
        ),
    ],
    year: Annotated[int, typer.Option(help=_("the new year"))],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("into a new file"))
    ] = None,
    new_id: Annotated[
        str, typer.Option("--id", help=_("the new id; by default the old one with the year"))
    ] = "",
) -> None:
    """From the file where it says what was applied, comments included; else from the record."""
    if not 2000 <= year <= 2100:
        raise InputError(_("{year} is out of range").format(year=year), _("mend the year"))
    if output is not None and output.exists():
        raise InputError(
            _("{files} is there already and is left as it is").format(files=shown_path(output)),
            _("give another -o"),
        )
    here = office(context)
    text, old, where = _source(here, campaign)
    made = clone_text(text, old, year, new_id.strip())
    name = output or Path(f"{year}.yaml")
    checked = check_source(
        name, parse_yaml(made.text, shown_path(name)), here.organisation, here.settings
    )
    if checked.declaration is None:
        raise ProblemsError(checked.errors)
    emit(made.text, output)
    say(
        _("{id} → {new}, from {where}: {count} values moved").format(
            id=old.id, new=checked.declaration.id, where=where, count=made.moved
        )
    )
    remarks = [*made.remarks, *date_remarks(checked.declaration)]
    if remarks:
        say(_("To look at ({count}):").format(count=len(remarks)))
    for one in remarks:
        say("  " + _line(one))


def _line(one: Remark) -> str:
    place = _("line {line}").format(line=one.line) if one.line else one.field
    return _("{place}: {words}").format(place=place, words=one.words)


def _source(here: Office, campaign: str) -> tuple[str, Declaration, str]:
    """The text of the declaration, the declaration, and where it was found."""
    file = Path(campaign)
    if file.suffix in {".yaml", ".yml"}:
        return _from_file(here, file)
    kept = _kept(here, campaign)
    wanted = kept[1].id if kept is not None else campaign
    for one in declaration_files(here.settings.campaigns_dir):
        found = check_file(one, here.organisation, here.settings).declaration
        if found is not None and found.id == wanted and (kept is None or found == kept[1]):
            return _from_file(here, one)
    if kept is None:
        raise InputError(
            _("unknown campaign “{id}”").format(id=campaign), _("see “duban campaign list”")
        )
    return kept[0], kept[1], _("the record")


def _from_file(here: Office, file: Path) -> tuple[str, Declaration, str]:
    checked = check_file(file, here.organisation, here.settings)
    if checked.declaration is None:
        raise ProblemsError(checked.errors)
    return file.read_bytes().decode("utf-8-sig"), checked.declaration, shown_path(file)


def _kept(here: Office, campaign: str) -> tuple[str, Declaration] | None:
    """What the record has in force; None where there is no record."""
    from workflows.naming import find_campaign
    from workflows.versions import plan_of, stored_version

    try:
        with here.database.read() as session:
            wanted = find_campaign(session, campaign)
    except (StateError, InputError):  # no record, or not in it: there may be a file
        return None
    with here.database.read() as session:
        found = session.get_one(Campaign, wanted)
        plan = plan_of(session, found)
        stored = stored_version(session, found.id, found.version)
    if plan is None or stored is None:
        return None
    return declaration_yaml(stored.declaration), plan
