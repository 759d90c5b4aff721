"""Files that are there whole or not at all: written beside their place, then renamed into it.

Only their owner can read them. What a killed program leaves behind ends in `.part`.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from config.errors import StateError
from config.files import shown_path
from config.i18n import _

PART = ".part"


@contextmanager
def new_file(target: Path) -> Iterator[IO[bytes]]:
    """A stream whose content becomes `target` when the block ends, or vanishes on any error.

    Its `name` is where it is until then. Raises StateError where the disk does not let it.
    """
    with disk_errors_said(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(PART, f".{target.name}.", target.parent)  # mode 0600
        os.close(handle)
        part = Path(name)
        try:
            with part.open("r+b") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        fsync_folder(target.parent)


def create_once(target: Path, content: bytes) -> None:
    """Write `content` into `target` unless it is there already: of several processes that do so at
    once the first one's stays, and none ever reads a part of it.

    Raises StateError where the disk does not let it.
    """
    with disk_errors_said(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(PART, f".{target.name}.", target.parent)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            with suppress(FileExistsError):
                os.link(name, target)  # unlike a rename it replaces nothing
        finally:
            Path(name).unlink(missing_ok=True)
        fsync_folder(target.parent)


@contextmanager
def disk_errors_said(target: Path) -> Iterator[None]:
    """Say in place of a traceback that `target` cannot be written."""
    try:
        yield
    except OSError as error:
        raise StateError(
            _("cannot write {file}: {reason}").format(
                file=shown_path(target), reason=error.strerror or error
            ),
            _("check the folder, its permissions and the free space; nothing was changed"),
        ) from None


def fsync_file(file: Path) -> None:
    """Let a file's content survive a power cut."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(folder: Path) -> None:
    """Let a rename in `folder` survive a power cut, where the system can."""
    if os.name == "posix":
        fsync_file(folder)
