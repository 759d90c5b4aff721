"""Who is ranked among whom: the rule of a declaration, worked out over the organisation.

It is worked out when a version is applied and kept with that event, so that a later change of the
organisation changes no earlier ranking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from workflows.declaration import Declaration
from workflows.events import APPLIED
from workflows.organisation import Organisation, Unit
from workflows.selectors import select as select_units
from workflows.tables import Campaign, Event, UnitRow

_HIGHEST = "province"  # left out of versions applied before it was kept who is ranked


@dataclass(frozen=True, slots=True)
class Among:
    """Units that are ranked among each other, in administrative order."""

    levels: Mapping[str, str]  # id and name
    units: tuple[str, ...]  # ids

    def as_data(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {"levels": dict(self.levels), "units": list(self.units)}


def who_is_ranked(declaration: Declaration, organisation: Organisation) -> list[Among]:
    """The groups, that of the first unit first. Without `of` these are all units but those of the
    highest level, which gives the orders; where there is one level alone, all."""
    rule = declaration.ranking
    if rule.of is None:
        highest = next(iter(organisation.levels), "")
        lower = [unit for unit in organisation.units if unit.level != highest]
        picked: Sequence[Unit] = lower or organisation.units
    else:
        picked = select_units(rule.of, organisation, declaration.groups)
    return _grouped([(unit.id, unit.level) for unit in picked], rule.together, organisation.levels)


def ranked_at(session: Session, campaign: Campaign, at: datetime | None = None) -> list[Among]:
    """The groups by the version in force, or with `at` (aware) by the one applied before it."""
    query = select(Event.data).where(Event.campaign_id == campaign.id, Event.kind == APPLIED)
    if at is not None:
        query = query.where(col(Event.recorded_at) <= at)
    newest = max(session.exec(query), key=lambda data: int(data["version"]), default={})
    if "ranked" in newest:
        return [Among(one["levels"], tuple(one["units"])) for one in newest["ranked"]]
    rows = session.exec(select(UnitRow).order_by(col(UnitRow.position)))
    units = [(row.id, row.level) for row in rows if row.level != _HIGHEST]
    return _grouped(units, (), {level: level for _unit, level in units})


def merged(several: Sequence[Sequence[Among]], order: Mapping[str, int]) -> list[Among]:
    """One set of groups out of several: levels that are together in one of them are together.
    `order` is each unit's place in administrative order."""
    found: list[Among] = []
    for one in (each for groups in several for each in groups):
        near = [each for each in found if set(each.levels) & set(one.levels)]
        found = [each for each in found if each not in near]
        levels = {key: name for each in (*near, one) for key, name in each.levels.items()}
        units = {unit for each in (*near, one) for unit in each.units}
        found.append(Among(levels, tuple(sorted(units, key=lambda unit: order.get(unit, 0)))))
    return sorted(found, key=lambda one: order.get(one.units[0], 0))


def _grouped(
    units: Sequence[tuple[str, str]],
    together: Sequence[Sequence[str]],
    names: Mapping[str, str],
) -> list[Among]:
    """Units (id and level, in administrative order) by level, some levels together."""
    first = {level: levels[0] for levels in together for level in levels}
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit, level in units:
        groups.setdefault(first.get(level, level), []).append((unit, level))
    return [
        Among(
            {level: names.get(level, level) for level in dict.fromkeys(one[1] for one in group)},
            tuple(unit for unit, _level in group),
        )
        for group in groups.values()
    ]
