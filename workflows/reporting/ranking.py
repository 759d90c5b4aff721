"""The ranking of units, with its working: who did how well by a date, by the declaration's rule.

Everything is taken from what had been recorded by then and from the version in force then, so that
the ranking of a closed date is the same whenever it is asked for. Names alone are today's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from workflows.campaign_status import statuses_at
from workflows.reporting.counting import Item
from workflows.reporting.declared import Ranking
from workflows.reporting.gathering import TargetItem, items_of, target_of, yardstick_of
from workflows.reporting.ranked import Among, merged, ranked_at
from workflows.reporting.scoring import (
    ScorePart,
    Tally,
    average,
    parts_of,
    places,
    score_of,
    summed,
    tally,
)
from workflows.tables import Campaign, CampaignStatus, UnitRow
from workflows.targets.numbers import numbers_at
from workflows.versions import plan_of


@dataclass(frozen=True, slots=True)
class RankLine:
    """A unit in the ranking. Without anything due yet it has neither score nor place."""

    unit_id: str
    unit: str
    level: str
    place: int | None
    score: Decimal | None  # 0 to 100, in hundredths
    tally: Tally
    parts: tuple[ScorePart, ...] = ()
    items: tuple[Item, ...] = ()  # by due date, then in the plan's order
    targets: tuple[TargetItem, ...] = ()
    scores: Mapping[str, Decimal] | None = None  # by campaign, where it is the mean of several


@dataclass(frozen=True, slots=True)
class RankGroup:
    """Units ranked among each other, the best first; equal ones in administrative order."""

    levels: Mapping[str, str]  # id and name
    lines: tuple[RankLine, ...]


@dataclass(frozen=True, slots=True)
class RankingTable:
    """One campaign's ranking on `today`, its local day or that on which it was closed."""

    campaign_id: str
    title: str  # as the version in force has it
    today: date
    rule: Ranking
    grace: bool  # the declaration's `holiday_grace`
    groups: tuple[RankGroup, ...]

    def line(self, unit_id: str) -> RankLine | None:
        """A unit's line; None where it is not ranked."""
        return next((one for each in self.groups for one in each.lines if one.unit_id == unit_id),
                    None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OverallRanking:
    """Several campaigns together: each by its own rule, and the mean of the scores."""

    tables: tuple[RankingTable, ...]
    groups: tuple[RankGroup, ...]


def make_ranking(
    session: Session, campaign: Campaign, at: datetime, as_of_past: bool = False
) -> RankingTable:
    """A campaign's ranking at `at` (aware). With `as_of_past`, by what had been recorded before
    it. Before its first version nobody is ranked; of a closed campaign the day stands still."""
    before = at if as_of_past else None
    plan = plan_of(session, campaign, before)
    rule = plan.ranking if plan else Ranking()
    by = yardstick_of(session, campaign, plan, at, before)
    units = {one.id: one for one in session.exec(select(UnitRow))}
    items, concerned = items_of(session, campaign, plan, by, at, before)
    targets: dict[str, list[TargetItem]] = {}
    for standing in numbers_at(session, campaign, at, as_of_past=as_of_past).units.values():
        concerned.add(standing.unit_id)
        if one := target_of(standing, by, plan):
            targets.setdefault(standing.unit_id, []).append(one)
    groups = ranked_at(session, campaign, before) if plan else []
    return RankingTable(
        campaign.id,
        plan.title if plan else campaign.title,
        by.today,
        rule,
        plan.holiday_grace if plan else True,
        ranked(
            groups, {key: one for key, one in units.items() if key in concerned}, items, targets,
            rule,
        ),
    )  # fmt: skip


def ranked(
    groups: Sequence[Among],
    units: Mapping[str, UnitRow],
    items: Mapping[str, Sequence[Item]],
    targets: Mapping[str, Sequence[TargetItem]],
    rule: Ranking,
) -> tuple[RankGroup, ...]:
    """Rank those of `units` that stand in a group, by their items and targets."""
    lines = {}
    for unit_id, unit in units.items():
        own, aims = items.get(unit_id, ()), targets.get(unit_id, ())
        count = tally(own, (one.reached for one in aims))
        parts = parts_of(count, rule)
        lines[unit_id] = RankLine(
            unit_id, unit.name, unit.level, None, score_of(parts), count, parts,
            tuple(own), tuple(aims),
        )  # fmt: skip
    return _placed(groups, lines)


def rank_all(session: Session, at: datetime, as_of_past: bool = False) -> OverallRanking:
    """All campaigns that had begun and are not archived, each by its own rule; a unit's score is
    the mean of its campaigns' scores, each of which counts alike."""
    statuses = statuses_at(session, at) if as_of_past else {}
    tables = []
    for campaign in session.exec(select(Campaign).order_by(col(Campaign.id))):
        status = statuses.get(campaign.id, campaign.status)
        if status not in {CampaignStatus.DRAFT, CampaignStatus.ARCHIVED}:
            table = make_ranking(session, campaign, at, as_of_past)
            if table.groups:
                tables.append(table)
    order = {one.id: one.position for one in session.exec(select(UnitRow))}
    return OverallRanking(tuple(tables), over_all(tables, order))


def over_all(tables: Sequence[RankingTable], order: Mapping[str, int]) -> tuple[RankGroup, ...]:
    """The mean of several rankings; `order` is each unit's place in administrative order."""
    found: dict[str, list[tuple[str, RankLine]]] = {}
    for table in tables:
        for line in (one for group in table.groups for one in group.lines):
            found.setdefault(line.unit_id, []).append((table.campaign_id, line))
    lines = {}
    for unit_id, own in found.items():
        scores = {campaign: line.score for campaign, line in own if line.score is not None}
        first = own[0][1]
        lines[unit_id] = RankLine(
            unit_id, first.unit, first.level, None, average(list(scores.values())),
            summed(line.tally for _campaign, line in own), scores=scores,
        )  # fmt: skip
    groups = [
        [Among(each.levels, tuple(line.unit_id for line in each.lines)) for each in table.groups]
        for table in tables
    ]
    return _placed(merged(groups, order), lines)


def _placed(groups: Iterable[Among], lines: Mapping[str, RankLine]) -> tuple[RankGroup, ...]:
    found = []
    for group in groups:
        own = [lines[unit] for unit in group.units if unit in lines]
        numbered = zip(places([line.score for line in own]), own, strict=True)
        placed = [replace(line, place=place) for place, line in numbered]
        # The sort is stable: those of one place stay in administrative order.
        placed.sort(key=lambda line: (line.place is None, line.place or 0))
        if placed:
            found.append(RankGroup(group.levels, tuple(placed)))
    return tuple(found)
