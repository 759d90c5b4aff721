"""What a rule is, and all of them over one file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.rfc5545.wire import Component, MalformedError, read_calendar

_Check = Callable[[bytes, Component], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One MUST, with the section that has it."""

    name: str
    section: str
    check: _Check


@dataclass(frozen=True, slots=True)
class Breach:
    """What breaks a rule."""

    rule: str
    section: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.section}): {self.what}"


RULES: dict[str, Rule] = {}


def of_bytes(section: str) -> Callable[[Callable[[bytes], Iterator[str]]], None]:
    """Register a rule about the bytes of a file; its name is the function's."""

    def register(check: Callable[[bytes], Iterator[str]]) -> None:
        _add(check.__name__, section, lambda body, _calendar: check(body))

    return register


def of_calendar(section: str) -> Callable[[Callable[[Component], Iterator[str]]], None]:
    """Register a rule about the calendar as a whole."""

    def register(check: Callable[[Component], Iterator[str]]) -> None:
        _add(check.__name__, section, lambda _body, calendar: check(calendar))

    return register


def of_components(
    section: str, *names: str
) -> Callable[[Callable[[Component], Iterator[str]]], None]:
    """Register a rule about every component with one of these names, or about every one."""

    def register(check: Callable[[Component], Iterator[str]]) -> None:
        def check_each(_body: bytes, calendar: Component) -> Iterator[str]:
            for one in calendar.walk():
                if not names or one.name in names:
                    yield from (f"{_label(one)}: {what}" for what in check(one))

        _add(check.__name__, section, check_each)

    return register


def breaches(body: bytes) -> list[Breach]:
    """Every rule that a file breaks, rule by rule."""
    try:
        calendar = read_calendar(body)
    except MalformedError as error:
        calendar = Component("VCALENDAR")
        malformed = [Breach("grammar", "RFC 5545, 3.1 and 3.6", str(error))]
    else:
        malformed = []
    return malformed + [
        Breach(rule.name, rule.section, what)
        for rule in RULES.values()
        if not malformed or rule.section.endswith("3.1")
        for what in rule.check(body, calendar)
    ]


def _add(name: str, section: str, check: _Check) -> None:
    assert name not in RULES
    RULES[name] = Rule(name, section, check)


def _label(one: Component) -> str:
    uid = one.get("UID")
    return f"{one.name} {uid.value}" if uid else one.name
