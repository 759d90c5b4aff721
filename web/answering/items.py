"""A person's items as the page shows them, and which days its forms may name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from notifications.content import enquiries_of
from notifications.own_items import OwnItem
from notifications.wording import deadline, is_overdue, long_day
from workflows.parts import parts_of
from workflows.states import State
from workflows.working_days import working_days

LISTED = 200  # items on one page; each has its forms
FAR_DAYS = 30  # what is due later than that is folded


@dataclass(frozen=True, slots=True)
class Item:
    """One duty on the page. Days are local to the campaign's zone.

    `later_last` is the last day on which one may wish to be reminded, None where it is too late
    for that; `ask_first` is the first day that more time may reach to.
    """

    id: int
    title: str
    unit: str
    campaign: str
    due: date
    deadline: str
    overdue: bool
    returned: bool
    far: bool
    parts: tuple[str, ...]
    mailbox: str
    enquiries: tuple[str, ...]
    seen: bool
    later_on: str
    later_first: date
    later_last: date | None
    asked_until: str
    ask_first: date


@dataclass(frozen=True, slots=True)
class Listing:
    """All items of a person: `near` has the overdue ones first, `more` counts those not listed."""

    name: str
    near: tuple[Item, ...]
    far: tuple[Item, ...]
    more: int

    @property
    def unseen(self) -> int:
        """How many have not been marked as seen."""
        return sum(not one.seen for one in (*self.near, *self.far))


def listing(owned: Sequence[OwnItem], address: str, today: date) -> Listing:
    """What the page lists of `owned` (the most urgent first) for `address` on the day `today`."""
    items = [_item(one, address, today) for one in owned[:LISTED]]
    items.sort(key=lambda one: not one.overdue)
    return Listing(
        name=next((one.name for one in owned if one.name), ""),
        near=tuple(one for one in items if not one.far),
        far=tuple(one for one in items if one.far),
        more=max(0, len(owned) - LISTED),
    )


def _item(one: OwnItem, address: str, today: date) -> Item:
    assignment = one.assignment
    due = assignment.effective_due
    tomorrow = today + timedelta(days=1)
    later = assignment.snoozes.get(address)
    return Item(
        id=assignment.id or 0,
        title=assignment.title,
        unit=one.unit.name,
        campaign=one.campaign.title,
        due=due,
        deadline=deadline(due, assignment.late_after, today),
        overdue=is_overdue(assignment.late_after, today),
        returned=assignment.state is State.RETURNED,
        far=due > today + timedelta(days=FAR_DAYS),
        parts=tuple(parts_of(one.milestone.deliverables)),
        mailbox=one.milestone.mailbox,
        enquiries=tuple(each.shown for each in enquiries_of(one.milestone)),
        seen=assignment.acknowledged_at is not None,
        later_on=long_day(date.fromisoformat(later)) if later else "",
        later_first=tomorrow,
        later_last=due if working_days().on_or_before(due) >= tomorrow else None,
        asked_until=long_day(assignment.requested_due) if assignment.requested_due else "",
        ask_first=max(due, today) + timedelta(days=1),
    )
