"""Takes a table of figures into the record: what is new, what it corrects, what to ask about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import Session

from workflows.tables import Progress
from workflows.targets.recording import doubts, record
from workflows.targets.sheet_reading import Entry, with_deed
from workflows.targets.views import exact
from workflows.transitions import Deed


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a figure corrects: the number of its row, and what that says."""

    id: int
    value: Decimal | None  # None: it had been taken back
    whole: Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is new to the record; `before` is what it corrects, None where nothing."""

    entry: Entry
    before: Corrected | None
    doubts: tuple[str, ...]


@dataclass(slots=True)
class Taken:
    """What a table changes."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0

    @property
    def signature(self) -> list[tuple[str, int | None, tuple[str, ...]]]:
        """What is compared to see whether the record has changed since it was shown."""
        return [
            (one.entry.place, one.before.id if one.before else None, one.doubts)
            for one in self.changes
        ]


def take_in(session: Session, entries: Sequence[Entry], deed: Deed) -> Taken:
    """Record what is new of the entries, by day, so that each is judged by those before it."""
    taken = Taken()
    for entry in sorted(entries, key=lambda one: one.report.day):
        asked = doubts(session, entry.report)
        row = record(session, entry.report, with_deed(entry, deed))
        if row is None:
            taken.unchanged += 1
            continue
        before = None if row.corrects is None else _corrected(session, row.corrects)
        taken.changes.append(Change(entry, before, tuple(asked)))
    order = {id(entry): n for n, entry in enumerate(entries)}
    taken.changes.sort(key=lambda one: order[id(one.entry)])
    return taken


def compare(session: Session, entries: Sequence[Entry], deed: Deed) -> Taken:
    """What an import would change; it is tried, and taken back before anybody sees it."""
    trial = session.begin_nested()
    try:
        return take_in(session, entries, deed)
    finally:
        trial.rollback()


def _corrected(session: Session, number: int) -> Corrected:
    row = session.get_one(Progress, number)
    return Corrected(
        number,
        None if row.value is None else exact(row.value),
        None if row.denominator is None else exact(row.denominator),
    )
