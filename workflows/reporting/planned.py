"""Assignments in the words of the plan that was in force at a moment.

A later version may say the same duty in other words and by another date; the rows hold the newest
ones. How each stood, and by which date it was owed, is read from its events.
"""

from collections.abc import Sequence
from datetime import date

from workflows.compile import title_for
from workflows.dates import nominal_dates
from workflows.declaration import Declaration
from workflows.standing import Standpoint
from workflows.tables import Assignment, Campaign, MilestoneRow


def as_planned(found: Sequence[Standpoint], plan: Declaration) -> list[Standpoint]:
    """Standpoints of one campaign as `plan` words them; what was opened during the campaign is in
    no plan and stays."""
    words = _Words(plan)
    return [words.of(one) for one in found]


class _Words:
    def __init__(self, plan: Declaration) -> None:
        self._plan = plan
        self._said: dict[tuple[str, str], dict[str, str | date | None]] = {
            (milestone.id, nominal.period): {
                "title": title_for(milestone.title, nominal.covers),
                "start": nominal.start,
                "nominal_due": nominal.due,
            }
            for milestone in plan.milestones
            for nominal in nominal_dates(plan, milestone)
        }
        self._positions = {one.id: place for place, one in enumerate(plan.milestones)}
        self._campaign: Campaign | None = None
        self._milestones: dict[str, MilestoneRow] = {}

    def of(self, one: Standpoint) -> Standpoint:
        key = (one.milestone.id, one.assignment.period)
        # New objects: those of the record must stay as they are.
        assignment = Assignment(**one.assignment.model_dump() | self._said.get(key, {}))
        return Standpoint(
            assignment, one.unit, self._milestone(one.milestone), self._campaign_of(one.campaign),
            one.standing, one.today,
        )  # fmt: skip

    def _milestone(self, row: MilestoneRow) -> MilestoneRow:
        if row.id not in self._milestones:
            more = {}
            if row.id in self._positions:
                said = self._plan.milestone(row.id)
                more = {
                    "title": said.title,
                    "stage": said.stage or "",
                    "position": self._positions[row.id],
                }
            self._milestones[row.id] = MilestoneRow(**row.model_dump() | more)
        return self._milestones[row.id]

    def _campaign_of(self, row: Campaign) -> Campaign:
        if self._campaign is None:
            said = {"title": self._plan.title, "issued": self._plan.issued}
            self._campaign = Campaign(**row.model_dump() | said)
        return self._campaign
