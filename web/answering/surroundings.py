"""What the pages stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from notifications.links import Links
from notifications.window import SendingWindow
from workflows.database import Database
from workflows.organisation import Organisation


@dataclass(frozen=True)
class Answering:
    """The office's record and settings, as far as the pages need them.

    `upload_bytes` is the most that one form may bring; `domain` is the right-hand side of
    Message-IDs; `now` gives the current time, aware.
    """

    database: Database
    organisation: Organisation
    links: Links
    window: SendingWindow
    uploads: Path
    upload_bytes: int
    domain: str
    now: Callable[[], datetime]

    def today(self) -> date:
        """The office's date."""
        return self.window.today(self.now())

    @property
    def origin(self) -> str:
        """The origin of our own forms (RFC 6454, section 6.2)."""
        parts = urlsplit(self.links.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()
