"""A Maildir on disk: the embedded default, so that everything runs with no server."""

import asyncio
import mailbox
from pathlib import Path

from config.errors import InputError
from config.i18n import _
from notifications.transports.base import Mail, RecipientResult, SendResult, Verdict, same_for_all


class MaildirTransport:
    """Writes each mail as one file that mail programs can open."""

    name = "maildir"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            async with self._one_at_a_time:  # many threads at once would only fight for one disk
                content = mail.content.replace(b"\r\n", b"\n")  # as files of this kind have it
                await asyncio.to_thread(self._maildir.add, content)
        except OSError as error:
            failure = RecipientResult(Verdict.TEMPORARY, 0, str(error))
            return same_for_all(mail, failure)
        return same_for_all(mail, RecipientResult(Verdict.ACCEPTED, 250, str(self._folder)))

    async def close(self) -> None:
        """Nothing to give up."""
