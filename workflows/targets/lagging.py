"""Whether units are behind with the targets of their milestones, by the record as it is.

For who asks of few units what `workflows/targets/numbers.py` tells of all.
"""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from sqlmodel import Session

from workflows.attributes import attributes_by_unit
from workflows.declaration import Declaration
from workflows.tables import Campaign
from workflows.targets.figures import Lines, figure_lines
from workflows.targets.judging import Judge
from workflows.targets.shares import shares_of
from workflows.targets.views import TargetView, targets_of

_A_DAY = timedelta(days=1)


class Lagging:
    """Of one campaign. What is not asked is not read."""

    def __init__(
        self,
        session: Session,
        campaign: Campaign,
        plan: Declaration | None,
        units: Collection[str],
        today: date,
    ) -> None:
        """`plan` is the declaration in force, `units` the ids of those who are asked about,
        `today` the campaign's local day: no later day can be asked about."""
        self._session, self._campaign, self._plan = session, campaign, plan
        self._asked, self._today = units, today
        self._known: dict[tuple[str, str, date], bool] = {}
        self._split: dict[str, dict[str, Decimal]] = {}

    def concerns(self, milestone_id: str, unit_id: str) -> bool:
        """Whether the unit has a target to reach with that milestone."""
        return milestone_id in self._views and bool(self._of(milestone_id, unit_id))

    def behind(self, milestone_id: str, unit_id: str, day: date) -> bool:
        """Whether the unit was, or is, behind on `day`, by what is on record now."""
        key = milestone_id, unit_id, day
        found = self._known.get(key)
        if found is None:
            judge = self._judge(day)
            found = self._known[key] = any(
                judge.unit(view, unit_id, share).behind
                for view, share in self._of(milestone_id, unit_id)
            )
        return found

    def since(self, milestone_id: str, unit_id: str, first: date, last: date) -> date:
        """From which day on, at the earliest `first`, the unit was behind without a break, or was
        not, as it was on `last`. While nothing is reported it turns once."""
        now = self.behind(milestone_id, unit_id, last)
        if first >= last or self.behind(milestone_id, unit_id, first) is now:
            return min(first, last)
        while (days := (last - first).days) > 1:
            middle = first + days // 2 * _A_DAY
            if self.behind(milestone_id, unit_id, middle) is now:
                last = middle
            else:
                first = middle
        return last

    def _of(self, milestone_id: str, unit_id: str) -> list[tuple[TargetView, Decimal | None]]:
        """The targets with the unit's share, which is None where each unit has its own."""
        found: list[tuple[TargetView, Decimal | None]] = []
        for view in self._views.get(milestone_id, ()):
            if unit_id in view.units:
                found.append((view, None))
            elif (share := self._shares(view).get(unit_id)) is not None:
                found.append((view, share))
        return found

    @cached_property
    def _views(self) -> dict[str, list[TargetView]]:
        found: dict[str, list[TargetView]] = {}
        for view in targets_of(self._session, self._campaign):
            found.setdefault(view.milestone_id, []).append(view)
        return found

    def _shares(self, view: TargetView) -> dict[str, Decimal]:
        if not view.is_province or not view.reporters:
            return {}
        if view.id not in self._split:
            self._split[view.id] = shares_of(self._session, view)
        return self._split[view.id]

    @cached_property
    def _lines(self) -> Lines:
        views = [view for several in self._views.values() for view in several]
        return figure_lines(self._session, views, self._today, units=self._asked)

    def _judge(self, day: date) -> Judge:
        return Judge(day, self._lines, self._attributes, {}, self._plan)

    @cached_property
    def _attributes(self) -> dict[str, dict[str, object]]:
        asks = any(
            view.target.of or (view.target.baseline and view.target.baseline.attribute)
            for several in self._views.values()
            for view in several
        )
        return attributes_by_unit(self._session) if asks else {}
