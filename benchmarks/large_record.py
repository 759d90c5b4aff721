"""A record of any size, on SQLite or PostgreSQL: units × campaigns × milestones × periods.

The first campaign is applied as people apply it, and copied within the database; or each is, where
applying is what is measured. `settle` then makes it a year under way: so many are due, so many
overdue, and whatever else would be is accepted. A country's record (benchmarks/country/) is copied
in the same way from what the program has played: it has the events and mails of a real half year,
this one exactly as many as a reference is to find.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import false, insert, literal, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from benchmarks.campaign_copies import (
    copy_campaign,
    last_ids,
    prepare_for_copies,
    settle_copies,
)
from benchmarks.streets import write_organisation
from config.settings import Settings
from scheduler.clock import SimulatedClock
from scheduler.office import Office
from workflows.applying import apply
from workflows.comparing import plan_apply
from workflows.database import Database, batched
from workflows.declaration import Declaration
from workflows.loading import load_declarations
from workflows.states import State
from workflows.tables import (
    Assignment,
    Contact,
    Delivery,
    DeliveryKind,
    DeliveryStatus,
    Reminder,
    ReminderStatus,
)

ZONE = ZoneInfo("Asia/Shanghai")
APPLIED = datetime(2022, 1, 4, 9, tzinfo=ZONE)
NOW = datetime(2022, 5, 10, 10, tzinfo=ZONE)  # the fifth period's first rungs have just come due
_FIRST_DUE, _DUE_DAYS = 12, 10  # on the 12th to the 21st of each month, by milestone

_HEAD = """\
id: large-{number}
title: 大型专项行动（{number}）
year: 2022
owner: 公路处
mailbox: large-{number}@example.org
enquiries: [{{office: 公路处, phone: 0000-0000000}}]
milestones:
"""
_MILESTONE = """\
  - id: m{number}
    title: 报送第{number}项工作进展月报
    kind: monthly
    due: 每月{day}日前
    first: 2022-01
    last: {last}
    covers: current
    who: {{levels: [street]}}
    departments: [公路处]
    deliverables: [{{name: 工作进展月报, form: 附件{number}}}]
    clause: 二（{number}）
"""

_SENT = {
    "kind": DeliveryKind.DIGEST, "status": DeliveryStatus.DONE, "message_id": "", "worker": "",
    "not_before": APPLIED, "attempts": 0, "doubts": 0, "error": "", "outcome": {}, "subject": "",
    "body_hash": "", "created_at": APPLIED, "done_at": APPLIED, "decided_by": "", "decision": "",
    "channel": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a record is."""

    units: int
    campaigns: int = 1
    milestones: int = 10  # of each campaign, each due once a month
    periods: int = 10  # months, from January 2022 on
    contacts: bool = False  # a person at each unit; else the office mailboxes are told

    @property
    def assignments(self) -> int:
        """How many that makes."""
        return self.units * self.campaigns * self.milestones * self.periods


@contextmanager
def large_office(folder: Path, shape: Shape, database_url: str = "") -> Iterator[Office]:
    """An office in `folder` with that record, on SQLite or in the database of that address."""
    here = new_office(folder, shape, database_url)
    try:
        apply_all(here, replace(shape, campaigns=1, contacts=False))
        _copy_others(here, shape)
        _add_people(here, shape)
        yield here
    finally:
        here.close()


def new_office(folder: Path, shape: Shape, database_url: str = "") -> Office:
    """The same with an empty record; the caller closes it."""
    organisation = write_organisation(folder, shape.units)
    (folder / "campaigns").mkdir()
    for number in range(shape.campaigns):
        _file(folder, number).write_text(_declaration(number, shape), encoding="utf-8")
    settings = Settings(
        home=folder / "home",
        organisation=organisation,
        campaigns_dir=folder / "campaigns",
        database_url=SecretStr(database_url),
        mail_from="duban@example.org",
        public_url="https://duban.example.org",
        language="zh",
        spread_minutes=0,
        morning_list=False,
        briefing_day="off",
    )
    settings.home.mkdir(exist_ok=True)
    here = Office(settings, SimulatedClock(NOW))
    here.create_database()
    return here


def apply_all(here: Office, shape: Shape) -> None:
    """Apply every campaign, in a transaction each."""
    for number in range(shape.campaigns):
        declared = declarations(here, number)
        with here.database.write() as session:
            apply_one(session, here, declared)
    _add_people(here, shape)


def _copy_others(here: Office, shape: Shape) -> None:
    """All campaigns but the first are copies of it."""
    database = Database(here.settings.resolved_database_url)
    prepare_for_copies(database.engine)
    with database.write() as session:
        block = last_ids(session.connection())
    for number in range(1, shape.campaigns):
        with database.write() as session:
            copy_campaign(session.connection(), "large-0", f"large-{number}", number, block)
    settle_copies(database.engine)
    database.close()


