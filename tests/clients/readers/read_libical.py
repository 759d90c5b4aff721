"""Reads feeds with libical, as Evolution, GNOME Calendar and KOrganizer do."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as ical  # noqa: E402

_KINDS = {
    ical.ComponentKind.VEVENT_COMPONENT: "VEVENT",
    ical.ComponentKind.VTODO_COMPONENT: "VTODO",
}


def main(files: list[str]) -> None:
    print(json.dumps([_entries(Path(one).read_text(encoding="utf-8")) for one in files]))


def _entries(text: str) -> list[dict[str, Any]]:
    calendar = ical.Component.new_from_string(text)
    # What libical could not read, it marks within the component.
    assert calendar.count_errors() == 0, calendar.as_ical_string()
    return [_entry(part, kind) for key, kind in _KINDS.items() for part in _parts(calendar, key)]


def _parts(parent: Any, kind: Any) -> Iterator[Any]:
    part = parent.get_first_component(kind)
    while part is not None:
        yield part
        part = parent.get_next_component(kind)


def _entry(part: Any, kind: str) -> dict[str, Any]:
    start, end = part.get_dtstart(), part.get_due() if kind == "VTODO" else part.get_dtend()
    percent = part.get_first_property(ical.PropertyKind.PERCENTCOMPLETE_PROPERTY)
    status = ical.Property.status_to_string(part.get_status())
    return {
        "kind": kind,
        "uid": part.get_uid(),
        "start": _day(start),
        "end": _day(end),
        "status": status,
        "sequence": part.get_sequence(),
        "summary": part.get_summary(),
        "percent": None if percent is None else percent.get_percentcomplete(),
        "alarms": sorted(
            _rings(one, start, end) for one in _parts(part, ical.ComponentKind.VALARM_COMPONENT)
        ),
    }


def _day(time: Any) -> str:
    if time is None or time.is_null_time():
        return ""
    assert time.is_date()
    return "{:04}-{:02}-{:02}".format(*time.get_date())


def _rings(alarm: Any, start: Any, end: Any) -> str:
    found = alarm.get_first_property(ical.PropertyKind.TRIGGER_PROPERTY)
    related = found.get_first_parameter(ical.ParameterKind.RELATED_PARAMETER)
    at_end = related is not None and related.get_related() == ical.ParameterRelated.END
    moment = (end if at_end else start).clone()
    moment.set_is_date(False)
    moment = moment.add(found.get_trigger().get_duration())
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*moment.get_date(), *moment.get_time())


if __name__ == "__main__":
    main(sys.argv[1:])
