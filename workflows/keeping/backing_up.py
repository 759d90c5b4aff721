"""Makes a backup: one snapshot of every table, then the uploads, in one file.

Others go on reading and writing meanwhile. An upload is named by its hash and never changed, so
the snapshot's uploads are all there when they are copied after it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Literal

from sqlmodel import Session

from config.errors import StateError
from config.files import shown_path
from config.i18n import _
from workflows.keeping.archive import reading, writing
from workflows.keeping.dump import dump_rows, reflect
from workflows.keeping.manifest import Manifest, is_upload_name, table_member
from workflows.keeping.new_files import disk_errors_said, new_file
from workflows.keeping.schemas import schema_of, tables_of

_UPLOAD = re.compile(rb'"sha256": ?"([0-9a-f]{64})"')  # as an event's row names one


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. `left_out` counts files that have no upload's name, `missing` those
    that events name and the folder of uploads has not: they are on another machine, or lost."""

    file: Path
    manifest: Manifest
    left_out: int
    missing: int


def back_up(
    session: Session, target: Path, uploads: Path, made_at: datetime, *, replace: bool = False
) -> Backup:
    """Write what `session`'s snapshot holds, and the folder of uploads, into `target`. The schema
    may be an older one: who upgrades makes a backup first.

    `made_at` (aware) is now. The file is read again and checked before it takes its place. Raises
    StateError where the database is damaged, `target` is there and is not to be replaced, or the
    disk does not let it.
    """
    with disk_errors_said(target):  # a name may be too long to be looked for
        if target.exists() and not replace:
            raise StateError(
                _("{file} is there already").format(file=shown_path(target)),
                _("choose another name, or add --force to replace it"),
            )
    require_sound(session)
    found = list(_uploads(uploads))
    named = [(name, file) for name, file in found if is_upload_name(name)]
    wanted: set[str] = set()
    with new_file(target) as stream:
        manifest = _write(session, stream, named, made_at, wanted)
        stream.flush()
        with reading(Path(stream.name)) as written:
            written.check()
    missing = wanted - {name for name, _file in named}
    return Backup(target, manifest, len(found) - len(named), len(missing))


def require_sound(session: Session) -> None:
    """Raise StateError where SQLite finds the file damaged: a backup of it would be no use."""
    if session.connection().dialect.name == "sqlite":
        found = session.connection().exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise StateError(
                _("the database is damaged: {reason}").format(reason=found),
                _("restore the last good backup; keep the damaged file"),
            )


def _write(
    session: Session,
    stream: IO[bytes],
    uploads: list[tuple[str, Path]],
    made_at: datetime,
    wanted: set[str],
) -> Manifest:
    """Write all of it; `wanted` gets the names of the uploads that events name."""
    rows: dict[str, int] = {}
    schema = schema_of(session)
    with writing(stream) as archive:
        for table in reflect(session, tables_of(schema)):
            counted, lines = _Counted(), dump_rows(session, table)
            if table.name == "event":
                lines = _noting_uploads(lines, wanted)
            archive.add(table_member(table.name), counted.over(lines), packed=True)
            rows[table.name] = counted.count
        for name, file in uploads:
            archive.add_upload(name, file)
        manifest = Manifest(
            program=version("duban"),
            schema_version=schema,
            database=_kind(session),
            made_at=made_at,
            rows=rows,
            members=archive.members,
        )
        archive.finish(manifest)
    return manifest


class _Counted:
    """Counts what goes by."""

    count = 0

    def over(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.count += 1
            yield line


def _noting_uploads(lines: Iterator[bytes], wanted: set[str]) -> Iterator[bytes]:
    for line in lines:
        wanted.update(name.decode() for name in _UPLOAD.findall(line))
        yield line


def _kind(session: Session) -> Literal["sqlite", "postgresql"]:
    return "sqlite" if session.connection().dialect.name == "sqlite" else "postgresql"


def _uploads(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file in the folder, links not followed, with its name as it stands in a backup."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(place, name)
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(folder).as_posix(), file
