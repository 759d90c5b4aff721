"""Who is told of a new version: one notice a person, with old dates, new ones, what is gone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_notices import texts
from tests.support.command_line import command
from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.referee import found
from workflows.applying import Past

LATER, LATEST = (PLAN.replace("06-15", new) for new in ("06-22", "06-28"))
MAP = PLAN.replace("id: plan", "id: map").replace("报送排查方案", "报送桥梁一张图")
GONE = {"bridges-2022/map/removed": "cancel"}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office whose units are told."""
    office = SampleOffice(tmp_path, announce=True)
    office.add_contact("north", "contact", "wang@example.org")
    office.apply(PLAN, MAP)
    yield office
    assert found(office) == []
    office.close()


def test_one_notice_lists_all_that_changed(told: SampleOffice) -> None:
    told.apply(LATER, MONTHLY, decisions=GONE)
    told.ticks(["2022-05-23 09:00", "2022-05-23 10:00", "2022-05-24 09:00"])
    [text] = texts(told)
    assert "until Wednesday 22 June instead of Wednesday 15 June, as the plan" in text
    assert "报送桥梁一张图" in text and "the plan no longer asks for it" in text
    assert text.count("报送进展月报") == 3 and "new: please hand it in by" in text


def test_the_old_date_is_the_one_that_was_told(told: SampleOffice) -> None:
    told.apply(LATER, MAP)
    told.at("2022-05-20 11:00")
    told.apply(LATEST, MAP)
    told.tick("2022-05-23 09:00")
    assert "28 June instead of Wednesday 15 June" in texts(told)[0]
    told.apply(LATER, MAP, decisions={"bridges-2022/plan/earlier": "take"})
    told.tick("2022-05-24 09:00")
    assert "22 June instead of Tuesday 28 June" in texts(told)[1]


def test_what_is_where_it_was_is_not_told(told: SampleOffice) -> None:
    told.apply(LATER, MAP)
    told.at("2022-05-20 11:00")
    told.apply(PLAN, MAP, decisions={"bridges-2022/plan/earlier": "take"})
    assert told.tick("2022-05-23 09:00").sent == 0
    told.apply(PLAN, decisions=GONE)
    told.at("2022-05-23 11:00")
    told.apply(PLAN, MAP)
    assert told.tick("2022-05-24 09:00").sent == 0


def test_what_comes_back_after_it_was_told_as_gone_is_asked_for_again(told: SampleOffice) -> None:
    """The notice that it was gone was right: nothing is corrected."""
    told.apply(PLAN, decisions=GONE)
    told.tick("2022-05-23 09:00")
    told.apply(PLAN, MAP.replace("06-15", "06-20"), note="会议纪要")
    told.tick("2022-05-24 09:00")
    gone, again = texts(told)
    assert "the plan no longer asks for it" in gone
    assert "the plan asks for it again: please hand it in by Monday 20 June" in again
    assert "Reason: 会议纪要" in again and "corrects" not in again


def test_who_had_handed_in_what_is_asked_for_again_reads_that_it_is_there(
    told: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    told.act("submit", "bridges-2022/map/north")
    told.apply(PLAN, decisions=GONE)
    told.tick("2022-05-23 09:00")
    told.apply(PLAN, MAP)
    told.tick("2022-05-24 09:00")
    assert "the plan asks for it again: received on" in texts(told)[1]
    command(told, "history", "bridges-2022/map/north", "--format", "json")
    life = [one["what"] for one in json.loads(capsys.readouterr().out)]
    assert any("cancelled with the plan" in one for one in life)
    assert any("the plan asks for it again; now: submitted" in one for one in life)


def test_of_a_silent_one_nobody_knows_an_old_date(told: SampleOffice) -> None:
    """It is told by its ladder, as `--plan` says."""
    told.at("2022-06-16 10:00")
    told.apply(PLAN, MAP, MONTHLY, MAP.replace("id: map", "id: past"), past=Past.SILENT)
    told.apply(PLAN, MAP, MONTHLY, MAP.replace("id: map", "id: past").replace("06-15", "06-30"))
    told.ticks(["2022-06-17 09:00", "2022-06-17 10:00", "2022-06-23 09:00"])
    assert not [one for one in texts(told) if "instead of" in one]
    assert any("30 June" in one for one in texts(told))


def test_a_new_date_that_is_past_says_so(told: SampleOffice) -> None:
    told.apply(PLAN.replace("06-15", "05-19"), MAP,
               decisions={"bridges-2022/plan/earlier": "take"})  # fmt: skip
    told.tick("2022-05-23 09:00")
    [notice] = [one for one in texts(told) if "instead of" in one]
    assert "15 June, as the plan has been changed; that day is past" in notice


def test_nobody_is_told_of_what_changes_nothing_for_them(told: SampleOffice) -> None:
    told.act("submit")
    told.act("approve_extension", "bridges-2022/map/north", day("2022-06-30"))
    assert told.tick("2022-05-23 09:00").sent == 1
    told.apply(LATER.replace("id: plan", "id: scheme"), MAP.replace("06-15", "06-17"),
               decisions={"bridges-2022/plan/renamed/scheme": "same"})  # fmt: skip
    assert told.tick("2022-05-24 09:00").sent == 0
    assert PLAN_KEY not in texts(told)[0]


def test_a_receipt_is_told_though_the_plan_got_another_id(told: SampleOffice) -> None:
    told.act("submit")
    told.apply(PLAN.replace("id: plan", "id: scheme"), MAP,
               decisions={"bridges-2022/plan/renamed/scheme": "same"})  # fmt: skip
    assert told.tick("2022-05-23 09:00").sent == 1
    assert "received on" in texts(told)[0]
