"""A mail server that is away from Friday to Monday: one digest on Monday, with everything on it."""

import asyncio
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import structlog

from notifications.sender import make_transport
from scheduler.tick import tick
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from tests.support.referee import found, referee
from tests.support.smtp import MailServer

FRIDAY, MONDAY = "2022-06-17 08:00", "2022-06-20 08:55"
PLAN_OF_TWO = PLAN.replace("[北城市]", "[北城市, 南城市]")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def play(office: SampleOffice, until: str, minutes: int) -> None:
    """Tick every so many minutes, with one sender, as `serve` does."""

    async def run() -> None:
        transport = make_transport(office.settings)
        sender = office.sender(transport)
        while office.clock() < at(until):
            await tick(
                office.database, office.organisation, office.settings, office.clock(), sender
            )
            office.clock.advance_to(min(office.clock() + timedelta(minutes=minutes), at(until)))
        await transport.close()

    asyncio.run(run())


def test_an_outage_over_a_weekend_ends_in_one_digest_on_monday(tmp_path: Path) -> None:
    with MailServer() as server:
        office = SampleOffice(
            tmp_path, smtp_host=server.host, smtp_port=server.port, smtp_security="none"
        )
        office.apply(PLAN_OF_TWO, MONTHLY, ON_HOLIDAY)
        office.at("2022-06-16 08:00")
        play(office, FRIDAY, 180)
    before = [str(mail["To"]) for mail in server.mails]
    port = server.port

    with structlog.testing.capture_logs() as logs:  # nothing listens
        play(office, "2022-06-17 18:30", 30)
        play(office, MONDAY, 240)
    assert {log["event"] for log in logs} == {"no mail can go"}
    assert 10 < len(logs) < 25, "tried again all of Friday, and neither at night nor on days off"
    assert {log["mend"] for log in logs if "check smtp_host and smtp_port" in log["mend"]}
    friday = [one for one in office.deliveries() if one.local_date.day == 17]
    assert {one.status.value for one in friday} == {"queued"}
    assert {one.attempts for one in friday} == {0}
    waiting = Counter(one.address for one in friday)
    assert set(waiting.values()) == {1}

    with MailServer(port=port) as server:
        play(office, "2022-06-20 18:00", 65)
    mails = {str(mail["To"]): mail for mail in server.mails}
    assert len(server.mails) == len(mails), "one for each person"
    assert set(waiting) <= set(mails), "and for everybody who was to get one on Friday"
    assert {one.status.value for one in office.deliveries() if one.local_date.day == 17} == {
        "superseded"
    }
    north = text_of(mails["north@example.org"])
    for title in ("报送排查方案", "报送进展月报", "报送节日值守情况"):
        assert north.count(f"{title}") == 1, north
    pending = [one for one in office.reminders() if one.status.value == "pending"]
    assert all(one.held for one in pending), "what waits, waits for a release"
    assert found(office) == []
    assert referee(office).in_doubt == []
    assert before, "the server had been well on Thursday"
    office.close()
