"""Somebody who subscribes with vdirsyncer and looks at what it fetched with khal and todoman."""

import json
from pathlib import Path
from typing import Any

from tests.clients.seen import Seen, program, readings, run

_VDIRSYNCER = """\
[general]
status_path = "{folder}/status"

[pair duban]
a = "duban_local"
b = "duban_feed"
collections = null

[storage duban_local]
type = "filesystem"
path = "{folder}/calendars/duban"
fileext = ".ics"

[storage duban_feed]
type = "http"
url = "{url}"
"""

_KHAL = """\
[calendars]
[[duban]]
path = {folder}/calendars/duban
readonly = True

[[own]]
path = {folder}/calendars/own

[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai

[sqlite]
path = {folder}/khal.db

[view]
agenda_event_format = {{calendar-color}}{{cancelled}}{{title}}{{alarm-symbol}}{{reset}}
"""

_TODOMAN = """\
path = "{folder}/calendars/duban"
date_format = "%Y-%m-%d"
time_format = ""
cache_path = "{folder}/todoman.sqlite3"
"""


_SETTINGS = {"vdirsyncer.conf": _VDIRSYNCER, "khal.conf": _KHAL, "todoman.py": _TODOMAN}


class Subscriber:
    """Their folder of settings and calendars."""

    def __init__(self, folder: Path, url: str) -> None:
        """`url` is the feed's, as the settings of docs/calendars.md have it."""
        self.folder = folder
        self.calendar = folder / "calendars" / "duban"
        for name in ("duban", "own"):
            (folder / "calendars" / name).mkdir(parents=True)
        for name, text in _SETTINGS.items():
            settings = text.format(folder=folder, url=url)
            (folder / name).write_text(settings, encoding="utf-8")

    def sync(self, *how: str) -> str:
        """Fetch once; what vdirsyncer says of it."""
        if not (self.folder / "status").exists():
            self._vdirsyncer("discover")
        return self._vdirsyncer("sync", *how)

    def files(self) -> dict[str, tuple[int, bytes]]:
        """Each file of the calendar: when it was written, and its bytes."""
        return {
            one.name: (one.stat().st_mtime_ns, one.read_bytes()) for one in self.calendar.iterdir()
        }

    def store(self) -> list[Seen]:
        """The entries in the files."""
        found = readings("vobject", sorted(self.calendar.iterdir()))
        return sorted(entry for entries in found for entry in entries)

    def khal(self, *arguments: str) -> str:
        """What khal says."""
        settings = self.folder / "khal.conf"
        return run([program("khal"), "--config", settings, *arguments], **self._surroundings)

    def listed(self) -> list[dict[str, str]]:
        """The events of the year in khal's list, each once."""
        fields = ("uid", "start-long", "end-long", "title", "cancelled")
        wanted = [part for field in fields for part in ("--json", field)]
        days = self.khal("list", "--once", *wanted, "2022-01-01", "2022-12-31")
        return [one for day in days.splitlines() for one in json.loads(day)]

    def todos(self) -> list[dict[str, Any]]:
        """The tasks in todoman's list, done ones and cancelled ones too."""
        settings = self.folder / "todoman.py"
        wanted = ("--porcelain", "list", "--status", "ANY")
        said = run([program("todo"), "--config", settings, *wanted], **self._surroundings)
        found: list[dict[str, Any]] = json.loads(said)
        return found

    @property
    def _surroundings(self) -> dict[str, str]:
        return {"HOME": str(self.folder)}

    def _vdirsyncer(self, *command: str) -> str:
        settings = self.folder / "vdirsyncer.conf"
        return run([program("vdirsyncer"), "-c", settings, *command], **self._surroundings)
