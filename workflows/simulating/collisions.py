"""Where a draft's dates collide: with each other, with other campaigns, with days off."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from workflows.compile import CompiledAssignment
from workflows.declaration import Declaration, Milestone
from workflows.simulating.model import Clash, Collision, Falling
from workflows.simulating.timeline import stage_days
from workflows.working_days import working_days

CROWD = 3  # reports of one unit on one day: more than people plan for
_WHOLE = 2  # units: the day on which a single one is due is no campaign's day


def collisions(
    declared: Sequence[tuple[Declaration, Sequence[CompiledAssignment]]],
    falling: Sequence[Falling],
    titles: Mapping[str, str],
    today: date,
    in_force: Collection[str] = (),
) -> list[Collision]:
    """Every collision that has to do with the draft, by kind and day.

    `declared` is the draft as it is compiled, `falling` what falls due in all running campaigns
    and the draft from `today` on, `titles` the campaigns' titles by their ids. What is late on
    `today` already is past, but for the assignments `in_force` (keys), which the draft leaves.
    """
    found: list[Collision] = []
    for declaration, compiled in declared:
        fresh = [one for one in compiled if one.key not in in_force]
        found += _past(declaration, fresh, today)
        found += _starts(declaration, compiled)
        found += _order(declaration, compiled)
        found += _days_off(declaration, compiled, today)
    found += _provisional([one for _declaration, compiled in declared for one in compiled])
    found += _crowded(falling)
    found += _other_campaigns(falling, titles)
    kinds = list(Clash)
    return sorted(found, key=lambda one: (kinds.index(one.kind), one.day or today))


def _by_milestone(
    declaration: Declaration, compiled: Iterable[CompiledAssignment]
) -> Iterator[tuple[Milestone, dict[date, CompiledAssignment], Counter[date]]]:
    """Each milestone with one assignment for each due date, and how many there are of each."""
    days: dict[str, dict[date, CompiledAssignment]] = defaultdict(dict)
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    for one in compiled:
        days[one.milestone.id].setdefault(one.due, one)
        counts[one.milestone.id][one.due] += 1
    for milestone in declaration.milestones:
        if milestone.id in days:
            yield milestone, days[milestone.id], counts[milestone.id]


def _past(
    declaration: Declaration, compiled: Sequence[CompiledAssignment], today: date
) -> Iterator[Collision]:
    for _milestone, days, counts in _by_milestone(declaration, compiled):
        for due, one in days.items():
            if one.late_after < today:
                yield Collision(
                    Clash.PAST, due, declaration.title, (one.title,), count=counts[due]
                )  # fmt: skip


def _starts(
    declaration: Declaration, compiled: Sequence[CompiledAssignment]
) -> Iterator[Collision]:
    first = min(compiled, key=lambda one: one.due, default=None)
    if first is not None and declaration.issued is not None and declaration.issued > first.due:
        yield Collision(
            Clash.START, first.due, declaration.title, (first.title,), other_day=declaration.issued
        )
    stages = {stage.id: stage for stage in declaration.stages}
    for milestone, days, _counts in _by_milestone(declaration, compiled):
        stage = stages.get(milestone.stage or "")
        start = stage_days(stage, declaration.year)[0] if stage else None
        due = min(days)
        if stage is not None and start is not None and due < start:
            yield Collision(
                Clash.START, due, declaration.title, (days[due].title,),
                other=stage.title, other_day=start,
            )  # fmt: skip


def _order(declaration: Declaration, compiled: Sequence[CompiledAssignment]) -> Iterator[Collision]:
    last = {
        milestone.id: max(days) for milestone, days, _counts in _by_milestone(declaration, compiled)
    }
    for milestone in declaration.milestones:
        for before in milestone.after:
            if before in last and milestone.id in last and last[milestone.id] < last[before]:
                yield Collision(
                    Clash.ORDER, last[milestone.id], declaration.title, (milestone.title,),
                    other=declaration.milestone(before).title, other_day=last[before],
                )  # fmt: skip


def _days_off(
    declaration: Declaration, compiled: Sequence[CompiledAssignment], today: date
) -> Iterator[Collision]:
    calendar = working_days()
    for _milestone, days, counts in _by_milestone(declaration, compiled):
        for due, one in days.items():
            if one.late_after >= today and not calendar.is_working_day(one.nominal_due):
                yield Collision(
                    Clash.DAY_OFF, due, declaration.title, (one.title,),
                    other_day=one.nominal_due if one.nominal_due != due else None,
                    late_after=one.late_after, count=counts[due],
                )  # fmt: skip


def _provisional(compiled: Sequence[CompiledAssignment]) -> Iterator[Collision]:
    years = Counter(one.due.year for one in compiled)
    for year, count in sorted(years.items()):
        if not working_days().is_published(year):
            first = min(one.due for one in compiled if one.due.year == year)
            yield Collision(Clash.PROVISIONAL, first, year=year, count=count)


def _crowded(falling: Iterable[Falling]) -> Iterator[Collision]:
    """One collision for a day, with all units that have so much on it."""
    at: dict[date, dict[str, list[Falling]]] = defaultdict(lambda: defaultdict(list))
    for one in falling:
        at[one.due][one.unit].append(one)
    for day, units in at.items():
        crowded = {
            unit: ones
            for unit, ones in units.items()
            if len(ones) >= CROWD and any(one.drafted for one in ones)
        }
        if crowded:
            titles = dict.fromkeys(one.title for ones in crowded.values() for one in ones)
            yield Collision(
                Clash.CROWDED, day, titles=tuple(titles),
                units=tuple((unit, len(ones)) for unit, ones in crowded.items()),
            )  # fmt: skip


def _other_campaigns(falling: Sequence[Falling], titles: Mapping[str, str]) -> Iterator[Collision]:
    """A day of the draft on which every unit of another campaign owes that campaign something."""
    units: dict[str, set[str]] = defaultdict(set)
    on: dict[date, dict[str, list[Falling]]] = defaultdict(lambda: defaultdict(list))
    for one in falling:
        units[one.campaign].add(one.unit)
        on[one.due][one.campaign].append(one)
    for day, here in on.items():
        ours = {key for key, ones in here.items() if any(one.drafted for one in ones)}
        whole = [
            key
            for key, ones in here.items()
            if len(units[key]) >= _WHOLE and {one.unit for one in ones} == units[key]
        ]
        if any(ours - {key} for key in whole):
            yield Collision(
                Clash.OTHER, day,
                titles=tuple(titles[key] for key in here if key in ours and key not in whole),
                units=tuple((titles[key], len(units[key])) for key in whole),
            )  # fmt: skip
