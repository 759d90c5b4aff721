"""The outbox: leases, doubt, backoff and what a person can do, with real SMTP."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.errors import StateError
from config.settings import InDoubt, Settings, SmtpSecurity
from notifications import by_hand
from notifications.outbox import Claims, Started, claim, mark_started
from notifications.outcomes import mark_finished, sweep
from notifications.transports.base import RecipientResult, SendResult, Verdict
from notifications.transports.smtp import SmtpTransport
from scheduler.tick import sending_window
from tests.support.command_line import command
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN, with_ladder
from tests.support.referee import found, referee
from tests.support.smtp import DROP, MailServer
from workflows.tables import Delivery, DeliveryStatus

LEASE = timedelta(minutes=5)
WANG = "wang@north.example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server without TLS or AUTH."""
    with MailServer() as running:
        yield running


def over_smtp(office: SampleOffice, server: MailServer) -> SmtpTransport:
    values = office.settings.model_dump() | {
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_security": SmtpSecurity.NONE,
    }
    return SmtpTransport(Settings(**values))


def waiting(office: SampleOffice, units: str = "[北城市]") -> SampleOffice:
    """The office on 13 June at nine, with one queued delivery for each unit."""
    office.apply(PLAN.replace("[北城市]", units))
    office.remind("2022-06-13 09:00")
    return office


def take(office: SampleOffice, worker: str = "one", limit: int = 20) -> Claims:
    with office.database.write() as session:
        window = sending_window(office.settings)
        return claim(session, office.clock(), window, limit=limit, lease=LEASE, worker=worker)


def start(office: SampleOffice, worker: str = "one") -> set[int]:
    with office.database.write() as session:
        started = [Started(1, "主题", "f" * 64)]
        window = sending_window(office.settings)
        return mark_started(session, started, office.clock(), window, worker)


def swept(office: SampleOffice, moment: str, policy: InDoubt = InDoubt.RESEND) -> int:
    office.at(moment)
    with office.database.write() as session:
        return sweep(session, office.clock(), policy)


def decide(office: SampleOffice, action: str, delivery_id: int) -> None:
    more = [office.organisation] if action == "retry" else []
    with office.database.write() as session:
        getattr(by_hand, action)(session, delivery_id, office.decision(), *more)


def test_a_claim_is_a_lease_for_one_worker(office: SampleOffice) -> None:
    waiting(office, "[北城市, 南城市, 山县]")
    first, second = take(office, "one", limit=2), take(office, "two")

    assert [one.delivery_id for one in first.contents] == [1, 2]
    assert [one.delivery_id for one in second.contents] == [3]
    assert not take(office, "three").found_work
    assert start(office, "two") == set()
    assert start(office, "one") == {1}
    delivery = office.deliveries()[0]
    assert (delivery.status.value, delivery.attempts, delivery.worker) == ("started", 1, "one")
    assert delivery.lease_until == at("2022-06-13 09:05")


def test_who_waits_longest_is_claimed_first_and_what_was_refused_last(
    office: SampleOffice,
) -> None:
    waiting(office, "[北城市, 南城市, 山县]")
    with office.database.write() as session:
        first, second = (session.get_one(Delivery, number) for number in (1, 2))
        first.attempts, second.not_before = 1, at("2022-06-13 09:01")
    office.at("2022-06-13 09:01")
    taken = [take(office, limit=1).contents[0].delivery_id for _n in range(3)]
    assert taken == [3, 2, 1]


def test_a_lease_that_ran_out_before_the_start_is_queued_again(office: SampleOffice) -> None:
    waiting(office)
    take(office)
    assert swept(office, "2022-06-13 09:05") == 0
    assert swept(office, "2022-06-13 09:06") == 1
    assert office.statuses() == ["queued"]
    assert start(office) == set()  # the first worker wakes too late
    assert office.send().sent == 1
    assert office.deliveries()[0].doubts == 0


def test_a_lease_is_one_senders_though_two_have_one_name(
    office: SampleOffice, server: MailServer
) -> None:
    """As two `duban tick` that cron started: the first stood still until its lease ran out."""
    waiting(office)
    first, second = (office.sender(over_smtp(office, server), "tick-command") for _n in range(2))
    slow = first.marks.claim()
    swept(office, "2022-06-13 09:06")
    retaken = second.marks.claim()
    assert first.marks.start(first._render(slow.contents)) == set()
    assert second.marks.start(second._render(retaken.contents)) == {1}


