"""What a carrier takes: limits over restarts and processes, the pace, and failing addresses."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.settings import Settings, SmtpProfile, SmtpSecurity
from notifications import failing
from notifications.carriers.limiter import Limiter
from notifications.carriers.profiles import connections_of, profile_of
from notifications.sender import make_transport
from scheduler.doctor.carriers import check_carrier
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.smtp import MailServer
from workflows.tables import CarrierMinute, CarrierPace, FailedTry

NINE = "2022-06-13 09:00"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


def office_of(folder: Path, server: MailServer, people: int, **settings: Any) -> SampleOffice:
    """An office with so many digests waiting for that server at nine."""
    office = SampleOffice(
        folder,
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_security=SmtpSecurity.NONE,
        **settings,
    )
    for number in range(people):
        office.add_contact("north", "contact", f"person-{number}@example.org")
    office.apply(PLAN)
    office.remind(NINE)
    return office


def pace(office: SampleOffice) -> CarrierPace:
    """The row of the only carrier."""
    with office.database.read() as session:
        return session.exec(select(CarrierPace)).one()


def failures(office: SampleOffice) -> list[tuple[int, str, int, str]]:
    """Each try that failed: delivery, verdict, code and words."""
    with office.database.read() as session:
        found = session.exec(select(FailedTry).order_by(FailedTry.id))  # type: ignore[arg-type]
        return [(one.delivery_id, one.verdict, one.code, one.text) for one in found]


def limited(office: SampleOffice) -> datetime | None:
    """Until when the carrier's limit keeps mails waiting."""
    with office.database.read() as session:
        found = Limiter(office.settings).limited(session, office.clock())
    return found.until if found else None


def test_a_minutes_limit_holds_over_restarts_and_nothing_fails(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 8, smtp_per_minute=3)
    sent = [
        office.send(f"2022-06-13 {moment}").sent  # each with a sender of its own
        for moment in ("09:00:01", "09:00:59", "09:01", "09:01:30", "09:02", "09:03")
    ]
    assert sent == [3, 0, 3, 0, 2, 0]
    assert set(office.statuses()) == {"done"}
    assert {one.attempts for one in office.deliveries()} == {1}
    office.close()


def test_it_holds_for_senders_side_by_side(tmp_path: Path, server: MailServer) -> None:
    office = office_of(tmp_path, server, 12, smtp_per_minute=7, send_batch=2)

    async def run() -> None:
        transports = [make_transport(office.settings) for _n in range(3)]
        senders = [office.sender(one, f"worker-{n}") for n, one in enumerate(transports)]
        await asyncio.gather(*(one.run() for one in senders))
        for transport in transports:
            await transport.close()

    asyncio.run(run())
    assert len(server.received) == 7
    assert limited(office) == at("2022-06-13 09:01")
    office.close()


def test_an_hours_and_a_days_limit_count_back_to_the_safe_side(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 9, smtp_per_hour=3, smtp_per_day=5)
    moments = ["09:00:30", "09:59", "10:00", "10:01", "10:02", "17:59"]
    assert [office.send(f"2022-06-13 {one}").sent for one in moments] == [3, 0, 0, 2, 0, 0]
    assert limited(office) == at("2022-06-14 09:01")
    office.close()


def test_what_the_day_left_is_grouped_again_in_the_next(tmp_path: Path, server: MailServer) -> None:
    office = office_of(tmp_path, server, 3, smtp_per_day=2)
    assert office.send().sent == 2
    assert office.tick("2022-06-14 09:05").sent == 1
    assert office.statuses() == ["done", "done", "superseded", "done"]
    office.close()


def test_what_was_not_begun_is_given_back(tmp_path: Path, server: MailServer) -> None:
    office = office_of(tmp_path, server, 3, smtp_per_day=3)
    server.answers["GREETING"] = "421 not today"
    assert office.send().sent == 0
    server.answers.clear()
    assert office.send("2022-06-13 09:10").sent == 3
    office.close()


def test_old_rows_are_pruned(tmp_path: Path, server: MailServer) -> None:
    office = office_of(tmp_path, server, 1, smtp_per_day=9)
    office.send()
    with office.database.write() as session:
        Limiter(office.settings).take(session, at("2022-06-16 09:00"), 2)
    with office.database.read() as session:
        rows = [(one.minute, one.mails) for one in session.exec(select(CarrierMinute))]
    assert rows == [(at("2022-06-16 09:00"), 2)]
    office.close()


def test_too_often_lets_all_wait_and_halves_the_pace(tmp_path: Path, server: MailServer) -> None:
    office = office_of(tmp_path, server, 12, smtp_profile="netease", smtp_per_minute=8)
    server.answers_once["DOT"].append("550 Ip frequency limited")
    before = office.send().sent
    assert before < 8
    assert (pace(office).per_minute, pace(office).said) == (4, "Ip frequency limited")
    assert limited(office) == at("2022-06-13 09:05")
    with office.database.read() as session:
        assert not failing.list_failing(session)
    assert "failed" not in office.statuses()
    # Another process knows of it, and goes on at half the pace.
    assert office.send("2022-06-13 09:04").sent == 0
    later = [office.send(f"2022-06-13 09:{minute:02}").sent for minute in range(5, 9)]
    assert (later[0], max(later), sum(later) + before) == (4, 4, 12)
    assert set(office.statuses()) == {"done"}
    office.close()


def test_a_server_that_goes_on_complaining_is_left_alone_longer_each_time(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 9, smtp_profile="tencent")
    server.answers["MAIL"] = "421 HL:IFC 163 mx1"
    waits = []
    for _n in range(6):
        office.send()
        until = limited(office)
        assert until is not None
        waits.append(round((until - office.clock()) / timedelta(minutes=1)))
        office.clock.advance_to(until)
    assert waits == [5, 10, 20, 40, 60, 60]
    assert pace(office).per_minute == 1
    office.close()


