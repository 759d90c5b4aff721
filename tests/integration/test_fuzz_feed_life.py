"""A random life of a campaign, and after each thing that happens a look into its feeds.

An entry's SEQUENCE never falls and rises with what the record says (RFC 5545, 3.8.7.4); what
nothing happened to keeps its bytes; nothing is there twice, or that should not be; and what HTTP
says of the whole (ETag, Last-Modified) tells every change.
"""

import itertools
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col, select

from calendars.feed import FeedBuilder, FeedContent
from calendars.options import FeedOptions, FeedScope, Phases
from config.errors import DubanError
from tests.support.feeds import builder_of
from tests.support.fuzzing import fuzz
from tests.support.moments import ZONE
from tests.support.office import SampleOffice
from tests.support.organisation import (
    BUREAU,
    CAMPAIGN,
    MONTHLY,
    ON_HOLIDAY,
    ORGANISATION,
    PLAN,
    organisation,
)
from tests.support.referee import found
from tests.support.rfc5545.entries import Entry, entries_of
from workflows import answering, handing_in
from workflows.applying import Past, apply
from workflows.assigning import NewAssignment, assign
from workflows.attributes import report_attribute
from workflows.campaign_changing import change_status
from workflows.comparing import plan_apply
from workflows.handing_in import Deed
from workflows.states import OWING, STRUCK
from workflows.tables import Assignment, Campaign, CampaignStatus, UnitRow
from workflows.targets.recording import Reporting, check, record
from workflows.targets.shares import set_shares
from workflows.targets.views import find_target, targets_of
from workflows.undoing import undo_last

SPAN = """\
  - id: works
    title: 集中整治
    kind: phase
    due: 2022年6月1日至7月15日
    who: {levels: [city]}
    only_if: platforms > 0
    departments: [公路处]
    deliverables: [{name: 总结}, {name: 台账}]
    clause: 二（五）
    targets:
      - {id: bridges, title: 加固桥梁, unit_of_measure: 座, start: 2022-06-01,
         points: [{by: 2022-06-20, value: 8}, {by: 2022-07-15, value: 20}]}
      - {id: signs, title: 全部标志, measure: all, of: platforms, unit_of_measure: 块}
      - {id: lamps, title: 更换灯具, scope: province, unit_of_measure: 盏, value: 100,
         start: 2022-06-01, pace: linear, reporters: {levels: [city]}}
"""
FIGURES = ("bridges", "signs", "lamps")
LIGHT = re.compile(rb"\\nLight: [^\\]*|(?<=^SUMMARY:)[!\xe2\x96\xb2]+ ", re.MULTILINE)
# Each changes what some entries say, or nothing that an entry says.
REWORDINGS: list[tuple[str, str]] = [
    ("报送排查方案", "报送隐患排查方案"),
    ("报送进展月报", "报送月报"),
    ("title: 桥梁隐患排查", "title: 公路桥梁隐患排查"),
    ("二（一）", "三（一）"),
    ("{name: 台账}", "{name: 整治台账, formats: [EXCEL]}"),
    ("bridges@example.org", "office@example.org"),
    ("due: 2022年6月1日至", "due: 2022年6月8日至"),
    ("owner: 公路处", "color: teal\nowner: 公路处"),
    ("owner: 公路处", "ladder: [{id: eve, when: 1 working days before}]\nowner: 公路处"),
    ("owner: 公路处", "issued: 2022-06-10\nowner: 公路处"),
    ("[{office: 公路处}]", "[{office: 安全处}]"),
    ("departments: [公路处]", "departments: [公路处, 安全处]"),
    ("clause: 二（四）\n", f"clause: 二（四）\n{BUREAU}"),
    ("owner: 公路处", "lights: {due_soon: 5, words: {yellow: 要紧}}\nowner: 公路处"),
    ("value: 20}", "value: 30}"),
]
NAMES = ["北城市", "北城新区", "北城市（筹）"]
LOOKS = {
    "events": FeedOptions(FeedScope.ALL, alarms=True, phases=Phases.SPAN),
    "plain": FeedOptions(FeedScope.UNIT, "north"),
    "tasks": FeedOptions(FeedScope.ALL, tasks=True, alarms=True),
    "open": FeedOptions(FeedScope.CAMPAIGN, "bridges-2022", only_open=True),
    "overdue": FeedOptions(FeedScope.OVERDUE),
}
KEPT = timedelta(days=90)  # what is waived or cancelled is shown
which = st.integers(0, 99)
days = st.integers(-3, 40)


