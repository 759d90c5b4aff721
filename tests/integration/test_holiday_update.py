"""A notice comes for a year that was provisional: what moves, who is told; the referee agrees."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import StateError
from scheduler.doctor.times import check_holidays
from tests.support.command_line import command
from tests.support.feeds import feed_content
from tests.support.moments import day
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from tests.support.referee import found
from workflows.tables import Campaign

HEAD = CAMPAIGN.replace("2022", "2027").replace("milestones", "if_holiday: previous\nmilestones")
BEFORE = PLAN.replace("2022-06-15", "2027-02-12")
KEPT = BEFORE.replace("id: plan", "id: kept").replace("who", "if_holiday: keep\n    who")
FOLLOWS = BEFORE.replace("id: plan", "id: later").replace("2027-02-12", "5 working days after plan")
FAR = BEFORE.replace("id: plan", "id: far").replace("2027-02-12", "2027-08-13")
# What is projected for 2027 has 5 to 10 February off; this notice has two days more.
NOTICE = """\
year: 2027
source: {notice: 国办发明电〔2026〕9号, date: 2026-12-10}
days_off:
  - {name: 元旦, from: 2027-01-01}
  - {name: 春节, from: 2027-02-05, to: 2027-02-12}
  - {name: 清明节, from: 2027-04-05}
