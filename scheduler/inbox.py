"""Reading the office's mailboxes: by command once or at intervals, and beside `serve`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from config.errors import DubanError, InputError
from config.i18n import _
from config.settings import Settings
from scheduler.clock import wall_clock
from scheduler.office import Office

if TYPE_CHECKING:  # imported where mail is read: an office need not have any read
    from notifications.inbox.reading import Reading
    from notifications.inbox.sources import Source

_log = structlog.get_logger()
_REST = timedelta(hours=1)  # after what only a person can mend


def sources_of(settings: Settings) -> "list[Source]":
    """The mailboxes that the settings name. Raises InputError where they name none."""
    found: list[Source] = []
    if settings.inbox_maildir is not None:
        from notifications.inbox.sources import MaildirSource

        found.append(MaildirSource(settings.inbox_maildir))
    if settings.imap_host:
        from notifications.inbox.imap import ImapSource

        found.append(ImapSource(settings))
    if not found:
        raise InputError(
            _("no mailbox is named that mail could be read from"),
            _("set inbox_maildir, or imap_host with imap_username: see docs/inbox.md"),
        )
    return found


def read_inbox(
    here: Office, clock: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
) -> "Reading":
    """Read what is new in every mailbox. One that fails keeps no other from being read: its
    error is raised behind the last. Raises InputError or StateError."""
    from notifications.inbox.reading import Reader, Reading

    settings = here.settings
    reader = Reader(here.database, here.organisation, settings, clock)
    every = Reading()
    failed: DubanError | None = None
    for source in sources_of(settings):
        try:
            every.mails += reader.read(source, stopping).mails
        except DubanError as error:
            failed = failed or error
        if stopping():
            break
    if failed is not None:
        raise failed
    return every


class RegularReading:
    """What `serve` does every `inbox_minutes`: whatever goes wrong is logged, and tried again."""

    def __init__(self, here: Office) -> None:
        self._here = here
        self._not_before: datetime | None = None
        self.stopping = False

    def run(self) -> None:
        """Read once."""
        now = self._here.clock()
        if self.stopping or (self._not_before is not None and now < self._not_before):
            return
        try:
            found = read_inbox(self._here, self._here.clock, lambda: self.stopping)
        except DubanError as error:
            # Providers lock an account on which a wrong password is tried again and again.
            self._not_before = now + _REST if isinstance(error, InputError) else None
            _log.error("inbox not read", reason=error.message, mend=error.mend)
        except Exception:  # whatever it is, the program goes on
            _log.exception("inbox not read")
        else:
            if found.mails:
                _log.info("inbox", new=len(found.mails), waiting=len(found.waiting))


def regular_reading(here: Office) -> RegularReading | None:
    """The reading beside `serve`; None where the settings want none, and for another clock than
    the wall's (a demo, a rehearsal), which real mail is not for."""
    settings = here.settings
    if here.clock is not wall_clock or not settings.inbox_minutes:
        return None
    sources_of(settings)
    return RegularReading(here)
