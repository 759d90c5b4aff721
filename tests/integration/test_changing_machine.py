"""A random season of a campaign whose plan changes: nothing lost, doubled or silently moved.

After each step `duban verify` finds nothing, what is in force is what the newest declaration and
the decisions say, every calendar program's picture is the record's, and nobody has got two mails
for one reason. `DUBAN_FUZZ_EXAMPLES` turns it up.
"""

import itertools
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col, select

from calendars.options import FeedOptions, FeedScope
from config.errors import DubanError, InputError, StateError
from tests.support.feeds import builder_of
from tests.support.fuzzing import fuzz
from tests.support.moments import ZONE
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, ORGANISATION, organisation
from tests.support.referee import found
from tests.support.rfc5545.model_client import ModelClient, Shown
from workflows import answering, handing_in
from workflows.applying import Past, apply
from workflows.assigning import KIND, NewAssignment, assign
from workflows.campaign_changing import change_status
from workflows.changing.model import Kind
from workflows.changing.rollback import plan_rollback, rollback_data
from workflows.comparing import ApplyPlan, plan_apply
from workflows.events import APPLIED, PLAN_VERSION
from workflows.handing_in import Deed
from workflows.states import State
from workflows.tables import (
    Assignment,
    Campaign,
    Delivery,
    Event,
    MilestoneRow,
    NoticeItem,
    Reminder,
    ReminderStatus,
    UnitRow,
)
from workflows.undoing import undo_last
from workflows.working_days import working_days

ID = "bridges-2022"
UNITS = {"north": "北城市", "south": "南城市", "hill": "山县"}
NAMES = ("plan", "scheme", "report", "summary")
TITLES = ("报送排查方案", "报送工作方案", "报送进展情况", "报送年度总结")
LADDERS = (
    "",
    "[{id: weekly, when: 14 calendar days before, every: 7 calendar days, times: 4}]",
    "[{id: eve, when: 1 working days before}, {id: late, when: 2 working days after}]",
)
HEADS = ("", "holiday_grace: false\n", "issued: 2022-05-25\n", "if_holiday: next\n")
WITHOUT_HILL = "  - {id: bureau".join(
    (ORGANISATION.split("  - {id: hill")[0], ORGANISATION.split("  - {id: bureau")[1])
)
KEPT = timedelta(days=90)  # what is cancelled stays in calendars, struck through
which = st.integers(0, 9)
shift = st.integers(-12, 21)
units = st.sets(st.sampled_from(sorted(UNITS)), min_size=1)
policies = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["take", "keep"]),
        "gone": st.sampled_from(["cancel", "keep"]),
        "id": st.sampled_from(["same", "new"]),
        "past": st.sampled_from(["done", "chase", "silent"]),
    }
)


class Direct:
    """What a calendar program asks, answered by the builder of feeds without a server."""

    def __init__(self, machine: "Season") -> None:
        self._machine = machine

    def get(self, path: str, headers: Mapping[str, str]) -> Any:
        """The feed of that scope."""
        machine = self._machine
        options = FeedOptions(FeedScope.UNIT, path) if path else FeedOptions(FeedScope.ALL)
        with machine.office.database.read() as session:
            content = machine.builder.content(session, options, machine.office.clock())
        if headers.get("If-None-Match") == content.etag:
            return SimpleNamespace(status_code=304)
        return SimpleNamespace(
            status_code=200, headers={"ETag": content.etag}, content=content.body,
            raise_for_status=lambda: None,
        )  # fmt: skip


