"""What people asked for themselves: who wished to be reminded on a day was, if a tick ran then.

A wish ends with the date that it speaks of, with another wish, and with what is handed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given, local_day
from workflows.referee.planning import ASKED, MARGIN, OPEN, start_of, under_way
from workflows.referee.standing import Standing
from workflows.referee.versions import CampaignRecord
from workflows.tables import Assignment, Reminder


@dataclass(frozen=True, slots=True)
class Wish:
    """That of the person at `address`, to be reminded on `day` of what is due on `basis`; it held
    from `start` until `end`."""

    address: str
    day: date
    basis: date
    start: datetime
    end: datetime = OPEN


def check_asked(
    given: Given,
    where: str,
    assignment: Assignment,
    campaign: CampaignRecord,
    standings: Sequence[Standing],
    reminders: Sequence[Reminder],
) -> None:
    """Each wish has its reminder. Whose does not matter: who has gone since is followed by others,
    and where nobody is left that is on record as a reminder, too."""
    made = {(one.due_basis, one.occurrence) for one in reminders if one.reason == ASKED}
    for wish in wishes(standings):
        if assignment.silent or (wish.basis, wish.day) in made:
            continue
        # What lay in the past when the wish came back by an undoing is not made up for.
        if wish.day < local_day(wish.start, campaign):
            continue
        first = max(wish.start + MARGIN, start_of(wish.day, campaign))
        last = given.now if wish.end is OPEN else min(wish.end - MARGIN, given.now)
        part = under_way(campaign, (ASKED, wish.day), first, last)
        if part is not None and given.awake.surely_ticked(*part):
            given.report.counts["rungs"] += 1
            given.report.add(
                Code.WISH_MISSED,
                where,
                _("{address} wished to be reminded on {day}, and there is no reminder").format(
                    address=wish.address, day=wish.day
                ),
            )


def wishes(standings: Sequence[Standing]) -> Iterator[Wish]:
    """Every wish with the time through which it held. What is undone ends it, even where it comes
    back: a tick begins anew from then on."""
    held: dict[str, Wish] = {}
    for one in standings:
        wished = one.snoozes if one.owing else {}
        for address, wish in list(held.items()):
            same = wished.get(address) == wish.day.isoformat() and one.effective_due == wish.basis
            if not same or one.kind == "undo":
                yield replace(held.pop(address), end=one.since)
        for address, day in wished.items():
            if address not in held:
                held[address] = Wish(address, date.fromisoformat(day), one.effective_due, one.since)
    yield from held.values()
