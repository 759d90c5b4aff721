"""One assignment as an all-day iCalendar entry on its effective due date (RFC 5545, 3.6.1)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from icalendar import Calendar, vText

from calendars.wire import content_line, text_value
from config.i18n import _, language
from config.plain_text import single_line, without_controls
from workflows.states import State
from workflows.tables import Assignment, MilestoneRow, UnitRow

PRODID = "-//Duban//Duban 1//ZH"
_A_DAY = timedelta(days=1)


class EntrySource(NamedTuple):
    """What an entry says. `due` is a date local to the campaign's zone; `changed_at` is aware."""

    uid: str
    sequence: int
    changed_at: datetime
    due: date
    title: str
    unit: str
    campaign_title: str
    clause: str
    mailbox: str
    deliverables: tuple[str, ...]
    state: State


def entry_source(
    assignment: Assignment, milestone: MilestoneRow, unit: UnitRow, campaign_title: str
) -> EntrySource:
    """Read an entry's content off the record."""
    return EntrySource(
        uid=assignment.uid,
        sequence=assignment.sequence,
        changed_at=assignment.changed_at,
        due=assignment.effective_due,
        title=assignment.title,
        unit=unit.name,
        campaign_title=campaign_title,
        clause=milestone.clause,
        mailbox=milestone.mailbox,
        deliverables=tuple(deliverable_line(one) for one in milestone.deliverables),
        state=assignment.state,
    )


def deliverable_line(deliverable: Mapping[str, Any]) -> str:
    """A deliverable with its form and how it is to be handed in, in one line."""
    formats: Sequence[str] = deliverable.get("formats") or ()
    marks = [
        *([str(deliverable["form"])] if deliverable.get("form") else []),
        *([_("stamped")] if deliverable.get("stamped") else []),
        *([_("in writing")] if deliverable.get("written") else []),
        *([_("as a formal document")] if deliverable.get("formal") else []),
        *(
            [" + ".join(str(one) for one in formats)]
            if isinstance(formats, list | tuple) and formats
            else []
        ),
    ]
    name = str(deliverable.get("name", ""))
    return _("{name} ({marks})").format(name=name, marks=_(", ").join(marks)) if marks else name


def entry_text(source: EntrySource) -> str:
    """The VEVENT. DTSTAMP and LAST-MODIFIED are the last change's time, never the time of asking,
    so that the same record always gives the same bytes."""
    changed = _utc(source.changed_at)
    summary = _("{title} · {unit}").format(title=source.title, unit=source.unit)
    cancelled = source.state in {State.WAIVED, State.CANCELLED}
    category, description = _shared(
        source.campaign_title, source.clause, source.deliverables, source.mailbox, language()
    )
    return (
        "BEGIN:VEVENT\r\n"
        f"{content_line('SUMMARY', text_value(single_line(summary)))}"
        f"DTSTART;VALUE=DATE:{_date(source.due)}\r\n"
        f"DTEND;VALUE=DATE:{_date(source.due + _A_DAY)}\r\n"  # exclusive (3.6.1)
        f"DTSTAMP:{changed}\r\n"
        f"{content_line('UID', text_value(source.uid))}"
        f"SEQUENCE:{source.sequence}\r\n"
        f"{category}{description}"
        f"LAST-MODIFIED:{changed}\r\n"
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}\r\n"
        "TRANSP:TRANSPARENT\r\n"
        "END:VEVENT\r\n"
    )


@lru_cache(maxsize=1024)
def _shared(
    campaign_title: str, clause: str, deliverables: tuple[str, ...], mailbox: str, _language: str
) -> tuple[str, str]:
    """The lines that all units of a milestone have in common."""
    described = [campaign_title]
    if clause:  # what was opened during the campaign may have none
        described.append(_("Clause: {clause}").format(clause=clause))
    if deliverables:
        described.append(
            _("Hand in: {deliverables}").format(deliverables=_("; ").join(deliverables))
        )
    described.append(_("To: {mailbox}").format(mailbox=mailbox))
    return (
        content_line("CATEGORIES", text_value(single_line(campaign_title))),
        content_line("DESCRIPTION", text_value(without_controls("\n".join(described)))),
    )


@lru_cache(maxsize=1024)
def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@lru_cache(maxsize=1024)
def _date(day: date) -> str:
    return day.isoformat().replace("-", "")


def empty_calendar(name: str = "", method: str = "") -> Calendar:
    """A calendar without entries. `method` is PUBLISH in a mail and empty in a feed."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", vText(single_line(name)))
        calendar.add("x-wr-calname", vText(single_line(name)))
    return calendar


def calendar_bytes(calendar: Calendar, sources: Iterable[EntrySource]) -> bytes:
    """`calendar` with its entries, as they go over the wire."""
    head, end, _nothing = calendar.to_ical().partition(b"END:VCALENDAR")
    return bytes(head + _entries(sources) + end + b"\r\n")


def published(sources: Iterable[EntrySource]) -> bytes:
    """A calendar with these entries as a mail carries it (RFC 5546, 3.2.1)."""
    head, end = _around()
    return head + _entries(sources) + end


@cache
def _around() -> tuple[bytes, bytes]:
    head, end, _nothing = empty_calendar(method="PUBLISH").to_ical().partition(b"END:VCALENDAR")
    return bytes(head), bytes(end) + b"\r\n"


def _entries(sources: Iterable[EntrySource]) -> bytes:
    return b"".join(_entry_bytes(source, language()) for source in sources)


@lru_cache(maxsize=8192)
def _entry_bytes(source: EntrySource, _language: str) -> bytes:
    # Cached: the same entry goes into a mail for each rung and into several feeds.
    return entry_text(source).encode()
