"""Overdue as of any moment equals a slow recount from what a random season did."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlmodel import select

from config.errors import DubanError
from tests.support.moments import ZONE, at, day
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from workflows.handing_in import name_of
from workflows.overdue import OverdueFilter, overdue
from workflows.tables import Assignment

DAYS_OFF = {day(one) for one in ("2022-06-03", "2022-06-04", "2022-06-05")}
ACTIONS = ("submit", "accept", "return_for_correction", "waive", "reopen", "approve_extension")


@dataclass(frozen=True)
class Standing:
    """What a recount knows of one assignment since a moment."""

    since: datetime
    owing: bool
    due: date
    effective: date


@dataclass
class Ledger:
    """Everything that happened to one assignment, kept beside the database."""

    key: str
    history: list[Standing] = field(default_factory=list)

    def as_of(self, moment: datetime) -> Standing:
        return [one for one in self.history if one.since < moment][-1]


def works(one: date) -> bool:
    """Whether offices work on a day of June to August 2022, by the notice of that year."""
    return one.weekday() < 5 and one not in DAYS_OFF


def recount(ledger: Ledger, moment: datetime) -> tuple[str, int, int] | None:
    """Slow and plain: from the effective due date on, day by day."""
    standing = ledger.as_of(moment)
    today = moment.astimezone(ZONE).date()
    last = standing.effective
    while not works(last):
        last += timedelta(days=1)
    if not standing.owing or today <= last:
        return None
    passed = [
        standing.effective + timedelta(days=n + 1) for n in range((today - standing.effective).days)
    ]
    return ledger.key, len(passed), sum(works(one) for one in passed)


def play(office: SampleOffice, chance: Random) -> list[Ledger]:
    """A random summer of two hundred attempts; refused ones leave no trace."""
    office.apply(PLAN, MONTHLY, ON_HOLIDAY)
    with office.database.read() as session:
        rows = session.exec(select(Assignment)).all()
    ledgers = [
        Ledger(name_of(one), [Standing(office.clock(), True, one.due, one.due)]) for one in rows
    ]
    for _n in range(200):
        office.clock.advance(timedelta(minutes=chance.randint(1, 20 * 60)))
        ledger, action = chance.choice(ledgers), chance.choice(ACTIONS)
        now = office.clock()
        until = now.astimezone(ZONE).date() + timedelta(days=chance.randint(0, 20))
        args = [until] if action in {"return_for_correction", "approve_extension"} else []
        earlier = now.astimezone(ZONE).date() - timedelta(days=chance.randint(0, 5))
        try:
            office.act(action, ledger.key, *args, on=chance.choice([None, earlier]))
        except DubanError:
            continue
        last = replace(ledger.history[-1], since=now)
        match action:
            case "submit" | "accept" | "waive":
                last = replace(last, owing=False)
            case "return_for_correction":
                last = replace(last, owing=True, effective=until)
            case "reopen":
                last = replace(last, owing=True, effective=last.due)
            case "approve_extension":
                last = replace(last, due=until, effective=until)
        ledger.history.append(last)
    return ledgers


@pytest.mark.parametrize("seed", range(4))
def test_as_of_equals_a_recount(office: SampleOffice, seed: int) -> None:
    ledgers = play(office, Random(seed))  # noqa: S311 - a pattern, not a secret
    seen = 0
    moment = at("2022-06-01 17:30")
    with office.database.read() as session:
        while moment <= office.clock():
            found = [
                ("/".join(p for p in (i.campaign, i.milestone, i.unit_id, i.period) if p),
                 i.days_overdue, i.working_days_overdue)
                for i in overdue(session, moment, as_of_past=True)
            ]  # fmt: skip
            expected = [one for one in (recount(each, moment) for each in ledgers) if one]
            assert sorted(found) == sorted(expected), moment
            assert [one[1] for one in found] == sorted((one[1] for one in found), reverse=True)
            seen += len(found)
            moment += timedelta(days=1)
        past = overdue(session, office.clock() + timedelta(microseconds=1), as_of_past=True)
        assert past == overdue(session, office.clock())
    assert seen > 50


def test_filters_and_order(office: SampleOffice) -> None:
    office.apply(PLAN, MONTHLY, ON_HOLIDAY)
    office.at("2022-07-25 10:00")

    def keys(**wanted: object) -> list[tuple[str, str]]:
        with office.database.read() as session:
            found = overdue(session, office.clock(), OverdueFilter(**wanted))  # type: ignore[arg-type]
        return [(one.milestone, one.unit) for one in found]

    monthly = [("monthly", unit) for unit in ("北城市", "南城市", "山县")]
    assert keys() == [
        ("festival", "北城市"), ("festival", "南城市"), ("plan", "北城市"), *monthly, *monthly,
    ]  # fmt: skip
    assert keys(unit_id="hill") == [("monthly", "山县")] * 2
    assert keys(level="county") == [("monthly", "山县")] * 2
    assert keys(department="公路处") == [("plan", "北城市")]
    assert keys(min_days=40) == [*keys()[:3]]
    assert keys(campaign_id="none") == []


def test_who_and_when_last_reminded(office: SampleOffice) -> None:
    office.add_contact("north", "contact", "wang@north.example.org")
    office.apply()
    office.tick("2022-06-15 09:00")
    office.act("request_extension", "bridges-2022/plan/north", day("2022-06-30"))
    with office.database.read() as session:
        (item,) = overdue(session, at("2022-06-16 10:00"))
    assert (item.contact, item.last_reminder) == ("wang", at("2022-06-15 09:00"))
    assert (item.extension_requested, item.extended) == (day("2022-06-30"), False)


def test_a_due_date_on_a_day_off_has_grace(office: SampleOffice) -> None:
    office.apply(ON_HOLIDAY)
    with office.database.read() as session:
        assert overdue(session, at("2022-06-06 23:59")) == []
        (first, _second) = overdue(session, at("2022-06-07 00:00"))
    assert (first.late_after, first.days_overdue) == (day("2022-06-06"), 2)
    assert first.working_days_overdue == 2
