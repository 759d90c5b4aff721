"""A new version of a running campaign: each difference, what is decided, what becomes of work."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from config.errors import InputError, ProblemsError, StateError
from scheduler.cli.sentences import sentence
from tests.support.contents import everything
from tests.support.moments import ZONE, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import (
    CAMPAIGN,
    MONTHLY,
    ORGANISATION,
    PLAN,
    organisation,
    with_ladder,
)
from tests.support.referee import referee
from workflows.applying import Past, apply
from workflows.assigning import NewAssignment, assign
from workflows.attributes import report_attribute
from workflows.campaign_changing import change_status
from workflows.changing.decisions import UndecidedError
from workflows.changing.model import Difference
from workflows.changing.rollback import plan_rollback, rollback_data
from workflows.comparing import plan_apply
from workflows.handing_in import Deed
from workflows.history import life_of_assignment
from workflows.standing import Selection, standpoints
from workflows.states import State
from workflows.tables import Assignment, Campaign, CampaignStatus, MilestoneRow, UnitRow
from workflows.undoing import undo_last

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LATER, EARLIER = (PLAN.replace("06-15", new) for new in ("06-22", "06-10"))
TAKE, KEEP = ({"bridges-2022/plan/earlier": answer} for answer in ("take", "keep"))
REMOVED = "bridges-2022/plan/removed"
NARROWED = "bridges-2022/monthly/narrowed"
SCHEME = PLAN.replace("id: plan", "id: scheme")
SAME = {"bridges-2022/plan/renamed/scheme": "same"}
WITHOUT_HILL = "  - {id: bureau".join(
    (ORGANISATION.split("  - {id: hill")[0], ORGANISATION.split("  - {id: bureau")[1])
)
BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")


def differences(office: SampleOffice, *milestones: str, **answers: str) -> list[Difference]:
    declared = office.declare(*milestones)
    with office.database.read() as session:
        plan = plan_apply(session, [declared], office.organisation, office.clock(), answers)
        return plan.differences


def kinds(found: list[Difference]) -> list[tuple[str, bool, int]]:
    return [(one.kind.value, one.safe, one.touched) for one in found]


def dates(office: SampleOffice, name: str = PLAN_KEY) -> tuple[date, date, date]:
    one = office.assignment(name)
    return one.nominal_due, one.due, one.effective_due


def told(office: SampleOffice, name: str = PLAN_KEY) -> list[str]:
    with office.database.read() as session:
        one = office.assignment(name)
        return [sentence(each, ZONE) for each in life_of_assignment(session, one)]


def deed(office: SampleOffice) -> Deed:
    return Deed("tester", office.clock(), office.clock(), announce=False)


def test_a_later_date_is_safe_and_moves_with_its_history(office: SampleOffice) -> None:
    office.apply(PLAN)
    before = office.assignment()
    found = differences(office, LATER)
    assert kinds(found) == [("later", True, 1)]
    assert "2022-06-15 → 2022-06-22" in found[0].detail
    office.at("2022-05-30 10:00")
    office.apply(LATER)
    after = office.assignment()
    assert (after.id, after.uid, after.state) == (before.id, before.uid, State.OPEN)
    assert dates(office) == (day("2022-06-22"),) * 3
    assert after.sequence == before.sequence + 1
    assert "the plan moves the due date from" in told(office)[-1]
    assert "to hand it in by 15 June" in told(office)[0], "as it was told at first"
    with office.database.read() as session:
        then = office.clock() - timedelta(days=1)
        [past] = standpoints(session, then, Selection(), as_of_past=True)
        assert past.standing.due == day("2022-06-15")


def test_an_earlier_date_is_decided(office: SampleOffice) -> None:
    office.apply(PLAN)
    [one] = differences(office, EARLIER)
    assert (one.key, one.answers) == ("bridges-2022/plan/earlier", ("take", "keep"))
    office.apply(EARLIER, decisions=KEEP)
    assert dates(office) == (day("2022-06-15"),) * 3
    assert kinds(differences(office, EARLIER, MONTHLY)) == [("added", True, 9)], "asked once"
    office.apply(EARLIER.replace("06-10", "06-09"), decisions=TAKE)
    assert dates(office) == (day("2022-06-09"),) * 3


def test_a_date_that_is_past_once_it_is_moved(office: SampleOffice) -> None:
    office.add_contact("north", "contact", "wang@example.org")
    office.apply(PLAN)
    office.tick("2022-06-08 09:00")
    office.at("2022-06-09 10:00")
    past = PLAN.replace("06-15", "06-07")
    assert "overdue at once: 1" in differences(office, past)[0].detail
    office.apply(past, decisions=TAKE)
    office.ticks(["2022-06-09 11:00", "2022-06-10 09:00"])
    assert [one for one in office.fates() if one[2] == "sent"] == [
        ("before-5", "wang@example.org", "sent"),
        ("overdue", "wang@example.org", "sent"),
    ], "the rungs of the days before are not made up for"


def test_what_was_sent_is_not_sent_again_and_the_ladder_begins_anew(office: SampleOffice) -> None:
    office.add_contact("north", "contact", "wang@example.org")
    weekly = "[{id: weekly, when: 14 calendar days before, every: 7 calendar days, times: 3}]"
    office.apply(with_ladder(weekly))
    office.tick("2022-06-01 09:00")
    office.at("2022-06-01 10:00")
    office.apply(with_ladder(weekly, LATER))
    office.ticks(["2022-06-01 11:00", "2022-06-08 09:00", "2022-06-08 10:00", "2022-06-15 09:00"])
    days = [(one.occurrence, one.due_basis) for one in office.reminders()]
    assert days == [
        (day("2022-06-01"), day("2022-06-15")),
        (day("2022-06-08"), day("2022-06-22")),
        (day("2022-06-15"), day("2022-06-22")),
    ]


def test_an_extended_one_keeps_the_later_date(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("approve_extension", PLAN_KEY, day("2022-06-20"))
    [one] = differences(office, EARLIER)
    assert one.safe and one.work.extended == 1
    office.apply(EARLIER)
    assert dates(office) == (day("2022-06-10"), day("2022-06-20"), day("2022-06-20"))
    assert office.assignment().extended_from == day("2022-06-10")
    office.apply(LATER)
    assert dates(office) == (day("2022-06-22"),) * 3
    assert office.assignment().extended_from is None, "the plan itself gives more"


def test_a_wish_that_the_plan_grants_is_settled(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("request_extension", PLAN_KEY, day("2022-06-20"))
    office.apply(PLAN.replace("06-15", "06-17"))
    assert office.assignment().requested_due == day("2022-06-20")
    office.apply(LATER)
    assert office.assignment().requested_due is None


def test_a_returned_one_keeps_its_correction_date(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("submit")
    office.act("return_for_correction", PLAN_KEY, day("2022-06-01"))
    [one] = differences(office, EARLIER)
    assert one.safe and "returned ones keep the correction date: 1" in one.detail
    office.apply(EARLIER)
    assert dates(office) == (day("2022-06-10"), day("2022-06-10"), day("2022-06-01"))
    office.act("submit")
    office.act("accept")
    office.act("reopen")
    assert office.assignment().effective_due == day("2022-06-10")


def test_what_was_accepted_stays_as_it_was_judged(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("submit")
    office.act("accept")
    assert kinds(differences(office, EARLIER)) == []
    office.apply(EARLIER)
    office.apply(MONTHLY)
    assert office.assignment().state is State.ACCEPTED
    assert dates(office) == (day("2022-06-15"),) * 3


@pytest.mark.parametrize("version", [PLAN.replace("06-15", "06-22"), MONTHLY])
def test_what_a_version_left_alone_may_be_opened_again(office: SampleOffice, version: str) -> None:
    """Accepted by mistake, then moved or dropped by the plan: for the referee all is well."""
    office.apply(PLAN)
    office.act("submit")
    office.act("accept")
    office.apply(version)
    office.act("reopen")
    assert office.assignment().state is State.OPEN


def test_what_a_version_cancelled_may_be_opened_again(office: SampleOffice) -> None:
    """A person says that it is owed after all: for the referee all is well."""
    office.apply(PLAN)
    office.apply(MONTHLY, decisions={REMOVED: "cancel"})
    assert office.assignment().state is State.CANCELLED
    office.clock.advance(timedelta(days=1))
    office.act("reopen")
    assert office.assignment().state is State.OPEN


def test_a_waived_one_moves_quietly(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("waive")
    assert kinds(differences(office, EARLIER)) == [("earlier", True, 1)]
    office.apply(EARLIER)
    office.act("reopen")
    assert office.assignment().effective_due == day("2022-06-10")


@pytest.mark.parametrize(("new", "silent"), [("06-09", True), ("06-22", False)])
def test_a_silent_past_one_speaks_only_of_a_date_to_come(
    office: SampleOffice, new: str, silent: bool
) -> None:
    office.at("2022-06-16 10:00")
    office.apply(PLAN, past=Past.SILENT)
    office.apply(PLAN.replace("06-15", new), decisions=TAKE if silent else {})
    assert office.assignment().silent is silent
    office.ticks(["2022-06-17 09:00", "2022-06-20 09:00"])
    assert bool(office.reminders()) is not silent


def test_a_removed_milestone_is_cancelled_and_comes_back_as_it_stood(office: SampleOffice) -> None:
    office.apply(BOTH, MONTHLY)
    office.act("submit")
    [one] = differences(office, MONTHLY)
    assert (one.kind, one.touched, one.work.submitted) == ("removed", 2, 1)
    office.at("2022-05-23 10:00")
    office.apply(MONTHLY, decisions={REMOVED: "cancel"})
    assert office.assignment().state is State.CANCELLED
    office.at("2022-05-24 10:00")
    assert kinds(differences(office, BOTH, MONTHLY)) == [("returned", True, 2)]
    office.apply(BOTH.replace("06-15", "06-16"), MONTHLY)
    north, south = office.assignment(), office.assignment("bridges-2022/plan/south")
    assert north.state is State.SUBMITTED and north.submitted_at is not None
    assert (south.state, south.effective_due) == (State.OPEN, day("2022-06-16"))
    assert len(told(office)) == 5


def test_what_is_removed_and_kept_goes_on(office: SampleOffice) -> None:
    office.add_contact("north", "contact", "wang@example.org")
    office.apply(PLAN, MONTHLY)
    office.apply(MONTHLY, decisions={REMOVED: "keep"})
    office.tick("2022-05-31 09:00")
    assert [one[0] for one in office.fates()] == ["before-10"]
    assert kinds(differences(office, MONTHLY.replace("二（二）", "二（三）"))) == [
        ("text", True, 0)
    ]
    office.apply(MONTHLY.replace("二（二）", "二（三）"))
    office.act("submit")
    office.apply(PLAN, MONTHLY)
    assert office.assignment().state is State.SUBMITTED


def test_fewer_units_and_fewer_months(office: SampleOffice) -> None:
    office.apply(MONTHLY)
    narrow = MONTHLY.replace("[city, county]", "[city]").replace("last: 2022-08", "last: 2022-07")
    found = differences(office, narrow)
    assert kinds(found) == [("narrowed", False, 3), ("shorter", False, 2)]
    office.apply(narrow, decisions={NARROWED: "cancel", "bridges-2022/monthly/shorter": "keep"})
    assert office.assignment("bridges-2022/monthly/hill/7").state is State.CANCELLED
    assert office.assignment("bridges-2022/monthly/north/8").state is State.OPEN
    assert kinds(differences(office, MONTHLY.replace("2022-08", "2022-09"))) == [
        ("longer", True, 2), ("wider", True, 1), ("returned", True, 3),
    ]  # fmt: skip


def test_once_becomes_monthly(office: SampleOffice) -> None:
    office.apply(PLAN)
    monthly = MONTHLY.replace("id: monthly", "id: plan")
    found = differences(office, monthly)
    assert ("recurrence", False, 1) in kinds(found) and ("recurrence", True, 3) in kinds(found)
    office.apply(monthly, decisions={"bridges-2022/plan/recurrence": "cancel"})
    assert office.assignment().state is State.CANCELLED


def test_another_id_is_asked_about(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("submit")
    before = office.assignment()
    office.apply(SCHEME, MONTHLY, decisions=SAME)
    after = office.assignment("bridges-2022/scheme/north")
    assert (after.id, after.uid, after.state) == (before.id, before.uid, State.SUBMITTED)
    assert "“plan” is now “scheme”" in told(office, "bridges-2022/scheme/north")[-1]
    office.apply(SCHEME, PLAN, MONTHLY)  # the old id comes to be used again, for another duty
    assert office.assignment().uid != after.uid


def test_another_id_that_is_new_removes_the_old(office: SampleOffice) -> None:
    office.apply(PLAN)
    new = {"bridges-2022/plan/renamed/scheme": "new"}
    with pytest.raises(UndecidedError, match="plan/removed"):
        office.apply(SCHEME, decisions=new)
    office.apply(SCHEME, decisions={**new, REMOVED: "cancel"})
    assert office.assignment().state is State.CANCELLED
    assert office.assignment("bridges-2022/scheme/north").state is State.OPEN


def test_what_follows_from_another_date_says_so(office: SampleOffice) -> None:
    after = PLAN.replace("id: plan", "id: after").replace(
        "due: 2022-06-15", "due: 3 working days after plan"
    ).replace("报送排查方案", "上图")  # fmt: skip
    office.apply(PLAN, after)
    found = differences(office, LATER, after)
    assert kinds(found) == [("later", True, 1)] * 2
    assert "it follows from another change" in found[1].detail


def test_what_was_opened_by_hand_is_left_alone(office: SampleOffice) -> None:
    office.apply(PLAN, MONTHLY)
    new = NewAssignment("bridges-2022", "补报", day("2022-06-17"), parent_id="plan")
    with office.database.write() as session:
        assign(session, new, [session.get_one(UnitRow, "hill")], deed(office))
    office.apply(SCHEME, MONTHLY, decisions=SAME)
    with office.database.read() as session:
        row = session.get_one(MilestoneRow, ("bridges-2022", "assigned-1"))
        assert row.parent_id == "scheme"
    office.apply(MONTHLY, decisions={"bridges-2022/scheme/removed": "cancel"})
    assert office.assignment("bridges-2022/assigned-1/hill").state is State.OPEN


def test_no_undo_takes_back_what_the_plan_says(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("submit")
    office.apply(LATER)
    with office.database.write() as session, pytest.raises(StateError, match="apply a declar"):
        undo_last(session, deed(office))
    office.act("accept")
    with office.database.write() as session:
        undo_last(session, deed(office))
    assert office.assignment().state is State.SUBMITTED
    assert office.assignment().due == day("2022-06-22")


def test_a_draft_changes_freely(office: SampleOffice) -> None:
    office.apply(PLAN, status=CampaignStatus.DRAFT)
    office.apply(EARLIER)
    office.apply(MONTHLY)
    assert office.assignment().state is State.CANCELLED


def test_going_back_is_a_version_like_any_other(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.apply(LATER, MONTHLY)
    office.at("2022-05-23 10:00")

    def back(session: Session, answers: dict[str, str]) -> None:
        campaign = session.get_one(Campaign, "bridges-2022")
        plan = plan_rollback(session, campaign, 1, office.organisation, office.clock(), answers)
        apply(
            session, plan, office.organisation, now=office.clock(), actor="甲", past=None,
            data=rollback_data(1),
        )  # fmt: skip

    with office.database.write() as session, pytest.raises(UndecidedError, match="monthly/removed"):
        back(session, {})
    with office.database.write() as session:
        back(session, {**TAKE, "bridges-2022/monthly/removed": "cancel"})
    assert dates(office) == (day("2022-06-15"),) * 3
    last = [one for one in office.events() if one.kind == "applied"][-1]
    assert (last.data["version"], last.data["rolled_back_to"], last.actor) == (3, 1, "甲")
    with office.database.read() as session, pytest.raises(InputError, match="no version 9"):
        campaign = session.get_one(Campaign, "bridges-2022")
        plan_rollback(session, campaign, 9, office.organisation, office.clock())


def test_a_unit_that_is_gone_from_the_organisation(office: SampleOffice) -> None:
    office.apply(MONTHLY.replace("{levels: [city, county]}", "[北城市, 南城市, 山县]"))
    office.at("2022-05-21 10:00")
    office.apply(MONTHLY)
    office.organisation = organisation(office.settings.home.parent, WITHOUT_HILL)
    [one] = differences(office, MONTHLY)
    assert (one.kind, one.units, one.answers) == ("narrowed", ("hill",), ("cancel", "keep"))
    assert one.detail == "no longer: 山县"  # by the name that the record has
    assert one.mail.notices == 0  # nobody knows its mailbox any more
    with office.database.read() as session:  # who stands behind it is as before
        assert plan_apply(session, [], office.organisation, office.clock()).units == ()
    office.apply(MONTHLY, decisions={NARROWED: "cancel"})
    assert office.assignment("bridges-2022/monthly/hill/6").state is State.CANCELLED
    with office.database.read() as session, pytest.raises(ProblemsError, match=r"version 1 .*山县"):
        campaign = session.get_one(Campaign, "bridges-2022")
        plan_rollback(session, campaign, 1, office.organisation, office.clock())


def test_a_unit_whose_attribute_now_fits_owes_it(office: SampleOffice) -> None:
    where = PLAN.replace("who: [北城市]", "who: {levels: [city], where: platforms > 0}")
    office.apply(where)
    text = ORGANISATION.replace("platforms: 0", "platforms: 3")
    office.organisation = organisation(office.settings.home.parent, text)
    assert kinds(differences(office, where)) == [("wider", True, 1)]
    office.apply(where)
    assert office.assignment("bridges-2022/plan/south").state is State.OPEN


def test_what_a_unit_has_reported_counts_for_where(office: SampleOffice) -> None:
    where = PLAN.replace("who: [北城市]", "who: {levels: [city], where: platforms > 0}")
    office.apply(where)
    for unit, value in (("south", 3), ("north", 0)):
        with office.database.write() as session:
            report_attribute(
                session, session.get_one(UnitRow, unit), "platforms", value, deed(office)
            )
    assert kinds(differences(office, where)) == [("narrowed", False, 1), ("wider", True, 1)]
    office.apply(where, decisions={"bridges-2022/plan/narrowed": "keep"})
    assert office.assignment("bridges-2022/plan/south").state is State.OPEN
    assert office.assignment().state is State.OPEN


def test_another_beginning_is_told(office: SampleOffice) -> None:
    span = PLAN.replace("due: 2022-06-15", "kind: phase\n    due: 2022年6月1日至6月15日")
    office.apply(span)
    [one] = differences(office, span.replace("6月1日", "6月6日"))
    assert one.safe and one.detail == "begins: 2022-06-01 → 2022-06-06"


def test_several_campaigns_are_one_transaction(office: SampleOffice) -> None:
    office.apply(PLAN)
    other = office.declare(PLAN).model_copy(update={"id": "roads-2022"})
    before = everything(office.database)
    with office.database.write() as session, pytest.raises(UndecidedError):
        declared = [other, office.declare(EARLIER)]
        plan = plan_apply(session, declared, office.organisation, office.clock())
        apply(session, plan, office.organisation, now=office.clock(), actor="甲", past=None)
    assert everything(office.database) == before


def test_of_a_campaign_that_rests_nobody_is_told(office: SampleOffice) -> None:
    office.announce = True
    office.add_contact("north", "contact", "wang@example.org")
    office.apply(PLAN)
    with office.database.write() as session:
        change_status(session, session.get_one(Campaign, "bridges-2022"), "pause", deed(office))
    office.apply(LATER)
    with office.database.write() as session:
        change_status(session, session.get_one(Campaign, "bridges-2022"), "resume", deed(office))
    assert office.ticks(["2022-05-23 09:00", "2022-06-08 09:00"]) == [0, 1]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM event WHERE kind = 'replan'", "change-missing"),
        ("UPDATE assignment SET due = '2022-06-15'", "state-differs"),
        ("UPDATE assignment SET nominal_due = '2022-06-15'", "plan-differs"),
        ("UPDATE assignment SET milestone_id = 'monthly'", "state-differs"),
    ],
)
def test_a_move_that_is_tampered_with_is_found(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, statement: str, code: str
) -> None:
    office = SampleOffice(tmp_path_factory.mktemp("office"), database_url=database_url)
    office.apply(PLAN, MONTHLY)
    office.apply(LATER, MONTHLY)
    with office.database.write() as session:
        session.connection().exec_driver_sql(statement)
    assert code in {one.code for one in referee(office).errors}
    office.close()


def test_a_report_that_waives_holds_beside_a_new_version(office: SampleOffice) -> None:
    only = PLAN + "    only_if: platforms > 0\n"
    office.apply(only)
    with office.database.write() as session:
        unit = session.get_one(UnitRow, "north")
        report_attribute(session, unit, "platforms", 0, deed(office))
    office.apply(only.replace("06-15", "06-10"))
    assert office.assignment().state is State.WAIVED
    with office.database.write() as session:
        unit = session.get_one(UnitRow, "north")
        report_attribute(session, unit, "platforms", 2, deed(office))
    assert dates(office) == (day("2022-06-10"),) * 3
    with office.database.read() as session:
        assert len(session.exec(select(Assignment)).all()) == 1


def test_what_is_kept_was_reminded_by_the_ladder_of_its_time(office: SampleOffice) -> None:
    office.add_contact("north", "contact", "wang@example.org")
    office.apply(PLAN, MONTHLY)
    office.tick("2022-05-31 09:00")
    office.apply(with_ladder("[{id: eve, when: 1 working days before}]"), MONTHLY)
    office.apply(MONTHLY, decisions={REMOVED: "keep"})
    office.ticks(["2022-06-08 09:00", "2022-06-14 09:00"])
    plans = office.assignment().id
    found = [one.reason for one in office.reminders() if one.assignment_id == plans]
    assert found == ["before-10", "eve"]


def test_a_grace_that_is_not_taken_holds_until_another_date_does(office: SampleOffice) -> None:
    sunday, strict = PLAN.replace("06-15", "06-19"), CAMPAIGN.replace(
        "milestones:", "holiday_grace: false\nmilestones:"
    )  # fmt: skip
    office.apply(sunday)
    new = NewAssignment("bridges-2022", "补报", day("2022-06-17"))
    with office.database.write() as session:
        assign(session, new, [session.get_one(UnitRow, "hill")], deed(office))
    office.at("2022-05-20 11:00")
    office.apply(sunday, decisions=KEEP, head=strict)
    assert office.assignment().late_after == day("2022-06-20")
    office.act("submit")
    office.act("return_for_correction", PLAN_KEY, day("2022-06-26"))
    assert office.assignment().late_after == day("2022-06-26")
    opened = "bridges-2022/assigned-1/hill"
    office.act("approve_extension", opened, day("2022-06-19"))
    assert office.assignment(opened).late_after == day("2022-06-20"), "it goes on by its own"
    for _event in range(3):
        with office.database.write() as session:
            undo_last(session, deed(office))
    assert office.assignment().late_after == day("2022-06-20")


def test_what_is_opened_minutes_before_a_rest_ends(office: SampleOffice) -> None:
    office.apply(PLAN)
    with office.database.write() as session:
        change_status(session, session.get_one(Campaign, "bridges-2022"), "pause", deed(office))
    office.at("2022-06-19 10:00")
    new = NewAssignment("bridges-2022", "补报", day("2022-06-21"))
    with office.database.write() as session:
        assign(session, new, [session.get_one(UnitRow, "hill")], deed(office))
    office.at("2022-06-19 10:05")
    with office.database.write() as session:
        change_status(session, session.get_one(Campaign, "bridges-2022"), "resume", deed(office))
    office.ticks(["2022-06-20 09:00", "2022-06-21 09:00"])


def test_ladders_for_single_units_hold_from_their_version_on(office: SampleOffice) -> None:
    for unit in ("north", "south"):
        office.add_contact(unit, "contact", f"{unit}@people.example.org")
    eve = "[{id: eve, when: 1 working days before}]"
    own = f"    ladder_for:\n      - {{who: [北城市], ladder: {eve}}}\n"
    office.apply(BOTH)
    office.tick("2022-05-31 09:00")
    office.apply(BOTH + own)
    office.ticks(["2022-06-08 09:00", "2022-06-14 09:00"])
    office.apply(BOTH)
    assert [one[0] for one in office.fates() if one[1].startswith("north")] == ["before-10", "eve"]
