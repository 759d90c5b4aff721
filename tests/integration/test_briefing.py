"""The weekly briefing: to supervisors once a week, held by default; and on demand."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notifications import by_hand, failing
from notifications.briefing_letter import briefing_letter
from notifications.stationery import write
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, PLAN
from tests.support.program import run_here
from tests.support.referee import found
from workflows.answering import acknowledge
from workflows.applying import Past
from workflows.briefing import briefing
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.naming import find_assignment
from workflows.tables import Campaign, CampaignStatus

SUPERVISOR, OWNER = "supervisor@example.org", "roads@example.org"
BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")
# The plan is due on Wednesday 15 June; Friday 3 June is a day off.
DUE_WEEK, NEXT_WEEK = "2022-06-13 09:00", "2022-06-20 09:00"


def office_of(folder: Path, **settings: Any) -> SampleOffice:
    """Two cities owe a plan, one of them without a contact; the province, told by departments."""
    here = SampleOffice(folder, **{"briefing_day": "monday", **settings})
    here.apply(BOTH, BUREAU)
    here.add_contact("north", "contact", "wang@example.org")
    return here


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """Its briefings are held, as by default."""
    here = office_of(tmp_path)
    yield here
    assert found(here) == []
    here.close()


def briefings(office: SampleOffice) -> list[tuple[str, str, str]]:
    """Day, address and status of each briefing, the oldest first."""
    return [
        (f"{one.local_date:%m-%d}", one.address, one.status.value)
        for one in office.deliveries()
        if one.purpose == "briefing"
    ]


def sent(office: SampleOffice) -> list[tuple[str, str]]:
    """Subject and text of each briefing that arrived."""
    mails = [mail for mail in office.mails() if "riefing" in str(mail["Subject"])]
    return [
        (str(mail["Subject"]), str(body.get_content()))
        for mail in mails
        if (body := mail.get_body(("plain",))) is not None
    ]


def test_it_waits_for_the_owner_office(tmp_path: Path, database_url: str) -> None:
    office = office_of(tmp_path, database_url=database_url, morning_list=True)
    office.ticks([DUE_WEEK, "2022-06-13 14:00", "2022-06-14 09:00"])
    assert briefings(office) == [("06-13", SUPERVISOR, "held")]
    held = next(one for one in office.deliveries() if one.purpose == "briefing")
    lists = [mail.get_body(("plain",)) for mail in office.mails() if mail["To"] == OWNER]
    shown = [str(one.get_content()) for one in lists if one is not None]
    assert any(f"No. {held.id} to 督查室 supervisor@example.org" in one for one in shown)
    assert any("the weekly briefing" in one and f"release {held.id}" in one for one in shown)
    assert sent(office) == []
    office.release(held.id)
    office.tick("2022-06-15 09:00")
    ((subject, text),) = sent(office)
    assert subject == "[Weekly briefing] 15 Jun"
    assert "Dear 督查室" in text and "week from 13 June to 19 June" in text
    assert "1. 15 June: 报送排查方案, 2 of 2 not handed in yet: 北城市, 南城市" in text
    assert found(office) == []
    office.close()


def test_one_that_is_dropped_does_not_come_back_that_week(office: SampleOffice) -> None:
    office.tick(DUE_WEEK)
    with office.database.write() as session:
        (held,) = by_hand.held_ids(session)
        by_hand.drop(session, held, office.decision())
    office.ticks(["2022-06-14 09:00", "2022-06-17 09:00"])
    assert briefings(office) == [("06-13", SUPERVISOR, "dropped")]


def test_one_that_nobody_released_gives_way_to_the_next(office: SampleOffice) -> None:
    office.ticks([DUE_WEEK, NEXT_WEEK])
    assert briefings(office) == [
        ("06-13", SUPERVISOR, "superseded"),
        ("06-20", SUPERVISOR, "held"),
    ]


@pytest.mark.parametrize(
    ("day", "ticks", "expected"),
    [
        ("monday", ["2022-05-30", "2022-06-06"], ["05-30", "06-06"]),
        ("friday", ["2022-06-01", "2022-06-02"], []),  # that Friday and the weekend are days off
        ("tuesday", ["2022-06-06", "2022-06-08", "2022-06-09"], ["06-08"]),  # nothing ran before
        ("off", ["2022-06-06"], []),
    ],
)
def test_on_which_day(tmp_path: Path, day: str, ticks: list[str], expected: list[str]) -> None:
    office = office_of(tmp_path, briefing_day=day, briefing_release="auto")
    office.ticks(f"{one} 09:00" for one in ticks)
    assert briefings(office) == [(one, SUPERVISOR, "done") for one in expected]
    assert found(office) == []
    office.close()


def test_nothing_to_tell_makes_none_and_a_campaign_at_rest_is_not_in_it(tmp_path: Path) -> None:
    office = office_of(tmp_path, briefing_release="auto")
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        campaign.status = CampaignStatus.PAUSED
        session.add(campaign)
    office.tick(DUE_WEEK)
    assert briefings(office) == []
    office.close()


def test_it_says_how_things_stand_when_it_leaves(tmp_path: Path) -> None:
    office = office_of(tmp_path, briefing_release="auto")
    office.add_contact("south", "contact", "li@example.org")
    office.remind(NEXT_WEEK)
    office.act("submit")
    office.act("submit", "bridges-2022/plan/south")
    office.act("waive", "bridges-2022/spot-check/bureau", note="not this year")
    office.send()
    assert briefings(office) == [("06-20", SUPERVISOR, "suppressed")]
    office.close()


@pytest.fixture
def shown(office: SampleOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleOffice:
    """The office on Monday 20 June, as commands find it: one city late, one mail coming back."""
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUBAN_ORGANISATION", str(tmp_path / "organisation.yaml"))
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    office.ticks(["2022-06-13 09:00", "2022-06-17 09:00"])
    office.at(NEXT_WEEK)
    with office.database.write() as session:
        failing.mark(session, "wang@example.org", "5.1.1", "no such user", office.clock())
    return office


def test_on_demand(shown: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    at = ("--at", "2022-06-20")
    code, text, err = run_here(capsysbinary, "briefing", *at)
    assert code == 0 and "as of 2022-06-20" in err
    assert "Overdue: 3, at 3 units" in text
    assert "1. 北城市: 报送排查方案 (3 working days late)" in text
    assert "1. 北城市: wang wang@example.org, since 20 June: 5.1.1 no such user" in text
    assert "Units without a contact: 1\n1. 南城市" in text  # the province has its departments
    code, page, _err = run_here(capsysbinary, "briefing", "桥梁", *at, "--format", "html")
    assert code == 0 and "3 working days late" in page and "<html" in page
    code, table, _err = run_here(capsysbinary, "briefing", *at, "--format", "table")
    assert code == 0 and "not acknowledged" in table and "报送排查方案" in table
    code, data, _err = run_here(capsysbinary, "briefing", *at, "--format", "json")
    (campaign,) = json.loads(data)["campaigns"]
    assert [one["unit"] for one in campaign["not_seen"]] == ["北城市", "南城市", "省局"]
    before = run_here(capsysbinary, "briefing", "--at", "2022-06-14")[1]
    assert (
        "Due this week" in before and "Overdue" not in before and "mail comes back:" not in before
    )


def test_who_has_seen_it_is_not_named(
    shown: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    with shown.database.write() as session:
        now = shown.clock()
        acknowledge(session, find_assignment(session, PLAN_KEY), Deed("tester", now, now))
    shown.act("submit", "bridges-2022/plan/south", on=date(2022, 6, 20))
    _code, data, _err = run_here(capsysbinary, "briefing", "--at", "2022-06-20", "--format", "json")
    (campaign,) = json.loads(data)["campaigns"]
    assert [one["unit"] for one in campaign["not_seen"]] == ["省局"]
    assert [one["unit"] for one in campaign["overdue"]] == ["北城市", "省局"]
    assert campaign["without_contact"] == []  # 南城市 owes nothing any more
    code, _out, err = run_here(capsysbinary, "briefing", "elsewhere")
    assert code == 2 and "elsewhere" in err


REMARK = "Who the contacts are, and whose mail comes back, is as of today"


def test_a_past_day_is_as_the_log_tells_it(
    shown: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def at(day: str, *options: str) -> tuple[str, str]:
        _code, text, err = run_here(capsysbinary, "briefing", "--at", day, *options)
        return text, err

    with shown.database.write() as session:
        now = shown.clock()
        deed = Deed("tester", now, now)
        acknowledge(session, find_assignment(session, PLAN_KEY), deed)
    shown.at("2022-06-21 09:00")
    shown.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    shown.act("approve_extension", PLAN_KEY)  # what was seen was the old date
    shown.at("2022-06-22 09:00")
    with shown.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, "close", Deed("tester", shown.clock(), shown.clock()))
    assert shown.assignment().acknowledged_at is None
    for day, unseen in (("2022-06-19", 3), ("2022-06-20", 2), ("2022-06-21", 3)):
        text, err = at(day)
        assert f"within ten working days, units: {unseen}\n" in text, day
        assert text.count(REMARK) == 1 and REMARK not in err
    assert at("2022-06-22")[0] == "", "closed on that day"
    page, _err = at("2022-06-20", "--format", "html")
    table, err = at("2022-06-20", "--format", "table")
    data, _err = at("2022-06-20", "--format", "json")
    assert page.count(REMARK) == 1 and REMARK in err and REMARK not in table
    assert json.loads(data)["contacts_as_of_today"] is True


def test_today_needs_no_remark(office: SampleOffice) -> None:
    office.at(NEXT_WEEK)
    with office.database.read() as session:
        said = briefing(session, office.clock(), office.organisation)
    _subject, text, page = write(briefing_letter("", said), None)
    assert "Overdue: 3" in text and REMARK not in text + page


FERRIES = CAMPAIGN.replace("bridges-2022", "ferries-2022")


def test_whose_mail_comes_back_is_told_once(
    shown: SampleOffice, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    shown.apply(PLAN, past=Past.CHASE, head=FERRIES)
    shown.add_contact("south", "contact", "wang@example.org")
    shown.add_contact("south", "lead", "wang@example.org", "bridges-2022")
    text = run_here(capsysbinary, "briefing", "--at", "2022-06-20")[1]
    assert text.count("mail comes back: 1\n") == 1 and text.count("wang@example.org") == 1
    assert "■ All campaigns\n\nContacts whose mail comes back: 1\n1. 北城市, 南城市: wang" in text
    data = run_here(capsysbinary, "briefing", "--at", "2022-06-20", "--format", "json")[1]
    assert [one["units"] for one in json.loads(data)["bouncing"]] == [["北城市", "南城市"]]
