"""What holds for alarms (RFC 5545, 3.6.6 and 3.8.6)."""

from collections.abc import Iterator

from tests.support.rfc5545.rules import of_components
from tests.support.rfc5545.rules_of_entries import ENTRIES
from tests.support.rfc5545.rules_of_values import type_of
from tests.support.rfc5545.values import is_utc
from tests.support.rfc5545.wire import Component

_NEEDED = {
    "DISPLAY": {"ACTION", "DESCRIPTION", "TRIGGER"},
    "AUDIO": {"ACTION", "TRIGGER"},
    "EMAIL": {"ACTION", "DESCRIPTION", "SUMMARY", "TRIGGER"},
}
_ONCE = {"ACTION", "DESCRIPTION", "DURATION", "REPEAT", "SUMMARY", "TRIGGER", "UID"}


@of_components("RFC 5545, 3.6.6", "VALARM")
def an_alarm_is_whole(component: Component) -> Iterator[str]:
    """What its ACTION asks for is there."""
    action = component.get("ACTION")
    needed = _NEEDED.get(action.value if action else "DISPLAY")
    if needed is None:
        yield f"ACTION:{action.value if action else ''}"
    for name in sorted(needed or ()):
        if component.get(name) is None:
            yield f"no {name}"


@of_components("RFC 5545, 3.6.6", "VALARM")
def an_alarms_properties_come_once(component: Component) -> Iterator[str]:
    """And none that an alarm does not have."""
    for one in component.properties:
        if one.name not in _ONCE and not one.name.startswith("X-"):
            yield one.name
    for name in sorted(_ONCE):
        if (count := len(component.all(name))) > 1:
            yield f"{name} {count} times"


@of_components("RFC 5545, 3.6.6", "VALARM")
def repeat_and_duration_together(component: Component) -> Iterator[str]:
    """Either both or neither."""
    if (component.get("DURATION") is None) != (component.get("REPEAT") is None):
        yield "one without the other"


@of_components("RFC 5545, 3.8.6.3", "VALARM")
def a_trigger_at_a_moment_is_in_utc(component: Component) -> Iterator[str]:
    """And relates to nothing."""
    for one in component.all("TRIGGER"):
        if type_of(one) == "DATE-TIME" and not is_utc(one.value):
            yield one.value
        if type_of(one) == "DATE-TIME" and one.parameter("RELATED"):
            yield "RELATED without a duration"


@of_components("RFC 5545, 3.2.14", "VALARM")
def related_is_start_or_end(component: Component) -> Iterator[str]:
    """START is the default."""
    for one in component.all("TRIGGER"):
        if one.parameter("RELATED") not in {"", "START", "END"}:
            yield one.parameter("RELATED")


@of_components("RFC 5545, 3.8.6.3", *ENTRIES)
def what_a_trigger_relates_to_is_there(component: Component) -> Iterator[str]:
    """DTSTART for the start; DTEND or DUE, or DTSTART with DURATION, for the end."""
    end = "DTEND" if component.name == "VEVENT" else "DUE"
    names = {one.name for one in component.properties}
    has_end = end in names or {"DTSTART", "DURATION"} <= names
    for alarm in component.components:
        for one in alarm.all("TRIGGER"):
            if type_of(one) != "DURATION":
                continue
            if one.parameter("RELATED") == "END" and not has_end:
                yield "no end to relate to"
            if one.parameter("RELATED") != "END" and "DTSTART" not in names:
                yield "no DTSTART to relate to"
