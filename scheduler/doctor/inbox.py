"""Can the mailboxes that answers come into be read?"""

from collections.abc import Iterator

from config.i18n import N_, _
from config.settings import Settings
from notifications.inbox.sources import Source
from scheduler.doctor.finding import Finding, good, guarded
from scheduler.inbox import sources_of

INBOX = N_("inbox")


def check_inbox(settings: Settings) -> Iterator[Finding]:
    """Whether each mailbox lets us in, one finding for each. No mail is read, marked or moved."""
    if settings.inbox_maildir is None and not settings.imap_host:
        return
    for source in sources_of(settings):
        yield from guarded(INBOX, lambda source=source: _check(source))  # type: ignore[misc]


def _check(source: Source) -> Iterator[Finding]:
    yield good(
        INBOX,
        _("{name} can be read: {count} mails").format(name=source.name, count=source.count()),
    )