def test_of_a_batch_only_what_is_still_its_own_is_begun_and_recorded(
    office: SampleOffice, server: MailServer
) -> None:
    """The first sender stands still twice: one mail is another's by then, and one is in doubt."""
    waiting(office, "[北城市, 南城市, 山县]")
    first, second = (office.sender(over_smtp(office, server), "tick-command") for _n in range(2))
    slow = first.marks.claim()
    rendered = first._render(slow.contents)
    lapse(office, 1)
    assert [one.delivery_id for one in second.marks.claim().contents] == [1]
    assert first.marks.start(rendered) == {2, 3}
    assert [one.attempts for one in office.deliveries()] == [0, 1, 1]
    lapse(office, 2)
    sent: dict[int, SendResult] = {
        one.delivery_id: {one.address: RecipientResult(Verdict.ACCEPTED, 250)}
        for one in slow.contents
    }
    assert Counter(first.marks.finish(sent)) == {"claimed": 1, "queued": 1, "done": 1}
    assert office.statuses() == ["claimed", "queued", "done"]
    assert {one.delivery_id for one in office.reminders() if one.status.value == "sent"} == {3}
    again = second.marks.claim()
    assert second.marks.start(second._render(again.contents)) == {2}
    swept(office, "2022-06-13 09:30")


def lapse(office: SampleOffice, delivery_id: int) -> None:
    """Let a lease run out alone."""
    with office.database.write() as session:
        session.get_one(Delivery, delivery_id).lease_until = at("2022-06-13 08:00")
        session.flush()
        sweep(session, office.clock(), InDoubt.RESEND)
        session.get_one(Delivery, delivery_id).not_before = office.clock()


def test_a_crash_while_sending_resends_under_the_same_message_id(office: SampleOffice) -> None:
    waiting(office)
    take(office)
    start(office)
    before = office.deliveries()[0].message_id
    assert swept(office, "2022-06-13 09:06") == 1
    assert office.send("2022-06-13 09:08").sent == 1
    delivery = office.deliveries()[0]
    assert (delivery.doubts, delivery.attempts, delivery.message_id) == (1, 2, before)
    assert office.mails()[0]["Message-ID"] == before


def test_a_doubt_that_lasts_over_night_keeps_its_message_id(office: SampleOffice) -> None:
    waiting(office)
    office.at("2022-06-13 17:59")
    take(office)
    start(office)
    office.ticks(["2022-06-14 09:00", "2022-06-14 09:02"])
    assert [mail["Message-ID"] for mail in office.mails()] == [office.deliveries()[0].message_id]


def test_or_holds_it_for_a_person(tmp_path: Path, database_url: str) -> None:
    office = waiting(SampleOffice(tmp_path, database_url=database_url, in_doubt=InDoubt.HOLD))
    take(office)
    start(office)
    assert office.tick("2022-06-13 09:06").sent == 0
    assert office.statuses() == ["in_doubt"]
    decide(office, "retry", 1)
    assert office.send("2022-06-13 09:10").sent == 1
    office.close()


@pytest.mark.parametrize(("policy", "status"), [("resend", "queued"), ("hold", "in_doubt")])
def test_a_connection_lost_after_the_mail_is_in_doubt(
    tmp_path: Path, database_url: str, server: MailServer, policy: str, status: str
) -> None:
    office = waiting(SampleOffice(tmp_path, database_url=database_url, in_doubt=InDoubt(policy)))
    server.answers_once["DOT"].append(DROP)
    office.send(transport=over_smtp(office, server))
    assert office.statuses() == [status]
    office.send("2022-06-13 09:05", over_smtp(office, server))
    assert len(server.received) == (2 if policy == "resend" else 1)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    office.close()


