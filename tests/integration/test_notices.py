"""Notices: a unit is told once, and shortly, what became of what it handed in."""

from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications import by_hand
from notifications.restored import keep_back
from notifications.turned_clock import undo_days_to_come
from scheduler.tick import sending_window
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, PLAN
from tests.support.referee import found
from workflows.handing_in import Deed, submit, undo
from workflows.naming import find_assignment
from workflows.tables import Absence, Event
from workflows.uploads import keep_upload

BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")
MAP = PLAN.replace("id: plan", "id: map").replace("报送排查方案", "报送桥梁一张图")
MAP_KEY, SOUTH = "bridges-2022/map/north", "bridges-2022/plan/south"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office whose units are told, on SQLite: no rung comes due before 31 May."""
    office = SampleOffice(tmp_path, announce=True)
    office.apply(BOTH, MAP)
    yield office
    assert found(office) == []
    office.close()


def texts(office: SampleOffice) -> list[str]:
    """The text of each mail, the oldest first."""
    return [text(mail) for mail in office.mails()]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def take_back(office: SampleOffice, event: Event) -> None:
    with office.database.write() as session:
        assignment = find_assignment(session, PLAN_KEY)
        undo(session, assignment, Deed("tester", office.clock(), office.clock()), event)


def test_a_hand_in_is_told_as_received_then_accepted(tmp_path: Path, database_url: str) -> None:
    office = SampleOffice(tmp_path, database_url=database_url, announce=True)
    office.apply(BOTH, MAP)
    office.act("submit", missing=["盖章件"])
    office.remind("2022-05-23 09:00")
    assert office.remind("2022-05-23 09:00") == (0, 0)  # another scheduler, at the same moment
    assert office.send().sent == 1
    office.act("submit", PLAN_KEY)
    office.act("submit", SOUTH, nil=True)
    office.act("accept", SOUTH)
    assert office.tick("2022-05-23 10:00").sent == 2
    first, north, south = office.mails()
    assert str(first["Subject"]) == "[received] 报送排查方案 · 北城市"
    assert (first["To"], first["Reply-To"]) == ("north@example.org", "bridges@example.org")
    assert "received on 20 May, waits to be checked" in text(first)
    assert "Still missing: 排查方案（盖章件）" in text(first)
    assert "Please send to: bridges@example.org" in text(first)
    assert "Still missing" not in text(north) and "Please send to" not in text(north)
    assert "checked and accepted" in text(south) and "received on" not in text(south)
    assert not any(part.get_content_type() == "text/calendar" for part in first.walk())
    assert all(one.announced_at is not None for one in office.events())
    assert found(office) == []
    office.close()


def test_what_is_done_together_stands_in_one_mail(told: SampleOffice) -> None:
    for key in (PLAN_KEY, MAP_KEY):
        told.act("submit", key)
    told.act("return_for_correction", MAP_KEY, day("2022-06-10"), note="附件1缺少<签字>")
    assert told.tick("2022-05-23 09:00").sent == 1
    (mail,) = told.mails()
    assert str(mail["Subject"]) == "[to be corrected: 1] 北城市"
    assert "please hand it in again by Friday 10 June\n   Reason: 附件1缺少<签字>" in text(mail)
    html = mail.get_body(("html",))
    assert html is not None and "附件1缺少&lt;签字&gt;" in html.get_content()
    (calendar,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    assert "DTSTART;VALUE=DATE:20220610" in calendar.get_content()
    assert calendar.get_content().count("BEGIN:VEVENT") == 1


def test_files_are_named_and_late_is_not_said(told: SampleOffice, tmp_path: Path) -> None:
    told.at("2022-06-24 10:00")
    plan = tmp_path / "方案 & 附件.pdf"
    plan.write_bytes(b"%PDF")
    upload = keep_upload(told.settings.uploads, plan)
    with told.database.write() as session:
        deed = Deed("tester", told.clock(), told.clock(), data={"files": [upload.as_data()]})
        submit(session, find_assignment(session, PLAN_KEY), deed)
    told.tick("2022-06-24 11:00")
    said = [one for one in texts(told) if "Files received" in one]
    assert len(said) == 1 and "Files received: 方案 & 附件.pdf" in said[0]
    assert "late" not in said[0] and "overdue" not in said[0]


def test_what_was_undone_before_it_was_told_is_not_told(told: SampleOffice) -> None:
    take_back(told, told.act("submit"))
    assert told.tick("2022-05-23 09:00").sent == 0
    told.act("submit")
    take_back(told, told.act("accept"))
    assert told.tick("2022-05-23 10:00").sent == 1
    assert "waits to be checked" in texts(told)[0] and "corrects" not in texts(told)[0]


def test_what_was_undone_after_it_was_told_is_corrected(told: SampleOffice) -> None:
    told.act("submit")
    accepted = told.act("accept")
    told.tick("2022-05-23 09:00")
    take_back(told, accepted)
    submitted = next(one for one in told.events() if one.kind == "submit")
    told.tick("2022-05-23 10:00")
    take_back(told, submitted)
    told.tick("2022-05-23 11:00")
    told.act("submit", nil=True)
    told.tick("2022-05-23 12:00")
    _accepted, back, open_again, nil = texts(told)
    assert "corrects an earlier notice" in back and "waits to be checked" in back
    assert "corrects an earlier notice" in open_again
    assert "please hand it in by Wednesday 15 June" in open_again
    assert "nil report was received" in nil and "corrects" not in nil


def test_a_wrong_return_is_put_right_in_one_mail(told: SampleOffice) -> None:
    told.act("submit")
    returned = told.act("return_for_correction", PLAN_KEY, day("2022-06-01"))
    told.tick("2022-05-23 09:00")
    take_back(told, returned)
    told.act("return_for_correction", PLAN_KEY, day("2022-06-10"))
    assert told.tick("2022-05-23 10:00").sent == 1
    assert "corrects an earlier notice" in texts(told)[1] and "10 June" in texts(told)[1]


def test_what_was_undone_while_it_waited_does_not_go_out(told: SampleOffice) -> None:
    submitted = told.act("submit")
    told.remind("2022-05-23 09:00")
    take_back(told, submitted)
    told.act("submit", SOUTH)
    assert told.send().sent == 0
    assert told.statuses() == ["suppressed"]
    assert told.tick("2022-05-23 10:00").sent == 1  # the south alone: nothing is to be corrected
    assert told.statuses() == ["suppressed", "done"]


def test_what_waits_takes_in_what_is_new(told: SampleOffice) -> None:
    """The mail server is away for an hour: one mail, with how it stands then."""
    told.act("submit")
    told.remind("2022-05-23 09:00")
    told.act("accept")
    told.act("submit", MAP_KEY)
    assert told.tick("2022-05-23 10:00").sent == 1
    assert "checked and accepted" in texts(told)[0] and "桥梁一张图" in texts(told)[0]


def test_nothing_leaves_outside_the_window(told: SampleOffice) -> None:
    told.at("2022-05-20 19:00")
    told.act("submit")
    assert told.ticks(["2022-05-20 19:30", "2022-05-21 10:00"]) == [0, 0]  # a Saturday
    assert told.tick("2022-05-23 09:00").sent == 1


@pytest.mark.parametrize("wish", ["campaign", "deed"])
def test_who_does_not_wish_it_is_not_told(tmp_path: Path, wish: str) -> None:
    office = SampleOffice(tmp_path, announce=wish == "campaign")
    wished = "false" if wish == "campaign" else "true"
    office.apply(BOTH, head=CAMPAIGN.replace("year:", f"receipts: {wished}\nyear:"))
    office.act("submit")
    assert office.tick("2022-05-23 09:00").sent == 0
    assert found(office) == []
    office.close()


def test_the_contacts_of_the_day_are_told(told: SampleOffice) -> None:
    told.add_contact("north", "contact", "Zhang@example.org")
    told.add_contact("north", "contact", "li@example.org")
    told.add_contact("north", "lead", "lead@example.org")
    with told.database.write() as session:
        session.add(
            Absence(
                address="li@example.org", first=date(2022, 5, 23), last=date(2022, 5, 24),
                deputy="wang@example.org", actor="tester", created_at=told.clock(),
            )
        )  # fmt: skip
    told.act("submit")
    told.tick("2022-05-23 09:00")
    assert [mail["To"] for mail in told.mails()] == ["wang@example.org", "zhang@example.org"]


def test_a_unit_of_departments_is_told_at_its_lead_office(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, announce=True)
    office.apply(BUREAU)
    office.act("submit", "bridges-2022/spot-check/bureau")
    office.tick("2022-05-23 09:00")
    assert office.letters() == [("05-23", "roads@example.org")]
    office.close()


def test_a_notice_is_kept_back_released_or_dropped(told: SampleOffice) -> None:
    told.act("submit")
    told.act("submit", SOUTH)
    told.remind("2022-05-23 09:00")
    with told.database.write() as session:
        by_hand.hold(session, 1, told.decision())
        by_hand.drop(session, 2, told.decision())
    assert told.tick("2022-05-24 09:00").sent == 0
    told.release(1)
    assert told.tick("2022-05-24 10:00").sent == 1
    assert told.statuses() == ["done", "dropped"]
    one = told.deliveries()[0]
    assert (one.decided_by, one.decided_at) == ("tester", at("2022-05-24 09:00"))


def test_a_clock_that_was_ahead_drops_no_notice(told: SampleOffice) -> None:
    told.act("submit")
    told.remind("2022-05-23 09:00")
    with told.database.write() as session:
        by_hand.hold(session, 1, told.decision())
    told.remind("2022-06-01 09:00")
    with told.database.write() as session:
        assert undo_days_to_come(session, at("2022-05-23 10:00")) == 2
    told.tick("2022-06-01 09:01")
    assert told.statuses()[0] == "held"


def test_what_may_have_been_told_when_the_backup_was_made_is_held(told: SampleOffice) -> None:
    told.act("submit")
    made = told.at("2022-05-23 08:00")
    now = told.at("2022-05-24 10:00")
    with told.database.write() as session:
        window = sending_window(told.settings)
        kept = keep_back(session, made, now, told.organisation, window, "x.example.org")
    assert (kept.held, told.statuses()) == (1, ["held"])
    assert told.tick("2022-05-24 10:00").sent == 0
    told.release(1)
    assert told.tick("2022-05-24 11:00").sent == 1


def test_a_date_that_moves_twice_moves_from_the_one_that_was_told(told: SampleOffice) -> None:
    told.act("approve_extension", PLAN_KEY, day("2022-06-22"))
    told.act("approve_extension", PLAN_KEY, day("2022-06-24"))
    told.tick("2022-05-23 09:00")
    told.act("approve_extension", PLAN_KEY, day("2022-06-27"))
    told.act("approve_extension", PLAN_KEY, day("2022-06-28"))
    told.tick("2022-05-24 09:00")
    first, second = texts(told)
    assert "until Friday 24 June instead of Wednesday 15 June" in first
    assert "until Tuesday 28 June instead of Friday 24 June" in second