def _add_people(here: Office, shape: Shape) -> None:
    if shape.contacts:
        with here.database.write() as session:
            for rows in batched(_people(shape)):
                session.connection().execute(insert(Contact), rows)


def declarations(here: Office, number: int) -> list[Declaration]:
    """The campaign of that number, read."""
    return load_declarations([_file(here.settings.home.parent, number)], here.organisation)


def apply_one(session: Session, here: Office, declared: Sequence[Declaration]) -> None:
    """Compare it with the record, compile it and write it."""
    planned = plan_apply(session, declared, here.organisation, APPLIED)
    apply(session, planned, here.organisation, now=APPLIED, actor="bench", past=None)


def settle(here: Office, *, due: int, overdue: int, now: datetime = NOW) -> None:
    """As if time had passed until `now`: of what has a rung to be sent by then `due` wait for it,
    of what is past `overdue` are owed; all others of both are accepted. Of each in the past one
    reminder has gone out.

    They are spread over the record. There are about as many to choose from as one period
    has, and as all before it. No event is written.
    """
    today = now.astimezone(ZONE).date()
    past, waits = col(Assignment.late_after) < today, col(Assignment.next_at) <= now
    with here.database.write() as session:
        # What is owed was urged this morning; its next rung is one of another day.
        tomorrow = now + timedelta(days=1)
        _change(
            session, _spread(session, past, overdue),
            reminded_through=today, reminded_at=now, next_at=tomorrow,
        )  # fmt: skip
        _change(session, _spread(session, waits & ~past, due), next_at=now)
        _write_history(session, today)
        session.connection().execute(
            update(Assignment)
            .where(col(Assignment.next_at) < now)
            .values(state=State.ACCEPTED, next_at=None, submitted_at=APPLIED)
        )


def counted(here: Office) -> int:
    """How many assignments the record has."""
    with here.database.read() as session:
        return session.exec(select(func.count()).select_from(Assignment)).one()


def _spread(session: Session, which: object, count: int) -> list[int]:
    """The numbers of `count` of these assignments, by chance, the same each time."""
    query = sql_select(col(Assignment.id)).where(which).order_by(col(Assignment.id))  # type: ignore[arg-type]
    found = [number or 0 for (number,) in session.connection().execute(query)]
    assert len(found) >= count, f"{count} wanted, {len(found)} there are"
    return sorted(Random(1).sample(found, count))  # noqa: S311 - a pattern, not a secret


def _write_history(session: Session, today: date) -> None:
    """One reminder of each assignment of the past has gone out, in a mail for a unit and month."""
    connection = session.connection()
    tables = Assignment.metadata.tables  # the models' columns are typed as what a row has
    held, mail, told = (tables[name].c for name in ("assignment", "delivery", "reminder"))
    address, past = held.unit_id + "@example.org", held.late_after < today
    mails = [
        {**_SENT, "address": to, "local_date": day, "purpose": period}
        for to, day, period in connection.execute(
            sql_select(address, func.max(held.due), held.period)
            .where(past)
            .group_by(held.unit_id, held.period)
        )
    ]
    for rows in batched(mails):
        connection.execute(insert(Delivery), rows)
    columns = {
        told.assignment_id: held.id, told.reason: literal("due-day"), told.occurrence: held.due,
        told.address: address, told.due_basis: held.effective_due, told.role: literal("office"),
        told.recipient: literal(""), told.held: false(), told.gentle: false(),
        told.status: literal(ReminderStatus.SENT.value), told.delivery_id: mail.id,
        told.created_at: held.created_at, told.channel: literal(""),
    }  # fmt: skip
    rows_told = sql_select(*columns.values()).where(
        past, mail.address == address, mail.purpose == held.period
    )
    connection.execute(insert(Reminder).from_select(list(columns), rows_told))


def _change(session: Session, numbers: Iterable[int], **values: object) -> None:
    for batch in batched(numbers):
        these = update(Assignment).where(col(Assignment.id).in_(batch))
        session.connection().execute(these.values(**values))


def _people(shape: Shape) -> Iterator[dict[str, object]]:
    for n in range(shape.units):
        yield {
            "unit_id": f"unit-{n}", "role": "contact", "name": f"联络员{n}",
            "address": f"person-{n}@example.org", "greeted": True,
        }  # fmt: skip


def _file(folder: Path, number: int) -> Path:
    return folder / "campaigns" / f"large-{number}.yaml"


def _declaration(number: int, shape: Shape) -> str:
    year, month = divmod(shape.periods - 1, 12)
    last = f"{2022 + year}-{month + 1:02}"
    return _HEAD.format(number=number) + "".join(
        _MILESTONE.format(number=n + 1, day=_FIRST_DUE + n % _DUE_DAYS, last=last)
        for n in range(shape.milestones)
    )