def test_temporary_failures_back_off_inside_the_window(
    office: SampleOffice, server: MailServer
) -> None:
    waiting(office)
    server.answers["RCPT"] = "450 busy"
    waits = []
    for _n in range(8):
        office.send(transport=over_smtp(office, server))
        delivery = office.deliveries()[0]
        waits.append(int((delivery.not_before - office.clock()).total_seconds() / 60))
        office.clock.advance_to(delivery.not_before)
    assert waits == [1, 2, 5, 15, 30, 60, 60, 60]
    assert office.deliveries()[0].attempts == 8
    assert "450 busy" in office.deliveries()[0].error

    server.answers.clear()
    assert office.send("2022-06-13 18:00", over_smtp(office, server)).sent == 0
    assert office.tick("2022-06-14 09:00", over_smtp(office, server)).sent == 1
    assert office.statuses() == ["superseded", "done"]


def test_a_permanent_failure_ends_it_until_someone_retries(
    office: SampleOffice, server: MailServer
) -> None:
    waiting(office)
    server.answers_once["RCPT"].append("550 no such mailbox")
    office.send(transport=over_smtp(office, server))
    assert office.statuses() == ["failed"]
    assert office.reminders()[0].status.value == "failed"
    assert office.deliveries()[0].outcome["north@example.org"]["verdict"] == "permanent"

    assert office.send("2022-06-13 10:00", over_smtp(office, server)).sent == 0
    decide(office, "retry", 1)
    assert office.send(transport=over_smtp(office, server)).sent == 1
    assert office.reminders()[0].status.value == "sent"
    assert office.deliveries()[0].error == ""


def test_a_delivery_is_held_and_released(office: SampleOffice) -> None:
    waiting(office)
    decide(office, "hold", 1)
    assert office.tick("2022-06-13 10:00").sent == 0
    assert office.tick("2022-06-14 09:00").sent == 0
    decide(office, "release", 1)
    assert office.tick("2022-06-14 10:00").sent == 1


@pytest.mark.parametrize("action", ["hold", "release", "retry", "drop"])
def test_what_is_done_cannot_be_decided_again(office: SampleOffice, action: str) -> None:
    waiting(office).send()
    with pytest.raises(StateError, match=f"delivery 1 is gone out: “{action}” is not possible"):
        decide(office, action, 1)
    with pytest.raises(StateError, match="there is no delivery 99"):
        decide(office, action, 99)


def test_senders_side_by_side_never_send_one_delivery_twice(
    tmp_path: Path, server: MailServer
) -> None:
    office = SampleOffice(tmp_path, send_batch=3)
    for number in range(40):
        office.add_contact("north", "contact", f"person-{number}@example.org")
    waiting(office)
    server.pause = 0.005

    async def run() -> list[int]:
        transports = [over_smtp(office, server) for _n in range(4)]
        senders = [office.sender(one, f"worker-{n}") for n, one in enumerate(transports)]
        reports = await asyncio.gather(*(one.run() for one in senders))
        for transport in transports:
            await transport.close()
        return [report.statuses[DeliveryStatus.DONE] for report in reports]

    assert sum(asyncio.run(run())) == 40
    assert len(server.received) == len({one.recipients for one in server.received}) == 40
    assert set(office.statuses()) == {"done"}
    office.close()


def test_what_a_crash_left_claimed_stands_in_the_next_days_first_digest(
    office: SampleOffice,
) -> None:
    waiting(office)
    take(office)  # and the process ends
    assert office.tick("2022-06-14 09:00").sent == 1
    assert office.statuses() == ["superseded", "done"]
    assert "pending" not in {fate for _reason, _address, fate in office.fates()}


def test_a_mail_under_way_when_the_next_rung_comes_due_is_recorded_as_sent(
    office: SampleOffice,
) -> None:
    waiting(office)
    with office.database.write() as session:
        window, long = sending_window(office.settings), timedelta(days=3)
        claim(session, office.clock(), window, limit=1, lease=long, worker="one")
    start(office)
    office.remind("2022-06-15 09:00")  # another scheduler's morning
    address = office.deliveries()[0].address
    with office.database.write() as session:
        taken = {1: {address: RecipientResult(Verdict.ACCEPTED, 250)}}
        mark_finished(session, taken, office.clock(), InDoubt.RESEND, "one")
    assert office.statuses() == ["done", "queued"]
    sent = [one.status.value for one in office.reminders() if one.delivery_id == 1]
    assert sent == ["sent"]


