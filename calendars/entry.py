"""One assignment as an iCalendar entry: an all-day event on its effective due date, or a task
(RFC 5545, 3.6.1 and 3.6.2).

Built by hand for speed, as the mails are (docs/adr/0009); the tests compare every byte with what
`icalendar` writes from the same values.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from calendars.wire import content_line, text_value, uri_value
from config.i18n import _, language
from config.plain_text import single_line, without_controls
from workflows.lights import LIGHT_LOOKS, Light
from workflows.states import STRUCK, State, state_word

# Before the summary: of what is handed in, what is overdue, what is due soon or behind.
DONE, LATE, WARNING = "✓", "!", LIGHT_LOOKS[Light.YELLOW].sign
_A_DAY = timedelta(days=1)
_ALARM_HOUR = 9


class EntrySource(NamedTuple):
    """What an entry says. `due` and `start` are dates local to the campaign's zone; `changed_at`
    and `submitted_at` are aware. What stands after `state` is for feeds alone."""

    uid: str
    sequence: int
    changed_at: datetime  # by the record, or the midnight at which its light turned
    due: date
    title: str
    unit: str
    campaign_title: str
    clause: str
    mailbox: str
    deliverables: tuple[str, ...]
    state: State
    percent: int = 0  # of what has to be handed in
    submitted_at: datetime | None = None
    start: date | None = None  # of a span
    mark: str = ""
    light: str = ""  # its word
    color: str = ""
    url: str = ""
    alarms: tuple[int, ...] = ()  # days from the due date


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


def event_text(source: EntrySource) -> str:
    """The VEVENT. DTSTAMP and LAST-MODIFIED are the last change's time, never the time of asking,
    so that the same record always gives the same bytes."""
    changed = _utc(source.changed_at)
    summary = _summary(source)
    shared = _shared_of(source)
    is_span = source.start is not None and source.start < source.due
    start = source.start if is_span and source.start else source.due
    alarms = _alarms(source, summary, start)
    return (
        "BEGIN:VEVENT\r\n"
        f"{content_line('SUMMARY', text_value(_marked(source.mark, summary)))}"
        f"DTSTART;VALUE=DATE:{_date(start)}\r\n"
        f"DTEND;VALUE=DATE:{_date(source.due + _A_DAY)}\r\n"  # exclusive (3.6.1)
        f"DTSTAMP:{changed}\r\n"
        f"{content_line('UID', text_value(source.uid))}"
        f"SEQUENCE:{source.sequence}\r\n"
        f"{shared.category}{shared.color}{shared.description}"
        f"LAST-MODIFIED:{changed}\r\n"
        f"STATUS:{'CANCELLED' if source.state in STRUCK else 'CONFIRMED'}\r\n"
        "TRANSP:TRANSPARENT\r\n"
        f"{shared.url}{alarms}"
        "END:VEVENT\r\n"
    )


def task_text(source: EntrySource) -> str:
    """The VTODO. What is handed in is completed, also while it waits for checking."""
    changed = _utc(source.changed_at)
    summary = _summary(source)
    shared = _shared_of(source)
    status = _task_status(source)
    completed = ""
    if status == "COMPLETED":
        completed = f"COMPLETED:{_utc(source.submitted_at or source.changed_at)}\r\n"
    # DUE has to be later than DTSTART (3.8.2.3), so that only what takes several days has both.
    is_span = source.start is not None and source.start < source.due
    start = f"DTSTART;VALUE=DATE:{_date(source.start)}\r\n" if is_span and source.start else ""
    return (
        "BEGIN:VTODO\r\n"
        f"{shared.category}{shared.color}{completed}{shared.description}"
        f"DTSTAMP:{changed}\r\n"
        f"{start}"
        f"DUE;VALUE=DATE:{_date(source.due)}\r\n"
        f"LAST-MODIFIED:{changed}\r\n"
        f"PERCENT-COMPLETE:{source.percent}\r\n"
        f"SEQUENCE:{source.sequence}\r\n"
        f"STATUS:{status}\r\n"
        f"{content_line('SUMMARY', text_value(_marked(source.mark, summary)))}"
        f"{content_line('UID', text_value(source.uid))}"
        f"{shared.url}{_alarms(source, summary, source.start if is_span else None)}"
        "END:VTODO\r\n"
    )


def _summary(source: EntrySource) -> str:
    return single_line(_("{title} · {unit}").format(title=source.title, unit=source.unit))


def _marked(mark: str, summary: str) -> str:
    return f"{mark} {summary}" if mark else summary


def _task_status(source: EntrySource) -> str:
    if source.state in STRUCK:
        return "CANCELLED"
    if source.percent == 100:
        return "COMPLETED"
    return "IN-PROCESS" if source.percent or source.state is State.RETURNED else "NEEDS-ACTION"


def _alarms(source: EntrySource, summary: str, start: date | None) -> str:
    """A VALARM for each day, at nine o'clock where the reader is (3.8.6.3).

    Counted from `start`, since some programs count from there whatever RELATED says; None where
    the entry has no start, and its end alone is left.
    """
    if not source.alarms:
        return ""
    described = content_line("DESCRIPTION", text_value(summary))
    related = ";RELATED=END" if start is None else ""
    later = 0 if start is None else (source.due - start).days
    return "".join(
        f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{described}"
        f"TRIGGER{related}:{_trigger(days + later)}\r\nEND:VALARM\r\n"
        for days in source.alarms
    )


@cache  # a ladder reaches 999 days at most, and a span is no longer than its campaign
def _trigger(days: int) -> str:
    """Nine o'clock so many days from a midnight, as a duration (3.3.6)."""
    if days >= 0:
        return f"P{days}DT{_ALARM_HOUR}H" if days else f"PT{_ALARM_HOUR}H"
    rest = 24 - _ALARM_HOUR
    return f"-P{-days - 1}DT{rest}H" if days < -1 else f"-PT{rest}H"


class _Shared(NamedTuple):
    """The lines that all units of a milestone have in common."""

    category: str
    color: str
    description: str
    url: str


def _shared_of(source: EntrySource) -> _Shared:
    return _shared(
        source.campaign_title, source.clause, source.deliverables, source.mailbox, source.state,
        source.light, source.color, source.url, language(),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _shared(
    campaign_title: str,
    clause: str,
    deliverables: tuple[str, ...],
    mailbox: str,
    state: State,
    light: str,
    color: str,
    url: str,
    _language: str,
) -> _Shared:
    described = [campaign_title]
    if state is not State.OPEN:
        described.append(_("State: {state}").format(state=state_word(state)))
    if light:
        described.append(_("Light: {light}").format(light=light))
    if clause:  # what was opened during the campaign may have none
        described.append(_("Clause: {clause}").format(clause=clause))
    if deliverables:
        described.append(
            _("Hand in: {deliverables}").format(deliverables=_("; ").join(deliverables))
        )
    described.append(_("To: {mailbox}").format(mailbox=mailbox))
    return _Shared(
        content_line("CATEGORIES", text_value(single_line(campaign_title))),
        content_line("COLOR", color) if color else "",
        content_line("DESCRIPTION", text_value(without_controls("\n".join(described)))),
        content_line("URL", uri_value(url)) if url else "",
    )


@lru_cache(maxsize=1024)
def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@lru_cache(maxsize=1024)
def _date(day: date) -> str:
    return day.isoformat().replace("-", "")