working_weekends: [2027-02-14]
"""
UPDATE = ("holidays", "update", "2027", "--by", "office")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """Four duties of 2027, applied before its notice; a contact, who has been reminded once."""
    (tmp_path / "own").mkdir()
    here = SampleOffice(tmp_path, "2026-12-01 10:00", holidays_dir=tmp_path / "own")
    here.add_contact("north", "contact", "li@north.example.org")
    here.apply(BEFORE, KEPT, FOLLOWS, FAR, head=HEAD)
    here.tick("2027-01-20 09:30")
    here.tick("2027-01-22 09:30")
    yield here
    assert found(here) == []
    here.close()


def published(office: SampleOffice) -> None:
    assert office.settings.holidays_dir is not None
    (office.settings.holidays_dir / "2027.yaml").write_text(NOTICE, encoding="utf-8")


def dates(office: SampleOffice, milestone: str) -> tuple[str, str]:
    one = office.assignment(f"bridges-2027/{milestone}/north")
    return str(one.effective_due), str(one.late_after)


def findings(office: SampleOffice) -> list[str]:
    with office.database.read() as session:
        return [one.message for one in check_holidays(session)]


def test_a_notice_moves_dates_when_it_is_taken_in(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dates(office, "plan") == ("2027-02-12", "2027-02-12")
    assert dates(office, "later") == ("2027-02-19", "2027-02-19")
    published(office)
    command(office, "holidays", "show", "2027")
    assert "known now is another calendar" in capsys.readouterr().err
    assert findings(office)[0].startswith("the record goes by other holidays of 2027")
    # Nothing moves before somebody has seen what does.
    command(office, *UPDATE, "--plan", "--format", "json")
    shown = json.loads(capsys.readouterr().out)
    moved = {one["name"].split("/")[1]: one for one in shown["moved"]}
    assert (moved["plan"]["due"], moved["plan"]["due_now"]) == ("2027-02-12", "2027-02-04")
    assert moved["kept"]["late_after_now"] == "2027-02-14" and not moved["kept"]["notice"]
    assert moved["later"]["due_now"] == "2027-02-18" and "far" not in moved
    assert shown["people"] == 1 and [shown["was"]["published"], shown["now"]["published"]] == [
        False,
        True,
    ]
    assert dates(office, "plan") == ("2027-02-12", "2027-02-12") and found(office) == []

    command(office, *UPDATE, "--yes", "--why", "通知已发")
    assert dates(office, "plan") == ("2027-02-04", "2027-02-04")
    assert dates(office, "kept") == ("2027-02-12", "2027-02-14")
    assert found(office) == []
    assert findings(office)[0].startswith("the official notice is not known for") is False
    # The same declaration still changes nothing, and a second update neither.
    assert office.apply(BEFORE, KEPT, FOLLOWS, FAR, head=HEAD) == 0
    with office.database.read() as session:
        assert session.get_one(Campaign, "bridges-2027").version == 1
    command(office, *UPDATE)
    assert "nothing was changed" in capsys.readouterr().err


def test_who_owes_what_moved_gets_one_notice_and_calendars_follow(office: SampleOffice) -> None:
    published(office)
    before = feed_content(office).body
    command(office, *UPDATE, "--yes")
    after = feed_content(office).body
    assert b"20270212" in before and b"20270204" in after
    mails = len(office.mails())
    office.tick("2027-01-22 09:45")
    told = office.mails()[mails:]
    notice = told[-1]
    assert notice["To"] == "li@north.example.org" and notice["Subject"].startswith("[new date: 2]")
    (text,) = [one for one in notice.walk() if one.get_content_type() == "text/plain"][:1]
    assert "by the notice of public holidays" in str(text.get_content())
    assert [one["Subject"].startswith("[new date") for one in told].count(True) == 1
    # The rungs come by the new days; the referee looks on at the end.
    for n in (25, 26, 27, 28, 29):
        office.tick(f"2027-01-{n} 09:30")
    for n in (1, 2, 3, 4, 14, 15, 16, 18):
        office.tick(f"2027-02-{n:02} 09:30")
    by_plan = {one.due_basis for one in office.reminders()}
    assert {day("2027-02-12"), day("2027-02-04"), day("2027-02-18")} <= by_plan


def test_a_rung_that_came_does_not_come_again_on_its_new_day(office: SampleOffice) -> None:
    """With fewer days off before it, “10 working days before” falls on a later day."""
    office.apply(
        BEFORE.replace("2027-02-12", "2027-02-15"),
        head=HEAD.replace("bridges-2027", "again-2027"),
    )
    for n in (25, 26, 27):
        office.tick(f"2027-01-{n} 09:30")
    name = "again-2027/plan/north"
    came = [one for one in office.reminders() if one.assignment_id == office.assignment(name).id]
    assert [one.reason for one in came] == ["before-10"]
    assert office.settings.holidays_dir is not None
    fewer = NOTICE.replace("from: 2027-02-05, to: 2027-02-12", "from: 2027-02-06, to: 2027-02-07")
    (office.settings.holidays_dir / "2027.yaml").write_text(fewer, encoding="utf-8")
    command(office, *UPDATE, "--yes")
    for moment in ("01-28", "01-29", "02-01", "02-02", "02-03"):
        office.tick(f"2027-{moment} 09:30")
    came = [one for one in office.reminders() if one.assignment_id == office.assignment(name).id]
    assert [one.reason for one in came] == ["before-10"]


def test_what_is_handed_in_keeps_its_standing(office: SampleOffice) -> None:
    office.at("2027-01-25 10:00")
    office.act("submit", "bridges-2027/plan/north")
    office.act("accept", "bridges-2027/plan/north")
    published(office)
    command(office, *UPDATE, "--yes")
    one = office.assignment("bridges-2027/plan/north")
    assert (one.state.value, one.handed_in_late, str(one.due)) == ("accepted", False, "2027-02-04")


def test_a_year_in_which_nothing_is_due_cannot_be_taken_in(office: SampleOffice) -> None:
    with pytest.raises(StateError, match="no campaign has dates that hang on the holidays of 2040"):
        command(office, "holidays", "update", "2040", "--yes", "--by", "office")


def test_dates_of_an_unpublished_year_are_marked(
    office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(HEAD + BEFORE, encoding="utf-8")
    command(office, "plan", str(file))
    shown = capsys.readouterr()
    assert "2027-02-12 (provisional)" in shown.out and "2027 are not published" in shown.err
    command(office, "timeline", "--from", "2027-02-01", "--to", "2027-02-28", "--format", "json")
    entries = json.loads(capsys.readouterr().out)
    assert {one["provisional"] for one in entries if one["what"] == "due"} == {True}
    published(office)
    command(office, "apply", str(file), "--plan")
    assert "other holidays of 2027" in capsys.readouterr().err
