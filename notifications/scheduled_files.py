"""The files that scheduled reports bring. What writes them is loaded only where one is due."""

import re
from datetime import date
from pathlib import Path

import structlog

from config.errors import InputError
from config.i18n import _
from notifications.content import Scheduled
from notifications.mime import Enclosure
from workflows.forms.summary import Summary
from workflows.reporting.ranking import RankingTable
from workflows.uploads import clean_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_log = structlog.get_logger()


def report_file(said: Scheduled, documents: Path | None) -> Enclosure | None:
    """The report as a workbook, or as a circular on the template of the folder `documents`; None
    where it is none. A faulty template gives way to ours: `duban check` names it before."""
    if said.report is None:
        return None
    if not said.as_docx:
        from notifications.documents.report_xlsx import write_xlsx

        return Enclosure(
            _named(said.campaign, said.today, "xlsx"), XLSX, write_xlsx(said.report, said.levels)
        )
    return Enclosure(_named(said.campaign, said.today, "docx"), DOCX, _circular(said, documents))


def _circular(said: Scheduled, documents: Path | None) -> bytes:
    from notifications.documents.circular import KIND
    from notifications.documents.own import own_document
    from notifications.documents.report_docx import write_docx

    if said.report is None:
        raise ValueError("no report")
    try:
        return write_docx(said.report, said.levels, own_document(documents, KIND))
    except InputError as error:
        _log.error("own template fails, ours is used", template=KIND, fault=str(error))
        return write_docx(said.report, said.levels)


def ranking_file(table: RankingTable, today: date) -> Enclosure:
    """The ranking as a workbook."""
    from notifications.documents.ranking_xlsx import write_ranking

    title = _("Ranking: {title}").format(title=table.title)
    return Enclosure(_named(title, today, "xlsx"), XLSX, write_ranking(table))


def form_file(summary: Summary, today: date) -> Enclosure:
    """The summary of a form as a workbook."""
    from workflows.forms.write_summary import write_summary

    return Enclosure(_named(summary.duty, today, "xlsx"), XLSX, write_summary(summary))


def _named(title: str, today: date, ending: str) -> str:
    """A file's name as people read it, with nothing that a disk does not take."""
    plain = re.sub(r'[<>:"/\\|?*：]+ *', "-", title)
    return clean_name(f"{plain}（{today}）.{ending}")
