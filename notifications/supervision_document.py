"""A supervision notice as a Word document: to the unit with a receipt slip, or of the third degree
as a proposal that is decided on."""

from pathlib import Path

from config.i18n import _
from notifications.content import Supervised
from notifications.documents.circular import KIND as CIRCULAR
from notifications.documents.circular import Circular, write_circular
from notifications.documents.notice import KIND as NOTICE
from notifications.documents.notice import Owed, SupervisionNotice, write_notice
from notifications.documents.own import own_document
from notifications.documents.parts import Align, Column, Section, Table
from notifications.mime import Enclosure
from notifications.supervision_words import (
    Line,
    closing,
    heading,
    lines,
    mailboxes,
    number,
    opening,
    signature,
)
from notifications.wording import short_day
from workflows.tables import Degree

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def document(notice: Supervised, folder: Path | None = None) -> bytes:
    """The notice as bytes of a .docx file, on our template or the office's own in `folder`.

    Raises InputError where that template cannot be used.
    """
    if notice.degree is Degree.CIRCULAR:
        return write_circular(_proposal(notice), own_document(folder, CIRCULAR))
    return write_notice(_notice(notice), own_document(folder, NOTICE))


def enclosure(notice: Supervised, folder: Path | None = None) -> Enclosure:
    """The document as a file of a mail."""
    return Enclosure(f"{number(notice)}.docx", DOCX, document(notice, folder))


def _notice(notice: Supervised) -> SupervisionNotice:
    return SupervisionNotice(
        title=heading(notice),
        unit=notice.said.unit,
        owed=[
            Owed(_what(one, notice), one.due, one.since, one.days, one.sent)
            for one in lines(notice)
        ],
        answer_by=notice.answer_by,
        signature=signature(notice),
        day=notice.day,
        reference=number(notice),
        opening=opening(notice),
        closing=closing(notice),
        answer_to="\n".join(mailboxes(notice)),
    )


def _proposal(notice: Supervised) -> Circular:
    columns = (
        Column(_("No."), 0.7, Align.CENTRE),
        Column(_("What is owed"), 4),
        Column(_("Due by"), 1.2, Align.CENTRE),
        Column(_("Overdue since"), 1.4, Align.CENTRE),
        Column(_("Reminders sent"), 1.5),
    )
    rows = [
        (
            str(one.number),
            _what(one, notice),
            short_day(one.due, notice.day),
            _("since {day}, {count} days").format(
                day=short_day(one.since, notice.day), count=one.days
            ),
            one.sent,
        )
        for one in lines(notice)
    ]
    return Circular(
        title=heading(notice),
        signature=signature(notice),
        day=notice.day,
        reference=number(notice),
        addressees=notice.said.supervisors,
        opening=opening(notice),
        sections=(Section(table=Table(columns, rows)),),
        closing=closing(notice),
    )


def _what(one: Line, notice: Supervised) -> str:
    """With its campaign, where there are several."""
    if len(notice.said.campaigns) < 2:
        return one.what
    return _("{what} ({campaign})").format(what=one.what, campaign=one.campaign_title)
