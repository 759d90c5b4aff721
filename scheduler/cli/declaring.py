"""Commands about declarations: check, schema, plan."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import Problem, Severity, lines_of
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from scheduler.cli.provisional import provisional_words, unpublished
from scheduler.office import Office
from workflows.compile import CompiledAssignment, compile_campaigns
from workflows.declaration import Declaration
from workflows.loading import (
    check_files,
    declaration_files,
    declaration_schema,
    holidays_schema,
    load_declarations,
    organisation_schema,
)
from workflows.naming import Named, find_named
from workflows.working_days import working_days

PLAN_COLUMNS = (
    "campaign", "milestone", "title", "kind", "unit", "period", "start", "due", "departments",
    "track", "deliverable", "clause", "provisional",
)  # fmt: skip

Files = Annotated[
    list[Path] | None, typer.Argument(help=_("declarations; by default all that are set"))
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(check)
    app.command()(schema)
    app.command()(plan)


def check(context: typer.Context, files: Files = None) -> None:
    """Exit code 2 where there is an error; warnings alone leave 0."""
    here = office(context)
    checked = check_files(files_of(here, files), here.organisation, here.settings)
    problems = [problem for one in checked for problem in one.problems]
    if here.settings.templates_dir is not None:
        from notifications.template_check import template_problems

        problems += template_problems(here.settings.templates_dir)
    if here.settings.documents_dir is not None:
        from notifications.documents.own import document_problems

        problems += document_problems(here.settings.documents_dir)
    for line in lines_of(problems, _problem_line):
        say(line)
    counts = Counter(problem.severity for problem in problems)
    say(
        _("{files} declarations checked: {errors} errors, {warnings} warnings").format(
            files=len(checked),
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
        )
    )
    if counts[Severity.ERROR]:
        raise typer.Exit(2)


def _problem_line(problem: Problem) -> str:
    word = _("error") if problem.severity is Severity.ERROR else _("warning")
    return f"{word}: {problem}"


def schema(
    organisation: Annotated[
        bool, typer.Option("--organisation", help=_("that of the organisation file instead"))
    ] = False,
    holidays: Annotated[
        bool, typer.Option("--holidays", help=_("that of a holiday file instead"))
    ] = False,
) -> None:
    """The schemas are checked in beside the files that point to them."""
    if holidays:
        sys.stdout.write(holidays_schema())
    else:
        sys.stdout.write(organisation_schema() if organisation else declaration_schema())


def plan(
    context: typer.Context,
    files: Files = None,
    campaign: Annotated[str | None, typer.Option(help=_("one campaign's id"))] = None,
    unit: Annotated[str | None, typer.Option(help=_("one unit, by id, name or alias"))] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """One row for each assignment."""
    here = office(context)
    declarations = load_declarations(files_of(here, files), here.organisation)
    if campaign is not None:
        declarations = [_find_campaign(declarations, campaign)]
    compiled = compile_campaigns(declarations, here.organisation)
    if unit is not None:
        known = [Named(one.id, (one.name, *one.aliases)) for one in here.organisation.units]
        unit_id = find_named(unit, known, _("unit"))
        compiled = [one for one in compiled if one.unit.id == unit_id]
    rows = [plan_row(one, with_ladder=form is Format.JSON) for one in compiled]
    unsure = unpublished(one.due for one in compiled)
    if form is Format.TABLE:
        rows = [
            {**row, "due": _("{day} (provisional)").format(day=row["due"])}
            if row["due"].year in unsure
            else row
            for row in rows
        ]
    headings = {
        "campaign": _("campaign"), "title": _("title"), "unit": _("unit"), "start": _("start"),
        "due": _("due"), "departments": _("departments"), "deliverable": _("deliverable"),
        "clause": _("clause"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, csv_columns=PLAN_COLUMNS, title=_("Plan"))
    if form is Format.TABLE:
        say(_("{count} assignments").format(count=len(rows)))
        if unsure:
            say(provisional_words(unsure))


def plan_row(one: CompiledAssignment, *, with_ladder: bool = False) -> dict[str, Any]:
    """A compiled assignment as a row; its ladder's dates only where they are asked for."""
    row: dict[str, Any] = {
        "campaign": one.campaign,
        "milestone": one.milestone.id,
        "title": one.title,
        "kind": one.kind.value,
        "unit": one.unit.name,
        "period": one.period,
        "start": one.start,
        "due": one.due,
        "departments": list(one.departments),
        "track": one.milestone.track or "",
        "deliverable": [deliverable.name for deliverable in one.milestone.deliverables],
        "clause": one.milestone.clause,
        "provisional": not working_days().is_published(one.due.year),
    }
    if with_ladder:
        row["start"] = one.start.isoformat() if one.start else ""
        row["ladder"] = [
            {"rung": rung.rung.id, "number": rung.number, "date": rung.on} for rung in one.ladder
        ]
    return row


def files_of(here: Office, files: list[Path] | None) -> list[Path]:
    """The declarations that were named, else all that are set."""
    return files or declaration_files(here.settings.campaigns_dir)


def _find_campaign(declarations: list[Declaration], text: str) -> Declaration:
    known = [Named(one.id, (one.title,)) for one in declarations]
    wanted = find_named(text, known, _("campaign"))
    return next(one for one in declarations if one.id == wanted)
