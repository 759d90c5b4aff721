"""Compiles a declaration: one assignment for each milestone × responsible unit × period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha1
from uuid import UUID

from workflows.covered import Covered
from workflows.dates import NominalDates, moved_due, nominal_dates
from workflows.declaration import Declaration, Kind, Milestone
from workflows.ladder import (
    CORRECTION_LADDER,
    DEFAULT_LADDER,
    Occurrence,
    Rung,
    late_after,
    occurrences,
)
from workflows.organisation import Organisation, Unit
from workflows.selectors import select
from workflows.working_days import WorkingDays, working_days

_NAMESPACE = UUID("6d4b5fc1-0a52-5c6e-9f0e-3d9b0c1c7a11").bytes  # of assignment keys; never changes
# The bits of a UUID that do not come from the name (RFC 9562, sections 4.1 and 5.5).
_FIXED = 0xF000_C000_0000_0000_0000
_VERSION_5 = 0x5000_8000_0000_0000_0000


@dataclass(frozen=True, slots=True)
class CompiledAssignment:
    """What one unit owes once. Dates are local to the campaign's zone.

    `nominal_due` is what the plan says; `due` is that after `if_holiday`; after `late_after` it
    is overdue. `ladder` holds the days on which its rungs come due.
    """

    campaign: str
    milestone: Milestone
    title: str
    unit: Unit
    period: str
    start: date | None
    nominal_due: date
    due: date
    late_after: date
    departments: tuple[str, ...]
    ladder: tuple[Occurrence, ...]

    @property
    def kind(self) -> Kind:
        """How the milestone recurs."""
        return self.milestone.kind

    @property
    def key(self) -> str:
        """`campaign/milestone/unit[/period]`, by ids."""
        return assignment_key(self.campaign, self.milestone.id, self.unit.id, self.period)


def assignment_key(campaign: str, milestone: str, unit: str, period: str) -> str:
    """The name of an assignment, by ids."""
    name = f"{campaign}/{milestone}/{unit}"
    return f"{name}/{period}" if period else name


def calendar_uid(key: str) -> str:
    """The calendar UID of an assignment, from its first key (RFC 7986, section 5.3)."""
    # As uuid5 makes it, without an object on the way: of these, very many are made at a time.
    number = int.from_bytes(sha1(_NAMESPACE + key.encode()).digest()[:16])  # noqa: S324
    number = number & ~_FIXED | _VERSION_5
    name = f"{number:032x}"
    return f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"


def ladder_of(declaration: Declaration, milestone: Milestone) -> Sequence[Rung]:
    """The rungs that hold for a milestone: its own, else the campaign's, else the default."""
    return milestone.ladder or declaration.ladder or DEFAULT_LADDER


def correction_ladder_of(declaration: Declaration, milestone: Milestone) -> Sequence[Rung]:
    """The rungs to the correction date of what a unit gets back."""
    return milestone.correction_ladder or declaration.correction_ladder or CORRECTION_LADDER


def unit_ladders_of(
    declaration: Declaration, milestone: Milestone, organisation: Organisation
) -> list[tuple[list[str], Sequence[Rung]]]:
    """The ladders that hold for single units, with their ids: the first that names a unit does,
    the milestone's own before the campaign's."""
    owing = [unit.id for unit in select(milestone.who, organisation, declaration.groups)]
    found: list[tuple[list[str], Sequence[Rung]]] = []
    for own in (*milestone.ladder_for, *declaration.ladder_for):
        named = {unit.id for unit in select(own.who, organisation, declaration.groups)}
        units = [one for one in owing if one in named]
        owing = [one for one in owing if one not in named]
        if units:
            found.append((units, own.ladder))
    return found


def compile_campaign(
    declaration: Declaration, organisation: Organisation
) -> list[CompiledAssignment]:
    """Every assignment of the campaign, in the order of milestones, periods and units.

    The declaration must be free of lint errors. Dates are worked out once for each milestone and
    period and then spread over the units.
    """
    calendar = working_days()
    compiled = []
    for milestone in declaration.milestones:
        units = select(milestone.who, organisation, declaration.groups)
        departments = department_names(milestone.departments, organisation)
        general = ladder_of(declaration, milestone)
        rungs = {unit.id: general for unit in units}
        for ids, own in unit_ladders_of(declaration, milestone, organisation):
            rungs |= dict.fromkeys(ids, own)
        for nominal in nominal_dates(declaration, milestone):
            compiled += _spread(
                declaration, milestone, nominal, units, departments, calendar, rungs
            )
    return compiled


def compile_campaigns(
    declarations: Iterable[Declaration], organisation: Organisation
) -> list[CompiledAssignment]:
    """Every assignment of several campaigns."""
    return [one for each in declarations for one in compile_campaign(each, organisation)]


def department_names(names: Iterable[str], organisation: Organisation) -> tuple[str, ...]:
    """The departments' proper names for the names, aliases or ids in a declaration."""
    found = (organisation.department(name) for name in names)
    return tuple(office.name for office in found if office is not None)


def _spread(
    declaration: Declaration,
    milestone: Milestone,
    nominal: NominalDates,
    units: Sequence[Unit],
    departments: tuple[str, ...],
    calendar: WorkingDays,
    rungs: Mapping[str, Sequence[Rung]],
) -> list[CompiledAssignment]:
    due = moved_due(nominal.due, declaration.holiday_rule(milestone), calendar)
    late = late_after(due, calendar, grace=declaration.holiday_grace)
    days = {
        key: tuple(occurrences(ladder, due, late, calendar))
        for key, ladder in {id(one): one for one in rungs.values()}.items()
    }
    title = title_for(milestone.title, nominal.covers)
    return [
        CompiledAssignment(
            declaration.id, milestone, title, unit, nominal.period, nominal.start,
            nominal.due, due, late, departments, days[id(rungs[unit.id])],
        )
        for unit in units
    ]  # fmt: skip


def title_for(title: str, covers: Covered | None) -> str:
    """A milestone's title with the month or quarter that a recurring duty covers.

    Written in the declarations' language whatever the setting, since the record keeps it.
    """
    return title if covers is None else f"{title}（{covers.full}）"
