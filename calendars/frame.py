"""What stands around entries: the calendar of a mail, and that of a feed with its properties."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, lru_cache

from icalendar import Calendar, Timezone, TimezoneStandard, vDuration, vText

from calendars.entry import EntrySource, event_text
from calendars.wire import uri_value
from config.i18n import language
from config.plain_text import single_line
from workflows.colors import HEX, Color

PRODID = "-//Duban//Duban 1//ZH"
REFRESH = timedelta(hours=1)  # written PT1H: a phone maker's parser rejects the whole file for P1H


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


def feed_calendar(name: str, description: str, color: Color | None, address: str) -> Calendar:
    """A feed's calendar without entries; `address` is where it is fetched, '' where unknown.

    There is no UID for the whole: one sync client collapses a feed that has it.
    """
    calendar = empty_calendar(name)
    calendar.add("description", vText(single_line(description)))
    calendar.add("x-wr-caldesc", vText(single_line(description)))
    if color is not None:
        calendar.add("color", color.value)
        calendar.add("x-apple-calendar-color", HEX[color])
    if address:
        calendar.add("source", uri_value(address), parameters={"VALUE": "URI"})
    # RFC 7986, section 5.7 asks for VALUE=DURATION, which the library leaves out by itself.
    interval = vDuration(REFRESH)
    interval.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", interval)
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return calendar


def around(calendar: Calendar) -> tuple[bytes, bytes]:
    """What stands before a calendar's entries and what after them, as it goes over the wire."""
    head, end, _nothing = calendar.to_ical().partition(b"END:VCALENDAR")
    return bytes(head), bytes(end) + b"\r\n"


@cache
def no_entries() -> bytes:
    """What stands in a feed that shows nothing: an iCalendar object must have a component, and a
    time zone alone is one of the forms that it may have (RFC 5545, 3.6)."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local by definition (3.6.5)
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return bytes(zone.to_ical())


def published(sources: Iterable[EntrySource]) -> bytes:
    """A calendar with these entries as a mail carries it (RFC 5546, 3.2.1)."""
    head, end = _around_published()
    return head + b"".join(_event_bytes(source, language()) for source in sources) + end


@cache
def _around_published() -> tuple[bytes, bytes]:
    return around(empty_calendar(method="PUBLISH"))


@lru_cache(maxsize=8192)
def _event_bytes(source: EntrySource, _language: str) -> bytes:
    # Cached: the same entry goes into a mail for each rung.
    return event_text(source).encode()