class Season(RuleBasedStateMachine):
    """What people do, what the plan does, and what is seen of it."""

    folders: "itertools.count[int]"
    base: Path

    @initialize()
    def begin(self) -> None:
        """A campaign with one duty of two cities and a monthly one, in May."""
        self.office = SampleOffice(
            self.base / str(next(self.folders)), "2022-05-20 10:00", announce=True
        )
        for unit in UNITS:
            self.office.add_contact(unit, "contact", f"{unit}@people.example.org")
        self.plan: list[dict[str, Any]] = [
            {"id": "plan", "title": TITLES[0], "due": date(2022, 6, 15), "who": {"north", "south"},
             "ladder": "", "months": None},
            {"id": "monthly", "title": "报送月报", "due": 20, "who": {"north", "hill"},
             "ladder": "", "months": (6, 7)},
        ]  # fmt: skip
        self.versions: list[list[dict[str, Any]]] = []
        self.rows_before: dict[int, tuple[Any, ...]] = {}
        self.kept: dict[int, str] = {}
        self.gone: set[str] = set()
        self.judged: set[int] = set()  # accepted at some time
        self.settled: set[int] = set()  # accepted or cancelled when the newest version came
        self.builder = builder_of(self.office)
        self.clients = {path: ModelClient(Direct(self), path) for path in ("", "north")}  # type: ignore[arg-type]
        self.put_in_force({"date": "take", "gone": "cancel", "id": "same", "past": "chase"})

    def teardown(self) -> None:
        """The folder stays small."""
        if hasattr(self, "office"):
            self.office.close()

    # What the plan does.

    @rule(at=which, by=shift, how=policies)
    def move(self, at: int, by: int, how: dict[str, str]) -> None:
        """Another date."""
        one = self.plan[at % len(self.plan)]
        if one["months"]:
            one["due"] = max(1, min(28, one["due"] + by))
        else:
            one["due"] += timedelta(days=by)
        self.put_in_force(how)

    @rule(at=which, who=units, how=policies)
    def bind(self, at: int, who: set[str], how: dict[str, str]) -> None:
        """Other units."""
        self.plan[at % len(self.plan)]["who"] = who
        self.put_in_force(how)

    @rule(name=st.sampled_from(NAMES), after=st.integers(0, 40), who=units, how=policies)
    def add(self, name: str, after: int, who: set[str], how: dict[str, str]) -> None:
        """One more milestone."""
        if any(one["id"] == name for one in self.plan):
            return
        due = self.today() + timedelta(days=after)
        title = TITLES[NAMES.index(name)]
        self.plan.append(
            {"id": name, "title": title, "due": due, "who": who, "ladder": "", "months": None}
        )
        self.put_in_force(how)

    @rule(at=which, how=policies)
    def remove(self, at: int, how: dict[str, str]) -> None:
        """One milestone less."""
        if len(self.plan) > 1:
            del self.plan[at % len(self.plan)]
            self.put_in_force(how)

    @rule(at=which, name=st.sampled_from(NAMES), by=st.sampled_from([0, 0, 3]), how=policies)
    def rename(self, at: int, name: str, by: int, how: dict[str, str]) -> None:
        """Another id, perhaps with another date."""
        one = self.plan[at % len(self.plan)]
        if one["months"] or any(each["id"] == name for each in self.plan):
            return
        one["id"], one["due"] = name, one["due"] + timedelta(days=by)
        self.put_in_force(how)

    @rule(at=which, title=st.sampled_from(TITLES), how=policies)
    def retitle(self, at: int, title: str, how: dict[str, str]) -> None:
        """Other words."""
        self.plan[at % len(self.plan)]["title"] = title
        self.put_in_force(how)

    @rule(at=which, ladder=st.sampled_from(LADDERS), how=policies)
    def reladder(self, at: int, ladder: str, how: dict[str, str]) -> None:
        """Another ladder."""
        self.plan[at % len(self.plan)]["ladder"] = ladder
        self.put_in_force(how)

    @rule(at=which, last=st.integers(6, 9), how=policies)
    def recur(self, at: int, last: int, how: dict[str, str]) -> None:
        """Other months."""
        one = self.plan[at % len(self.plan)]
        if one["months"]:
            one["months"] = (6, last)
            self.put_in_force(how)

    @rule(at=which, how=policies)
    def recur_otherwise(self, at: int, how: dict[str, str]) -> None:
        """Once becomes monthly, or the other way round."""
        one = self.plan[at % len(self.plan)]
        if one["months"]:
            one["due"], one["months"] = date(2022, one["months"][0], one["due"]), None
        else:
            one["due"], one["months"] = min(one["due"].day, 28), (6, 7)
        self.put_in_force(how)

    @rule(head=st.sampled_from(HEADS), how=policies)
    def behead(self, head: str, how: dict[str, str]) -> None:
        """The campaign says otherwise how its days are counted."""
        for one in self.plan:
            one["head"] = head
        self.put_in_force(how)

    @rule(gone=st.booleans(), how=policies)
    def reorganise(self, gone: bool, how: dict[str, str]) -> None:
        """A unit is merged into another, or is there again."""
        text = WITHOUT_HILL if gone else ORGANISATION
        self.office.organisation = organisation(self.base, text)
        self.builder.organisation = self.office.organisation
        self.gone = {"hill"} if gone else set()
        self.put_in_force(how)

    @rule(at=which, how=policies)
    def roll_back(self, at: int, how: dict[str, str]) -> None:
        """An earlier version again."""
        version = at % len(self.versions) + 1
        self.plan = deepcopy(self.versions[version - 1])
        self.put_in_force(how, back_to=version)

    @rule(at=which, weeks=st.sampled_from([1, 2]), how=policies)
    def move_on_the_day_of_a_rung(self, at: int, weeks: int, how: dict[str, str]) -> None:
        """A weekly rung has gone out today, and by the new date one falls on today, too."""
        self.plan[at % len(self.plan)]["ladder"] = LADDERS[1]
        self.put_in_force(how)
        one = self.plan[at % len(self.plan)]
        if one["months"] or one["due"] - timedelta(days=7) <= self.today():
            return
        day = one["due"] - timedelta(days=7)
        self.office.tick(f"{day} 09:30")
        one["due"] += timedelta(days=7 * weeks)
        self.put_in_force(how)
        for moment in (f"{day} 14:00", f"{day + timedelta(days=1)} 09:30"):
            self.office.tick(moment)

    # What people do.

    @rule(at=st.integers(0, 30), checked=st.booleans())
    def hand_in(self, at: int, checked: bool) -> None:
        """Something comes in, and may be checked at once."""
        self.do("submit", at)
        if checked:
            self.do("accept", at)

    @rule(action=st.sampled_from(["accept", "waive", "reopen"]), at=st.integers(0, 30))
    def deed(self, action: str, at: int) -> None:
        """A deed that needs nothing more."""
        self.do(action, at)

    @rule(
        action=st.sampled_from(["return_for_correction", "approve_extension", "request_extension"]),
        at=st.integers(0, 30), ahead=st.integers(0, 25),
    )  # fmt: skip
    def dated(self, action: str, at: int, ahead: int) -> None:
        """A deed with a date."""
        self.do(action, at, self.today() + timedelta(days=ahead))

    @rule(at=st.integers(0, 30), ahead=st.integers(1, 9), seen=st.booleans())
    def answer(self, at: int, ahead: int, seen: bool) -> None:
        """Seen, or to be reminded on another day."""
        number, on = at % len(self.rows_before) + 1, self.today() + timedelta(days=ahead)

        def work(session: Session) -> None:
            one = session.get_one(Assignment, number)
            if seen:
                answering.acknowledge(session, one, self.by("people"))
            else:
                address = f"{one.unit_id}@people.example.org"
                answering.snooze(session, one, self.by("people"), address, on)

        self.write(work)

    @rule()
    def undo(self) -> None:
        """The last deed is taken back."""
        self.write(lambda session: undo_last(session, self.by("people")))

    @rule(ahead=st.integers(1, 20))
    def opened(self, ahead: int) -> None:
        """Something is opened by hand."""
        new = NewAssignment(ID, f"补报{ahead}", self.today() + timedelta(days=ahead))
        self.write(
            lambda session: assign(
                session, new, [session.get_one(UnitRow, "hill")], self.by("people")
            )
        )

    @rule(change=st.sampled_from(["pause", "resume"]))
    def campaign(self, change: str) -> None:
        """The campaign rests, or goes on."""
        self.write(
            lambda session: change_status(
                session, session.get_one(Campaign, ID), change, self.by("people")
            )
        )

    @rule(hours=st.sampled_from([1, 1, 6, 24, 24, 24, 72]))
    def tick(self, hours: int) -> None:
        """Time passes, and the mails of the day leave."""
        moment = self.office.clock().astimezone(ZONE) + timedelta(hours=hours)
        self.office.tick(f"{moment:%Y-%m-%d %H:%M}")

    @rule(days=st.sampled_from([1, 4, 30]))
    def asleep(self, days: int) -> None:
        """Time passes, and nothing runs."""
        self.office.clock.advance_to(self.office.clock() + timedelta(days=days))

    # What holds after each of it.

    @invariant()
    def all_is_well(self) -> None:
        """Everything at once: one reading of the record for all of it."""
        if not hasattr(self, "office") or not self.versions:
            return
        # Ticks are at most ten minutes apart, or there are none: what the referee goes by.
        self.office.clock.advance_to(self.office.clock() + timedelta(minutes=1))
        errors = found(self.office)
        assert errors == [], errors
        with self.office.database.read() as session:
            rows = list(session.exec(select(Assignment).order_by(col(Assignment.id))))
            events = list(session.exec(select(Event).order_by(col(Event.id))))
            opened = set(
                session.exec(select(MilestoneRow.id).where(MilestoneRow.kind == KIND)).all()
            )
        self.nothing_is_lost(rows, opened)
        self.nothing_moves_silently(rows, events)
        self.calendars_show_it(rows)
        self.no_mail_twice(events)

    def nothing_is_lost(self, rows: list[Assignment], opened: set[str]) -> None:
        """What is declared is there once; what is not is cancelled, accepted or kept."""
        wanted = self.declared()
        there: Counter[tuple[str, str, str]] = Counter()
        for one in rows:
            key = (one.milestone_id, one.unit_id, one.period)
            there[key] += 1
            if one.milestone_id in opened:
                continue
            if key not in wanted:
                # What a person opens again after the version is the person's.
                settled = one.state in {State.CANCELLED, State.ACCEPTED} or one.id in self.settled
                assert settled or self.kept.get(one.id or 0) == "", f"{key} is {one.state}"
                continue
            assert one.state is not State.CANCELLED, f"{key} is cancelled"
            date_of_plan = one.extended_from or one.due
            left = self.kept.get(one.id or 0) == wanted[key].isoformat()
            assert (
                date_of_plan == wanted[key]
                or left
                or one.state is State.ACCEPTED
                or (one.id in self.judged)
            ), f"{key}: {date_of_plan}, declared is {wanted[key]}"
        assert set(wanted) <= set(there) and set(there.values()) == {1}
        assert set(self.rows_before) <= {one.id for one in rows}, "assignments are gone"

    def nothing_moves_silently(self, rows: list[Assignment], events: list[Event]) -> None:
        """Who has another date, state or id has an event of it; the UID stays for ever."""
        newest = {one.assignment_id: one.id for one in events}
        for one in rows:
            says = (one.uid, one.due, one.effective_due, one.state, one.milestone_id)
            seen = (says, newest.get(one.id, 0), one.sequence + one.reworded)
            old = self.rows_before.get(one.id or 0)
            if old is not None:
                assert old[0][0] == one.uid
                assert old[0] == says or (old[1] != seen[1] and seen[2] > old[2]), (old, seen)
                if old[0][3] is one.state is State.ACCEPTED:
                    assert old[0][1:3] == says[1:3], f"{one.id} was judged by {old[0][1:3]}"
            if one.state is State.ACCEPTED:
                self.judged.add(one.id or 0)  # reopened, it keeps the date by which it was judged
            self.rows_before[one.id or 0] = seen

    def calendars_show_it(self, rows: list[Assignment]) -> None:
        """Each client's picture is the record's."""
        today = self.today()
        for unit, client in self.clients.items():
            client.poll()
            assert client.unversioned == []
            wanted = {}
            for one in rows:
                struck = one.state in {State.WAIVED, State.CANCELLED}
                gone = struck and one.changed_at.astimezone(ZONE).date() + KEPT < today
                if gone or (unit and one.unit_id != unit):
                    continue
                late = one.state in {State.OPEN, State.RETURNED} and today > one.late_after
                done = one.state is State.ACCEPTED or (
                    one.state is State.SUBMITTED and not one.missing
                )
                wanted[one.uid] = Shown(one.effective_due, struck, done, late)
            assert client.picture(today) == wanted

    def no_mail_twice(self, events: list[Event]) -> None:
        """A rung of a day reaches an address once, whatever date it counts from; an event stands
        in one notice to an address, and a version in one."""
        with self.office.database.read() as session:
            sent = session.exec(
                select(Reminder).where(Reminder.status == ReminderStatus.SENT)
            ).all()
            notices = session.exec(
                select(NoticeItem.event_id, Delivery.address, Delivery.id).join(
                    Delivery, col(Delivery.id) == NoticeItem.delivery_id
                )
            ).all()
        by_people = {
            (one.assignment_id, one.recorded_at.astimezone(ZONE).date())
            for one in events
            if PLAN_VERSION not in one.data
        }
        twice = Counter(
            (one.assignment_id, one.reason, one.occurrence, one.address)
            for one in sent
            if (one.assignment_id, one.occurrence) not in by_people
        )
        assert not [key for key, count in twice.items() if count > 1], twice
        told = Counter((event_id, address) for event_id, address, _delivery in notices)
        assert not [key for key, count in told.items() if count > 1]
        of_version = {one.id: one.data.get(PLAN_VERSION) for one in events}
        mails = {
            (of_version[event_id], address, delivery)
            for event_id, address, delivery in notices
            if of_version[event_id] is not None
        }
        each = Counter((version, address) for version, address, _delivery in mails)
        assert not [key for key, count in each.items() if count > 1], each

    # How it is done.

    def declared(self) -> dict[tuple[str, str, str], date]:
        """What the newest declaration asks for: the due date by milestone, unit and period."""
        found: dict[tuple[str, str, str], date] = {}
        for one in self.plan:
            for unit in one["who"] - self.gone or {"north"}:
                if not one["months"]:
                    found[one["id"], unit, ""] = self.moved(one["due"])
                    continue
                for month in range(one["months"][0], one["months"][1] + 1):
                    due = date(2022, month, one["due"])
                    found[one["id"], unit, f"2022-{month:02}"] = self.moved(due)
        return found

    def head(self) -> str:
        """How the campaign counts its days."""
        return next((str(one["head"]) for one in self.plan if one.get("head")), "")

    def moved(self, due: date) -> date:
        """After `if_holiday`."""
        return working_days().on_or_after(due) if self.head() == HEADS[3] else due

    def text(self) -> str:
        """The milestones as a declaration has them."""
        parts = []
        for one in self.plan:
            bound = one["who"] - self.gone or {"north"}
            who = "、".join(UNITS[unit] for unit in sorted(bound))
            due = f"每月{one['due']}日前" if one["months"] else one["due"]
            lines = [f"  - id: {one['id']}", f"    title: {one['title']}", f"    due: {due}"]
            lines += [f"    who: [{who.replace('、', ', ')}]", "    clause: 二（一）"]
            if one["months"]:
                first, last = one["months"]
                lines += [
                    "    kind: monthly", f"    first: 2022-{first:02}",
                    f"    last: 2022-{last:02}", "    covers: current",
                ]  # fmt: skip
            if one["ladder"]:
                lines.append(f"    ladder: {one['ladder']}")
            parts.append("\n".join(lines) + "\n")
        return "".join(parts)

    def put_in_force(self, how: Mapping[str, str], back_to: int = 0) -> None:
        """The plan as it reads now, with every question answered by that policy."""
        if any(not one["months"] and not self.fits(one["due"]) for one in self.plan):
            self.plan = deepcopy(self.versions[-1])
            return
        here, now = self.office.organisation, self.office.clock()
        head = CAMPAIGN.replace("milestones:", f"{self.head()}milestones:")
        declared = self.office.declare(self.text(), head=head)

        def planned(session: Session, answers: dict[str, str]) -> ApplyPlan:
            if not back_to:
                return plan_apply(session, [declared], here, now, answers)
            campaign = session.get_one(Campaign, ID)
            return plan_rollback(session, campaign, back_to, here, now, answers)

        with self.office.database.write() as session:
            try:
                plan = planned(session, {})
            except (StateError, InputError):
                # That version is in force, or names a unit that is gone.
                self.plan = deepcopy(self.versions[-1])
                return
            answers = {one.key: how["id"] for one in plan.differences if one.kind is Kind.RENAMED}
            plan = planned(session, dict(answers))
            for one in plan.differences:
                if not one.safe and one.key not in answers:
                    answers[one.key] = next(
                        how[of] for of in how if how[of] in {each.value for each in one.answers}
                    )
            plan = planned(session, answers)
            apply(
                session, plan, here, now=now, actor="office", past=Past.CHASE,
                data=rollback_data(back_to) if back_to else None,
            )  # fmt: skip
        with self.office.database.read() as session:
            last = session.exec(
                select(Event).where(Event.kind == APPLIED).order_by(col(Event.id).desc())
            ).first()
        assert last is not None
        self.kept = {int(key): due for key, due in last.data.get("kept", {}).items()}
        if last.data["version"] > len(self.versions):
            now_in_force = deepcopy(self.plan)
            for each in now_in_force:
                each["who"] = each["who"] - self.gone or {"north"}
            self.versions.append(now_in_force)
            with self.office.database.read() as session:
                over = col(Assignment.state).in_([State.ACCEPTED, State.CANCELLED])
                self.settled = {one or 0 for one in session.exec(select(Assignment.id).where(over))}

    def fits(self, due: date) -> bool:
        """A plan's dates lie in its year."""
        return date(2022, 1, 1) <= due <= date(2022, 12, 31)

    def do(self, action: str, at: int, *args: date) -> None:
        """Something happens to one assignment, where it may."""
        with self.office.database.read() as session:
            numbers = session.exec(select(Assignment.id).order_by(col(Assignment.id))).all()
        number = numbers[at % len(numbers)]

        def work(session: Session) -> None:
            one = session.get_one(Assignment, number)
            getattr(handing_in, action)(session, one, self.by("people"), *args)

        self.write(work)

    def write(self, work: Any) -> None:
        """One transaction; what is refused changes nothing."""
        try:
            with self.office.database.write() as session:
                work(session)
        except DubanError:
            return

    def today(self) -> date:
        """The local day."""
        return self.office.clock().astimezone(ZONE).date()

    def by(self, who: str) -> Deed:
        """Somebody does it now."""
        return Deed(who, self.office.clock(), self.office.clock())


def test_a_season_of_changes(tmp_path: Path) -> None:
    class Here(Season):
        folders = itertools.count()
        base = tmp_path

    run_state_machine_as_test(Here, settings=fuzz(0.35, stateful_step_count=25))
