"""The supervision notice (督办通知) to one unit: what it owes, since when, what was sent, and until
when an answer is awaited; on its last page the receipt slip (回执) to fill in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from config.i18n import _, language
from notifications.documents.paper import Paper, Properties
from notifications.documents.wording import characters, common_words, full_day
from notifications.wording import short_day

KIND = "notice"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that the unit owes.

    `due` is the day by which it was to come, `since` the first day on which it was overdue
    (None where it is not), `days_overdue` calendar days, `sent` in words which reminders went out.
    """

    what: str
    due: date
    since: date | None = None
    days_overdue: int = 0
    sent: str = ""


@dataclass(frozen=True, slots=True)
class SupervisionNotice:
    """All that a notice says; what is empty is left out. Days are local to the office.

    The three degrees (提醒函, 督办通知, 通报或约谈建议) differ in `title` and wording alone.
    `answer_by` is the day until which the receipt slip is awaited, `answer_to` where it goes.
    """

    title: str
    unit: str
    owed: Sequence[Owed]
    answer_by: date
    signature: str
    day: date
    agency: str = ""
    reference: str = ""
    opening: Sequence[str] = ()
    closing: Sequence[str] = ()
    answer_to: str = ""
    note: str = ""


def write_notice(notice: SupervisionNotice, template: Path | None = None) -> bytes:
    """The notice as bytes of a .docx file, on our template or on the file `template`, in the
    language in force. The same notice gives the same bytes.

    Raises InputError where the template cannot be read, is no Word document or names something
    that there is not.
    """
    paper = Paper(KIND, template)
    properties = Properties(notice.title, notice.signature, notice.day)
    return paper.write(notice_values(notice), properties)


def notice_values(notice: SupervisionNotice) -> dict[str, Any]:
    """What the template may name (docs/templates.md)."""
    until = full_day(notice.answer_by)
    hint = _("please return it by {day}").format(day=until)
    if place := notice.answer_to:
        # Several each on a line of their own: an address that a line breaks is copied wrong.
        place = f"\n{place}" if "\n" in place else place
        hint = _("please return it by {day} to {place}").format(day=until, place=place)
    return {
        "agency": notice.agency,
        "agency_width": characters(notice.agency),
        "reference": notice.reference,
        "title": notice.title,
        "unit": notice.unit,
        "opening": notice.opening,
        "owed": [_owed(number, one, notice.day) for number, one in enumerate(notice.owed, start=1)],
        "closing": notice.closing,
        "answer": _("Please return the attached receipt, filled in and sealed, by {day}.").format(
            day=until
        ),
        "answer_by": until,
        "answer_to": notice.answer_to,
        "receipt_hint": hint,
        "signature": notice.signature,
        "date": full_day(notice.day),
        "note": notice.note,
        "language": language(),
        "words": common_words() | _words(),
    }


def _owed(number: int, one: Owed, today: date) -> dict[str, Any]:
    """Days of this year are short: columns are narrow, and the notice's own date has the year."""
    late = ""
    if one.since is not None:
        late = _("since {day}, {count} days").format(
            day=short_day(one.since, today), count=one.days_overdue
        )
    return {
        "number": number,
        "what": one.what,
        "due": short_day(one.due, today),
        "late": late,
        "sent": one.sent,
    }


def _words() -> dict[str, str]:
    return {
        "serial": _("No."),
        "item": _("What is owed"),
        "due": _("Due by"),
        "late": _("Overdue since"),
        "sent": _("Reminders sent"),
        "receipt": _("Receipt slip"),
        "reference": _("Number of the notice"),
        "unit": _("Responsible unit"),
        "state": _("State of progress"),
        "promised": _("Will be done by"),
        "measures": _("Reason and measures"),
        "filled_by": _("Filled in by"),
        "telephone": _("Telephone"),
        "approved_by": _("Approved by"),
        "filled_on": _("Filled in on"),
        "seal": _("Seal of the unit"),
    }
