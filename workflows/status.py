"""The status board: units against milestones, and the four counts of each campaign.

Due (应报) is what was to be reported by the day: the due date, extensions included, is not after
it. A return does not move that: what was due stays due. Reported (已报) is what of it has been
handed in and not sent back; late (迟报) what of the reported came late; outstanding (未报) the
rest, overdue or not. So due = reported + outstanding, always. Waived and cancelled count nowhere.

Each cell has a sign for what was handed in and a light for how that stands (workflows/lighting.py).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from workflows.campaign_status import archived
from workflows.compile import assignment_key
from workflows.lighting import CampaignLights, campaign_lights
from workflows.lights import LIGHT_LOOKS, Light, light_word
from workflows.reporting.declared import Lights
from workflows.signs import REPORTED, Sign, mark_of
from workflows.standing import Selection, Standing, Standpoint, standpoints
from workflows.states import State
from workflows.targets.standing import TargetStanding
from workflows.targets.views import PROVINCE
from workflows.targets.words import pace_rows

# Whose mark says by itself that the light is yellow.
_YELLOW_SIGNS = frozenset({Sign.DUE, Sign.AHEAD})


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
    light: Light | None = None  # None for what is not owed

    @property
    def mark(self) -> str:
        """The mark in the language in force, from which the light can be told without colours.

        It is the sign's; the light's own where nothing has happened yet. Behind the mark of a
        hand-in or a return stands that of the yellow light.
        """
        if self.sign is Sign.AHEAD and self.light is not None:
            return LIGHT_LOOKS[self.light].sign
        mark = mark_of(self.sign, late=self.late)
        if self.light is Light.YELLOW and self.sign not in _YELLOW_SIGNS:
            mark += LIGHT_LOOKS[Light.YELLOW].sign
        return mark


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
class Behind:
    """A target with which a unit is behind pace, or has missed a point of."""

    unit: str  # '' for the province
    standing: TargetStanding


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
    rule: Lights
    lights: Mapping[Light, int]  # how many cells have each, all of them named
    behind: tuple[Behind, ...]  # of the milestones and units shown, units in administrative order

    def word(self, light: Light) -> str:
        """The light's word in this campaign, in the language in force."""
        return light_word(light, self.rule)

    def behind_rows(self) -> list[tuple[Light, tuple[str, ...]]]:
        """What `behind` says, in the columns of `pace_headings`."""
        return pace_rows((one.unit, one.standing) for one in self.behind)


def status(
    session: Session,
    at: datetime,
    wanted: Selection | None = None,
    *,
    as_of_past: bool = False,
    lights: Collection[Light] = (),
) -> list[CampaignBoard]:
    """The boards at `at` (aware), campaigns by id; only units that owe anything are on them, and
    where `lights` are named, those that have one of these.

    With `as_of_past`, by what had been recorded before `at`. What is archived has to be named.
    """
    wanted = wanted or Selection()
    found = standpoints(session, at, wanted, as_of_past=as_of_past)
    if wanted.campaign_id is None:
        away = archived(session, at, as_of_past=as_of_past)
        found = [one for one in found if one.campaign.id not in away]
    by_campaign: dict[str, list[Standpoint]] = {}
    for one in found:
        by_campaign.setdefault(one.campaign.id, []).append(one)
    shown = [by_campaign[campaign] for campaign in sorted(by_campaign)]
    lit = campaign_lights(session, (one[0].campaign for one in shown), at, as_of_past=as_of_past)
    whole = not lights and wanted.unit_id is None and wanted.level is None
    boards = [_board(one, lit[one[0].campaign.id], lights, whole=whole) for one in shown]
    return [board for board in boards if board.lines]


def board_of(found: Sequence[Standpoint], lit: CampaignLights) -> CampaignBoard:
    """The board of one campaign's assignments, of which there is at least one."""
    return _board(found, lit, (), whole=True)


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


def lights_of(cells: Iterable[Cell]) -> dict[Light, int]:
    """How many cells have each light."""
    found = Counter(cell.light for cell in cells)
    return {light: found[light] for light in Light}


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


def cell_of(one: Standpoint, light: Light | None = None) -> Cell:
    """An assignment as the board shows it; without its light where that is not asked."""
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
        light=light,
    )


def _board(
    found: Sequence[Standpoint], lit: CampaignLights, lights: Collection[Light], *, whole: bool
) -> CampaignBoard:
    """`whole` says whether it is of all units."""
    campaign = found[0].campaign
    cells = {
        (one.unit.id, one.milestone.id, one.assignment.period): cell_of(one, lit.of(one))
        for one in found
    }
    if lights:
        having = {key[0] for key, cell in cells.items() if cell.light in lights}
        cells = {key: cell for key, cell in cells.items() if key[0] in having}
    shown = {key[0] for key in cells}
    units = sorted(
        {one.unit.id: one.unit for one in found if one.unit.id in shown}.values(),
        key=lambda unit: unit.position,
    )
    heads = {
        (one.milestone.id, one.assignment.period): one for one in found if one.unit.id in shown
    }
    keys = sorted(heads, key=lambda key: (heads[key].milestone.position, *key))
    columns = [
        Column(
            number=number,
            milestone=key[0],
            period=key[1],
            title=heads[key].assignment.title,
            due=heads[key].assignment.nominal_due,
            counts=count(cells[unit.id, *key] for unit in units if (unit.id, *key) in cells),
        )
        for number, key in enumerate(keys, start=1)
    ]
    milestones = {key[0] for key in keys}
    names = ({PROVINCE: ""} if whole else {}) | {unit.id: unit.name for unit in units}
    return CampaignBoard(
        id=campaign.id,
        title=campaign.title,
        owner=campaign.owner,
        today=found[0].today,
        counts=added([column.counts for column in columns]),
        columns=tuple(columns),
        lines=tuple(
            Line(unit.id, unit.name, unit.level, tuple(cells.get((unit.id, *key)) for key in keys))
            for unit in units
        ),
        rule=lit.rule,
        lights=lights_of(cells.values()),
        behind=tuple(
            Behind(name, one)
            for unit, name in names.items()
            for one in lit.behind_of(unit)
            if one.target.milestone_id in milestones
        ),
    )
