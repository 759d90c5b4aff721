"""Temporary files of a test run are kept in memory, where the system has room for them there.

A run makes and deletes some hundred thousand small files: a PostgreSQL database alone has 400.
ext4 looks at each file that was deleted in the last minutes before it makes another, so that on
a disk a new database soon costs a second of computing instead of 20 milliseconds.
"""

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory
_ENOUGH = 2 * 2**30  # bytes; a run with two workers takes a fifth of it


def keep_temporary_files_in_memory() -> None:
    """For this process and those that it starts, unless TMPDIR says where they go."""
    if "TMPDIR" in os.environ or not _has_room(_MEMORY):
        return
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None  # so that it is looked up again


def _has_room(folder: Path) -> bool:
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    system = os.statvfs(folder)
    runs_programs = not system.f_flag & os.ST_NOEXEC  # containers often forbid it there
    return runs_programs and system.f_bavail * system.f_frsize >= _ENOUGH
