"""Applying declarations to a real database."""

import pytest
from sqlmodel import select

from config.errors import StateError
from tests.support.contents import everything
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, MONTHLY, PLAN
from workflows.applying import Past
from workflows.changing.decisions import UndecidedError
from workflows.comparing import plan_apply
from workflows.overdue import overdue
from workflows.states import State
from workflows.tables import Assignment, CampaignVersion, UnitRow


def test_units_in_order_and_one_assignment_for_each_period(office: SampleOffice) -> None:
    assert office.apply(PLAN, MONTHLY, BUREAU) == 1 + 3 * 3 + 1
    with office.database.read() as session:
        units = session.exec(select(UnitRow.name).order_by(UnitRow.position)).all()  # type: ignore[arg-type]
        assert units == ["北城市", "南城市", "山县", "省局"]
    june = office.assignment("bridges-2022/monthly/hill/2022-06")
    assert (june.title, june.effective_due) == ("报送进展月报（2022年6月）", day("2022-06-20"))
    assert office.assignment().next_at == at("2022-05-31")


def test_applying_again_changes_nothing(office: SampleOffice) -> None:
    office.apply(PLAN, MONTHLY)
    before = everything(office.database)
    office.at("2022-07-01 10:00")
    assert office.apply(PLAN, MONTHLY) == 0
    assert everything(office.database) == before


def test_one_event_for_each_version(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.at("2022-05-23 10:00")
    assert office.apply(PLAN, MONTHLY) == 9
    office.apply(PLAN.replace("排查方案\n", "隐患排查方案\n"), MONTHLY)

    applied = [one for one in office.events() if one.kind == "applied"]
    cities = {"levels": {"city": "市"}, "units": ["north", "south"]}
    ranked = [cities, {"levels": {"county": "县"}, "units": ["hill"]}]
    # The years around these dates are noted once, with the days off that held.
    assert list(applied[0].data.pop("calendar")) == ["2021", "2022", "2023"]
    assert [one.data for one in applied] == [
        {"version": 1, "added": 1, "ranked": ranked, "unit_ladders": {}},
        {"version": 2, "added": 9, "ranked": ranked, "unit_ladders": {}},
        {"version": 3, "added": 0, "ranked": ranked, "unit_ladders": {}},
    ]
    assert len(office.events()) == 3
    with office.database.read() as session:
        versions = session.exec(select(CampaignVersion.version)).all()
    assert versions == [1, 2, 3]


def test_a_unit_that_joins_later_gets_its_assignment(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.act("submit")
    assert office.apply(PLAN.replace("[北城市]", "[北城市, 山县]")) == 1
    assert office.assignment().state is State.SUBMITTED
    assert office.assignment("bridges-2022/plan/hill").state is State.OPEN


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (PLAN.replace("06-15", "06-14"), "plan/earlier: earlier date, assignments: 1"),
        (PLAN.replace("[北城市]", "[南城市]"), "plan/narrowed: fewer units, assignments: 1"),
        (PLAN.replace("id: plan", "id: scheme"), "plan/renamed/scheme: another id"),
        (BUREAU, "plan/removed: milestone removed, assignments: 1"),
    ],
)
def test_what_takes_away_is_refused_undecided_with_nothing_written(
    office: SampleOffice, changed: str, says: str
) -> None:
    office.apply(PLAN)
    before = everything(office.database)
    with pytest.raises(UndecidedError, match=says) as caught:
        office.apply(changed, MONTHLY)
    assert "--decisions" in caught.value.mend
    assert everything(office.database) == before


def test_what_is_past_must_be_decided(office: SampleOffice) -> None:
    office.at("2022-06-16 10:00")
    before = everything(office.database)
    with pytest.raises(StateError, match="1 assignments are already past") as caught:
        office.apply(PLAN, MONTHLY)
    assert "--past" in caught.value.mend
    assert everything(office.database) == before


@pytest.mark.parametrize(
    ("past", "state", "late"),
    [
        (Past.DONE, State.ACCEPTED, 0),
        (Past.CHASE, State.OPEN, 1),
        (Past.SILENT, State.OPEN, 1),
    ],
)
def test_what_becomes_of_what_is_past(
    office: SampleOffice, past: Past, state: State, late: int
) -> None:
    office.at("2022-06-16 10:00")
    office.apply(PLAN, MONTHLY, past=past)
    found = office.assignment()
    assert found.state is found.initial_state is state
    assert (found.next_at is not None) == (past is Past.CHASE)
    assert office.assignment("bridges-2022/monthly/north/6").state is State.OPEN
    with office.database.read() as session:
        assert len(overdue(session, office.clock())) == late


def test_planning_reads_only(office: SampleOffice) -> None:
    before = everything(office.database)
    with office.database.read() as session:
        plan = plan_apply(session, [office.declare(PLAN)], office.organisation, office.clock())
    assert [one.key for one in plan.changes[0].added] == [PLAN_KEY]
    assert everything(office.database) == before


def test_a_new_assignment_has_nothing_in_it_yet(office: SampleOffice) -> None:
    """What stands in the statement for all of them is what the model begins with."""
    office.apply(PLAN)
    found = office.assignment()
    for name in ("sequence", "reworded", "handed_in_late", "nil", "missing", "snoozes"):
        default = Assignment.model_fields[name].get_default(call_default_factory=True)
        assert getattr(found, name) == default, name


def test_the_calendar_uid_is_the_keys(office: SampleOffice) -> None:
    office.apply(PLAN, MONTHLY)
    with office.database.read() as session:
        uids = session.exec(select(Assignment.uid)).all()
    assert len(set(uids)) == len(uids) == 10
