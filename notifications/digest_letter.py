"""A digest as the templates see it: what the person owes, then what others owe, most urgent first.

What one paper settles is one entry. What goes beyond the longest list is named by campaign.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from config.i18n import _, language
from notifications.content import Content, Enquiry, Item, Rest
from notifications.letter import Letter, greeted
from notifications.recipients import ABOVE, AT_UNIT
from notifications.tried import Tried
from notifications.wording import deadline, is_overdue, short_day
from workflows.ladder import Role
from workflows.tables import ReminderStatus
from workflows.words import word_of

LISTED = 40  # assignments that a digest lists in full, where no setting says otherwise


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: an assignment, or several that one paper settles. `item` is the first.

    `returned`: anything of it was sent back to be corrected. `deliverables` is what is to be handed
    in, `clauses` where the plan says so, `tried` what went to the unit before, `light` what is said
    of a light that turned: each on one line, '' where there is nothing.
    """

    number: int
    item: Item
    items: tuple[Item, ...]
    deadline: str
    overdue: bool
    returned: bool
    deliverables: str
    clauses: str
    tried: str
    light: str

    @property
    def titles(self) -> list[str]:
        """What is owed."""
        return [one.title for one in self.items]


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one's own, or what others owe; `apart` where that comes after one's own."""

    lines: Sequence[Line]
    apart: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a campaign's papers go and whom to ask about it, each on one line."""

    campaign_title: str
    mailboxes: str
    enquiries: str


def digest_letter(
    content: Content,
    today: date,
    *,
    listed: int = LISTED,
    link: str = "",
    calendar_link: str = "",
    calendar_code: str = "",
) -> Letter:
    """The letter of a digest, as it is to be put on the day `today`.

    At most `listed` assignments stand in it in full. `link` leads to the person's own page,
    `calendar_link` to where they come to a calendar of their own, with `calendar_code` as the
    address of a picture of it.
    """
    items = sorted(content.items, key=lambda one: (one.role in ABOVE, one.due))
    entries = list(_entries(items))
    shown = _first(entries, listed)
    lines = [_line(number, entry, today) for number, entry in enumerate(shown, start=1)]
    own = [line for line in lines if line.item.role not in ABOVE]
    parts = [Part(own or lines, apart=False)]
    if own and len(own) < len(lines):
        parts.append(Part(lines[len(own) :], apart=True))
    left = [one for entry in entries[len(shown) :] for one in entry]
    # The subject and the first words are about the person's own, where there is any.
    spoken_of = [one for one in items if one.role not in ABOVE] or items
    overdue = [one for one in spoken_of if is_overdue(one.late_after, today)]
    all_overdue = len(overdue) == len(spoken_of)
    campaigns = list(dict.fromkeys(one.campaign_title for one in items))
    answers = any(one.role in AT_UNIT for one in items)  # else it is a copy, for information
    values = {
        "recipient": greeted((one.recipient for one in items), (one.unit for one in spoken_of)),
        "units": list(dict.fromkeys(one.unit for one in spoken_of)),
        "lines": lines,
        "own": own,
        "parts": parts,
        "all_overdue": all_overdue,
        "count": len(spoken_of) + content.more,
        # What is not among the items is less urgent than what is.
        "overdue_count": len(overdue) + (content.more if all_overdue else 0),
        "earliest": min((one.due for one in overdue or spoken_of), default=today),
        "campaign_title": campaigns[0] if len(campaigns) == 1 else "",
        "places": _places(items),
        "more": len(left) + content.more,
        "rest": _rest(left, content.rest),
        # What others owe is not on the person's own page.
        "rest_on_page": bool(link) and all(one.role in AT_UNIT for one in items),
        "link": link if answers else "",
        "calendar_link": calendar_link if answers else "",
        "calendar_code": calendar_code if answers else "",
        "forms": [one.name for one in content.forms],
        "forms_left": content.forms_left,
        "today": today,
    }
    return Letter(
        "digest",
        values,
        tuple(one.entry for entry in shown for one in entry),
        tuple(dict.fromkeys(one.mailbox for one in items)),
    )


def _entries(items: Sequence[Item]) -> Iterable[tuple[Item, ...]]:
    """The items, those of one paper together where the first of them stands."""
    together: dict[tuple[object, ...], list[Item]] = {}
    for place, one in enumerate(items):
        above = one.role in ABOVE
        paper = (one.campaign, one.unit, one.due, above, one.paper) if one.paper else (place,)
        together.setdefault(paper, []).append(one)
    return (tuple(one) for one in together.values())


def _first(entries: Sequence[tuple[Item, ...]], listed: int) -> Sequence[tuple[Item, ...]]:
    """As many entries as have `listed` items at most; the first in any case."""
    count = 0
    for place, entry in enumerate(entries):
        count += len(entry)
        if count > listed and place:
            return entries[:place]
    return entries


def _line(number: int, items: tuple[Item, ...], today: date) -> Line:
    first = items[0]
    late_after = min(one.late_after for one in items)
    return Line(
        number,
        first,
        items,
        deadline(first.due, late_after, today),
        is_overdue(late_after, today),
        any(one.returned for one in items),
        _joined(tuple(line for one in items for line in one.deliverables), language()),
        _joined(tuple(one.clause for one in items if one.clause), language()),
        _joined(tuple(_tried(one, today) for one in first.tried), language()),
        _joined(tuple(one.light for one in items if one.light), language()),
    )


@lru_cache(maxsize=1024)  # the units of a milestone owe the same papers
def _joined(texts: tuple[str, ...], _language: str) -> str:
    """The texts on one line, each once."""
    return _("; ").join(dict.fromkeys(texts))


def _places(items: Sequence[Item]) -> list[Place]:
    grouped: dict[str, dict[tuple[str, tuple[Enquiry, ...]], str]] = {}
    for one in items:
        own = grouped.setdefault(one.campaign, {})
        own.setdefault((one.mailbox, one.enquiries), one.campaign_title)
    return [_place(next(iter(own.values())), tuple(own), language()) for own in grouped.values()]


@lru_cache(maxsize=1024)  # all who owe something in a campaign are told the same
def _place(
    campaign_title: str, asked: tuple[tuple[str, tuple[Enquiry, ...]], ...], _language: str
) -> Place:
    return Place(
        campaign_title,
        _(", ").join(dict.fromkeys(mailbox for mailbox, _enquiries in asked)),
        _("; ").join(dict.fromkeys(one.shown for _mailbox, own in asked for one in own)),
    )


def _rest(left: Sequence[Item], beyond: Sequence[Rest]) -> list[Rest]:
    """What is not listed, by campaign, the earliest first."""
    found: dict[str, Rest] = {}
    every = [Rest(one.campaign_title, 1, one.due) for one in left]
    for one in [*every, *beyond]:
        before = found.get(one.campaign_title, Rest(one.campaign_title, 0, one.earliest))
        found[one.campaign_title] = Rest(
            one.campaign_title, before.count + one.count, min(before.earliest, one.earliest)
        )
    return sorted(found.values(), key=lambda one: one.earliest)


def _tried(tried: Tried, today: date) -> str:
    day = short_day(tried.day, today)
    match tried.fate:
        case ReminderStatus.NO_CONTACT:
            return _("{day}: there was nobody to tell").format(day=day)
        case ReminderStatus.FAILED:
            said = _("{day}: to {whom} ({role}), the address took no mail")
        case _ if tried.came_back:
            said = _("{day}: to {whom} ({role}), came back")
        case _:
            said = _("{day}: to {whom} ({role}), sent")
    return said.format(day=day, whom=tried.whom, role=word_of(Role, tried.role))
