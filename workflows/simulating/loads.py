"""How much falls due in which week, in all and for each unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from workflows.simulating.model import NO_LOAD, Falling, Load, monday

_WEEK = timedelta(days=7)


def by_day(falling: Iterable[Falling]) -> dict[date, Load]:
    """What falls due on each day that has anything, by day."""
    return _sum((one.due, one) for one in falling)


def by_week(falling: Iterable[Falling]) -> dict[date, Load]:
    """The same for each week, by its Monday."""
    return _sum((monday(one.due), one) for one in falling)


def by_unit_and_week(falling: Iterable[Falling]) -> dict[str, dict[date, Load]]:
    """The same for each unit, by its name."""
    units: dict[str, list[Falling]] = defaultdict(list)
    for one in falling:
        units[one.unit].append(one)
    return {unit: by_week(own) for unit, own in units.items()}


def weeks(days: Iterable[date]) -> list[date]:
    """The Mondays of all weeks from the first to the last of `days`, none left out."""
    mondays = sorted({monday(day) for day in days})
    if not mondays:
        return []
    count = (mondays[-1] - mondays[0]) // _WEEK + 1
    return [mondays[0] + n * _WEEK for n in range(count)]


def total(loads: Mapping[date, Load]) -> Load:
    """The loads of several days or weeks together."""
    return Load(
        sum(one.others for one in loads.values()), sum(one.drafted for one in loads.values())
    )


def _sum(dated: Iterable[tuple[date, Falling]]) -> dict[date, Load]:
    found: dict[date, Load] = {}
    for day, one in dated:
        found[day] = found.get(day, NO_LOAD).with_one(drafted=one.drafted)
    return dict(sorted(found.items()))
