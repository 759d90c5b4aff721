"""Reads off the record what the entries of a feed say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from calendars.entry import DONE, LATE, WARNING, EntrySource, deliverable_line
from calendars.lights import LIT_BY, EntryLights, Lit, Plans
from calendars.options import FeedOptions, Phases, Surroundings
from workflows.colors import color_of
from workflows.database import batched
from workflows.ladder import Role
from workflows.lights import Light
from workflows.parts import parts_of
from workflows.reminding import DueAssignment, planned
from workflows.states import OWING, State
from workflows.tables import Assignment, Campaign, CampaignStatus, MilestoneRow, UnitRow

_RINGS_FOR = frozenset({Role.CONTACT, Role.DEPUTY})  # not what is escalated
_MARKS: Mapping[Light | None, str] = {Light.RED: LATE, Light.YELLOW: WARNING}

_COLUMNS: tuple[Any, ...] = (
    col(Assignment.id),
    col(Assignment.uid),
    col(Assignment.sequence),
    col(Assignment.reworded),
    col(Assignment.changed_at),
    col(Assignment.campaign_id),
    col(Assignment.unit_id),
    col(Assignment.title),
    col(Assignment.submitted_at),
    col(Assignment.missing),
    col(Assignment.silent),
    *LIT_BY,
)


class ReadEntry(NamedTuple):
    """An entry's source, with the days on which it holds: from `since` to before `turns`."""

    id: int
    revision: int
    source: EntrySource
    since: date
    turns: date


class _Duty(NamedTuple):
    """What a milestone says of all its assignments."""

    milestone: MilestoneRow
    campaign: Campaign
    deliverables: tuple[str, ...]
    parts: int
    color: str


class SourceReader:
    """Reads entries for one feed in the language in force."""

    def __init__(
        self,
        session: Session,
        options: FeedOptions,
        around: Surroundings,
        plans: Plans | None = None,
    ) -> None:
        """`plans` keeps the plans that were read, from one reader to the next."""
        self._session, self._options, self._around = session, options, around
        self._plans: Plans = {} if plans is None else plans
        self._url = f"{around.base}/fresh" if around.base else ""
        self._units: dict[str, str] = {}  # names by id, of the units that were met
        self._duties: dict[tuple[str, str], _Duty] = {}
        self._days: dict[tuple[Any, ...], tuple[int, ...]] = {}

    def read(self, ids: Iterable[int], today: date) -> Iterator[ReadEntry]:
        """The entries of these assignments on the day, which is local to their campaigns."""
        for batch in batched(ids):
            rows = self._session.execute(
                sql_select(*_COLUMNS).where(col(Assignment.id).in_(batch))
            ).all()
            self._read_duties({(row.campaign_id, row.milestone_id) for row in rows})
            self._read_names({row.unit_id for row in rows})
            lights = self._lights_of(rows, today) if self._around.marks else {}
            for row in rows:
                yield self._entry(row, lights.get(row.campaign_id))

    def _read_names(self, unit_ids: Iterable[str]) -> None:
        """Those of a feed's own units: most feeds have one of a country's many."""
        for batch in batched(one for one in unit_ids if one not in self._units):
            query = select(UnitRow.id, UnitRow.name).where(col(UnitRow.id).in_(batch))
            self._units |= dict(self._session.exec(query).all())

    def _read_duties(self, keys: Iterable[tuple[str, str]]) -> None:
        missing = {key[0] for key in keys if key not in self._duties}
        query = (
            select(MilestoneRow, Campaign)
            .join(Campaign, col(Campaign.id) == MilestoneRow.campaign_id)
            .where(col(MilestoneRow.campaign_id).in_(sorted(missing)))
        )
        for milestone, campaign in self._session.exec(query) if missing else ():
            self._duties[campaign.id, milestone.id] = _Duty(
                milestone,
                campaign,
                tuple(deliverable_line(one) for one in milestone.deliverables),
                len(parts_of(milestone.deliverables)),
                color_of(campaign.id, campaign.color).value,
            )

    def _lights_of(self, rows: Sequence[Any], today: date) -> dict[str, EntryLights]:
        """The lights of the campaigns of these rows."""
        units: dict[str, set[str]] = {}
        campaigns: dict[str, Campaign] = {}
        for row in rows:
            units.setdefault(row.campaign_id, set()).add(row.unit_id)
            campaigns[row.campaign_id] = self._duties[row.campaign_id, row.milestone_id].campaign
        return {
            key: EntryLights(self._session, one, units[key], today, self._plans)
            for key, one in campaigns.items()
        }

    def _entry(self, row: Any, lights: EntryLights | None) -> ReadEntry:
        duty = self._duties[row.campaign_id, row.milestone_id]
        # What a closed campaign never got is owed no more.
        owing = row.state in OWING and not duty.campaign.status.is_over
        percent = _percent(row.state, len(row.missing), duty.parts)
        lit = Lit()
        if lights and (owing or row.state not in OWING):
            lit = lights.of(row, duty.milestone)
        changed = row.changed_at
        if lit.begun is not None and lit.begun > changed:
            changed = lit.begun
        mark = ""
        if self._around.marks:
            mark = DONE if percent == 100 else _MARKS.get(lit.light, "")
        source = EntrySource(
            uid=row.uid,
            sequence=row.sequence + row.reworded,
            changed_at=changed,
            due=row.effective_due,
            title=row.title,
            unit=self._units[row.unit_id],
            campaign_title=duty.campaign.title,
            clause=duty.milestone.clause,
            mailbox=duty.milestone.mailbox,
            deliverables=duty.deliverables,
            state=row.state,
            percent=percent,
            submitted_at=row.submitted_at,
            start=row.start if self._options.phases is Phases.SPAN else None,
            mark=mark,
            light=lit.word,
            color=duty.color,
            url=self._url,
            alarms=self._alarms(row, duty) if self._options.alarms and owing else (),
        )
        return ReadEntry(row.id, source.sequence, source, lit.since, lit.turns)

    def _alarms(self, row: Any, duty: _Duty) -> tuple[int, ...]:
        """The days of the ladder's rungs for the unit itself; none while the campaign rests."""
        if row.silent or duty.campaign.status is not CampaignStatus.RUNNING:
            return ()
        key = (
            row.campaign_id, row.milestone_id, row.unit_id if duty.milestone.unit_ladders else "",
            row.state, row.effective_due, row.late_after,
        )  # fmt: skip
        found = self._days.get(key)
        if found is None:  # all units of a milestone share their days
            found = self._days[key] = _ladder_days(row, duty)
        return found


def _ladder_days(row: Any, duty: _Duty) -> tuple[int, ...]:
    assignment = DueAssignment(
        row.id, row.campaign_id, row.milestone_id, row.unit_id, row.state, row.effective_due,
        row.late_after, silent=False, reminded_through=None, reminded_at=None,
        acknowledged_at=None, snoozes={},
    )  # fmt: skip
    days = {
        (one.on - row.effective_due).days
        for one in planned(assignment, duty.milestone, duty.campaign.issued)
        if not _RINGS_FOR.isdisjoint(one.rung.to)
    }
    return tuple(sorted(days))


def _percent(state: State, missing: int, parts: int) -> int:
    """How much is handed in. What was sent back counts as half, since it has to come again."""
    if state is State.ACCEPTED:
        return 100
    if state is State.SUBMITTED:
        return 100 * max(parts - missing, 0) // max(parts, missing) if missing else 100
    return 50 if state is State.RETURNED else 0
