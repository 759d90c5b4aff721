"""Reads files that a user named: never more than they may hold, secrets only from private ones."""

import os
import stat
from pathlib import Path

from config.errors import InputError
from config.i18n import _

_SECRET_BYTES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_bounded(file: Path, limit: int) -> bytes:
    """The content of `file`, at most `limit` bytes. Raises InputError.

    The size that the system tells is not believed: devices and pipes have none.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unreadable(file, error) from None
    if len(content) > limit:
        raise InputError(
            _("{file} is too large: the limit is {limit} bytes").format(
                file=shown_path(file), limit=f"{limit:,}"
            ),
            _("is it the right file?"),
        )
    return content


def unreadable(file: Path, error: Exception) -> InputError:
    """What to say of a file that cannot be read."""
    return InputError(
        _("cannot read {file}: {reason}").format(
            file=shown_path(file), reason=getattr(error, "strerror", None) or error
        ),
        _("check the path and its permissions"),
    )


def shown_path(file: Path) -> str:
    """The file's name relative to the current folder where that is shorter."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, a NUL, or links in a circle
        return str(file)


def is_private(file: Path) -> bool:
    """Whether nobody but its owner can read or change the file. Raises OSError."""
    return os.name != "posix" or not stat.S_IMODE(file.stat().st_mode) & _OTHERS


def read_secret(file: Path) -> str:
    """The line in a secret file, without its end. Raises InputError where others can read it."""
    content = read_bounded(file, _SECRET_BYTES)
    if not is_private(file):
        raise InputError(
            _("others can read {file}").format(file=shown_path(file)),
            _("run: chmod 600 {file}").format(file=shown_path(file)),
        )
    try:
        secret = content.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        secret = ""
    if not secret or "\n" in secret:
        raise InputError(
            _("{file} does not hold one line of text").format(file=shown_path(file)),
            _("write the secret alone into it"),
        )
    return secret


def replace_file(file: Path, content: bytes) -> bool:
    """Put a file in place whole, for others to read; return whether it was another before.

    One with this content is left alone. Raises InputError.
    """
    try:
        if file.exists() and not file.is_file():  # a device, such as the terminal
            file.write_bytes(content)
            return True
        if file.exists() and file.read_bytes() == content:
            return False
        beside = file.with_name(f".{file.name}.part")
        beside.write_bytes(content)
        beside.replace(file)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(
            _("cannot write {file}: {reason}").format(
                file=file, reason=getattr(error, "strerror", None) or error
            ),
            _("check the folder and its permissions"),
        ) from None
    return True
