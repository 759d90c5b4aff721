"""The mail with a fresh link as the templates see it."""

from datetime import datetime

from config.i18n import _
from notifications.content import Content, FreshLink
from notifications.letter import Letter, PageLinks


def fresh_link_letter(
    content: Content, fresh: FreshLink, links: PageLinks, now: datetime
) -> Letter:
    """The letter as it is put at `now` (aware), from when on its links are good."""
    pages = []
    if fresh.answer:
        pages.append((_("Your items"), links.answer(content.address, now)))
        pages.append((_("Your calendar"), links.subscribe(content.address, now)))
    if fresh.decide:
        pages.append((_("Extension requests"), links.decide(content.address, now)))
    values = {"recipient": fresh.name, "pages": pages, "days": links.days}
    return Letter("fresh_link", values, (), ())
