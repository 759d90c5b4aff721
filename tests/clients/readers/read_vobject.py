"""Reads feeds with vobject."""

import json
import sys
from datetime import datetime, time
from pathlib import Path
from typing import Any

import vobject


def main(files: list[str]) -> None:
    print(json.dumps([_entries(Path(one).read_text(encoding="utf-8")) for one in files]))


def _entries(text: str) -> list[dict[str, Any]]:
    return [
        _entry(part)
        for calendar in vobject.readComponents(text)
        for part in calendar.getChildren()
        if part.name in {"VEVENT", "VTODO"}
    ]


def _entry(part: Any) -> dict[str, Any]:
    def value(name: str) -> Any:
        found = part.contents.get(name)
        return found[0].value if found else None

    start, end = value("dtstart"), value("dtend") or value("due")
    sequence, percent = value("sequence"), value("percent-complete")
    return {
        "kind": part.name,
        "uid": value("uid"),
        "start": start.isoformat() if start else "",
        "end": end.isoformat(),
        "status": value("status"),
        "sequence": int(sequence),
        "summary": value("summary"),
        "percent": None if percent is None else int(percent),
        "alarms": sorted(
            _rings(one.trigger, start, end) for one in part.contents.get("valarm", ())
        ),
    }


def _rings(trigger: Any, start: Any, end: Any) -> str:
    day = end if trigger.params.get("RELATED") == ["END"] else start
    moment: datetime = datetime.combine(day, time()) + trigger.value
    return moment.isoformat()


if __name__ == "__main__":
    main(sys.argv[1:])
