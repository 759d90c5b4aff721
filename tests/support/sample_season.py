"""The sample season: the five campaigns replayed until September, with figures on their targets
and wishes for more time, so that documents have something of everything."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlmodel import Session, col, select

from config.errors import DubanError
from config.settings import Settings, load_settings
from scheduler import demo
from scheduler.clock import wall_clock
from scheduler.office import Office, write_demo_marker
from tests.support.moments import ZONE, at
from workflows.database import Database
from workflows.handing_in import approve_extension, reject_extension, request_extension
from workflows.states import OWING
from workflows.tables import Assignment, Campaign
from workflows.targets.declared import Measure, Reported
from workflows.targets.recording import Reporting, record
from workflows.targets.views import PROVINCE, TargetView, targets_of
from workflows.transitions import Deed

UNTIL = "2022-09-08 08:55"
_NOTES = ("设备采购延期", "等待财政资金下达", "疫情防控影响施工进度", "牵头人员变动")


def sample_home(home: Path) -> Settings:
    """Play the season into `home`, a new folder; the settings to look at it with."""
    settings = demo.isolated(load_settings(), home)
    demo.prepare_demo_home(home)
    scenario = demo.demo_scenario(settings, at("2022-05-01"), at(UNTIL))
    asyncio.run(demo.run_scenario(settings, scenario, lambda _day: None))
    write_demo_marker(home, at(UNTIL), wall_clock())
    here = Office(settings, lambda: at(UNTIL))
    add_figures(here.database)
    add_extensions(here.database)
    here.close()
    return settings


def add_figures(database: Database) -> None:
    """Figures of each month on each target, as those who have to report them come along; one in
    eight reports nothing."""
    with database.write() as session:
        for campaign in session.exec(select(Campaign)):
            for view in targets_of(session, campaign):
                for unit in view.who_reports:
                    _report(session, view, unit)


def _report(session: Session, view: TargetView, unit: str) -> None:
    chance = Random(f"{view.id}/{unit}")  # noqa: S311 - a pattern, not a secret
    if unit != PROVINCE and chance.random() < 0.12:
        return
    pace, before = chance.uniform(0.45, 1.1), Decimal(0)
    for day in _days(view):
        for category in view.target.categories or ("",):
            value, whole = _figure(view, unit, category, day, pace)
            if view.target.reported is Reported.INCREMENT and whole is None:
                value, before = max(value - before, Decimal(0)), value
            now = datetime(day.year, day.month, day.day, 16, tzinfo=ZONE)
            with suppress(DubanError):
                record(
                    session, Reporting(view, unit, day, value, whole, category),
                    Deed("replay", now, now),
                )  # fmt: skip


def _days(view: TargetView) -> Iterator[date]:
    for day in (date(2022, month, day) for month, day in ((6, 24), (7, 25), (8, 25), (9, 5))):
        if day > view.start:
            yield day


def _figure(
    view: TargetView, unit: str, category: str, day: date, pace: float
) -> tuple[Decimal, Decimal | None]:
    target, last = view.target, view.points[-1] if view.points else None
    goal = float(last.value) if last and last.value else 20.0
    if category:
        goal = float(target.categories[category])
    elif target.measure is not Measure.SHARE and not view.units and len(view.reporters) > 1:
        goal /= len(view.reporters)
    end = last.day if last else date(2022, 10, 31)
    gone = (day - view.start).days / max((end - view.start).days, 1)
    part = min(gone * pace, 1.05)
    if target.measure is Measure.YES_NO:
        return Decimal(int(part > 0.5)), None
    if target.measure is Measure.SHARE:
        whole = Decimal(40 + len(unit))
        return (whole * Decimal(str(min(part * goal / 100, 1)))).quantize(Decimal(1)), whole
    if target.measure is Measure.ALL:
        return Decimal(int(min(part, 1) * 12)), Decimal(12)
    return Decimal(int(goal * part)), None


def add_extensions(database: Database) -> None:
    """Some of those who are late have asked for more time; one in three got it, one did not."""
    with database.write() as session:
        late = session.exec(
            select(Assignment)
            .where(
                col(Assignment.state).in_(list(OWING)),
                Assignment.late_after < date(2022, 9, 7),
            )
            .order_by(col(Assignment.uid))
        ).all()
        for number, one in enumerate(late):
            if number % 2 == 0:
                _ask(session, one, number)


def _ask(session: Session, one: Assignment, number: int) -> None:
    until = date(2022, 9, 7) if number % 3 == 0 else date(2022, 9, 20)
    asked, decided = at("2022-09-06 10:00"), at("2022-09-06 15:00")
    note = _NOTES[number % len(_NOTES)]
    with suppress(DubanError):
        request_extension(session, one, Deed("replay", asked, asked, note), until)
        if number % 3 == 0:
            approve_extension(session, one, Deed("replay", decided, decided, "同意"))
        elif number % 3 == 1:
            reject_extension(session, one, Deed("replay", decided, decided, "请抓紧报送"))
