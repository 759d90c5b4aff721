"""`duban report`: what campaigns have reached at a moment, as a document."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from sqlmodel import Session

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import AtOption, moment_of
from scheduler.cli.completing import complete_campaign
from scheduler.cli.output import OutputOption, say, working, write_document
from workflows.naming import find_campaign
from workflows.reporting.model import Report


class ReportFormat(StrEnum):
    """What a report is written as."""

    XLSX = "xlsx"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(
        "report", help=_("Write a report of campaigns: counts, matrix, targets, who is late.")
    )(_report)


def _report(
    context: typer.Context,
    campaigns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CAMPAIGN]...", help=_("campaigns"), autocompletion=complete_campaign
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("all campaigns that are under way"))
    ] = False,
    at: AtOption = None,
    since: Annotated[
        str | None,
        typer.Option(help=_("the last report, since which changes are told; by default a week")),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help=_("the document’s format"))
    ] = ReportFormat.XLSX,
    output: OutputOption = None,
) -> None:
    """A past moment is told by what had been recorded then."""
    if bool(campaigns) == every:
        raise InputError(_("say of which campaigns"), _("name them, or give --all"))
    from workflows.reporting.report import make_report

    here = office(context)
    moment = moment_of(at, here)
    before = moment_of(since, here).at if since is not None else None
    with working(_("making the report")), here.database.read() as session:
        ids = _ids(session, campaigns or ())
        report = make_report(session, ids, moment.at, as_of_past=moment.past, since=before)
    content = written(report, form, here.organisation.levels)
    write_document(content, output, f".{form.value}")
    if output is not None:
        say(_("written: {file}").format(file=output))


def _ids(session: Session, names: Sequence[str]) -> list[str] | None:
    return list(dict.fromkeys(find_campaign(session, name) for name in names)) or None


def written(report: Report, form: ReportFormat, levels: dict[str, str]) -> bytes:
    """The report in that format. `levels` names the levels of units by their ids."""
    from notifications.documents.report_xlsx import write_xlsx  # openpyxl takes its time

    return write_xlsx(report, levels)
