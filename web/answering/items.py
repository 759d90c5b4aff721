"""A person's items as the page shows them, and which days its forms may name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from notifications.content import enquiries_of
from notifications.letter import greeted
from notifications.own_items import OwnItem
from notifications.wording import deadline, is_overdue, long_day
from web.answering.own_forms import FormLink
from workflows.handing_in import last_to_ask
from workflows.parts import parts_of
from workflows.states import State
from workflows.working_days import working_days

LISTED = 200  # items on one page; each has its forms
FAR_DAYS = 30  # what is due later than that is folded


@dataclass(frozen=True, slots=True)
class Item:
    """One entry on the page: a duty, or several that one paper settles, answered together. Days
    are local to the campaign's zone.

    `ids` and `titles` are those of its duties, `id` is the first. `later_last` is the last day on
    which one may wish to be reminded, None where it is too late for that; more time may reach from
    `ask_first` to `ask_last`.
    """

    id: int
    ids: tuple[int, ...]
    titles: tuple[str, ...]
    unit: str
    campaign: str
    due: date
    deadline: str
    overdue: bool
    returned: bool
    far: bool
    parts: tuple[str, ...]
    mailboxes: tuple[str, ...]
    enquiries: tuple[str, ...]
    seen: bool
    later_on: str
    later_first: date
    later_last: date | None
    asked_until: str
    ask_first: date
    ask_last: date
    forms: tuple[FormLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """All items of a person: `near` has the overdue ones first, `more` counts the duties that are
    not listed."""

    name: str
    near: tuple[Item, ...]
    far: tuple[Item, ...]
    more: int

    @property
    def unseen(self) -> int:
        """How many have not been marked as seen."""
        return sum(not one.seen for one in (*self.near, *self.far))


def listing(
    owned: Sequence[OwnItem],
    address: str,
    today: date,
    forms: Mapping[int, tuple[FormLink, ...]] = MappingProxyType({}),
) -> Listing:
    """What the page lists of `owned` (the most urgent first) for `address` on the day `today`;
    `forms` are those of a duty, by its number."""
    entries = of_one_paper(owned)
    shown = _first(entries, LISTED)
    items = [_item(one, address, today, forms) for one in shown]
    items.sort(key=lambda one: not one.overdue)
    return Listing(
        name=greeted((one.name for one in owned), (one.unit.name for one in owned)),
        near=tuple(one for one in items if not one.far),
        far=tuple(one for one in items if one.far),
        more=sum(len(one) for one in entries[len(shown) :]),
    )


def of_one_paper(owned: Sequence[OwnItem]) -> list[tuple[OwnItem, ...]]:
    """The duties, those that one paper settles together where the first of them stands, as in a
    digest."""
    together: dict[tuple[object, ...], list[OwnItem]] = {}
    for place, one in enumerate(owned):
        due, paper = one.assignment.effective_due, one.milestone.paper
        key = (one.campaign.id, one.unit.id, due, paper) if paper else (place,)
        together.setdefault(key, []).append(one)
    return [tuple(one) for one in together.values()]


def parts_together(items: Sequence[OwnItem]) -> tuple[str, ...]:
    """The parts of what is to be handed in for these duties, each once."""
    return tuple(
        dict.fromkeys(part for one in items for part in parts_of(one.milestone.deliverables))
    )


def _first(entries: Sequence[tuple[OwnItem, ...]], most: int) -> Sequence[tuple[OwnItem, ...]]:
    """As many entries as have `most` duties together; the first in any case."""
    count = 0
    for place, entry in enumerate(entries):
        count += len(entry)
        if count > most and place:
            return entries[:place]
    return entries


def _item(
    items: tuple[OwnItem, ...],
    address: str,
    today: date,
    forms: Mapping[int, tuple[FormLink, ...]],
) -> Item:
    first, duties = items[0], [one.assignment for one in items]
    due, late_after = duties[0].effective_due, min(one.late_after for one in duties)
    tomorrow = today + timedelta(days=1)
    wished = (date.fromisoformat(day) for one in duties if (day := one.snoozes.get(address)))
    later = max((day for day in wished if day > today), default=None)
    asked = max((one.requested_due for one in duties if one.requested_due), default=None)
    enquiries = (each.shown for one in items for each in enquiries_of(one.milestone))
    return Item(
        id=duties[0].id or 0,
        ids=tuple(one.id or 0 for one in duties),
        titles=tuple(one.title for one in duties),
        unit=first.unit.name,
        campaign=first.campaign.title,
        due=due,
        deadline=deadline(due, late_after, today),
        overdue=is_overdue(late_after, today),
        returned=any(one.state is State.RETURNED for one in duties),
        far=due > today + timedelta(days=FAR_DAYS),
        parts=parts_together(items),
        mailboxes=tuple(dict.fromkeys(one.milestone.mailbox for one in items)),
        enquiries=tuple(dict.fromkeys(enquiries)),
        seen=all(one.acknowledged_at is not None for one in duties),
        later_on=long_day(later, today) if later else "",
        later_first=working_days().on_or_after(tomorrow),
        later_last=due if working_days().on_or_before(due) >= tomorrow else None,
        asked_until=long_day(asked, today) if asked else "",
        ask_first=max(due, today) + timedelta(days=1),
        ask_last=last_to_ask(due, today),
        forms=tuple(link for one in duties for link in forms.get(one.id or 0, ())),
    )
