"""What the commands that only look have in common: as of when, and which assignments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session, select

from config.errors import InputError
from config.i18n import _
from scheduler.cli.completing import complete_campaign, complete_unit
from scheduler.office import Office, parse_moment
from workflows.naming import Named, find_campaign, find_named, find_unit
from workflows.reminding import end_of_day
from workflows.standing import Selection
from workflows.tables import MilestoneRow, UnitRow

CampaignOption = Annotated[
    str | None, typer.Option(help=_("one campaign"), autocompletion=complete_campaign)
]
UnitOption = Annotated[str | None, typer.Option(help=_("one unit"), autocompletion=complete_unit)]
LevelOption = Annotated[str | None, typer.Option(help=_("one level: prefecture, county, …"))]
AtOption = Annotated[str | None, typer.Option(help=_("as of a past moment; a date means its end"))]


@dataclass(frozen=True, slots=True)
class Moment:
    """As of when a command looks; `day_only` where only a date was said."""

    at: datetime  # in the office's zone
    past: bool  # goes by what had been recorded then
    day_only: bool

    @property
    def shown(self) -> str:
        """As people read it."""
        return f"{self.at:%Y-%m-%d}" if self.day_only else f"{self.at:%Y-%m-%d %H:%M}"


def moment_of(text: str | None, here: Office) -> Moment:
    """The moment that `--at` names; now where it is None. Raises InputError for one to come."""
    now, zone = here.now(), here.settings.zone
    if text is None:
        return Moment(now, past=False, day_only=False)
    moment, is_date = parse_moment(text, zone)
    if is_date:
        # The day's last instant, so that all that was recorded on it counts.
        end = end_of_day(moment.date(), here.settings.time_zone)
        moment = datetime.fromtimestamp(end.timestamp() - 0.000001, zone)
    if moment > now and moment.astimezone(zone).date() > now.date():
        raise InputError(
            _("{moment} is still to come").format(moment=text),
            _("“duban plan” shows what will be due"),
        )
    if moment > now:
        return Moment(now, past=False, day_only=False)
    return Moment(moment.astimezone(zone), past=True, day_only=is_date)


def selection(
    session: Session,
    campaign: str | None = None,
    unit: str | None = None,
    level: str | None = None,
    department: str | None = None,
    track: str | None = None,
) -> Selection:
    """Which assignments these options name. Raises InputError for what is not known."""
    return Selection(
        campaign_id=find_campaign(session, campaign) if campaign else None,
        unit_id=find_unit(session, unit).id if unit else None,
        level=_known(level, session.exec(select(UnitRow.level).distinct()), _("level")),
        department=_known(
            department,
            (name for names in session.exec(select(MilestoneRow.departments)) for name in names),
            _("department"),
        ),
        track=_known(track, session.exec(select(MilestoneRow.track).distinct()), _("track")),
    )


def _known(text: str | None, values: Iterable[str], sort: str) -> str | None:
    if text is None:
        return None
    known = sorted({value for value in values if value})
    return find_named(text, [Named(value, ()) for value in known], sort)
