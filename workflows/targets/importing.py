"""Takes a table of figures into the record: what is new, what it corrects, what to ask about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlmodel import Session

from workflows.attributes import attributes_by_unit
from workflows.tables import Progress
from workflows.targets.recording import (
    doubts_beside,
    row_after,
    standing_by_reporter,
    write_rows,
)
from workflows.targets.sheet_reading import Entry, with_deed
from workflows.targets.views import TargetView, exact
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
    """Record what is new of the entries."""
    taken, rows = _judged(session, entries, deed)
    write_rows(session, rows, deed.now)
    return taken


def compare(session: Session, entries: Sequence[Entry], deed: Deed) -> Taken:
    """What an import would change; nothing is written."""
    return _judged(session, entries, deed)[0]


def _judged(
    session: Session, entries: Sequence[Entry], deed: Deed
) -> tuple[Taken, list[tuple[TargetView, Progress]]]:
    """What is new of the entries, by day, so that each is judged by those before it; with its
    rows. The record is read once: a table may have thousands of figures."""
    taken, rows = Taken(), []
    campaigns = {one.report.view.campaign.id: one.report.view.campaign for one in entries}
    known = {key: standing_by_reporter(session, one) for key, one in campaigns.items()}
    attributes = attributes_by_unit(session)
    for entry in sorted(entries, key=lambda one: one.report.day):
        report = entry.report
        key = report.view.id, report.unit_id, report.category
        line = known[report.view.campaign.id].setdefault(key, {})
        before = line.get(report.day)
        row = row_after(before, report, with_deed(entry, deed))
        if row is None:
            taken.unchanged += 1
            continue
        asked = doubts_beside(report, [line[day] for day in sorted(line)], attributes)
        line[report.day] = row
        rows.append((report.view, row))
        corrected = None if before is None else _corrected(before)
        taken.changes.append(Change(entry, corrected, tuple(asked)))
    order = {id(entry): n for n, entry in enumerate(entries)}
    taken.changes.sort(key=lambda one: order[id(one.entry)])
    return taken, rows


def _corrected(row: Progress) -> Corrected:
    return Corrected(
        row.id or 0,
        None if row.value is None else exact(row.value),
        None if row.denominator is None else exact(row.denominator),
    )
