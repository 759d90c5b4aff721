"""Reads feeds with ical, the library of Home Assistant's calendars, which refuses what is wrong.

It drops RELATED, so that an alarm counts from the start of whatever has one, and keeps
PERCENT-COMPLETE among what it does not know.
"""

import json
import sys
from datetime import datetime, time
from pathlib import Path
from typing import Any

from ical.calendar_stream import IcsCalendarStream


def main(files: list[str]) -> None:
    print(json.dumps([_entries(Path(one).read_text(encoding="utf-8")) for one in files]))


def _entries(text: str) -> list[dict[str, Any]]:
    calendar = IcsCalendarStream.calendar_from_ics(text)
    return [
        *(_entry("VEVENT", one, one.dtstart, one.dtend) for one in calendar.events),
        *(_entry("VTODO", one, one.dtstart, one.due) for one in calendar.todos),
    ]


def _entry(kind: str, part: Any, start: Any, end: Any) -> dict[str, Any]:
    is_task = kind == "VTODO"
    return {
        "kind": kind,
        "uid": part.uid,
        "start": start.isoformat() if start else "",
        "end": end.isoformat(),
        "status": part.status.value,
        "sequence": part.sequence,
        "summary": part.summary,
        "percent": next(
            (int(one.value) for one in part.extras if one.name == "percent-complete"), None
        ),
        "alarms": sorted(
            _rings(one.trigger, start or end) for one in (part.alarms if is_task else part.alarm)
        ),
    }


def _rings(trigger: Any, day: Any) -> str:
    moment: datetime = datetime.combine(day, time()) + trigger
    return moment.isoformat()


if __name__ == "__main__":
    main(sys.argv[1:])
