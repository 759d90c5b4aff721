"""Bytes → content lines → components, as RFC 5545 writes the grammar (3.1, 3.2, 3.6)."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

# A value and a quoted parameter hold no control characters but the tab; a plain parameter holds
# none of the characters that have a meaning, either.
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f"
_PARAMETER = re.compile(
    rf';(?P<name>[A-Za-z0-9-]+)=(?P<values>(?:"[^"{_CONTROL}]*"|[^";:,{_CONTROL}]*)'
    rf'(?:,(?:"[^"{_CONTROL}]*"|[^";:,{_CONTROL}]*))*)'
)
_ONE_VALUE = re.compile(r'"([^"]*)"|([^",]+)|(?<=,)(?=,|$)|^$')
_NAME = re.compile(r"[A-Za-z0-9-]+")
_VALUE = re.compile(rf"[^{_CONTROL}]*")


class MalformedError(ValueError):
    """What is no content line, or no tree of components."""


@dataclass(frozen=True, slots=True)
class Property:
    """One content line. Names are in capitals; parameters are unquoted."""

    name: str
    value: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def parameter(self, name: str) -> str:
        """The parameter's first value, '' where it has none."""
        return next((values[0] for key, values in self.parameters if key == name), "")


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)
    late: list[Property] = field(default_factory=list)  # behind a component inside, wrongly
    _walked: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Its own properties of that name."""
        return [one for one in self.properties if one.name == name]

    def get(self, name: str) -> Property | None:
        """The first of them."""
        return next(iter(self.all(name)), None)

    def walk(self) -> list["Component"]:
        """Itself and everything inside."""
        if not self._walked:
            inside = [inner for one in self.components for inner in one.walk()]
            self._walked = [self, *inside]
        return self._walked


def unfolded(body: bytes) -> list[bytes]:
    """The content lines: a break with one space or tab behind it is none (3.1)."""
    lines = re.sub(rb"\r\n[ \t]", b"", body).split(b"\r\n")
    return lines[:-1] if lines[-1] == b"" else lines


@lru_cache(maxsize=100_000)  # an alarm is much the same as its neighbour's
def read_line(line: bytes) -> Property:
    """A content line. Raises MalformedError."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8: {line!r}") from error
    named = _NAME.match(text)
    if named is None:
        raise MalformedError(f"no name: {text!r}")
    place, parameters = named.end(), []
    while found := _PARAMETER.match(text, place):
        values = tuple(one[1] or one[2] or "" for one in _ONE_VALUE.finditer(found["values"]))
        parameters.append((found["name"].upper(), values))
        place = found.end()
    if text[place : place + 1] != ":" or not _VALUE.fullmatch(text, place + 1):
        raise MalformedError(f"no content line: {text!r}")
    return Property(named[0].upper(), text[place + 1 :], tuple(parameters))


def read_calendar(body: bytes) -> Component:
    """The one VCALENDAR of a file. Raises MalformedError."""
    root = Component("")
    within = [root]
    for line in unfolded(body):
        one = read_line(line)
        if one.name == "BEGIN":
            inner = Component(one.value.upper())
            within[-1].components.append(inner)
            within.append(inner)
        elif one.name == "END":
            if within.pop().name != one.value.upper() or not within:
                raise MalformedError(f"END:{one.value} ends nothing")
        elif within[-1].components:
            within[-1].late.append(one)
        else:
            within[-1].properties.append(one)
    if len(within) > 1:
        raise MalformedError(f"{within[-1].name} has no end")
    if [one.name for one in root.components] != ["VCALENDAR"] or root.properties or root.late:
        raise MalformedError("not one VCALENDAR alone")
    return root.components[0]