def test_the_pace_grows_by_small_steps_while_it_is_quiet(tmp_path: Path, database_url: str) -> None:
    office = SampleOffice(
        tmp_path, database_url=database_url, smtp_host="127.0.0.1", smtp_profile="netease",
        smtp_per_hour=0, smtp_per_day=0,
    )  # fmt: skip
    limiter = Limiter(office.settings)
    rooms = []
    for hour in range(11):
        with office.database.write() as session:
            now = at("2022-06-13 09:00") + timedelta(hours=hour)
            rooms.append(limiter.room(session, now, 99))
            limiter.take(session, now, 1)
    assert rooms == [5, 5, 7, 9, 11, 13, 15, 17, 19, 20, 20]
    office.close()


def test_one_mail_that_no_server_takes_keeps_no_other_back(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 3, smtp_per_minute=1)
    server.answers["RCPT:person-0@example.org"] = "451 4.7.1 Sender frequency limited"
    for minute in (0, 10, 20):
        office.send(f"2022-06-13 09:{minute:02}")
    assert sorted(office.statuses()) == ["done", "done", "queued"]
    office.close()


# What a server says to one recipient each, what becomes of the mail, and whether the address fails.
SAID = [
    ("RCPT", "550 Mailbox not found", "failed", True),
    ("DOT", "554 DT:SPM 163 smtp5", "failed", False),
    ("DOT", "451 DT:SPM 163 smtp5, please try again", "queued", False),
    ("RCPT", "552 mailbox is full", "queued", False),
    ("RCPT", "550 User in blacklist", "failed", False),
    ("RCPT", "550 it is Monday", "failed", False),
]


def test_an_address_fails_only_where_its_server_says_that_nobody_has_it(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, len(SAID))
    for number, (step, answer, _status, _fails) in enumerate(SAID):
        server.answers[f"{step}:person-{number}@example.org"] = answer
    office.send()
    assert office.statuses() == [status for _step, _answer, status, _fails in SAID]
    with office.database.read() as session:
        failing_now = [(one.address, one.text) for one in failing.list_failing(session)]
    assert failing_now == [("person-0@example.org", "Mailbox not found")]
    kept = {delivery: (code, text) for delivery, _verdict, code, text in failures(office)}
    for number, (_step, answer, _status, _fails) in enumerate(SAID, start=1):
        code, text = kept[number]
        assert (code, answer[4:] in text) == (int(answer[:3]), True)
    office.close()


@pytest.mark.parametrize(
    ("step", "answer"),
    [("RCPT", "550 Ip frequency limited"), ("MAIL", "550 User has no permission")],
)
def test_what_every_mail_would_meet_fails_none(
    tmp_path: Path, server: MailServer, step: str, answer: str
) -> None:
    office = office_of(tmp_path, server, 1)
    server.answers[step] = answer
    office.send()
    assert office.statuses() == ["queued"]
    ((_delivery, verdict, code, text),) = failures(office)
    assert (verdict, code, answer[4:] in text) == ("temporary", 550, True)
    with office.database.read() as session:
        assert not failing.list_failing(session)
    office.close()


def test_a_failing_address_is_still_written_to_until_a_person_clears_it(
    tmp_path: Path, server: MailServer
) -> None:
    office = office_of(tmp_path, server, 1)
    server.answers_once["RCPT"].append("550 No such user")
    office.send()
    assert office.tick("2022-06-15 09:00").sent == 1
    with office.database.write() as session:
        (row,) = failing.list_failing(session)
        assert (row.code, row.count, row.since) == ("550", 1, at(NINE))
        failing.clear(session, row.address, "tester", office.clock())
    with office.database.write() as session:
        assert not failing.list_failing(session)
        failing.mark(session, "person-0@example.org", "5.1.1", "gone", office.clock())
        assert failing.is_failing(session, "person-0@example.org")
    office.close()


def test_a_login_too_often_is_no_wrong_password(tmp_path: Path) -> None:
    with MailServer(login=("office", "right")) as server:
        office = office_of(
            tmp_path, server, 1, smtp_username="office", smtp_password="right",
            smtp_profile="tencent",
        )  # fmt: skip
        server.answers["AUTH"] = "535 Login frequency limited"
        report = office.send()
        assert report.trouble is not None
        assert "more slowly" in report.trouble.mend
        assert limited(office) == at("2022-06-13 09:05")
        office.close()


def test_the_doctor_names_the_profile_of_a_known_provider(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    mends = []
    for host in ("smtp.163.com", "smtp.exmail.qq.com", "smtpdm.aliyun.com", "smtp.office365.com",
                 "mail.gov.cn", "not163.com"):  # fmt: skip
        settings = office.settings.model_copy(update={"smtp_host": host})
        with office.database.read() as session:
            (found,) = check_carrier(session, settings, office.clock())
        mends.append(found.mend.removeprefix("set smtp_profile to "))
    assert mends == ["netease", "tencent", "aliyun", "exchange", "", ""]
    office.close()


def test_a_setting_goes_before_the_profile_and_the_pool_keeps_to_it() -> None:
    exchange = Settings(smtp_profile=SmtpProfile.EXCHANGE, smtp_connections=8)
    assert (profile_of(exchange).per_minute, connections_of(exchange)) == (30, 3)
    own = Settings(smtp_profile=SmtpProfile.EXCHANGE, smtp_per_minute=5, smtp_per_day=0)
    assert (profile_of(own).per_minute, profile_of(own).start, profile_of(own).per_day) == (5, 5, 0)
    assert connections_of(Settings(smtp_connections=8)) == 8
