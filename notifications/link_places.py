"""Places for the secret links, filled in after the hash of what a mail says has been taken."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from html import escape

from notifications.letter import PageLinks

# Nobody can know them, so that no text of the record is taken for one.
_ANSWER = f"https://{secrets.token_hex(16)}.invalid/"
_DECIDE = f"https://{secrets.token_hex(16)}.invalid/"


@dataclass(frozen=True, slots=True)
class PlacesForLinks:
    """Stands in for the links while a mail is written; they are good for `days` days."""

    days: int

    def answer(self, _address: str, _now: datetime) -> str:
        """The place of the link to a person's items."""
        return _ANSWER

    def decide(self, _address: str, _now: datetime) -> str:
        """The place of the link to an owner office's requests."""
        return _DECIDE


@dataclass(frozen=True, slots=True)
class ExampleLinks:
    """Links that open nothing, for a mail that is looked at and may be passed on."""

    public_url: str
    days: int

    def answer(self, _address: str, _now: datetime) -> str:
        """What a link to a person's items looks like."""
        return f"{self.public_url}/answer/…"

    def decide(self, _address: str, _now: datetime) -> str:
        """What a link to an owner office's requests looks like."""
        return f"{self.public_url}/decide/…"


def without_places(said: str) -> str:
    """What is said without any link."""
    return said.replace(_ANSWER, "").replace(_DECIDE, "")


def fill_places(
    text: str, html: str, links: PageLinks, address: str, now: datetime
) -> tuple[str, str]:
    """A mail's text and page with the links of that address, made at `now` (aware)."""
    for place, make in ((_ANSWER, links.answer), (_DECIDE, links.decide)):
        if place in text or place in html:
            link = make(address, now)
            text, html = text.replace(place, link), html.replace(place, escape(link))
    return text, html
