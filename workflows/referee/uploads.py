"""Uploads: every file is named by the SHA-256 of what it holds."""

import os
import re
from collections.abc import Iterable, Iterator
from hashlib import file_digest
from pathlib import Path

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.report import Report
from workflows.tables import Event

_LEFT = re.compile(r"\..*|tmp.*|.*\.(tmp|part|partial)", re.IGNORECASE)


def check_files(report: Report, folder: Path) -> None:
    """Check every file under `folder`; that there is none is no fault."""
    for file in _files(report, folder):
        report.counts["files"] += 1
        name = str(file.relative_to(folder))
        if _LEFT.fullmatch(file.name):
            report.add(Code.FILE_LEFT, name, _("it was never finished"))
            continue
        try:
            if file.is_symlink() or not file.is_file():
                raise OSError(_("it is no plain file"))
            with file.open("rb") as stream:
                there = file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            report.add(Code.UNREADABLE, name, str(error.strerror or error))
            continue
        if file.name.partition(".")[0] != there:
            report.add(
                Code.FILE_DIFFERS, name, _("what it holds has the hash {hash}").format(hash=there)
            )


def check_kept(report: Report, folder: Path, events: Iterable[Event]) -> None:
    """Every file that these hand-ins name is still there."""
    for event in events:
        for one in event.data.get("files", ()):
            if not (folder / one["sha256"]).is_file():
                report.add(
                    Code.FILE_MISSING,
                    _("event {id}").format(id=event.id),
                    _("“{name}” ({hash}) was handed in and is not there").format(
                        name=one["name"], hash=one["sha256"][:12]
                    ),
                )


def _files(report: Report, folder: Path) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        report.add(Code.UNREADABLE, str(folder), str(error.strerror or error))

    if not folder.is_dir():
        return
    for path, _folders, names in os.walk(folder, onerror=unreadable):
        yield from (Path(path) / name for name in sorted(names))
