"""Which removed milestone may be which new one, with another id: by title, clause, dates, units."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from workflows.declaration import Kind, Milestone

_LEAST = 0.6  # how much alike two must be to be asked about


@dataclass(frozen=True, slots=True)
class Seen:
    """What is compared of a milestone: itself, its due dates and the ids of its units."""

    milestone: Milestone
    dates: frozenset[date]
    units: frozenset[str]


def likeness(old: Seen, new: Seen) -> float:
    """From 0 to 1: the title counts for two parts of five, clause, dates and units for one each."""
    title = SequenceMatcher(None, old.milestone.title, new.milestone.title).ratio()
    clause = float(old.milestone.clause == new.milestone.clause)
    dates, units = _shared(old.dates, new.dates), _shared(old.units, new.units)
    return 0.4 * title + 0.2 * (clause + dates + units)


def likely_renames(gone: Mapping[str, Seen], come: Mapping[str, Seen]) -> dict[str, str]:
    """The new id of each removed milestone that is like a new one: the likest pairs first, each in
    one pair. Milestones that recur otherwise are not the same."""
    pairs = sorted(
        (
            (likeness(old, new), old_id, new_id)
            for old_id, old in gone.items()
            for new_id, new in come.items()
            if _recurs(old.milestone) == _recurs(new.milestone)
        ),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    found: dict[str, str] = {}
    for score, old_id, new_id in pairs:
        if score >= _LEAST and old_id not in found and new_id not in found.values():
            found[old_id] = new_id
    return found


def _recurs(milestone: Milestone) -> str:
    """How it recurs; '' where it does not: a phase is one assignment as well."""
    return "" if milestone.kind in {Kind.ONCE, Kind.PHASE} else milestone.kind.value


def _shared(one: Collection[object], other: Collection[object]) -> float:
    both = {*one} | {*other}
    return len({*one} & {*other}) / len(both) if both else 1.0
