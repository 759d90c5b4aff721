"""A feed's events and tasks one by one: as bytes, and as what the RFC lets one read in them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tests.support.rfc5545.wire import Property, read_line, unfolded

_ENTRY = re.compile(rb"BEGIN:(VEVENT|VTODO)\r\n.*?END:\1\r\n", re.DOTALL)
_VERSION = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")  # what says which version it is


@dataclass(frozen=True, slots=True)
class Entry:
    """One event or task: `raw` as it came, `properties` those of its own, the first of each name,
    `alarms` the triggers of its alarms."""

    raw: bytes
    properties: dict[str, Property]
    alarms: tuple[Property, ...]

    def value(self, name: str) -> str:
        """A property's value as it stands there, '' where it has none."""
        found = self.properties.get(name)
        return found.value if found else ""

    @property
    def uid(self) -> str:
        """Which one it is."""
        return self.value("UID")

    @property
    def sequence(self) -> int:
        """SEQUENCE (3.8.7.4); 0 where it has none."""
        return int(self.value("SEQUENCE") or 0)

    @property
    def version(self) -> tuple[int, str]:
        """Of two with one UID the greater one holds: SEQUENCE first, then DTSTAMP, which is in UTC
        and so in the order of its text (RFC 5546, 2.1.5)."""
        return self.sequence, self.value("DTSTAMP")

    def says(self, *, without: str = "") -> bytes:
        """Everything but which version it is, and without that mark before its summary."""
        lines = [one for one in unfolded(self.raw) if not one.startswith(_NAMES)]
        mark = f"SUMMARY:{without} ".encode()
        return b"\r\n".join(
            b"SUMMARY:" + one.removeprefix(mark) if without and one.startswith(mark) else one
            for one in lines
        )


_NAMES = tuple(f"{name}:".encode() for name in _VERSION)


def entries_of(body: bytes) -> dict[str, Entry]:
    """The entries of a feed by UID. A UID that stands there twice is an AssertionError."""
    found: dict[str, Entry] = {}
    for one in _ENTRY.finditer(body):
        entry = read_entry(one[0])
        assert entry.uid and entry.uid not in found, f"UID {entry.uid} is there twice"
        found[entry.uid] = entry
    return found


@lru_cache(maxsize=20_000)  # most entries are the same from one look to the next
def read_entry(raw: bytes) -> Entry:
    """An entry from its bytes."""
    within: list[str] = []
    properties: dict[str, Property] = {}
    alarms: list[Property] = []
    for line in unfolded(raw):
        one = read_line(line)
        if one.name == "BEGIN":
            within.append(one.value)
        elif one.name == "END":
            within.pop()
        elif len(within) == 1:
            properties.setdefault(one.name, one)
        elif one.name == "TRIGGER":
            alarms.append(one)
    return Entry(raw, properties, tuple(alarms))
