"""What holds for events and tasks (RFC 5545, 3.6.1, 3.6.2 and the properties in 3.8)."""

from collections.abc import Iterator

from tests.support.rfc5545.rules import of_components
from tests.support.rfc5545.rules_of_values import type_of
from tests.support.rfc5545.values import is_duration, is_utc
from tests.support.rfc5545.wire import Component

ENTRIES = ("VEVENT", "VTODO")
_ONCE = {
    "CLASS", "COLOR", "CREATED", "DESCRIPTION", "DTSTAMP", "DTSTART", "DURATION", "LAST-MODIFIED",
    "LOCATION", "PRIORITY", "RECURRENCE-ID", "SEQUENCE", "STATUS", "SUMMARY", "UID", "URL",
}  # fmt: skip
_OWN = {"VEVENT": {"DTEND", "TRANSP"}, "VTODO": {"COMPLETED", "DUE", "PERCENT-COMPLETE"}}
_OFTEN = {"CATEGORIES", "COMMENT", "CONTACT", "RELATED-TO", "RESOURCES", "RRULE"}
_STATUSES = {
    "VEVENT": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "VTODO": {"NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"},
}


@of_components("RFC 5545, 3.6.1 and 3.6.2", *ENTRIES)
def uid_and_dtstamp_are_there(component: Component) -> Iterator[str]:
    """And an event without a METHOD has a DTSTART (3.6.1)."""
    needed = ["UID", "DTSTAMP"] + (["DTSTART"] if component.name == "VEVENT" else [])
    for name in needed:
        if component.get(name) is None:
            yield f"no {name}"


@of_components("RFC 5545, 3.6.1 and 3.6.2", *ENTRIES)
def properties_come_once(component: Component) -> Iterator[str]:
    """“MUST NOT occur more than once.”"""
    for name in sorted(_ONCE | _OWN[component.name]):
        if (count := len(component.all(name))) > 1:
            yield f"{name} {count} times"


@of_components("RFC 5545, 3.6.1 and 3.6.2", *ENTRIES)
def properties_belong_to_their_component(component: Component) -> Iterator[str]:
    """An event has no DUE, a task no DTEND or TRANSP."""
    allowed = _ONCE | _OFTEN | _OWN[component.name]
    for one in component.properties:
        if one.name not in allowed and not one.name.startswith("X-"):
            yield one.name


@of_components("RFC 5545, 3.6.1 and 3.6.2", *ENTRIES)
def an_end_or_a_duration(component: Component) -> Iterator[str]:
    """Never both; and a task's duration counts from a DTSTART that is there."""
    end = "DTEND" if component.name == "VEVENT" else "DUE"
    if component.get("DURATION") is not None:
        if component.get(end) is not None:
            yield f"{end} and DURATION"
        if component.get("DTSTART") is None:
            yield "DURATION without DTSTART"


@of_components("RFC 5545, 3.8.2.2 and 3.8.2.3", *ENTRIES)
def the_end_is_after_the_start(component: Component) -> Iterator[str]:
    """DTEND and DUE are later than DTSTART: an end is not part of what it ends."""
    start = component.get("DTSTART")
    for end in component.all("DTEND") + component.all("DUE"):
        if start is not None and len(end.value) == len(start.value) and end.value <= start.value:
            yield f"{end.name}:{end.value} is not after {start.value}"


@of_components("RFC 5545, 3.8.2.2 and 3.8.2.3", *ENTRIES)
def the_end_is_of_the_starts_type(component: Component) -> Iterator[str]:
    """Both dates, or both times; both in UTC, or neither."""
    start = component.get("DTSTART")
    for end in component.all("DTEND") + component.all("DUE"):
        if start is not None and (
            type_of(end) != type_of(start) or is_utc(end.value) != is_utc(start.value)
        ):
            yield f"{end.name}:{end.value} to DTSTART:{start.value}"


@of_components("RFC 5545, 3.8.2.5", *ENTRIES)
def a_duration_is_positive(component: Component) -> Iterator[str]:
    """And of whole days where it begins on a day."""
    start = component.get("DTSTART")
    for one in component.all("DURATION"):
        if one.value.startswith("-"):
            yield one.value
        elif start is not None and type_of(start) == "DATE" and "T" in one.value:
            yield f"{one.value} from a day"
        elif is_duration(one.value) and not one.value.strip("+PTHMSDW0"):
            yield one.value


@of_components("RFC 5545, 3.8.2.1, 3.8.7.1 to 3.8.7.3", "VCALENDAR", *ENTRIES)
def moments_are_in_utc(component: Component) -> Iterator[str]:
    """COMPLETED, CREATED, DTSTAMP and LAST-MODIFIED."""
    for name in ("COMPLETED", "CREATED", "DTSTAMP", "LAST-MODIFIED"):
        for one in component.all(name):
            if not is_utc(one.value):
                yield f"{name}:{one.value}"


@of_components("RFC 5545, 3.8.1.11", *ENTRIES)
def a_status_is_one_of_its_component(component: Component) -> Iterator[str]:
    """An event is not COMPLETED, a task not CONFIRMED."""
    for one in component.all("STATUS"):
        if one.value not in _STATUSES[component.name]:
            yield one.value


@of_components("RFC 5545, 3.8.2.7", "VEVENT")
def transparency_is_one_of_two(component: Component) -> Iterator[str]:
    """OPAQUE or TRANSPARENT."""
    for one in component.all("TRANSP"):
        if one.value not in {"OPAQUE", "TRANSPARENT"}:
            yield one.value


@of_components("RFC 5545, 3.8.1.8, 3.8.1.9 and 3.8.7.4", *ENTRIES)
def numbers_are_in_their_range(component: Component) -> Iterator[str]:
    """PERCENT-COMPLETE 0 to 100, PRIORITY 0 to 9, SEQUENCE from 0 on."""
    for name, most in (("PERCENT-COMPLETE", 100), ("PRIORITY", 9), ("SEQUENCE", 2**31 - 1)):
        for one in component.all(name):
            if not one.value.isdecimal() or not 0 <= int(one.value) <= most:
                yield f"{name}:{one.value}"


@of_components("RFC 5545, 3.8.1.3", *ENTRIES)
def a_class_is_a_token(component: Component) -> Iterator[str]:
    """PUBLIC, PRIVATE, CONFIDENTIAL or a token of its own."""
    for one in component.all("CLASS"):
        if not one.value.replace("-", "").isalnum():
            yield one.value


@of_components("RFC 5545, 3.8.1.2", "VCALENDAR", *ENTRIES)
def categories_say_something(component: Component) -> Iterator[str]:
    """Texts with commas between."""
    for one in component.all("CATEGORIES"):
        if not all(text.strip() for text in one.value.replace("\\,", " x ").split(",")):
            yield repr(one.value)