def unlit(entry: Entry) -> bytes:
    """What an entry says, without what its light alone says."""
    return LIGHT.sub(b"", entry.says())


class Look(NamedTuple):
    """One look into a feed."""

    entries: dict[str, Entry]
    content: FeedContent


class Life(RuleBasedStateMachine):
    """What people do, and what a client sees of it."""

    folders: "itertools.count[int]"
    base: Path

    @initialize()
    def begin(self) -> None:
        """An office with one campaign in May."""
        self.office = SampleOffice(self.base / str(next(self.folders)), "2022-05-30 09:00")
        self.reworded: set[int] = set()
        self.name = NAMES[0]
        self.seen: dict[str, dict[str, Entry]] = {name: {} for name in LOOKS}
        self.last: dict[str, Look] = {}
        self.revisions: dict[str, int] = {}
        self.uids: dict[int, str] = {}
        self.done = ""
        self.reapply()
        self.builder = builder_of(self.office)

    def teardown(self) -> None:
        """The referee has the last word."""
        try:
            assert found(self.office) == []
        finally:
            self.office.close()

    @rule(
        action=st.sampled_from(
            ["submit", "accept", "waive", "reopen", "reject_extension", "approve_extension"]
        ),
        at=which,
    )
    def plain(self, action: str, at: int) -> None:
        """A deed that needs nothing more."""
        self.do(
            action, lambda session, one: getattr(handing_in, action)(session, one, self.deed()), at
        )

    @rule(
        action=st.sampled_from(["return_for_correction", "request_extension", "approve_extension"]),
        at=which,
        ahead=days,
    )
    def dated(self, action: str, at: int, ahead: int) -> None:
        """A deed with a date."""
        until = self.today() + timedelta(days=ahead)
        self.do(
            action,
            lambda session, one: getattr(handing_in, action)(session, one, self.deed(), until),
            at,
        )

    @rule(at=which, nil=st.booleans(), missing=st.sampled_from([None, ["台账"], ["总结"]]))
    def in_parts(self, at: int, nil: bool, missing: list[str] | None) -> None:
        """A hand-in of a part, or of nothing."""
        self.do(
            "submit",
            lambda session, one: handing_in.submit(
                session, one, self.deed(), missing=missing, nil=nil
            ),
            at,
        )

    @rule(at=which, ahead=days)
    def answer(self, at: int, ahead: int) -> None:
        """Seen, or later: nothing that a calendar shows."""

        def say(session: Session, one: Assignment) -> object:
            on = self.today() + timedelta(days=ahead)
            if ahead % 2:
                return answering.acknowledge(session, one, self.deed())
            return answering.snooze(session, one, self.deed(), "wang@example.org", on)

        self.do("answer", say, at, changes=False)

    @rule()
    def undo(self) -> None:
        """The last deed is taken back."""
        self.write("undo", lambda session: undo_last(session, self.deed()))

    @rule(at=st.integers(0, len(REWORDINGS) - 1))
    def another_version(self, at: int) -> None:
        """The declaration says something else, or again what it said."""
        before = set(self.reworded)
        self.reworded ^= {at}
        if not self.reapply():
            self.reworded = before

    @rule(name=st.sampled_from(NAMES))
    def renamed(self, name: str) -> None:
        """A unit gets another name, which is known at the next version."""
        self.name = name

    @rule(change=st.sampled_from(["start", "pause", "resume", "close", "archive", "unarchive"]))
    def campaign(self, change: str) -> None:
        """The campaign rests, or goes on."""
        self.write(
            change,
            lambda session: change_status(
                session, session.get_one(Campaign, "bridges-2022"), change, self.deed()
            ),
        )

    @rule(value=st.integers(0, 1), at=st.sampled_from(["north", "south"]))
    def reported(self, value: int, at: str) -> None:
        """What a unit says of itself waives or reopens what depends on it."""
        self.write(
            "report",
            lambda session: report_attribute(
                session, session.get_one(UnitRow, at), "platforms", value, self.deed()
            ),
        )

    @rule(
        of=st.sampled_from(FIGURES), at=st.sampled_from(["north", "south"]),
        value=st.integers(0, 25), back=st.integers(0, 9),
    )  # fmt: skip
    def figure(self, of: str, at: str, value: int, back: int) -> None:
        """A figure is reported, which may turn a light."""
        day = self.today() - timedelta(days=back)

        def say(session: Session) -> None:
            campaign = session.get_one(Campaign, "bridges-2022")
            view = find_target(targets_of(session, campaign), of)
            reporting = Reporting(view, at, day, Decimal(value))
            check(reporting, at, self.today())
            record(session, reporting, self.deed())

        self.write("figure", say)

    @rule(at=st.sampled_from(["north", "south"]), value=st.sampled_from([None, 0, 10, 90]))
    def split(self, at: str, value: int | None) -> None:
        """The office gives a unit a share of the province's number, or takes it back."""

        def say(session: Session) -> None:
            campaign = session.get_one(Campaign, "bridges-2022")
            view = find_target(targets_of(session, campaign), "lamps")
            shares = {at: None if value is None else Decimal(value)}
            set_shares(session, view, shares, self.deed())

        self.write("share", say)

    @rule(ahead=days)
    def opened(self, ahead: int) -> None:
        """Something is opened during the campaign."""
        new = NewAssignment("bridges-2022", f"补报{ahead}", self.today() + timedelta(days=ahead))
        self.write(
            "assign",
            lambda session: assign(session, new, [session.get_one(UnitRow, "hill")], self.deed()),
        )

    @rule(hours=st.sampled_from([0, 1, 5, 14, 24, 24, 24 * 7, 24 * 20, 24 * 90]))
    def later(self, hours: int) -> None:
        """Time passes."""
        self.office.clock.advance_to(self.office.clock() + timedelta(hours=hours))
        self.done = f"{hours} hours"

    @invariant()
    def the_feeds_are_right(self) -> None:
        """A look into each feed, with the bytes that were kept and with none."""
        if not hasattr(self, "builder"):
            return
        self.office.clock.advance_to(self.office.clock() + timedelta(minutes=1))
        rows = self.rows()
        for name, options in LOOKS.items():
            look = self.look(options)
            self.compare_entries(name, look, rows)
            self.compare_whole(name, look)
            shown = {one.uid for one in rows if self.is_shown(one, options)}
            assert set(look.entries) == shown, f"{name} after {self.done}"
            self.seen[name].update(look.entries)
            self.last[name] = look
        self.revisions = {one.uid: one.sequence + one.reworded for one in rows}
        for one in rows:
            assert self.uids.setdefault(one.id or 0, one.uid) == one.uid
        self.done = "nothing"

    def look(self, options: FeedOptions) -> Look:
        """The feed now: the same from what was kept as from nothing."""
        with self.office.database.read() as session:
            kept = self.builder.content(session, options, self.office.clock())
            new = builder_of(self.office).content(session, options, self.office.clock())
        assert kept == new, f"what was kept is old after {self.done}"
        return Look(entries_of(new.body), new)

    def compare_entries(self, name: str, look: Look, rows: list[Assignment]) -> None:
        """Each entry with what it was when it was last seen."""
        revisions = {one.uid: one.sequence + one.reworded for one in rows}
        for uid, new in look.entries.items():
            old = self.seen[name].get(uid)
            where = f"{name} after {self.done}: {old and old.raw.decode()} → {new.raw.decode()}"
            if old is None or old.raw == new.raw:
                continue
            assert new.sequence >= old.sequence, where
            assert new.value("DTSTAMP") >= old.value("DTSTAMP"), where
            assert new.value("LAST-MODIFIED") >= old.value("LAST-MODIFIED"), where
            if new.says() != old.says():
                assert new.value("DTSTAMP") > old.value("DTSTAMP"), where  # 3.8.7.2
            if unlit(new) != unlit(old):  # not the day's light alone
                assert new.sequence > old.sequence, where
            if new.says() == old.says() and uid in self.revisions:
                assert revisions[uid] > self.revisions[uid], f"a false change, {where}"

    def compare_whole(self, name: str, look: Look) -> None:
        """Who asks with ETag or Last-Modified hears of each change, and of none that is none."""
        last, new = self.last.get(name), look.content
        if last is None:
            return
        old = last.content
        where = f"{name} after {self.done}"
        assert (new.etag == old.etag) == (new.body == old.body), where
        if old.last_modified is not None:
            assert new.last_modified is not None and new.last_modified >= old.last_modified, where
            if new.body != old.body:
                assert new.last_modified > old.last_modified, where
        if new.body != old.body and old.until is not None and self.done.endswith("hours"):
            assert self.office.clock() >= old.until, f"earlier than {old.until}, {where}"

    def is_shown(self, one: Assignment, options: FeedOptions) -> bool:
        """What the issue says: a unit's, what is open, what is overdue; what is struck through for
        90 days; nothing of what is archived."""
        if options.scope is FeedScope.UNIT and one.unit_id != options.subject:
            return False
        if self.status() is CampaignStatus.ARCHIVED:
            return False
        if options.scope is FeedScope.OVERDUE:
            running = self.status() is CampaignStatus.RUNNING
            return running and one.state in OWING and one.late_after < self.today()
        if options.only_open:
            return one.state in OWING and self.status() is not CampaignStatus.CLOSED
        struck_on = one.changed_at.astimezone(ZONE).date()
        return one.state not in STRUCK or struck_on + KEPT >= self.today()

    def today(self) -> Any:
        """The local day."""
        return self.office.clock().astimezone(ZONE).date()

    def deed(self) -> Deed:
        """Somebody does it now."""
        now = self.office.clock()
        return Deed("tester", now, now, announce=False)

    def rows(self) -> list[Assignment]:
        """The record."""
        with self.office.database.read() as session:
            return list(session.exec(select(Assignment).order_by(col(Assignment.id))))

    def status(self) -> CampaignStatus:
        """The campaign's."""
        with self.office.database.read() as session:
            return session.get_one(Campaign, "bridges-2022").status

    def do(self, what: str, deed: Any, at: int, changes: bool = True) -> None:
        """Something happens to one assignment, where it may."""
        rows = self.rows()
        number = rows[at % len(rows)].id
        before = self.looks() if not changes else {}
        self.write(what, lambda session: deed(session, session.get_one(Assignment, number)))
        if not changes:
            assert self.looks() == before, what

    def looks(self) -> dict[str, bytes]:
        """Every feed's bytes now."""
        return {name: self.look(options).content.body for name, options in LOOKS.items()}

    def write(self, what: str, work: Any) -> bool:
        """One transaction; what is refused changes nothing."""
        self.done = what
        try:
            with self.office.database.write() as session:
                work(session)
        except DubanError as refused:
            self.done = f"{what}, refused: {refused.message}"
            assert {one.uid: one.sequence + one.reworded for one in self.rows()} == (
                self.revisions or {one.uid: one.sequence + one.reworded for one in self.rows()}
            )
            return False
        return True

    def reapply(self) -> bool:
        """The declaration as it reads now, with the organisation as it is called now."""
        text = CAMPAIGN + PLAN + MONTHLY + ON_HOLIDAY + SPAN
        for number in sorted(self.reworded):
            old, new = REWORDINGS[number]
            text = text.replace(old, new)
        head, milestones = text.split("milestones:\n", 1)
        named = ORGANISATION.replace("name: 北城市", f"name: {self.name}")
        named = (
            named.replace("aliases: [北城,", "aliases: [北城市, 北城,")
            if self.name != "北城市"
            else named
        )
        here = self.office.organisation = organisation(self.base, named)
        declared = self.office.declare(milestones, head=f"{head}milestones:\n")

        def work(session: Session) -> None:
            now = self.office.clock()
            plan = plan_apply(session, [declared], here, now)
            apply(session, plan, here, now=now, actor="office", past=Past.CHASE)

        done = self.write("apply", work)
        if hasattr(self, "builder"):
            self.builder = builder_of(self.office) if not done else self.with_organisation()
        return done

    def with_organisation(self) -> FeedBuilder:
        """The builder goes on with what it has kept, as in a server that is told of the change."""
        self.builder.organisation = self.office.organisation
        return self.builder


@pytest.fixture
def life(tmp_path: Path) -> type[Life]:
    """One whose offices are in this test's folder."""

    class Here(Life):
        folders = itertools.count()
        base = tmp_path

    return Here


def test_a_life_of_edits(life: type[Life]) -> None:
    run_state_machine_as_test(
        life,
        settings=fuzz(0.4, stateful_step_count=30),
    )


@pytest.mark.parametrize("number", range(len(REWORDINGS)))
def test_another_version_of_the_plan(life: type[Life], number: int) -> None:
    one = life()
    one.begin()
    for _there_and_back in range(2):
        one.the_feeds_are_right()
        one.another_version(number)
        one.later(24)
    one.the_feeds_are_right()
    one.teardown()


@pytest.mark.parametrize("days", [90, 91])
def test_another_version_on_the_last_day_of_what_was_waived(life: type[Life], days: int) -> None:
    """It is shown to the end of the 90th day, and is newer there; then it does not come back."""
    one = life()
    one.begin()
    for at in range(20):
        one.plain("waive", at)
    one.the_feeds_are_right()
    one.later(24 * days)
    one.the_feeds_are_right()
    one.another_version(6)
    one.the_feeds_are_right()
    one.teardown()
