"""One assignment as an all-day iCalendar entry on its effective due date (RFC 5545, 3.6.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Event, vText

from config.i18n import _, language
from config.plain_text import single_line, without_controls
from workflows.states import State
from workflows.tables import Assignment, MilestoneRow, UnitRow

PRODID = "-//Duban//Duban 1//ZH"


@dataclass(frozen=True, slots=True)
class EntrySource:
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


def build_entry(source: EntrySource) -> Event:
    """The VEVENT. DTSTAMP and LAST-MODIFIED are the last change's time, never the time of asking,
    so that the same record always gives the same bytes."""
    event = Event()
    event.add("uid", source.uid)
    event.add("dtstamp", source.changed_at.astimezone(UTC))
    event.add("last-modified", source.changed_at.astimezone(UTC))
    event.add("sequence", source.sequence)
    event.add("dtstart", source.due)
    event.add("dtend", source.due + timedelta(days=1))  # exclusive (RFC 5545, 3.6.1)
    summary = _("{title} · {unit}").format(title=source.title, unit=source.unit)
    # The library escapes what RFC 5545, 3.3.11 says, but lets a lone CR through.
    event.add("summary", single_line(summary))
    event.add("description", without_controls("\n".join(_description(source))))
    event.add("categories", [single_line(source.campaign_title)])
    cancelled = source.state in {State.WAIVED, State.CANCELLED}
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


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
    return bytes(
        head + b"".join(_entry_bytes(source, language()) for source in sources) + end + b"\r\n"
    )


@lru_cache(maxsize=8192)
def _entry_bytes(source: EntrySource, _language: str) -> bytes:
    # Cached: the same entry goes into a mail for each rung and into several feeds.
    return bytes(build_entry(source).to_ical())


def _description(source: EntrySource) -> list[str]:
    lines = [source.campaign_title]
    if source.clause:  # what was opened during the campaign may have none
        lines.append(_("Clause: {clause}").format(clause=source.clause))
    if source.deliverables:
        lines.append(
            _("Hand in: {deliverables}").format(deliverables=_("; ").join(source.deliverables))
        )
    lines.append(_("To: {mailbox}").format(mailbox=source.mailbox))
    return lines
