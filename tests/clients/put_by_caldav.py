"""Puts the entries of feeds, one file after the other, on a CalDAV server with the caldav client.

Run by the clients' own Python: the server's address, a folder, files. After each file it writes
into a folder of that file's name what the server has by then, one entry to a file.
"""

import sys
from pathlib import Path

import caldav
import icalendar

_KINDS = {"VEVENT", "VTODO"}


def main(url: str, folder: str, *files: str) -> None:
    with caldav.DAVClient(url=url, username="reader", password="none") as client:
        calendar = client.principal().make_calendar(name="督办", cal_id="duban")
        for file in map(Path, files):
            for entry in _entries(file.read_bytes()):
                # As they are: by itself the client counts each save as one more SEQUENCE.
                calendar.add_object(caldav.CalendarObjectResource, ical=entry, increase_seqno=False)
            there = Path(folder) / file.stem
            there.mkdir()
            for number, one in enumerate(calendar.search(include_completed=True)):
                (there / f"{number}.ics").write_text(one.data, encoding="utf-8")


def _entries(feed: bytes) -> list[str]:
    """Each entry of a feed in a calendar of its own, as CalDAV wants it (RFC 4791, 4.1)."""
    found = []
    for part in icalendar.Calendar.from_ical(feed).subcomponents:
        if part.name in _KINDS:
            alone = icalendar.Calendar()
            alone.add("version", "2.0")
            alone.add("prodid", "-//Duban//Test//ZH")
            alone.add_component(part)
            found.append(alone.to_ical().decode())
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
