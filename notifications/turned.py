"""What a digest says of a light that turned: why it shows, by the figures when it is claimed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from config.i18n import N_, _
from workflows.lighting import CampaignLights, campaign_lights
from workflows.lights import Light
from workflows.reminding import local_date
from workflows.rung_times import parse_turn
from workflows.tables import Campaign, MilestoneRow
from workflows.targets.words import pace_words
from workflows.working_days import working_days

_TURNED = {
    Light.YELLOW: N_("the light turned yellow"),
    Light.RED: N_("the light turned red"),
}


class Turned(NamedTuple):
    """A light that turned to a colour, of what a unit owes of a milestone by a due date."""

    campaign_id: str
    milestone_id: str
    unit_id: str
    due: date
    light: str


def turning_of(milestone: MilestoneRow) -> dict[str, str]:
    """The milestone's rungs that wait for a light, by id, with its colour."""
    ladders = [milestone.ladder, milestone.correction_ladder]
    ladders += [own["ladder"] for own in milestone.unit_ladders]
    return {
        one["id"]: colour
        for ladder in ladders
        for one in ladder
        if (colour := parse_turn(one["when"]))
    }


def turned_lines(
    session: Session,
    rows: Iterable[Any],
    turning: Mapping[tuple[str, str], Mapping[str, str]],
    now: datetime,
) -> dict[tuple[int, str], str]:
    """What there is to say at `now` (aware) of the assignments in a digest's `rows`, by their
    number and the rung: nearly always nothing. `turning` has the rungs that wait for a light, by
    campaign and milestone."""
    turned = {
        (row.id, row.reason): Turned(
            row.campaign_id, row.milestone_id, row.unit_id, row.effective_due, colour
        )
        for row in rows
        if (colour := turning[row.campaign_id, row.milestone_id].get(row.reason))
    }
    if not turned:
        return {}
    lines = light_lines(session, set(turned.values()), now)
    return {key: lines[one] for key, one in turned.items()}


def light_lines(session: Session, turned: Iterable[Turned], now: datetime) -> dict[Turned, str]:
    """One line for each, as it stands at `now` (aware): which light, why, with the figures of the
    targets that are behind."""
    by_campaign: dict[str, list[Turned]] = defaultdict(list)
    for one in turned:
        by_campaign[one.campaign_id].append(one)
    lines: dict[Turned, str] = {}
    for campaign_id, found in by_campaign.items():
        campaign = session.get_one(Campaign, campaign_id)
        lights = campaign_lights(session, [campaign], now)[campaign_id]
        today = local_date(now, campaign.time_zone)
        lines |= {one: _line(one, lights, today) for one in found}
    return lines


def _line(one: Turned, lights: CampaignLights, today: date) -> str:
    behind = [
        standing
        for standing in lights.numbers.of_unit(one.unit_id)
        if standing.behind and standing.target.milestone_id == one.milestone_id
    ]
    why = ""
    if one.light == Light.RED:
        why = _("overdue")
    elif behind:
        why = _("progress is behind what is expected by now")
    elif working_days().between(today, one.due) <= lights.rule.due_soon:
        why = _("the due date is near")
    said = _(_TURNED[Light(one.light)])
    if why:
        said = _("{light}: {why}").format(light=said, why=why)
    if not behind:
        return said
    figures = _("; ").join(pace_words(standing) for standing in behind)
    return _("{said}. {figures}").format(said=said, figures=figures)
