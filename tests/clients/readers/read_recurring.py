"""Reads feeds with recurring-ical-events, which Home Assistant and others ask what is when.

Asked for all entries of the years around. Its own search for alarms fails for what is all-day (it
adds hours to a date), so the moments are those that icalendar tells for what it has found.
"""

import json
import sys
from pathlib import Path
from typing import Any

import recurring_ical_events
from icalendar import Calendar

_FROM, _TO = (2020, 1, 1), (2025, 1, 1)


def main(files: list[str]) -> None:
    print(json.dumps([_entries(Calendar.from_ical(Path(one).read_bytes())) for one in files]))


def _entries(calendar: Calendar) -> list[dict[str, Any]]:
    entries = recurring_ical_events.of(calendar, components=["VEVENT", "VTODO"])
    return [_entry(one) for one in entries.between(_FROM, _TO)]


def _entry(part: Any) -> dict[str, Any]:
    start = part["DTSTART"].dt
    end = part["DTEND"].dt if part.name == "VEVENT" else part["DUE"].dt
    if part.name == "VTODO" and start == end:
        start = None  # it says when a task is to be shown, also of one that has no start
    percent = part.get("PERCENT-COMPLETE")
    return {
        "kind": part.name,
        "uid": str(part["UID"]),
        "start": start.isoformat() if start else "",
        "end": end.isoformat(),
        "status": str(part["STATUS"]),
        "sequence": int(part["SEQUENCE"]),
        "summary": str(part["SUMMARY"]),
        "percent": None if percent is None else int(percent),
        "alarms": sorted(one.trigger.isoformat() for one in part.alarms.times),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
