"""`duban restore`: a backup checked, filled in, looked over, and only then put in its place.

Until the last step the old record is untouched; after it the old one is kept beside the new one.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from pydantic import SecretStr
from sqlmodel import Session

from config.errors import DubanError, StateError
from config.files import shown_path
from config.i18n import _
from config.settings import Settings
from notifications.restored import Kept, keep_back
from scheduler.judging import judge
from scheduler.tick import sending_window
from workflows.database import Database
from workflows.keeping.archive import Archive, reading
from workflows.keeping.filling import fill, require_known_schema
from workflows.keeping.manifest import Manifest, local_stamp
from workflows.keeping.new_files import disk_errors_said, new_file
from workflows.keeping.postgres_place import move_aside
from workflows.keeping.sqlite_place import place_sqlite, require_alone
from workflows.organisation import Organisation
from workflows.referee import Report
from workflows.rewording import reword_restored

_STAGING = ".restoring-"
_SPARE = 50_000_000  # bytes that must stay free


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `old` says where the old record is kept, '' where there was none."""

    manifest: Manifest
    old: str
    kept: Kept
    report: Report


@dataclass(frozen=True, slots=True)
class Restore:
    """One restore, with what it needs to know. `now` is aware, in the office's zone."""

    settings: Settings
    organisation: Organisation
    now: datetime
    force: bool = False
    resend: bool = False  # leave the outbox as it was

    def run(self, file: Path) -> Restored:
        """Restore from `file`. Raises InputError where that is no good backup, StateError where
        there is a record already and `force` is not given, or another program uses it."""
        shown = shown_path(file)
        database = Database(self.settings.resolved_database_url)
        try:
            with reading(file) as archive:
                require_known_schema(archive.manifest, shown)
                self._require_room(database, archive.manifest)
                archive.check()
                self._require_leave(database)
                self._bring_uploads(archive)
                if database.file is None:
                    return self._into_postgres(database, archive, shown)
                return self._into_sqlite(database.file, archive, shown)
        finally:
            database.close()

    def _into_sqlite(self, target: Path, archive: Archive, shown: str) -> Restored:
        aside = target.with_name(f"{target.name}.before-restore-{local_stamp(self.now)}")
        with _staging(target.parent) as folder:
            elsewhere = self.settings.model_copy(
                update={"home": folder, "database_url": SecretStr("")}
            )
            staged = Database(elsewhere.resolved_database_url)
            try:
                with staged.write() as session:
                    kept, report = self._fill(session, archive, shown)
            finally:
                staged.close()
            old = place_sqlite(folder / "duban.db", target, aside)
        return Restored(archive.manifest, str(old) if old else "", kept, report)

    def _into_postgres(self, database: Database, archive: Archive, shown: str) -> Restored:
        schema = f"duban_before_restore_{local_stamp(self.now).replace('-', '_')}"
        with database.write() as session:
            old = move_aside(session, schema)
            kept, report = self._fill(session, archive, shown)
        return Restored(archive.manifest, old or "", kept, report)

    def _fill(self, session: Session, archive: Archive, shown: str) -> tuple[Kept, Report]:
        fill(session, archive, shown)
        settings, window = self.settings, sending_window(self.settings)
        made_at, kept = archive.manifest.made_at, Kept()
        reword_restored(session, made_at, self.now)
        if not self.resend:
            domain = settings.mail_from.rpartition("@")[2]
            kept = keep_back(session, made_at, self.now, self.organisation, window, domain)
        return kept, judge(session, settings, self.now)

    def _require_leave(self, database: Database) -> None:
        """Whether the place is free, or may be taken."""
        mend = _("add --force: the old record is then kept beside the new one")
        if database.file is not None and not database.file.exists():
            return
        try:
            there = database.exists()
        except DubanError:
            if database.file is None:
                raise  # a server that cannot be reached
            there = True  # no database any more, but somebody's last copy
        finally:
            database.close()
        if there and not self.force:
            raise StateError(
                _("there is a record already at {url}").format(url=database.shown), mend
            )
        if database.file is not None:
            require_alone(database.file)

    def _require_room(self, database: Database, manifest: Manifest) -> None:
        """The new rows twice (staged and in place) and a copy of the old file, at the most."""
        place = database.file.parent if database.file else self.settings.home
        with disk_errors_said(place):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            old = database.file.stat().st_size if database.file and database.file.exists() else 0
            needed = 3 * manifest.size + old + _SPARE
            free = shutil.disk_usage(place).free
        if free < needed:
            raise StateError(
                _("{folder} has {free} MB free; restoring needs {needed} MB").format(
                    folder=shown_path(place), free=free // 10**6, needed=needed // 10**6
                ),
                _("free some space; nothing was changed"),
            )

    def _bring_uploads(self, archive: Archive) -> None:
        """Uploads are only added: each is named by its hash, so none stands in another's place."""
        folder = self.settings.uploads
        for name in archive.manifest.uploads:
            file = folder / name
            if file.exists() and archive.holds_upload(name, file):
                continue
            with new_file(file) as stream:
                archive.write_upload(name, stream)


@contextmanager
def _staging(place: Path) -> Iterator[Path]:
    """A folder for the new database, on the same disk; what a killed restore left is removed."""
    with disk_errors_said(place):
        for left_over in place.glob(f"{_STAGING}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        folder = Path(mkdtemp(prefix=_STAGING, dir=place))
    try:
        yield folder
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)
