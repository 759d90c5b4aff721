"""Supervision notices: drafted by what is on record, released by a person, sent once, answered."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from docx import Document
from sqlmodel import col, select

from config.errors import InputError, StateError
from notifications import by_hand
from notifications.supervision_content import supervised
from notifications.supervision_document import document
from tests.support.keeping import back_up, restore
from tests.support.moments import at
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, PLAN
from tests.support.referee import found
from tests.support.supervising import answered, draft, give_up, let_go, notices
from tests.support.targets import REPAIRS, report
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.silencing import Wanted, add_silence, end_silence
from workflows.supervision.deciding import look_again_at
from workflows.supervision.finding import find_notice, list_notices, number_of, said_by
from workflows.tables import Campaign, Degree, Event, NoticeStatus, SupervisionNotice

BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")
MAP = BOTH.replace("id: plan", "id: map").replace("排查方案", "桥梁一张图")
SOUTH_KEY = "bridges-2022/plan/south"
CONTACT, LEAD = "wang@example.org", "chen@example.org"
# The plan is due on Wednesday 15 June and overdue from the 16th on.
REMINDED, LATE = ["2022-06-15 09:00", "2022-06-17 09:00", "2022-06-20 09:00"], "2022-06-23 10:00"


@pytest.fixture
def late(office: SampleOffice) -> SampleOffice:
    """Two cities owe a plan since the 15th, and were reminded; one has a contact and a lead."""
    office.apply(BOTH, BUREAU)
    office.add_contact("north", "contact", CONTACT)
    office.add_contact("north", "lead", LEAD)
    office.ticks(REMINDED)
    office.at(LATE)
    return office


def supervision(office: SampleOffice) -> list[tuple[str, str]]:
    """Address and status of each mail of a supervision notice."""
    return [
        (one.address, one.status.value)
        for one in office.deliveries()
        if one.purpose.startswith("supervision:")
    ]


def texts(office: SampleOffice) -> list[tuple[str, str, str]]:
    """Address, subject and text of each mail of a supervision notice that arrived."""
    return [
        (str(mail["To"]), str(mail["Subject"]), str(body.get_content()))
        for mail in office.mails()
        if (body := mail.get_body(("plain",))) is not None and "Notice 2022-" in body.get_content()
    ]


def test_a_letter_of_reminder_goes_to_contact_and_lead_with_the_document(
    late: SampleOffice,
) -> None:
    drafted = draft(late, note="另请电话告知进展。")
    assert (drafted.notice.degree, drafted.suggested) == (Degree.REMINDER, Degree.REMINDER)
    assert drafted.notice.answer_by == date(2022, 6, 30)  # five working days
    (owed,) = said_by(drafted.notice).owed
    assert owed.name == PLAN_KEY
    assert owed.sent == (date(2022, 6, 15), date(2022, 6, 17))  # on the 20th it was held
    assert supervision(late) == []  # a draft sends nothing
    released = let_go(late)
    assert [(one.name, one.role) for one in released.recipients] == [
        ("wang", "contact"), ("chen", "lead"),
    ]  # fmt: skip
    late.tick("2022-06-23 11:00")
    assert supervision(late) == [(CONTACT, "done"), (LEAD, "done")]
    (_lead, _subject, _text), (address, subject, text) = sorted(texts(late))
    assert address == CONTACT
    assert subject == "[Reminder: 1] Notice 2022-1"
    for part in (
        "Dear wang,", "Notice 2022-1", "报送排查方案",
        "due on Wednesday 15 June, overdue since 16 June, 8 days",
        "Reminders sent: 2: 15 June, 17 June", "另请电话告知进展。",
        "by Thursday 30 June", "bridges@example.org", "公路处",
    ):  # fmt: skip
        assert part in text
    mail = [one for one in late.mails() if one["To"] == CONTACT][-1]
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Notice 2022-1.docx"
    said = _words(attached.get_content())
    assert "报送排查方案" in said and "Receipt slip" in said and "30 June 2022" in said
    assert mail["Reply-To"] == "bridges@example.org"


def _words(content: bytes) -> str:
    document = Document(BytesIO(content))
    return "\n".join(one.text or "" for one in document.element.iter("{*}t"))


def test_degrees_rise_with_what_is_not_answered(late: SampleOffice) -> None:
    draft(late)
    let_go(late)
    late.tick("2022-06-23 11:00")
    again = draft(late)  # its time for an answer still runs
    assert again.suggested is Degree.REMINDER and again.waiting is not None
    give_up(late, 2)
    late.tick("2022-07-01 09:00")
    third = draft(late)
    assert third.suggested is Degree.SUPERVISION
    assert [one.serial for one in said_by(third.notice).before] == [1]
    let_go(late, 3)
    late.tick("2022-07-01 10:00")
    late.tick("2022-07-11 09:00")
    fourth = draft(late)
    assert fourth.suggested is Degree.CIRCULAR
    released = let_go(late, 4)
    assert [one.address for one in released.recipients] == [
        "supervisor@example.org", "roads@example.org",
    ]  # fmt: skip
    late.tick("2022-07-11 10:00")
    (text,) = [text for to, _s, text in texts(late) if to == "supervisor@example.org"]
    assert "It is proposed to name 北城市 in a circular" in text
    assert "Notice 2022-1 of 23 June 2022 (letter of reminder)" in text
    assert "receipt slip" not in text and "open this page" not in text
    answered(late, 4, "approved")
    answered(late, 3)
    answered(late, 1)
    assert draft(late).suggested is Degree.REMINDER  # all that went was answered
    chosen = draft(late, "南城", degree=Degree.SUPERVISION)
    assert (chosen.notice.degree, chosen.suggested) == (Degree.SUPERVISION, Degree.REMINDER)
    assert [one.serial for one in notices(late)] == [1, 2, 3, 4, 5, 6]


def test_a_unit_without_contact_is_told_at_its_mailbox(late: SampleOffice) -> None:
    draft(late, "南城")
    let_go(late)
    late.tick("2022-06-23 11:00")
    assert supervision(late) == [("south@example.org", "done")]


@pytest.mark.parametrize(
    ("unit", "mend"),
    [("省局", "supervises and is not supervised"), ("山县", "nothing overdue")],
)
def test_who_is_not_supervised(late: SampleOffice, unit: str, mend: str) -> None:
    with pytest.raises(StateError, match=mend):
        draft(late, unit)
    assert notices(late) == []


def test_what_rests_or_is_silenced_is_left_out(late: SampleOffice) -> None:
    now = late.clock()
    with late.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, "pause", Deed("tester", now, now))
    with pytest.raises(StateError) as caught:
        draft(late)
    assert "campaigns that rest: 桥梁隐患排查" in caught.value.mend
    with late.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, "resume", Deed("tester", now, now))
        today = now.date()
        wanted = Wanted("north", "", today, today, "防汛")
        add_silence(session, wanted, now=now, today=today, actor="tester")
    with pytest.raises(StateError) as caught:
        draft(late)
    assert "silenced for 1 items" in caught.value.mend


def test_a_second_draft_waits_for_the_first(late: SampleOffice) -> None:
    draft(late)
    for campaign in (None, "bridges-2022"):
        with pytest.raises(StateError, match="Notice 2022-1 to 北城市 is drafted"):
            draft(late, campaign_id=campaign)
    draft(late, "南城")
    give_up(late)
    assert draft(late).notice.serial == 3  # the number of one given up stays taken


def test_the_date_for_an_answer(late: SampleOffice) -> None:
    for day in (date(2022, 6, 23), date(2023, 9, 1)):
        with pytest.raises(InputError, match="--answer-by"):
            draft(late, answer_by=day)
    with pytest.raises(InputError, match="501 characters"):
        draft(late, note="长" * 501)
    draft(late, answer_by=date(2022, 6, 24))
    late.at("2022-06-24 09:00")
    with pytest.raises(StateError, match="that day has come"):
        let_go(late)


def test_a_release_looks_again(office: SampleOffice) -> None:
    late = office
    late.apply(BOTH, MAP)
    late.add_contact("north", "contact", CONTACT)
    late.at(LATE)
    drafted = draft(late)
    assert len(said_by(drafted.notice).owed) == 2
    late.act("submit")
    with pytest.raises(StateError) as caught:
        let_go(late)
    assert "settled, or left alone, since Notice 2022-1 was drafted: 报送排查方案" in str(
        caught.value
    )
    assert "--as-drafted" in caught.value.mend
    assert let_go(late, as_drafted=True).checked.settled == ("报送排查方案",)
    late.tick("2022-06-23 11:00")
    text = next(text for to, _s, text in texts(late) if to == CONTACT)
    first, second = text.index("报送排查方案"), text.index("报送桥梁一张图")
    come = text.index("Settled since this was drafted")
    assert min(first, second) < come
    assert text.count("Settled since") == 1
    with pytest.raises(StateError, match="“release” is not possible"):
        let_go(late)


def test_nothing_goes_when_all_of_it_was_settled(late: SampleOffice) -> None:
    draft(late)
    late.act("submit")
    with pytest.raises(StateError, match="nothing that"):
        let_go(late, as_drafted=True)
    late.act("return_for_correction", PLAN_KEY, date(2022, 6, 24))
    draft(late, "南城")
    let_go(late, 2)
    late.at("2022-06-23 19:00")
    late.act("submit", SOUTH_KEY)
    late.tick("2022-06-24 09:00")
    assert supervision(late) == [("south@example.org", "suppressed")]
    with late.database.read() as session:
        (second, *_first) = list_notices(session)
    assert not second.went and not second.answer_overdue(date(2022, 8, 1))


def test_what_came_back_during_the_night_goes_to_nobody(late: SampleOffice) -> None:
    draft(late)
    let_go(late)
    late.at("2022-06-23 19:00")
    answered(late)
    late.tick("2022-06-24 09:00")
    assert supervision(late) == [(CONTACT, "suppressed"), (LEAD, "suppressed")]


def test_what_is_left_alone_meanwhile_is_not_called_settled(late: SampleOffice) -> None:
    draft(late)
    now = late.clock()
    with late.database.write() as session:
        wanted = Wanted("north", "", now.date(), now.date(), "防汛")
        silence = add_silence(session, wanted, now=now, today=now.date(), actor="tester")
    with pytest.raises(StateError, match="nothing that"):
        let_go(late)
    with late.database.write() as session:
        end_silence(session, silence.id or 0, now=now, today=now.date(), actor="tester")
    let_go(late)
    with late.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, "pause", Deed("tester", now, now))
        looked = look_again_at(session, session.get_one(SupervisionNotice, 1), now)
    assert looked.owed == looked.settled == frozenset()
    late.send("2022-06-23 11:00")
    assert supervision(late) == [(CONTACT, "suppressed"), (LEAD, "suppressed")]
    with late.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, "resume", Deed("tester", now, now))


def test_a_date_that_was_moved_is_not_asked_for(late: SampleOffice) -> None:
    draft(late)
    late.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    late.act("approve_extension", PLAN_KEY)
    with pytest.raises(StateError, match="nothing that"):
        let_go(late)
    draft(late, "南城")
    late.act("request_extension", SOUTH_KEY, date(2022, 6, 30))
    give_up(late, 2)
    assert draft(late, "南城").requested == ("报送排查方案",)


def test_the_owner_office_sees_one_that_is_held(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, morning_list=True)
    office.apply(BOTH)
    office.at(LATE)
    draft(office)
    let_go(office)
    with office.database.write() as session:
        by_hand.hold(session, office.deliveries()[-1].id or 0, office.decision())
    office.tick("2022-06-24 09:00")
    lists = [str(mail.get_body(("plain",)).get_content()) for mail in office.mails()  # type: ignore[union-attr]
             if mail["To"] == "roads@example.org"]  # fmt: skip
    assert any("Notice 2022-1, about 北城市" in one for one in lists)
    assert found(office) == []
    office.close()


def test_binding_targets_that_are_missed_and_no_others(office: SampleOffice) -> None:
    office.apply(REPAIRS)
    office.at("2022-06-20 10:00")
    report(office, "bridges", "north", "3", "2022-06-14")
    (missed,) = said_by(draft(office).notice).missed  # 4 were to be reached by the 15th
    assert missed.target == "bridges" and missed.goal == 4 and missed.figure == 3
    assert (missed.due, missed.since) == (date(2022, 6, 15), date(2022, 6, 16))
    give_up(office)
    office.at("2022-07-04 10:00")
    said = said_by(draft(office).notice)
    assert "wished" not in {one.target for one in said.missed}  # striven for, not binding
    assert {"bridges", "surveyed", "sorts", "opened"} <= {one.target for one in said.missed}
    assert [one.title for one in said.owed] == ["完成桥梁加固"]
    let_go(office, 2)
    office.tick("2022-07-04 11:00")
    ((_to, _subject, text),) = texts(office)
    assert "加固桥梁 (target: 10座, reported 3座)" in text
    assert "开通热线 (target: not yet done)" in text
    (notice,) = [one for one in notices(office) if one.serial == 2]
    words = _words(document(supervised(notice, office.clock())))
    assert "排查比例 (target: 90%, nothing reported yet)" in words


def test_who_did_what_is_in_the_log(late: SampleOffice) -> None:
    draft(late)
    let_go(late)
    late.tick("2022-06-23 11:00")
    answered(late, note="已报领导")
    (notice,) = notices(late)
    assert (notice.drafted_by, notice.decided_by, notice.answered_by) == ("wang", "li", "li")
    assert (notice.status, notice.answer) == (NoticeStatus.ANSWERED, "已报领导")
    with late.database.read() as session:
        kinds = ["supervised", "supervision_answered"]
        events = session.exec(
            select(Event).where(col(Event.kind).in_(kinds)).order_by(col(Event.id))
        ).all()
    assert [(one.kind, one.actor) for one in events] == [(kind, "li") for kind in kinds]
    assert events[0].data["addresses"] == [CONTACT, LEAD]
    with pytest.raises(StateError, match="“answer” is not possible"):
        answered(late)


def test_numbers_are_gapless_when_several_draft_at_once(office: SampleOffice) -> None:
    office.apply(PLAN.replace("[北城市]", "{levels: [city, county]}"))
    office.at(LATE)
    units = ["北城", "南城", "山县"]
    threads = [Thread(target=draft, args=(office, one)) for one in units]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.serial for one in notices(office)) == [1, 2, 3]
    office.at("2023-01-03 10:00")
    give_up(office)
    assert number_of(draft(office, notices(office)[0].unit_id).notice) == "2023-1"


def test_numbers_as_people_write_them(late: SampleOffice) -> None:
    draft(late)
    with late.database.read() as session:
        for text in ("1", "2022-1", "督办〔2022〕1号", " Notice 2022-1 "):
            assert find_notice(session, text, 2022).serial == 1
        for text in ("", "one", "1-2-3", "9" * 40, "²"):
            with pytest.raises(InputError, match="not the number of a notice"):
                find_notice(session, text, 2022)
        for text in ("2", "2021-1", "1"):
            with pytest.raises(StateError, match="there is no notice"):
                find_notice(session, text, 2023 if text == "1" else 2022)


def test_a_mail_that_was_held_or_dropped_by_hand(late: SampleOffice) -> None:
    draft(late)
    let_go(late)
    first, second = [one.id or 0 for one in late.deliveries()][-2:]
    with late.database.write() as session:
        by_hand.hold(session, first, late.decision())
        by_hand.drop(session, second, late.decision())
    late.tick("2022-06-23 11:00")
    assert supervision(late) == [(CONTACT, "held"), (LEAD, "dropped")]
    late.release(first)
    late.tick("2022-06-23 12:00")
    assert supervision(late) == [(CONTACT, "done"), (LEAD, "dropped")]


def test_a_restore_keeps_them_and_what_may_have_left_waits(
    late: SampleOffice, tmp_path: Path
) -> None:
    draft(late, note="请电话告知。")
    let_go(late)
    draft(late, "南城")
    before = [one.model_dump() for one in notices(late)]
    file = back_up(late, tmp_path / "duban.zip")
    late.tick("2022-06-23 11:00")
    late.at("2022-06-24 14:00")
    assert restore(late, file, force=True).report.errors == []
    assert [one.model_dump() for one in notices(late)] == before
    assert supervision(late) == [(CONTACT, "held"), (LEAD, "held")]
    late.release(next(one.id for one in late.deliveries() if one.purpose == "supervision:1"))
    late.tick("2022-06-24 14:10")
    assert supervision(late) == [(CONTACT, "done"), (LEAD, "held")]


def test_what_an_older_or_emptier_record_says_is_read(late: SampleOffice) -> None:
    notice = SupervisionNotice(
        year=2022, serial=1, degree=Degree.SUPERVISION, unit_id="north", content={},
        answer_by=date(2022, 6, 30), drafted_at=late.clock(), drafted_by="x",
    )  # fmt: skip
    with late.database.write() as session:
        session.add(notice)
    assert said_by(notices(late)[0]).names == []
    assert document(supervised(notice, late.clock()))
    with pytest.raises(StateError, match="nothing that"):
        let_go(late)


@pytest.fixture
def forgeable(tmp_path: Path) -> Iterator[SampleOffice]:
    """One notice released, on SQLite; the referee does not look on by itself."""
    here = SampleOffice(tmp_path)
    here.apply(BOTH)
    here.at(LATE)
    draft(here)
    let_go(here)
    here.tick("2022-06-23 11:00")
    assert found(here) == []
    yield here
    here.close()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE supervision_notice SET content = '{}'", "supervision-changed"),
        ("UPDATE supervision_notice SET degree = 'circular'", "supervision-changed"),
        ("UPDATE supervision_notice SET decided_by = 'x'", "supervision-changed"),
        ("UPDATE supervision_notice SET status = 'draft'", "supervision-changed"),
        ("UPDATE supervision_notice SET status = 'answered'", "supervision-changed"),
        ("UPDATE supervision_notice SET serial = 2", "supervision-changed supervision-number"),
        ("DELETE FROM event WHERE kind = 'supervised'",
         "orphan supervision-changed supervision-unfounded"),
        ("DELETE FROM supervision_notice", "supervision-changed supervision-unfounded"),
        ("DELETE FROM notice_item; DELETE FROM delivery WHERE purpose LIKE 'supervision%'",
         "supervision-unsent"),
        ("UPDATE delivery SET address = 'x@example.org' WHERE purpose LIKE 'supervision%'",
         "supervision-unfounded supervision-unsent"),
        ("UPDATE delivery SET purpose = 'supervision:7' WHERE purpose LIKE 'supervision%'",
         "supervision-unfounded supervision-unsent"),
    ],
)  # fmt: skip
def test_what_is_forged_is_found(forgeable: SampleOffice, statement: str, code: str) -> None:
    assert forgeable.database.file is not None
    with closing(sqlite3.connect(forgeable.database.file)) as connection:
        connection.executescript(statement)
    codes = {one.partition(" ")[0] for one in found(forgeable)}
    assert codes == set(code.split())


def test_one_that_cannot_be_read_keeps_no_other_back(forgeable: SampleOffice) -> None:
    draft(forgeable, "南城")
    let_go(forgeable, 2)
    with forgeable.database.engine.connect() as connection:
        connection.exec_driver_sql(
            """UPDATE supervision_notice SET content = '{"owed": 7}' WHERE serial = 2"""
        )
        connection.commit()
    forgeable.act("request_extension", PLAN_KEY, date(2022, 7, 1))
    forgeable.tick("2022-06-24 09:00")
    assert supervision(forgeable)[1:] == [("south@example.org", "suppressed")]
    assert forgeable.statuses().count("queued") == 0
    with pytest.raises(StateError, match="cannot be read"):
        said_by(notices(forgeable)[1])
    assert any(one.startswith("supervision-changed") for one in found(forgeable))


def test_a_forged_mail_does_not_go(forgeable: SampleOffice) -> None:
    with forgeable.database.engine.connect() as connection:
        connection.exec_driver_sql(
            "UPDATE delivery SET status = 'queued', done_at = NULL, address = 'x@example.org' "
            "WHERE purpose LIKE 'supervision%'"
        )
        connection.commit()
    before = len(forgeable.mails())
    forgeable.tick("2022-06-24 09:00")
    assert "x@example.org" not in {str(mail["To"]) for mail in forgeable.mails()[before:]}
    assert at("2022-06-24 09:00") == forgeable.clock()
