"""`duban report`: what campaigns have reached at a moment, as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from scheduler.office import Office
from workflows.naming import find_campaign
from workflows.reporting.model import Report


class ReportFormat(StrEnum):
    """What a report is written as."""

    XLSX = "xlsx"
    DOCX = "docx"
    HTML = "html"
    PDF = "pdf"
    MD = "md"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a circular; '' where the office adds it by hand."""

    agency: str = ""
    reference: str = ""
    addressees: tuple[str, ...] = ()


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("report")(_report)


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
    agency: Annotated[
        str, typer.Option(help=_("who issues and signs the circular; by default the owner offices"))
    ] = "",
    reference: Annotated[str, typer.Option(help=_("the circular’s number"))] = "",
    addressees: Annotated[
        list[str] | None,
        typer.Option("--addressee", help=_("whom the circular goes to; may be repeated")),
    ] = None,
    output: OutputOption = None,
) -> None:
    """A past moment is told by what had been recorded then."""
    if bool(campaigns) == every:
        raise InputError(_("say of which campaigns"), _("name them, or give --all"))
    head = Head(agency.strip(), reference.strip(), tuple(addressees or ()))
    if head != Head() and form not in {ReportFormat.DOCX, ReportFormat.PDF}:
        raise InputError(
            _("--agency, --reference and --addressee are for a circular"),
            _("add --format docx, or pdf"),
        )
    from workflows.reporting.report import make_report

    here = office(context)
    moment = moment_of(at, here)
    before = moment_of(since, here).at if since is not None else None
    with working(_("making the report")), here.database.read() as session:
        ids = _ids(session, campaigns or ())
        report = make_report(session, ids, moment.at, as_of_past=moment.past, since=before)
    with working(_("writing the report")):
        content = _written(report, form, here, head)
    write_document(content, output, form.value)
    if output is not None:
        say(_("written: {file}").format(file=output))


def _ids(session: Session, names: Sequence[str]) -> list[str] | None:
    return list(dict.fromkeys(find_campaign(session, name) for name in names)) or None


def _written(report: Report, form: ReportFormat, here: Office, head: Head) -> bytes:
    """The report in that format. Libraries are loaded where they are needed: they take time."""
    levels = here.organisation.levels
    match form:
        case ReportFormat.XLSX:
            from notifications.documents.report_xlsx import write_xlsx

            return write_xlsx(report, levels)
        case ReportFormat.HTML:
            from notifications.documents.report_html import write_html

            return write_html(report, levels)
        case ReportFormat.MD:
            from notifications.documents.report_md import write_md

            return write_md(report, levels)
    from notifications.documents.circular import KIND
    from notifications.documents.own import own_document
    from notifications.documents.pdf import require_office, write_pdf
    from notifications.documents.report_docx import write_docx

    if form is ReportFormat.PDF:
        require_office()
    template = own_document(here.settings.documents_dir, KIND)
    content = write_docx(
        report,
        levels,
        template,
        agency=head.agency,
        reference=head.reference,
        addressees=head.addressees,
    )
    return write_pdf(content, ".docx") if form is ReportFormat.PDF else content
