"""Backups: by command into a file, and each day while `serve` runs, with a retention.

Only files with a scheduled backup's name are ever removed, and only once a newer one is good.
"""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from config.errors import DubanError
from config.i18n import _
from config.settings import Settings
from scheduler.clock import wall_clock
from scheduler.office import Office
from workflows.database import Database
from workflows.keeping.backing_up import Backup, back_up
from workflows.keeping.manifest import local_stamp
from workflows.keeping.new_files import PART, new_file

_log = structlog.get_logger()
_OURS = re.compile(r"duban-(\d{4}-\d\d-\d\d-\d{6})\.zip")
_FAILURE = "last-failure.txt"
_RETRY = timedelta(hours=1)


def make_backup(
    database: Database,
    settings: Settings,
    now: datetime,
    file: Path,
    *,
    replace: bool = False,
) -> Backup:
    """Make a backup into `file`. `now` is aware. Raises StateError."""
    local = now.astimezone(settings.zone)
    with database.read() as session:
        return back_up(session, file, settings.uploads, local, replace=replace)


def scheduled_backups(settings: Settings) -> list[tuple[datetime, Path]]:
    """The backups that were made by themselves, the oldest first, each with its moment."""
    found = []
    for file in settings.backups.glob("duban-*.zip"):
        match = _OURS.fullmatch(file.name)
        with suppress(ValueError):
            if match is not None and file.is_file():
                moment = datetime.strptime(match[1], "%Y-%m-%d-%H%M%S").replace(
                    tzinfo=settings.zone
                )
                found.append((moment, file))
    return sorted(found)


def missing_uploads(count: int, settings: Settings) -> str:
    """That so many files are not in a backup."""
    return _(
        "{count} files that the record names are not in {folder}, and so not in the backup: is "
        "that folder shared with the machines that take files in?"
    ).format(count=count, folder=settings.uploads)


class DailyBackups:
    """Makes a backup each day at `backup_at`, and keeps those of the last `backup_keep` days.

    To be asked often: what was missed while nothing ran is made up for.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._not_before: datetime | None = None

    def run(self, now: datetime) -> Backup | None:
        """Make a backup where one is due at `now` (aware). A failure is logged and noted for
        `duban doctor`; it is tried again an hour later."""
        settings = self._settings
        if not is_due(settings, now):
            return None
        if self._not_before is not None and now < self._not_before:
            return None
        try:
            _remove_parts(settings.backups, now)
            name = f"duban-{local_stamp(now.astimezone(settings.zone))}.zip"
            made = make_backup(self._database, settings, now, settings.backups / name)
            remove_old(settings)
            (settings.backups / _FAILURE).unlink(missing_ok=True)
        except DubanError as error:
            _log.error("backup failed", reason=error.message, mend=error.mend)
            self._note(now, error.message)
            return None
        except Exception as error:  # whatever it is, the program goes on
            _log.exception("backup failed")
            self._note(now, f"{type(error).__name__}: {error}")
            return None
        _log.info("backup", file=str(made.file), rows=sum(made.manifest.rows.values()))
        self._not_before = None
        if made.missing:
            _log.error(
                "backup without all files", missing=made.missing, folder=str(settings.uploads)
            )
            self._note(now, missing_uploads(made.missing, settings))
        return made

    def _note(self, now: datetime, reason: str) -> None:
        self._not_before = now + _RETRY
        with suppress(DubanError), new_file(self._settings.backups / _FAILURE) as stream:
            stream.write(f"{now.astimezone(self._settings.zone).isoformat()} {reason}\n".encode())


def daily_backups(here: Office) -> DailyBackups | None:
    """The daily backups of an office that has the wall clock; None for another clock (a demo, a
    rehearsal), whose backups would push real ones out, and where the settings want none."""
    if here.clock is not wall_clock or not here.settings.backup_keep:
        return None
    return DailyBackups(here.database, here.settings)


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether no scheduled backup has been made since `backup_at` last passed."""
    local = now.astimezone(settings.zone)
    last = datetime.combine(local.date(), settings.backup_at, settings.zone)
    if last > local:
        last -= timedelta(days=1)
    made = scheduled_backups(settings)
    return not made or made[-1][0] < last


def remove_old(settings: Settings) -> None:
    """Keep the newest scheduled backup of each of the last `backup_keep` days that have one.

    By day, since several programs may have made one. Raises OSError.
    """
    by_day: dict[date, Path] = {}
    for moment, file in scheduled_backups(settings):
        if older := by_day.get(moment.date()):
            older.unlink(missing_ok=True)
        by_day[moment.date()] = file
    for day in sorted(by_day)[: -settings.backup_keep]:
        by_day[day].unlink(missing_ok=True)


def last_failure(settings: Settings) -> str:
    """What the last scheduled backup failed of; '' where it did not."""
    try:
        return (settings.backups / _FAILURE).read_text(encoding="utf-8")[:2000].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _remove_parts(folder: Path, now: datetime) -> None:
    """What a killed program left behind; a young one may be another program's at work."""
    for file in folder.glob(f".duban-*{PART}"):
        if file.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            file.unlink(missing_ok=True)
