"""The status board: units against milestones, and the four counts of each campaign.

Due (应报) is what was to be reported by the day: the due date, extensions included, is not after
it. A return does not move that: what was due stays due. Reported (已报) is what of it has been
handed in and not sent back; late (迟报) what of the reported came late; outstanding (未报) the
rest, overdue or not. So due = reported + outstanding, always. Waived and cancelled count nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from workflows.compile import assignment_key
from workflows.signs import REPORTED, Sign, mark_of
from workflows.standing import Selection, Standing, Standpoint, standpoints
from workflows.states import State


@dataclass(frozen=True, slots=True)
class Cell:
    """One assignment on the board."""

    name: str  # campaign/milestone/unit[/period], by ids
    sign: Sign
    state: State
    due: date  # with extensions
    effective_due: date  # or the correction date
    is_due: bool  # `due` is not after the day, or a correction date has passed
    late: bool  # something was handed in late
    missing: tuple[str, ...]
    days_overdue: int  # calendar days; 0 where it is not overdue

    @property
    def mark(self) -> str:
        """The sign's mark in the language in force."""
        return mark_of(self.sign, late=self.late)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts that every office asks for, of what was due by the day; `total` is all."""

    total: int = 0
    due: int = 0
    reported: int = 0
    late: int = 0  # of the reported
    outstanding: int = 0
    overdue: int = 0  # of the outstanding
    returned: int = 0  # of the outstanding: sent back, overdue or not


@dataclass(frozen=True, slots=True)
class Column:
    """A milestone, or one period of it. `due` is what the plan says."""

    number: int  # from 1
    milestone: str
    period: str
    title: str
    due: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's cells, one for each column; None where it does not owe that."""

    unit_id: str
    unit: str
    level: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class CampaignBoard:
    """One campaign: columns in the plan's order, units in administrative order."""

    id: str
    title: str
    owner: str
    today: date  # local to the campaign's zone
    counts: Counts
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def status(
    session: Session, at: datetime, wanted: Selection | None = None, *, as_of_past: bool = False
) -> list[CampaignBoard]:
    """The boards at `at` (aware), campaigns by id; only units that owe anything are on them.

    With `as_of_past`, by what had been recorded before `at`.
    """
    found = standpoints(session, at, wanted or Selection(), as_of_past=as_of_past)
    by_campaign: dict[str, list[Standpoint]] = {}
    for one in found:
        by_campaign.setdefault(one.campaign.id, []).append(one)
    return [_board(by_campaign[campaign]) for campaign in sorted(by_campaign)]


def count(cells: Iterable[Cell]) -> Counts:
    """Count cells."""
    asked = [cell for cell in cells if cell.sign is not Sign.NONE]
    due = [cell for cell in asked if cell.is_due]
    reported = [cell for cell in due if cell.sign in REPORTED]
    outstanding = [cell for cell in due if cell.sign not in REPORTED]
    return Counts(
        total=len(asked),
        due=len(due),
        reported=len(reported),
        late=sum(cell.late for cell in reported),
        outstanding=len(outstanding),
        overdue=sum(cell.sign is Sign.OVERDUE for cell in outstanding),
        returned=sum(cell.state is State.RETURNED for cell in outstanding),
    )


def added(counts: Sequence[Counts]) -> Counts:
    """The sum of several counts."""
    return Counts(*(sum(getattr(one, name) for one in counts) for name in Counts.__slots__))


def sign_of(standing: Standing, today: date) -> Sign:
    """The one sign for how an assignment stands on `today`."""
    match standing.state:
        case State.WAIVED | State.CANCELLED:
            return Sign.NONE
        case State.OPEN | State.RETURNED if standing.overdue_on(today):
            return Sign.OVERDUE
        case State.RETURNED:
            return Sign.RETURNED
        case State.OPEN:
            return Sign.DUE if standing.due <= today else Sign.AHEAD
    if standing.nil:
        return Sign.NIL
    if standing.state is State.ACCEPTED:
        return Sign.ACCEPTED
    return Sign.INCOMPLETE if standing.missing else Sign.SUBMITTED


def cell_of(one: Standpoint) -> Cell:
    """An assignment as the board shows it."""
    standing, assignment = one.standing, one.assignment
    sign = sign_of(standing, one.today)
    overdue = sign is Sign.OVERDUE
    return Cell(
        name=assignment_key(
            assignment.campaign_id, assignment.milestone_id, assignment.unit_id, assignment.period
        ),
        sign=sign,
        state=standing.state,
        due=standing.due,
        effective_due=standing.effective_due,
        is_due=overdue or standing.due <= one.today,
        late=standing.handed_in_late,
        missing=standing.missing,
        days_overdue=(one.today - standing.effective_due).days if overdue else 0,
    )


def _board(found: list[Standpoint]) -> CampaignBoard:
    campaign = found[0].campaign
    units = {one.unit.id: one.unit for one in found}
    cells = {(one.unit.id, one.milestone.id, one.assignment.period): cell_of(one) for one in found}
    heads = {(one.milestone.id, one.assignment.period): one for one in found}
    keys = sorted(heads, key=lambda key: (heads[key].milestone.position, *key))
    columns = [
        Column(
            number=number,
            milestone=key[0],
            period=key[1],
            title=heads[key].assignment.title,
            due=heads[key].assignment.nominal_due,
            counts=count(cells[unit, *key] for unit in units if (unit, *key) in cells),
        )
        for number, key in enumerate(keys, start=1)
    ]
    lines = [
        Line(unit.id, unit.name, unit.level, tuple(cells.get((unit.id, *key)) for key in keys))
        for unit in sorted(units.values(), key=lambda unit: unit.position)
    ]
    return CampaignBoard(
        id=campaign.id,
        title=campaign.title,
        owner=campaign.owner,
        today=found[0].today,
        counts=added([column.counts for column in columns]),
        columns=tuple(columns),
        lines=tuple(lines),
    )