def refused(office: SampleOffice, server: MailServer) -> SampleOffice:
    """Wang's digests of 13 and 15 June were refused for good."""
    office.add_contact("north", "contact", WANG)
    office.apply()
    server.answers["RCPT"] = "550 5.1.1 no such mailbox"
    for morning in ("2022-06-13 09:00", "2022-06-15 09:00"):
        office.tick(morning, over_smtp(office, server))
    server.answers.clear()
    assert office.statuses() == ["failed", "failed"]
    return office


def test_a_failed_mail_of_another_day_joins_the_next_digest(
    office: SampleOffice, server: MailServer
) -> None:
    refused(office, server)
    office.at("2022-06-17 08:40")
    decide(office, "retry", 1)
    decide(office, "retry", 2)
    assert office.statuses() == ["superseded", "superseded"]
    assert found(office) == []
    assert office.tick("2022-06-17 09:00", over_smtp(office, server)).sent == 1, "one mail"
    assert [one[2] for one in office.fates()][-3:] == ["superseded", "superseded", "sent"]
    report = referee(office)
    assert (report.findings, report.in_doubt) == ([], []), "a refusal leaves no doubt"


def test_todays_failed_digest_goes_out_itself(office: SampleOffice, server: MailServer) -> None:
    refused(office, server)
    office.at("2022-06-15 10:00")
    decide(office, "retry", 2)
    decide(office, "retry", 1)
    assert office.statuses() == ["superseded", "queued"]
    assert office.tick("2022-06-15 10:01", over_smtp(office, server)).sent == 1
    assert [one[2] for one in office.fates()][-2:] == ["superseded", "sent"]
    report = referee(office)
    assert (report.findings, report.in_doubt) == ([], [])


def test_what_was_handed_in_meanwhile_is_not_sent_again(
    office: SampleOffice, server: MailServer
) -> None:
    refused(office, server)
    office.act("submit")
    office.at("2022-06-16 08:40")
    decide(office, "retry", 2)
    assert office.tick("2022-06-16 09:00", over_smtp(office, server)).sent == 0
    assert office.reminders()[-1].status.value == "suppressed"
    assert found(office) == []


def test_nothing_goes_to_who_was_replaced(
    office: SampleOffice, server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    def out(*words: str) -> str:
        capsys.readouterr()
        command(office, *words)
        return capsys.readouterr().out

    def to_mend() -> Any:
        sections = json.loads(out("today", "--format", "json"))["sections"]
        return next(one["lines"] for one in sections if one["section"] == "mend")

    refused(office, server)
    office.at("2022-06-15 11:00")
    (line,) = to_mend()
    assert line["unit"] == WANG and "duban outbox retry 1 2" in line["note"]
    assert line["command"].startswith(f"duban contacts replace {WANG} NEW --from 2022-06-15")
    out("contacts", "replace", WANG, "li@north.example.org", "--from", "2022-06-16",
        "--name", "李", "--by", "office")  # fmt: skip
    office.tick("2022-06-16 09:00", over_smtp(office, server))
    assert to_mend() == []
    command(office, "outbox", "retry", "1", "2", "--by", "office")
    assert capsys.readouterr().err.count("nothing goes out") == 2
    office.tick("2022-06-17 09:00", over_smtp(office, server))
    assert WANG not in {mail["To"] for mail in server.mails}
    assert found(office) == []


def test_an_escalation_that_went_while_the_units_mail_had_failed(
    office: SampleOffice, server: MailServer
) -> None:
    """The unit's, sent again later, was not forgotten: the referee knows that it was refused."""
    office.add_contact("north", "contact", WANG)
    office.apply(
        with_ladder(
            "[{id: late, when: 1 working days after},"
            " {id: boss, when: 1 working days after, to: [owner], release: auto}]",
            PLAN.replace("[公路处]", "[安全处]"),
        )
    )
    server.answers_once["RCPT"].append("550 5.1.1 no such mailbox")
    for moment in ("2022-06-16 09:00", "2022-06-16 09:05"):
        office.tick(moment, over_smtp(office, server))
    office.at("2022-06-17 08:00")
    decide(office, "retry", 1)
    assert found(office) == []
    assert office.tick("2022-06-17 09:00", over_smtp(office, server)).sent == 1
    assert [one[2] for one in office.fates()] == ["sent", "sent"]
    assert found(office) == []
