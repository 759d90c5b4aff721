"""A Maildir on disk: the embedded default, so that everything runs with no server."""

import asyncio
import mailbox
import os
import secrets
from itertools import count
from pathlib import Path

from config.errors import InputError
from config.i18n import _
from notifications.transports.base import Mail, RecipientResult, SendResult, Verdict, same_for_all


class MaildirTransport:
    """Writes each mail as one file that mail programs can open."""

    name = "maildir"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """A mail that was taken survives a power cut, unless they are not to be `durable`: those
        of a replay can be made again. Raises InputError where the folder cannot be written."""
        self._folder = folder
        self._durable = durable
        self._begun, self._done = str(folder / "tmp"), str(folder / "new")
        here = secrets.token_hex(8)  # no other program writes such names
        self._names = (f"{here}.{number:08}" for number in count(1))
        self._one_at_a_time = asyncio.Lock()
        try:
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._maildir = mailbox.Maildir(folder, create=True)
        except OSError as error:
            raise InputError(
                _("cannot write mail to {folder}: {reason}").format(
                    folder=folder, reason=error.strerror
                ),
                _("check the folder and its permissions, or set DUBAN_SMTP_HOST"),
            ) from None

    @property
    def trouble(self) -> RecipientResult | None:
        """Never known beforehand: each mail finds out for itself."""
        return None

    async def ready(self, until: float | None = None) -> RecipientResult | None:
        """Always: there is nothing to connect to."""
        return None

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        """Write the mail; a full disk is a temporary failure."""
        try:
            content = mail.content.replace(b"\r\n", b"\n")  # as files of this kind have it
            if self._durable:
                async with self._one_at_a_time:  # many threads would only fight for one disk
                    await asyncio.to_thread(self._maildir.add, content)
            else:
                self._put(content)
        except OSError as error:
            failure = RecipientResult(Verdict.TEMPORARY, 0, str(error))
            return same_for_all(mail, failure)
        return same_for_all(mail, RecipientResult(Verdict.ACCEPTED, 250, str(self._folder)))

    def _put(self, content: bytes) -> None:
        """Write the file without waiting for the disk: a thread would take longer."""
        name = next(self._names)
        begun = f"{self._begun}/{name}"
        with open(begun, "xb") as file:  # noqa: PTH123  a path takes as long as the file
            file.write(content)
        os.rename(begun, f"{self._done}/{name}")  # noqa: PTH104

    async def close(self) -> None:
        """Nothing to give up."""
