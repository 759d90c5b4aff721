"""Places for the secret links, filled in after the hash of what a mail says has been taken."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from html import escape

from notifications.letter import PageLinks

# Nobody can know them, so that no text of the record is taken for one.
_ANSWER = f"https://{secrets.token_hex(16)}.invalid/"
_DECIDE = f"https://{secrets.token_hex(16)}.invalid/"
_SUBSCRIBE = f"https://{secrets.token_hex(16)}.invalid/"
PICTURE = f"cid:{secrets.token_hex(16)}"  # of the code of a link; its name is the mail's own


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

    def subscribe(self, _address: str, _now: datetime) -> str:
        """The place of the link to a calendar of one's own."""
        return _SUBSCRIBE


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

    def subscribe(self, _address: str, _now: datetime) -> str:
        """What a link to a calendar of one's own looks like."""
        return f"{self.public_url}/subscribe/…"


def without_places(said: str) -> str:
    """What is said without any link."""
    for place in (_ANSWER, _DECIDE, _SUBSCRIBE, PICTURE):
        said = said.replace(place, "")
    return said


def fill_places(
    text: str, html: str, links: PageLinks, address: str, now: datetime
) -> tuple[str, str]:
    """A mail's text and page with the links of that address, made at `now` (aware)."""
    made = ((_ANSWER, links.answer), (_DECIDE, links.decide), (_SUBSCRIBE, links.subscribe))
    for place, make in made:
        if place in text or place in html:
            link = make(address, now)
            text, html = text.replace(place, link), html.replace(place, escape(link))
    return text, html
