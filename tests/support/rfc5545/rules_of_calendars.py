"""What holds for the calendar as a whole (RFC 5545, 3.6, 3.7; RFC 7986, 4 and 5)."""

import uuid
from collections import Counter
from collections.abc import Iterator

from tests.support.rfc5545.colors import COLORS
from tests.support.rfc5545.rules import of_calendar, of_components
from tests.support.rfc5545.values import is_duration
from tests.support.rfc5545.wire import Component

_KNOWN = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"}
_WITHIN = {
    "VCALENDAR": _KNOWN,
    "VEVENT": {"VALARM"},
    "VTODO": {"VALARM"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
}
_LONGEST_UID = 255  # octets that a recipient has to keep


@of_calendar("RFC 5545, 3.6")
def prodid_and_version_once(calendar: Component) -> Iterator[str]:
    """Both are required, and neither comes twice."""
    for name in ("PRODID", "VERSION"):
        if (count := len(calendar.all(name))) != 1:
            yield f"{name} {count} times"


@of_calendar("RFC 5545, 3.6")
def the_rest_at_most_once(calendar: Component) -> Iterator[str]:
    """CALSCALE and METHOD; by RFC 7986, 4: UID, LAST-MODIFIED, URL, REFRESH-INTERVAL, SOURCE,
    COLOR."""
    for name in ("CALSCALE", "METHOD", "UID", "LAST-MODIFIED", "URL", "REFRESH-INTERVAL", "SOURCE",
                 "COLOR", "X-WR-CALNAME", "X-PUBLISHED-TTL"):  # fmt: skip
        if (count := len(calendar.all(name))) > 1:
            yield f"{name} {count} times"


@of_calendar("RFC 5545, 3.6")
def there_is_a_component(calendar: Component) -> Iterator[str]:
    """“It MUST include at least one calendar component.”"""
    if not calendar.components:
        yield "none"


@of_components("RFC 5545, 3.6")
def components_stand_where_they_belong(component: Component) -> Iterator[str]:
    """And behind all properties of what they stand in (3.4, 3.6.1, 3.6.2)."""
    for inner in component.components:
        if inner.name not in _WITHIN.get(component.name, set()):
            yield f"{inner.name} within {component.name}"
    for one in component.late:
        yield f"{one.name} behind a component"


@of_calendar("RFC 5545, 3.7.1 to 3.7.4")
def fixed_values(calendar: Component) -> Iterator[str]:
    """VERSION 2.0 (3.7.4), CALSCALE GREGORIAN (3.7.1), PRODID says something (3.7.3)."""
    for name, wanted in (("VERSION", "2.0"), ("CALSCALE", "GREGORIAN")):
        for one in calendar.all(name):
            if one.value != wanted:
                yield f"{name}:{one.value}"
    for one in calendar.all("PRODID"):
        if not one.value.strip():
            yield "PRODID is empty"


@of_calendar("RFC 5545, 3.7.2")
def a_feed_has_no_method(calendar: Component) -> Iterator[str]:
    """Without one it is no scheduling message, which would need an ORGANIZER (RFC 5546, 3.2.1)."""
    for one in calendar.all("METHOD"):
        yield f"METHOD:{one.value}"


@of_calendar("this project's own: one sync client collapses a feed that has it")
def a_feed_has_no_uid(calendar: Component) -> Iterator[str]:
    """RFC 7986, 5.3 would allow it."""
    for one in calendar.all("UID"):
        yield f"UID:{one.value}"


@of_calendar("RFC 7986, 5.1 and 5.2")
def one_name_for_each_language(calendar: Component) -> Iterator[str]:
    """NAME and DESCRIPTION may be repeated, each time in a different language."""
    for name in ("NAME", "DESCRIPTION"):
        languages = Counter(one.parameter("LANGUAGE").lower() for one in calendar.all(name))
        for language, count in languages.items():
            if count > 1:
                yield f"{name} {count} times in {language or 'no language'}"


@of_calendar("RFC 7986, 5.7")
def the_refresh_interval_is_a_positive_duration(calendar: Component) -> Iterator[str]:
    """With VALUE=DURATION, which it must have."""
    for one in calendar.all("REFRESH-INTERVAL"):
        if one.parameter("VALUE") != "DURATION":
            yield "without VALUE=DURATION"
        if (
            not is_duration(one.value)
            or one.value.startswith("-")
            or not one.value.strip("PTHMSDW0")
        ):
            yield one.value


@of_calendar("RFC 7986, 5.8")
def the_source_is_an_address(calendar: Component) -> Iterator[str]:
    """With VALUE=URI, which it must have."""
    for one in calendar.all("SOURCE"):
        if one.parameter("VALUE") != "URI":
            yield "without VALUE=URI"


@of_components("RFC 7986, 5.9")
def a_color_is_a_name_of_css(component: Component) -> Iterator[str]:
    """One of CSS3's extended color keywords."""
    for one in component.all("COLOR"):
        if one.value.lower() not in COLORS:
            yield one.value


@of_calendar("RFC 5545, 3.8.4.7")
def uids_are_unique(calendar: Component) -> Iterator[str]:
    """Two entries with one UID would be one with two versions."""
    uids = Counter(
        one.value
        for component in calendar.components
        if not component.get("RECURRENCE-ID")
        for one in component.all("UID")
    )
    for uid, count in uids.items():
        if count > 1:
            yield f"{uid} {count} times"


@of_calendar("RFC 7986, 5.3")
def uids_are_global_and_not_too_long(calendar: Component) -> Iterator[str]:
    """A UUID, as is recommended, so that it says nothing of a host; 255 octets are surely kept."""
    for component in calendar.components:
        for one in component.all("UID"):
            if len(one.value.encode()) > _LONGEST_UID:
                yield f"{len(one.value.encode())} octets"
            try:
                uuid.UUID(one.value)
            except ValueError:
                yield f"{one.value} is no UUID"


@of_calendar("RFC 5545, 3.2.19 and 3.6.5")
def a_time_zone_that_is_used_is_there(calendar: Component) -> Iterator[str]:
    """For each TZID there is a VTIMEZONE with it, and one only."""
    there = Counter(
        one.value
        for component in calendar.components
        if component.name == "VTIMEZONE"
        for one in component.all("TZID")
    )
    used = {one.parameter("TZID") for inner in calendar.walk() for one in inner.properties} - {""}
    for zone in sorted(used - set(there)):
        yield f"{zone} is not there"
    for zone, count in there.items():
        if count > 1:
            yield f"{zone} {count} times"


@of_components("RFC 5545, 3.6.5", "VTIMEZONE")
def a_time_zone_is_whole(component: Component) -> Iterator[str]:
    """A TZID, and at least one STANDARD or DAYLIGHT, each with its start and offsets."""
    if len(component.all("TZID")) != 1:
        yield "not one TZID"
    if not component.components:
        yield "neither STANDARD nor DAYLIGHT"
    for inner in component.components:
        for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
            if len(inner.all(name)) != 1:
                yield f"{inner.name}: not one {name}"
        for one in inner.all("DTSTART"):
            if one.value.endswith("Z") or one.parameters:
                yield f"{inner.name}: DTSTART is no local time"
