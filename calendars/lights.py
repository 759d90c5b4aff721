"""The light of each entry, with the days on which it is that: it turns at midnights, as the mark of
what is overdue does (docs/adr/0010-feeds-are-kept-as-bytes.md)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col

from workflows.declaration import Declaration
from workflows.lighting import Course, LightRule
from workflows.lights import Light, light_word
from workflows.reminding import local_date, start_of_day
from workflows.standing import Standing
from workflows.tables import Assignment, Campaign, MilestoneRow
from workflows.targets.lagging import Lagging
from workflows.versions import plan_of

# By which all units share their days; the last columns of the rows that are asked about.
LIT_BY: tuple[Any, ...] = (
    col(Assignment.milestone_id),
    col(Assignment.start),
    col(Assignment.period),
    col(Assignment.nominal_due),
    col(Assignment.due),
    col(Assignment.effective_due),
    col(Assignment.late_after),
    col(Assignment.state),
)
_A_DAY = timedelta(days=1)
_BY_TARGETS = frozenset({Light.GREEN, Light.YELLOW})  # which may be another by a target


Plans = dict[str, tuple[str, Declaration | None]]  # with their digests, by campaign id


class Lit(NamedTuple):
    """A light with its word. It is that from `since` to before `turns`, days of the campaign;
    `begun` is the midnight of `since`, None where it always was that."""

    light: Light | None = None  # None for what is not owed
    word: str = ""
    since: date = date.min
    turns: date = date.max
    begun: datetime | None = None


class _Course(NamedTuple):
    """The lights day after day, the place of today's, and what that is."""

    days: Course
    place: int
    lit: Lit


class EntryLights:
    """The lights of one campaign's entries on its day `today`, in the language in force. Rows
    have an assignment's unit_id, missing and changed_at, and end with LIT_BY."""

    def __init__(
        self,
        session: Session,
        campaign: Campaign,
        units: Iterable[str],
        today: date,
        plans: Plans,
    ) -> None:
        """`units` are the ids of those whose entries are asked for; `plans` keeps what was read."""
        plan = _plan_of(session, campaign, plans)
        self._zone = campaign.time_zone
        self._rule = LightRule(plan, campaign.issued)
        self._lagging = Lagging(session, campaign, plan, set(units), today)
        self._today = today
        self._courses: dict[tuple[Any, ...], _Course] = {}

    def of(self, row: Any, milestone: MilestoneRow) -> Lit:
        """The light of an assignment."""
        key = row[-len(LIT_BY) :], bool(row.missing)
        course = self._courses.get(key)
        if course is None:  # the units of a milestone share theirs
            course = self._courses[key] = self._course(row, milestone)
        place, lit = course.place, course.lit
        if lit.light not in _BY_TARGETS or not self._lagging.concerns(
            row.milestone_id, row.unit_id
        ):
            return lit
        light, since = self._by_targets(row, course.days, place)
        # It is asked again each day.
        return self._lit(light, since, min(lit.turns, self._today + _A_DAY))

    def _course(self, row: Any, milestone: MilestoneRow) -> _Course:
        standing = Standing(
            row.state, row.due, row.effective_due, row.late_after, missing=tuple(row.missing)
        )
        begins = self._rule.begins(row.start, milestone.kind, row.nominal_due, milestone.stage)
        days = self._rule.course(standing, begins)
        if not days:
            return _Course(days, 0, Lit())
        place = max(n for n, (day, _light) in enumerate(days) if day <= self._today)
        since, light = days[place]
        turns = min((day for day, _light in days[place + 1 :]), default=date.max)
        return _Course(days, place, self._lit(light, since, turns))

    def _lit(self, light: Light, since: date, turns: date) -> Lit:
        begun = None if since == date.min else start_of_day(since, self._zone)
        return Lit(light, light_word(light, self._rule.lights), since, turns, begun)

    def _by_targets(self, row: Any, course: Course, place: int) -> tuple[Light, date]:
        """The light, and since when, of what can be yellow by its targets before it is by its
        dates. Of the days before its last change nothing is asked: the record was another one."""
        since, light = course[place]
        changed = local_date(row.changed_at, self._zone)
        if light is Light.YELLOW:
            begun, before = course[place - 1] if place else (since, light)
            last = since - _A_DAY
            if before is not Light.GREEN or last < max(begun, changed):
                return light, since
            if not self._lagging.behind(row.milestone_id, row.unit_id, last):
                return light, since
            return light, self._run(row, max(begun, changed), last)
        if self._lagging.behind(row.milestone_id, row.unit_id, self._today):
            light = Light.YELLOW
        return light, self._run(row, max(since, changed), self._today)

    def _run(self, row: Any, first: date, last: date) -> date:
        return self._lagging.since(row.milestone_id, row.unit_id, first, last)


def _plan_of(session: Session, campaign: Campaign, plans: Plans) -> Declaration | None:
    """The plan in force; to read one takes longer than to build an entry."""
    digest, plan = plans.get(campaign.id, ("", None))
    if plan is None or digest != campaign.digest:
        plan = plan_of(session, campaign)
        plans[campaign.id] = campaign.digest, plan
    return plan
