"""Requests for more time as the templates see them: the owner office decides."""

from datetime import datetime

from notifications.content import Content
from notifications.letter import Letter, PageLinks, greeted


def asked_letter(content: Content, now: datetime, links: PageLinks | None) -> Letter:
    """The letter as it is put at `now` (aware, in the office's zone); without `links` it names the
    commands alone."""
    values = {
        "recipient": greeted(one.recipient for one in content.asked),
        "units": list(dict.fromkeys(one.unit for one in content.asked)),
        "lines": content.asked,
        "today": now.date(),
        "link": links.decide(content.address, now) if links is not None else "",
    }
    return Letter("asked", values, (), ())
