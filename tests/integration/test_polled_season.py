"""A season, polled each morning by a client that knows only the RFCs: its picture equals the
record's on every day, and nothing is reported as changed that is not.

Two of the five campaigns are played from May to 12 August, when the first of what was waived has
left the calendars; the soak plays all of them through to October.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import col, select

from calendars.options import FeedScope
from config.settings import Settings
from scheduler.replay import record_deed, seeded_deeds
from tests.support.feeds import make_feed
from tests.support.moments import ZONE, ZONE_NAME
from tests.support.office import SampleOffice
from tests.support.rfc5545.model_client import ModelClient, Shown
from tests.support.soaking import report, soaking
from tests.support.web import served
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.handing_in import Deed, reopen, waive
from workflows.lighting import campaign_lights
from workflows.lights import Light
from workflows.loading import load_declarations
from workflows.organisation_reading import read_organisation
from workflows.standing import Selection, standpoints
from workflows.states import State
from workflows.tables import Assignment, Campaign

FIRST, LAST = date(2022, 5, 1), date(2022, 10, 31) if soaking() else date(2022, 8, 12)
POLLED = time(8, 30)
UNIT = "luoyang"
KEPT = timedelta(days=90)  # what is waived stays struck through
FEEDS: dict[str, tuple[FeedScope, str, bool]] = {
    "all": (FeedScope.ALL, "", False),
    "unit": (FeedScope.UNIT, UNIT, False),
    "overdue": (FeedScope.OVERDUE, "", False),
    "tasks": (FeedScope.UNIT, UNIT, True),
}

COLUMNS = sql_select(
    col(Assignment.uid), col(Assignment.unit_id), col(Assignment.effective_due),
    col(Assignment.late_after), col(Assignment.state), col(Assignment.missing),
    col(Assignment.changed_at), col(Assignment.sequence), col(Assignment.reworded),
)  # fmt: skip


class Season:
    """The office, and what happens in it from one morning to the next."""

    def __init__(self, folder: Path) -> None:
        self.office = SampleOffice(folder, f"{FIRST} 08:00")
        bundled = Settings(home=folder / "home")
        self.office.organisation = read_organisation(bundled.organisation)
        files = sorted(bundled.campaigns_dir.glob("*.yaml"))[: None if soaking() else 2]
        self.declared = load_declarations(files, self.office.organisation)
        self.apply()
        with self.office.database.read() as session:
            self.deeds = seeded_deeds(session, 7, ZONE_NAME)
        self.deeds = [one for one in self.deeds if one.at >= self.office.clock()]

    def apply(self) -> None:
        """The declarations as they read now."""
        here, now = self.office.organisation, self.office.clock()
        with self.office.database.write() as session:
            plan = plan_apply(session, self.declared, here, now)
            apply(session, plan, here, now=now, actor="office", past=Past.DONE)

    def until(self, day: date) -> date:
        """Everything up to the morning's poll. Returns the day."""
        moment = datetime.combine(day, POLLED, ZONE)
        coming = [one for one in self.deeds if one.at < moment]
        self.deeds = self.deeds[len(coming) :]
        with self.office.database.write() as session:
            for deed in coming:
                self.office.clock.advance_to(deed.at)
                record_deed(session, deed, self.office.clock(), ZONE)
        self.office.clock.advance_to(moment - timedelta(minutes=10))
        self.decide(day)
        self.office.clock.advance_to(moment)
        return day

    def decide(self, day: date) -> None:
        """What the office decides by itself: this and that does not apply, or does after all; one
        plan is published again under another title."""
        now = self.office.clock()
        deed = Deed("office", now, now)
        with self.office.database.write() as session:
            one = session.get_one(Assignment, day.toordinal() * 17 % 700 + 1)
            if day.day % 3 == 0 and one.state is State.OPEN:
                waive(session, one, deed)
            waived = select(Assignment).where(Assignment.state == State.WAIVED)
            newest = session.exec(waived.order_by(col(Assignment.changed_at).desc())).first()
            if day.day == 20 and newest is not None:
                reopen(session, newest, deed)
        if day == date(2022, 6, 25):
            first, *others = self.declared
            self.declared = [first.model_copy(update={"title": f"{first.title}（修订）"}), *others]
            self.apply()

    def lights(self) -> dict[str, Light | None]:
        """Each entry's light as the board has it, by UID."""
        now = self.office.clock()
        with self.office.database.read() as session:
            rules = campaign_lights(session, session.exec(select(Campaign)).all(), now)
            return {
                one.assignment.uid: rules[one.campaign.id].of(one)
                for one in standpoints(session, now, Selection())
            }

    def rows(self) -> Sequence[Any]:
        """The record."""
        with self.office.database.read() as session:
            return session.execute(COLUMNS).all()


