"""What a unit reports waives what depends on it, and brings it back: judged by the referee."""

from datetime import date
from typing import Any

import pytest

from config.errors import InputError
from tests.support.office import SampleOffice
from workflows.assigning import NewAssignment, assign
from workflows.attributes import (
    Settled,
    attributes_by_unit,
    known_attributes,
    read_setting,
    report_attribute,
)
from workflows.handing_in import Deed
from workflows.naming import find_unit
from workflows.undoing import undo_last

DEPENDENT = """\
  - id: inspect
    title: 检查平台公司
    due: 2022-06-15
    who: {levels: [city, county]}
    only_if: platforms > 0
    departments: [公路处]
    clause: 二（一）
  - id: report
    title: 报送检查报告
    due: 2022-06-24
    who: {levels: [city, county]}
    only_if: platforms > 0
    departments: [公路处]
    clause: 二（二）
"""
NORTH, HILL = "bridges-2022/inspect/north", "bridges-2022/inspect/hill"


def report(office: SampleOffice, unit: str, name: str, value: Any, actor: str = "a") -> Settled:
    with office.database.write() as session:
        deed = Deed(actor, office.clock(), office.clock())
        return report_attribute(session, find_unit(session, unit), name, value, deed)


def states(office: SampleOffice, unit: str) -> list[str]:
    names = [f"bridges-2022/{one}/{unit}" for one in ("inspect", "report")]
    return [office.assignment(one).state.value for one in names]


def test_what_depends_is_waived_with_the_reason_and_comes_back(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    assert states(office, "south") == ["waived", "waived"], "the organisation file says 0"
    assert states(office, "hill") == ["open", "open"], "not known: it is owed"
    office.act("submit", NORTH)
    office.at("2022-05-23 10:00")
    settled = report(office, "北城", "platforms", 0)
    assert states(office, "north") == ["submitted", "waived"], "what was handed in stays"
    assert [one.milestone_id for one in settled.waived] == ["report"]
    assert "北城市" in office.events()[-1].note
    assert "platforms = 0" in office.events()[-1].note
    office.at("2022-05-24 10:00")
    assert len(report(office, "north", "platforms", 3).reopened) == 1
    assert states(office, "north") == ["submitted", "open"]
    assert office.tick("2022-06-13 09:00").sent == 2  # 北城市 and 山县


def test_what_a_person_has_waived_stays_waived(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    office.act("waive", HILL)
    office.at("2022-05-23 10:00")
    report(office, "hill", "platforms", 0)
    office.at("2022-05-23 11:00")
    report(office, "hill", "platforms", 1)
    assert states(office, "hill") == ["waived", "open"]


def test_a_report_is_taken_back_with_what_followed(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    office.at("2022-05-23 10:00")
    report(office, "north", "platforms", 0)
    office.at("2022-05-23 11:00")
    with office.database.write() as session:
        undone = undo_last(session, Deed("a", office.clock(), office.clock()))
        assert attributes_by_unit(session)["north"]["platforms"] == 2
    assert len(undone.assignments) == 2
    assert states(office, "north") == ["open", "open"]


def test_a_second_apply_keeps_to_what_was_reported(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    office.at("2022-05-23 10:00")
    report(office, "hill", "platforms", 0)
    office.at("2022-05-24 10:00")
    more = DEPENDENT + DEPENDENT.split("  - id: report")[0].replace("id: inspect", "id: again")
    office.apply(more)
    assert office.assignment("bridges-2022/again/hill").state.value == "waived"
    assert office.assignment("bridges-2022/again/north").state.value == "open"


def test_settings_as_people_write_them(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    with office.database.read() as session:
        known = known_attributes(session)
    assert known == ["platforms"]
    assert read_setting(" platforms = 3 ", known) == ("platforms", 3)
    assert read_setting("platforms=true", known) == ("platforms", True)
    for text, message in [
        ("platform=3", "nothing asks about “platform”"),
        ("platforms", "cannot read"),
        ("platforms=nan", "is no number"),
        ("platforms=", "cannot read"),
    ]:
        with pytest.raises(InputError, match=message):
            read_setting(text, known)


def test_text_where_a_number_is_asked_for(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    with pytest.raises(InputError, match="cannot be compared with 0"):
        report(office, "north", "platforms", "许多")
    assert states(office, "north") == ["open", "open"]


def open_for(office: SampleOffice, due: date, *units: str, parent: str = "") -> list[str]:
    with office.database.write() as session:
        deed = Deed("a", office.clock(), office.clock())
        wanted = NewAssignment("bridges-2022", "整改护栏缺损", due, parent, "", ("整改报告",))
        made = assign(session, wanted, [find_unit(session, one) for one in units], deed)
        return [f"bridges-2022/{one.milestone_id}/{one.unit_id}" for one in made]


def test_a_problem_is_opened_reminded_of_and_struck_off(office: SampleOffice) -> None:
    """问题清单 → 限期整改 → 销号."""
    office.apply(DEPENDENT)
    office.at("2022-06-09 10:00")
    north, south = open_for(office, date(2022, 6, 24), "north", "south", parent="inspect")
    found = office.assignment(north)
    assert (found.title, found.effective_due) == ("整改护栏缺损", date(2022, 6, 24))
    office.tick("2022-06-09 10:01")
    told = {mail["To"]: mail.get_body(("plain",)) for mail in office.mails()}  # each at once
    for address in ("north@example.org", "south@example.org"):
        assert "整改报告" in told[address].get_content()  # type: ignore[union-attr]
    office.act("submit", north)
    office.at("2022-06-10 09:00")
    office.act("accept", north)
    assert office.apply(DEPENDENT.replace("二（二）", "二（四）")) == 0, "a new version leaves it"
    assert office.assignment(south).state.value == "open"
    assert office.tick("2022-06-17 09:00").sent >= 1  # five working days before


def test_what_was_opened_is_taken_back(office: SampleOffice) -> None:
    office.apply(DEPENDENT)
    office.at("2022-06-09 10:00")
    north, south = open_for(office, date(2022, 6, 24), "north", "south")
    office.at("2022-06-09 11:00")
    with office.database.write() as session:
        undone = undo_last(session, Deed("a", office.clock(), office.clock()))
    assert undone.kind == "assigned"
    assert [office.assignment(one).state.value for one in (north, south)] == ["cancelled"] * 2


@pytest.mark.parametrize("due", [date(2022, 6, 8), date(2205, 6, 8)])
def test_an_impossible_date_opens_nothing(office: SampleOffice, due: date) -> None:
    office.apply(DEPENDENT)
    office.at("2022-06-09 10:00")
    before = len(office.events())
    with pytest.raises(InputError):
        open_for(office, due, "north")
    assert len(office.events()) == before
