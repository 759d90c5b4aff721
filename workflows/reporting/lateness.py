"""Who was late and how often over the season so far, and who was twice running.

Late is what was handed in late and what is overdue, of what was due by the day. Two are in a row
where they stand on two due dates of a campaign, one after the other, or on two periods of one
monthly duty. What is not settled yet (in its grace, or returned) breaks no row and makes none.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.reporting.model import Lateness, Run
from workflows.standing import Standpoint
from workflows.states import STRUCK
from workflows.tables import UnitRow


@dataclass(frozen=True, slots=True)
class _Duty:
    due: date
    position: int
    milestone: str
    period: str
    title: str
    late: bool
    settled: bool


def lateness_of(found: Iterable[Standpoint]) -> tuple[Lateness, ...]:
    """Of each unit of one campaign from which anything was due, those late most often first, then
    in administrative order."""
    units: dict[str, list[Standpoint]] = defaultdict(list)
    for one in found:
        overdue = one.standing.overdue_on(one.today)
        if one.standing.state not in STRUCK and (overdue or one.standing.due <= one.today):
            units[one.unit.id].append(one)
    return _sorted(_told(members) for members in units.values())


def lateness_over(parts: Iterable[Lateness]) -> tuple[Lateness, ...]:
    """The same over several campaigns: what was counted is added up, a row stays within one."""
    units: dict[str, list[Lateness]] = defaultdict(list)
    for one in parts:
        units[one.unit_id].append(one)
    return _sorted(_added(members) for members in units.values())


def were_late(found: Iterable[Lateness]) -> tuple[Lateness, ...]:
    """Those that were late at least once."""
    return tuple(one for one in found if one.times)


def _told(members: Sequence[Standpoint]) -> Lateness:
    unit, campaign = members[0].unit, members[0].campaign
    duties = [_duty(one) for one in members]
    overdue = sum(one.standing.overdue_on(one.today) for one in members)
    late = sum(
        one.standing.handed_in_late and not one.standing.owing for one in members
    )  # fmt: skip
    return _lateness(unit, len(members), late, overdue, _runs(duties), campaign.id)


def _lateness(
    unit: UnitRow, due: int, late: int, overdue: int, runs: tuple[Run, ...], campaign_id: str
) -> Lateness:
    return Lateness(
        unit.id, unit.name, unit.level, unit.position, due, late, overdue, runs,
        {campaign_id: late + overdue},
    )  # fmt: skip


def _duty(one: Standpoint) -> _Duty:
    overdue = one.standing.overdue_on(one.today)
    late = overdue or (one.standing.handed_in_late and not one.standing.owing)
    return _Duty(
        one.assignment.nominal_due,
        one.milestone.position,
        one.milestone.id,
        one.assignment.period,
        one.assignment.title,
        late,
        late or not one.standing.owing,
    )


def _runs(duties: Iterable[_Duty]) -> tuple[Run, ...]:
    settled = sorted(
        (one for one in duties if one.settled),
        key=lambda one: (one.due, one.position, one.period),
    )
    monthly: dict[str, list[_Duty]] = defaultdict(list)
    for one in settled:
        if one.period:
            monthly[one.milestone].append(one)
    found: list[Run] = []
    for series in (settled, *monthly.values()):
        for run in _rows(series):
            if not any(set(run.titles) <= set(other.titles) for other in found):
                found.append(run)
    return tuple(sorted(found, key=lambda run: (-run.length, not run.lasts)))


def _rows(series: Sequence[_Duty]) -> Iterable[Run]:
    """The rows of two and more due dates on which something of the series was late."""
    days: dict[date, list[_Duty]] = defaultdict(list)
    for one in series:
        days[one.due].append(one)
    row: list[str] = []
    for members in days.values():
        late = [one.title for one in members if one.late]
        if late:
            row.append("、".join(late))
            continue
        if len(row) > 1:
            yield Run(len(row), tuple(row), lasts=False)
        row = []
    if len(row) > 1:
        yield Run(len(row), tuple(row), lasts=True)


def _added(members: Sequence[Lateness]) -> Lateness:
    first = members[0]
    runs = sorted(
        (run for one in members for run in one.runs), key=lambda run: (-run.length, not run.lasts)
    )
    counts: dict[str, int] = {}
    for one in members:
        counts |= one.by_campaign
    return Lateness(
        first.unit_id, first.unit, first.level, first.position,
        sum(one.due for one in members), sum(one.late for one in members),
        sum(one.overdue for one in members), tuple(runs), counts,
    )  # fmt: skip


def _sorted(found: Iterable[Lateness]) -> tuple[Lateness, ...]:
    return tuple(sorted(found, key=lambda one: (-one.times, one.position)))
