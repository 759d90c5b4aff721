"""Where incoming mail is read from: what every source gives, and the Maildir.

Nothing is written, moved or marked in a mailbox: people read it too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from config.errors import InputError
from config.i18n import _
from notifications.inbox.received import LARGEST

_HEAD = 65_536  # bytes of a mail that is too large which are looked at
_MARGIN = 86_400 * 10**9  # nanoseconds: clocks are set back, and files take time to arrive


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail in its source. `content` is None where it has gone meanwhile; of one that is
    `too_large` it is the header. `arrived` (aware) is when the server took it."""

    validity: int
    number: int  # raised from mail to mail while `validity` stays
    content: bytes | None
    arrived: datetime | None = None
    too_large: bool = False


class Source(Protocol):
    """A mailbox. `name` is what the record calls it: without secrets, at most 300 characters."""

    @property
    def name(self) -> str: ...

    def mails(self, place: tuple[int, int], now: datetime) -> Iterator[Incoming]:
        """The mails behind `place`, a validity and a number, in order. `now` is aware.

        Raises InputError or StateError.
        """
        ...

    def count(self) -> int:
        """How many mails there are, of any age: none is read. Raises InputError or StateError."""
        ...


class MaildirSource:
    """A Maildir on this machine: what is in `new` and `cur`, by the time at which it got there.

    That time is the file system's change time, which no copying program sets back.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"maildir:{folder}"[:300]

    def mails(self, place: tuple[int, int], now: datetime) -> Iterator[Incoming]:
        """The mails that got there since, and those of the day before again."""
        del now
        for changed, file in self._files(place[1] - _MARGIN):
            try:
                with file.open("rb") as stream:
                    content = stream.read(LARGEST + 1)
            except OSError:  # another program has moved or removed it: next time
                continue
            large = len(content) > LARGEST
            if large:
                content = header_of(content)
            yield Incoming(0, changed, content, too_large=large)

    def count(self) -> int:
        """How many mails are in it."""
        return len(self._files(0))

    def _files(self, since: int) -> list[tuple[int, Path]]:
        found = []
        try:
            for name in ("new", "cur"):
                for file in (self._folder / name).iterdir():
                    if file.name.startswith(".") or not file.is_file():
                        continue
                    changed = file.stat().st_ctime_ns
                    if changed >= since:
                        found.append((changed, file))
        except FileNotFoundError as error:
            if not (self._folder / "new").is_dir():
                raise _no_maildir(self._folder, error) from None
        except OSError as error:
            raise _no_maildir(self._folder, error) from None
        return sorted(found)


def header_of(content: bytes) -> bytes:
    """The header of a mail that is too large to be read."""
    head = content[:_HEAD]
    end = re.search(rb"\r?\n\r?\n", head)
    return head if end is None else head[: end.end()]


def _no_maildir(folder: Path, error: OSError) -> InputError:
    return InputError(
        _("the Maildir {folder} cannot be read: {reason}").format(
            folder=folder, reason=error.strerror
        ),
        _("check inbox_maildir: it is the folder with new/ and cur/ in it"),
    )