def by_the_record(rows: Iterable[Any], name: str, today: date) -> dict[str, Shown]:
    """What a feed's subscriber should see, read off the record by the issue's own words."""
    scope, unit, tasks = FEEDS[name]
    shown = {}
    for one in rows:
        struck = one.state in {State.WAIVED, State.CANCELLED}
        owing = one.state in {State.OPEN, State.RETURNED}
        late = owing and today > one.late_after
        if unit and one.unit_id != unit:
            continue
        if scope is FeedScope.OVERDUE and not late:
            continue
        if struck and one.changed_at.astimezone(ZONE).date() + KEPT < today:
            continue
        if tasks:  # a task knows its date, and not that the office waits for a working day
            late = owing and today > one.effective_due
        done = one.state is State.ACCEPTED or (one.state is State.SUBMITTED and not one.missing)
        shown[one.uid] = Shown(one.effective_due, struck, done, late)
    return shown


def test_a_clients_picture_is_the_record_on_every_day(tmp_path: Path) -> None:
    season = Season(tmp_path)
    before: dict[str, dict[str, tuple[int, Light | None]]] = {name: {} for name in FEEDS}
    polls = changes = unchanged = gone = 0
    with served(season.office) as http:
        clients = {}
        for name, (scope, subject, tasks) in FEEDS.items():
            _number, path = make_feed(season.office, scope, subject, tasks=tasks)
            clients[name] = ModelClient(http, path)
        for number in range((LAST - FIRST).days + 1):
            today = season.until(FIRST + timedelta(days=number))
            rows, lights = season.rows(), season.lights()
            for name, client in clients.items():
                poll = client.poll()
                wanted = by_the_record(rows, name, today)
                assert client.picture(today) == wanted, (name, today)
                assert client.unversioned == [], (name, today)
                now = versions(rows, wanted, lights)
                assert poll.changed == differing(before[name], now), (name, today)
                quiet = now == before[name]
                assert poll.is_quiet == quiet, (name, today)
                gone += len(poll.removed) if name == "all" else 0
                known = quiet and today > FIRST
                assert (poll.status == HTTPStatus.NOT_MODIFIED) == known, (name, today)
                before[name] = now
                polls, changes, unchanged = (
                    polls + 1,
                    changes + len(poll.changed),
                    unchanged + quiet,
                )
    season.office.close()
    assert changes > 800 and unchanged > 80 and gone
    report(
        "feeds polled through a season", runs=polls, changes=changes, unchanged=unchanged, failed=0
    )


def versions(
    rows: Iterable[Any], shown: Container[str], lights: Mapping[str, Light | None]
) -> dict[str, tuple[int, Light | None]]:
    """Of what is shown, how often the record changed it, and its light, which the day turns."""
    return {
        one.uid: (one.sequence + one.reworded, lights[one.uid]) for one in rows if one.uid in shown
    }


def differing(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    """What is in both, and another."""
    return {uid for uid in old.keys() & new.keys() if old[uid] != new[uid]}
