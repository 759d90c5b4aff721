"""The pilot: one campaign of twenty units, played by the program from January to a peak's eve.

Every row of it is one that the program wrote: hand-ins, receipts, reminders, digests that went out.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlmodel import Session, col, select

from benchmarks.streets import write_organisation
from config.settings import Settings
from notifications.sender import Sender
from notifications.transports.base import (
    Mail,
    RecipientResult,
    SendResult,
    Verdict,
    same_for_all,
)
from scheduler.clock import SimulatedClock
from scheduler.office import Office
from scheduler.tick import sending_window, tick
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.handing_in import Deed, accept, submit
from workflows.loading import load_declarations
from workflows.organisation import Organisation
from workflows.states import State
from workflows.tables import Assignment, Contact
from workflows.working_days import working_days

UNITS = 20  # of the pilot
CAMPAIGN = "c000"
EACH = 25  # assignments of a unit in a campaign: twelve monthly reports and thirteen others
ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2022, 1, 4, 8, tzinfo=ZONE)
QUIET = datetime(2022, 6, 10, 16, tzinfo=ZONE)  # a Friday afternoon: nothing is due any more
PEAK = datetime(2022, 6, 13, 9, tzinfo=ZONE)  # Monday: all June reports are due in five days
_PUNCTUAL, _LATE = 17, 18  # units up to this one hand in on time, this one late, the last never

_HEAD = """\
id: c000
title: 农村公路隐患排查整治专项行动
year: 2022
owner: 公路处
mailbox: roads@example.org
enquiries: [{office: 公路处, phone: 0000-0000000}]
milestones:
  - id: monthly
    title: 报送整治进展月报
    kind: monthly
    due: 每月20日前
    first: 2022-01
    last: 2022-12
    covers: current
    who: {levels: [street]}
    departments: [公路处]
    deliverables: [{name: 整治进展月报, form: 附件4}]
    clause: 三（一）
"""
_ONCE = """\
  - id: m{number:02}
    title: 报送第{number}阶段排查工作方案和隐患清单
    due: {due}
    who: {{levels: [street]}}
    departments: [公路处]
    deliverables: [{{name: 排查工作方案, form: 附件1, stamped: true, formats: [PDF, WORD]}}]
    clause: 二（{number}）
"""


class Accepting:
    """A transport that takes every mail at once."""

    name = "accepting"
    trouble: RecipientResult | None = None

    async def ready(self, until: float | None = None) -> RecipientResult | None:
        """Always."""

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        """Taken."""
        return same_for_all(mail, RecipientResult(Verdict.ACCEPTED, 250, "2.0.0 Ok: queued"))

    async def close(self) -> None:
        """Nothing is open."""


@contextmanager
def country_office(folder: Path, units: int, url: str = "") -> Iterator[Office]:
    """An office of so many units with an empty record, in `folder` or at the database's `url`."""
    (folder / "home").mkdir(parents=True)
    settings = Settings(
        home=folder / "home",
        organisation=write_organisation(folder, units),
        campaigns_dir=folder,
        database_url=SecretStr(url),
        mail_from="duban@example.org",
        spread_minutes=0,
        morning_list=False,
        briefing_day="off",
        send_batch=500,
    )
    here = Office(settings, SimulatedClock(BEGIN))
    here.create_database()
    try:
        yield here
    finally:
        here.close()


def play(here: Office, folder: Path, begin: datetime = BEGIN) -> None:
    """The pilot's half year, tick by tick, from `begin` on; what was due before it is settled."""
    file = folder / f"{CAMPAIGN}.yaml"
    once = (_ONCE.format(number=n + 1, due=_due(n)) for n in range(EACH - 12))
    file.write_text(_HEAD + "".join(once), encoding="utf-8")
    few = Organisation.model_construct(
        levels=here.organisation.levels,
        units=here.organisation.units[:UNITS],
        departments=here.organisation.departments,
        supervisors=(),
    )
    clock = SimulatedClock(begin)
    with here.database.write() as session:
        planned = plan_apply(session, load_declarations([file], few), few, begin)
        apply(session, planned, few, now=begin, actor="bench", past=Past.DONE)
        session.add_all(
            Contact(
                campaign_id=CAMPAIGN, unit_id=unit.id, role="contact", name=f"{unit.name}联络员",
                address=f"{CAMPAIGN}-{unit.id}@example.org", greeted=True,
            )
            for unit in few.units
        )  # fmt: skip
    sender = Sender(
        here.database, Accepting(), here.settings, sending_window(here.settings), clock, "bench"
    )
    day = begin.date()
    while day <= QUIET.date():
        if working_days().is_working_day(day):
            for hour in (9, 15):
                clock.advance_to(datetime.combine(day, time(hour), ZONE))
                asyncio.run(tick(here.database, few, here.settings, clock(), sender))
                with here.database.write() as session:
                    _hand_in(session, clock(), accepting=hour == 15)
        day += timedelta(days=1)
    clock.advance_to(QUIET)
    asyncio.run(tick(here.database, few, here.settings, clock(), sender))


def _due(number: int) -> date:
    """The others fall due all through the year."""
    return working_days().on_or_after(date(2022, 1, 25) + timedelta(days=26 * number))


def _hand_in(session: Session, now: datetime, *, accepting: bool) -> None:
    """In the morning papers come, in the afternoon the office checks those of the days before."""
    deed = Deed("bench", now, now, announce=True)
    wanted = State.SUBMITTED if accepting else State.OPEN
    soon = now.date() + timedelta(days=9)
    for one in session.exec(
        select(Assignment).where(Assignment.state == wanted, col(Assignment.due) <= soon)
    ):
        number = int(one.unit_id.removeprefix("unit-"))
        if not accepting:
            if now.date() >= _comes(one.due, number, one.id or 0):
                submit(session, one, deed)
        elif one.submitted_at is not None and one.submitted_at < now - timedelta(hours=12):
            accept(session, one, deed)


def _comes(due: date, unit: int, number: int) -> date:
    """When a unit hands in what is due on a day: most in the last week, one a week late, one
    leaves out two of three."""
    if unit <= _PUNCTUAL:
        return due - timedelta(days=(unit + number) % 8)
    return due + timedelta(days=8) if unit == _LATE or number % 3 == 0 else date.max
