"""What holds for every property, whatever component it stands in: its type and its parameters."""

from collections.abc import Iterator

from tests.support.rfc5545.rules import of_components
from tests.support.rfc5545.values import PROPERTY_TYPES, TYPES
from tests.support.rfc5545.wire import Component, Property

_PARAMETERS = {
    "VALUE", "TZID", "RELATED", "LANGUAGE", "ALTREP", "ENCODING", "FMTTYPE", "CN", "RANGE",
    "RELTYPE", "DISPLAY", "EMAIL", "FEATURE", "LABEL",
}  # fmt: skip
_TIMES = {"DTSTART", "DTEND", "DUE", "RECURRENCE-ID"}
_IN_LANGUAGES = {
    "CATEGORIES", "COMMENT", "CONTACT", "DESCRIPTION", "LOCATION", "NAME", "RESOURCES", "SUMMARY",
    "TZNAME",
}  # fmt: skip


def types_of(name: str) -> tuple[str, ...]:
    """The value types of a property, the default first. An X- property may have any (3.8.8.2)."""
    return PROPERTY_TYPES.get(name, ("TEXT", *TYPES))


def type_of(one: Property) -> str:
    """Its value type, '' where it has to say one and does not."""
    default = types_of(one.name)[0]
    said = one.parameter("VALUE").upper()
    return default if not said or (said, default) == ("TEXT", "TEXTS") else said


@of_components("RFC 5545, 3.8.8.1")
def names_are_registered_or_begin_with_x(component: Component) -> Iterator[str]:
    """An IANA property is a registered one; others begin with X- (3.8.8.2)."""
    for one in component.properties:
        if one.name not in PROPERTY_TYPES and not one.name.startswith("X-"):
            yield one.name


@of_components("RFC 5545, 3.2.20")
def value_says_a_type_that_is_not_the_default(component: Component) -> Iterator[str]:
    """VALUE is needed where the default type is overridden, or where there is none (RFC 7986)."""
    for one in component.properties:
        kind = type_of(one)
        if kind not in types_of(one.name) or kind == "":
            yield f"{one.name} cannot be {kind or 'without VALUE='}"
        elif not TYPES[kind](one.value) and any(
            TYPES[other](one.value) for other in types_of(one.name) if other
        ):
            yield f"{one.name}:{one.value} needs VALUE= of its type"


@of_components("RFC 5545, 3.3")
def values_are_of_their_type(component: Component) -> Iterator[str]:
    """Each value follows the grammar of its type."""
    for one in component.properties:
        kind = type_of(one)
        if kind in TYPES and not TYPES[kind](one.value):
            yield f"{one.name}:{one.value} is no {kind}"


@of_components("RFC 5545, 3.2")
def parameters_are_known_and_said_once(component: Component) -> Iterator[str]:
    """Each at most once, registered or X-, with something in it."""
    for one in component.properties:
        names = [name for name, _values in one.parameters]
        if len(names) != len(set(names)):
            yield f"{one.name} says a parameter twice"
        for name, values in one.parameters:
            if not (name in _PARAMETERS or name.startswith("X-")):
                yield f"{one.name}: {name} is not known"
            if not any(values):
                yield f"{one.name}: {name} is empty"


@of_components("RFC 5545, 3.2")
def parameters_stand_where_they_belong(component: Component) -> Iterator[str]:
    """RELATED on a trigger (3.2.14), TZID on times (3.2.19), LANGUAGE on texts (3.2.10)."""
    places = {"RELATED": {"TRIGGER"}, "TZID": _TIMES, "LANGUAGE": _IN_LANGUAGES}
    for one in component.properties:
        for name, _values in one.parameters:
            allowed = places.get(name)
            if allowed is not None and not one.name.startswith("X-") and one.name not in allowed:
                yield f"{name} on {one.name}"


@of_components("RFC 5545, 3.2.19")
def tzid_is_on_local_times_alone(component: Component) -> Iterator[str]:
    """It must not be on a DATE, or on a time in UTC."""
    for one in component.properties:
        if one.parameter("TZID") and (type_of(one) == "DATE" or one.value.endswith("Z")):
            yield f"{one.name}:{one.value}"
