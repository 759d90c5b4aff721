"""What the machines of one office must have in common, and whether they have.

Each process with the role “web” or “worker” names its connections so that the others, and the
doctor on any machine, see what it has: short hashes of the key of the links, of the files and of
the settings, and whether it sends by a mail server. PostgreSQL keeps the names of who is connected;
nothing is written down, and nothing can be out of date.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlmodel import Session

from config.errors import StateError
from config.i18n import _
from config.settings import Settings
from notifications.links import KEY_NAME
from scheduler.office import Office

# What a machine may have of its own: its paths, its addresses, its relay.
_OWN = {
    "home", "database_url", "actor", "organisation", "campaigns_dir", "holidays_dir",
    "templates_dir", "documents_dir", "http_host", "http_port", "trusted_proxies",
    "tick_seconds", "backup_dir", "backup_at", "backup_keep", "smtp_host", "smtp_port",
    "smtp_security", "smtp_username", "smtp_password", "smtp_password_file", "smtp_ca_file",
    "smtp_timeout", "smtp_connections", "dkim_key_file", "imap_password", "imap_password_file",
    "imap_ca_file", "inbox_maildir",
}  # fmt: skip
_log = structlog.get_logger()
_LETTERS = 4  # of a hash: enough to tell a few machines apart
_NAME = re.compile(r"duban (web|worker) ([0-9a-f-]{4}) ([0-9a-f]{4}) ([0-9a-f]{4}) ([ms]) (.+)")
_NO_KEY = "-" * _LETTERS
# What may differ; the doctor has the words.
KEY, FILES, SETTINGS, MAILDIR = "secret.key", "files", "settings", "maildir"
_LONGEST = 63  # bytes that PostgreSQL keeps of such a name


@dataclass(frozen=True, slots=True)
class Traits:
    """What a machine has; `key` is '----' where mails have no links or there is no key yet."""

    key: str
    files: str
    settings: str
    by_server: bool  # mails go to a mail server, and not into a Maildir

    def name(self, role: str, who: str) -> str:
        """The name of its connections."""
        by = "s" if self.by_server else "m"
        whole = f"duban {role} {self.key} {self.files} {self.settings} {by} {who}"
        return whole[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A process that is connected to the record."""

    role: str  # "web" or "worker"
    name: str
    traits: Traits


def traits_of(settings: Settings) -> Traits:
    """What this machine has. Reads its files; makes none. Raises OSError."""
    key = settings.home / KEY_NAME
    shared = settings.model_dump(mode="json", exclude=_OWN)
    folders = (settings.holidays_dir, settings.templates_dir, settings.documents_dir)
    return Traits(
        _short(key.read_bytes().strip()) if settings.public_url and key.exists() else _NO_KEY,
        _short(b"".join(_contents((settings.organisation, *folders)))),
        _short(json.dumps(shared, sort_keys=True).encode()),
        bool(settings.smtp_host),
    )


def neighbours(session: Session) -> list[Neighbour]:
    """Who is connected with one of these roles, by name, the asking process not counted."""
    own = text(
        "SELECT DISTINCT application_name FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'duban w%'"
        " AND application_name <> current_setting('application_name') ORDER BY 1"
    )
    found = []
    for (name,) in session.connection().execute(own):
        if match := _NAME.fullmatch(name):
            role, key, files, settings, by, who = match.groups()
            found.append(Neighbour(role, who, Traits(key, files, settings, by == "s")))
    return found


def unlike(mine: Traits, others: Sequence[Neighbour]) -> Iterator[tuple[str, list[str]]]:
    """What others have otherwise, and their names."""
    traits: dict[str, Callable[[Traits], str]] = {
        KEY: lambda one: one.key,
        FILES: lambda one: one.files,
        SETTINGS: lambda one: one.settings,
    }
    for what, its in traits.items():
        names = [one.name for one in others if its(one.traits) != its(mine)]
        if names:
            yield what, names
    maildirs = [one.name for one in others if one.role == "worker" and not one.traits.by_server]
    if maildirs and mine.by_server:
        yield MAILDIR, maildirs


def join(here: Office, role: str, who: str) -> None:
    """Be seen as the “web” or “worker” of that name, and say what others have otherwise.

    Raises StateError where mail would go into a Maildir here, while others send it.
    """
    if role == "worker":
        require_mail_server(here)
    _ready = here.organisation, here.links  # a key is made on first need
    mine = traits_of(here.settings)
    with here.database.read() as session:
        others = neighbours(session)
    for what, names in unlike(mine, others):
        _log.warning("machines differ", what=what, others=names, see="duban doctor")
    here.database.show_as(mine.name(role, who))


def require_mail_server(here: Office) -> None:
    """Raise StateError where what is sent here would go into a Maildir, and count as sent, while
    workers send by a mail server: a machine whose settings were forgotten."""
    if here.settings.smtp_host or here.database.file is not None:
        return
    with here.database.read() as session:
        others = neighbours(session)
    senders = [one.name for one in others if one.role == "worker" and one.traits.by_server]
    if senders:
        raise StateError(
            _("no SMTP server is set on this machine, and others send by one: {names}").format(
                names=_(", ").join(senders)
            ),
            _("set smtp_host as there: mail would be put into a Maildir here and count as sent"),
        )


def _contents(places: Iterable[Path | None]) -> Iterable[bytes]:
    for place in places:
        files = sorted(place.rglob("*")) if place and place.is_dir() else [place]
        for file in files:
            if file is not None and file.is_file():
                yield sha256(file.read_bytes()).digest()
        yield b"|"


def _short(content: bytes) -> str:
    return sha256(content).hexdigest()[:_LETTERS]
