"""When the light of an assignment turns: the last one seen is kept, for rungs that tell of a turn.

A tick looks once each local day, and again after a figure was reported. A light turns where it is
found worse than it was last seen; what it shows while nothing is owed, or while the campaign rests,
is nobody's turn.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from workflows.database import batched
from workflows.lighting import campaign_lights
from workflows.lights import Light
from workflows.reminding import local_date, next_at, turning_rungs
from workflows.rung_times import parse_turn
from workflows.standing import Standpoint, standing_of
from workflows.tables import Assignment, Campaign, LightTurn, MilestoneRow, UnitRow

_WORSE = list(Light).index  # the best first


def look_at_lights(
    session: Session, campaign_id: str, assignment_ids: Iterable[int], now: datetime
) -> dict[int, Light]:
    """The lights at `now` (aware) of those of these assignments whose light has turned for the
    worse since it was last seen, by number. What is seen is noted."""
    campaign = session.get_one(Campaign, campaign_id)
    turned: dict[int, Light] = {}
    for batch in batched(assignment_ids):
        watched = session.exec(select(Assignment).where(col(Assignment.id).in_(batch))).all()
        for number, (before, light) in _see(session, campaign, watched, now).items():
            if before is not None and _WORSE(light) > _WORSE(before):
                turned[number] = light
    return turned


def begin_to_look(session: Session, campaign: Campaign, now: datetime, *, anew: bool) -> None:
    """Note, and tell nobody, what lights show from `now` (aware) on: of the campaign's assignments
    that have a rung for a turn and had none before; with `anew` of all that have one.

    To be called where a plan is put in force, and where a campaign begins or goes on after a rest.
    """
    rows = session.exec(select(MilestoneRow).where(MilestoneRow.campaign_id == campaign.id))
    milestones = {one.id: one for one in rows if _waits_for_turns(_ladders(one))}
    here = select(Assignment.id).where(Assignment.campaign_id == campaign.id)
    watched: list[Assignment] = []
    if milestones:
        found = session.exec(
            select(Assignment)
            .where(
                Assignment.campaign_id == campaign.id,
                col(Assignment.milestone_id).in_(milestones),
            )
            .order_by(col(Assignment.id))
        )
        watched = [one for one in found if _is_watched(one, milestones[one.milestone_id])]
    keep = {one.id for one in watched} if not anew else set()
    seen = session.exec(
        select(LightTurn.assignment_id).where(col(LightTurn.assignment_id).in_(here))
    ).all()
    for batch in batched([one for one in seen if one not in keep]):
        session.connection().execute(
            delete(LightTurn).where(col(LightTurn.assignment_id).in_(batch))
        )
    known = set(seen) & keep
    fresh = [one for one in watched if one.id not in known]
    _see(session, campaign, fresh, now)
    for one in fresh:
        one.next_at = next_at(one, milestones[one.milestone_id], campaign)
        session.add(one)
    session.flush()


def look_after_figures(
    session: Session, campaign_id: str, milestone_id: str, units: Collection[str], now: datetime
) -> None:
    """Let the next tick look at these units' lights: at `now` (aware) they have reported figures
    of targets of that milestone. Nothing where no rung waits for a turn."""
    watched = session.exec(
        select(Assignment)
        .join(LightTurn, col(LightTurn.assignment_id) == Assignment.id)
        .where(
            Assignment.campaign_id == campaign_id,
            Assignment.milestone_id == milestone_id,
            col(Assignment.unit_id).in_(sorted(units)),
            col(Assignment.next_at) > now,
        )
    ).all()
    for one in watched:
        milestone = session.get_one(MilestoneRow, (campaign_id, milestone_id))
        if turning_rungs(one, milestone, session.get_one(Campaign, campaign_id)):
            one.next_at = now
            session.add(one)


def _see(
    session: Session, campaign: Campaign, watched: Sequence[Assignment], now: datetime
) -> dict[int, tuple[Light | None, Light]]:
    """Note the lights of these assignments; by number what was seen before (None: nothing) and
    what is seen now, where that differs."""
    if not watched:
        return {}
    today = local_date(now, campaign.time_zone)
    seen = {one.assignment_id: one for one in _seen(session, watched)}
    changed: dict[int, tuple[Light | None, Light]] = {}
    for number, light in _lights(session, campaign, watched, now).items():
        row = seen.get(number)
        before = Light(row.light) if row is not None else None
        if light is before:
            continue
        changed[number] = (before, light)
        if row is None:
            row = LightTurn(assignment_id=number, light=light, day=today, seen_at=now)
        row.light, row.day, row.seen_at = light.value, today, now
        session.add(row)
    session.flush()
    return changed


def _seen(session: Session, watched: Sequence[Assignment]) -> Iterable[LightTurn]:
    for batch in batched(one.id for one in watched):
        query = select(LightTurn).where(col(LightTurn.assignment_id).in_(batch))
        yield from session.exec(query)


def _lights(
    session: Session, campaign: Campaign, watched: Sequence[Assignment], now: datetime
) -> dict[int, Light]:
    """The light of each; one that is not owed at all shows what has not begun."""
    lights = campaign_lights(session, [campaign], now)[campaign.id]
    units = {one.id: one for one in session.exec(select(UnitRow))}
    rows = session.exec(select(MilestoneRow).where(MilestoneRow.campaign_id == campaign.id))
    milestones = {one.id: one for one in rows}
    today = local_date(now, campaign.time_zone)
    return {
        one.id or 0: lights.of(
            Standpoint(
                one, units[one.unit_id], milestones[one.milestone_id], campaign,
                standing_of(one), today,
            )
        )
        or Light.GREY
        for one in watched
    }  # fmt: skip


def _ladders(milestone: MilestoneRow) -> Iterable[Mapping[str, object]]:
    """The rungs of all the milestone's ladders."""
    yield from milestone.ladder
    yield from milestone.correction_ladder
    for own in milestone.unit_ladders:
        yield from own["ladder"]


def _is_watched(assignment: Assignment, milestone: MilestoneRow) -> bool:
    """Whether a ladder that may come to hold for it has a rung for a turn."""
    own = [one["ladder"] for one in milestone.unit_ladders if assignment.unit_id in one["units"]]
    return _waits_for_turns([*(own[0] if own else milestone.ladder), *milestone.correction_ladder])


def _waits_for_turns(rungs: Iterable[Mapping[str, object]]) -> bool:
    return any(parse_turn(str(one["when"])) for one in rungs)
