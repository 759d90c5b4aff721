# ruff: noqa: S608 - the statements are the tests' own
"""What the referee says of an escalation before the unit was told, and of two mails for one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from config.settings import SmtpSecurity
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN, with_ladder
from tests.support.referee import found, referee
from tests.support.smtp import MailServer
from workflows.applying import Past

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"
LADDER = (
    "[{id: late, when: 2 working days after}, {id: boss, when: 2 working days after, to: [lead],"
    " release: auto}, {id: dep, when: 2 working days after, to: [department]},"
    " {id: own, when: 2 working days after, to: [owner]}]"
)
MORNINGS = ("2022-06-17 09:00", "2022-06-17 09:05")
COPIED = (
    "address, kind, local_date, status, not_before, attempts, doubts, error, outcome, subject, "
    "body_hash, created_at, claimed_at, started_at, done_at, worker, events_seen, decided_by, "
    "decision, channel"
)
TOLD = f"(SELECT delivery_id FROM reminder WHERE reason = 'late' AND address = '{WANG}')"


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[SampleOffice]:
    """An office on each kind of database, in which a unit was told and then those above it."""
    here = SampleOffice(tmp_path, database_url=database_url)
    here.add_contact("north", "contact", WANG)
    here.add_contact("north", "lead", LEAD)
    here.apply(with_ladder(LADDER, PLAN.replace("[公路处]", "[安全处]")))
    assert here.ticks(MORNINGS) == [1, 3]
    assert found(here) == []
    yield here
    here.close()


def tamper(office: SampleOffice, *statements: str) -> None:
    """Change the record from outside."""
    with office.database.write() as session:
        for one in statements:
            assert session.connection().exec_driver_sql(one).rowcount != 0, one


def codes(office: SampleOffice) -> Sequence[str]:
    """What the referee names, each as often as it does."""
    return sorted(one.code.value for one in referee(office).findings)


@pytest.mark.parametrize("reason", ["boss", "dep", "own"])
def test_an_escalation_that_left_before_the_unit_was_told(
    office: SampleOffice, reason: str
) -> None:
    tamper(
        office,
        "UPDATE delivery SET claimed_at = '2022-06-17 01:01:00.000000+00:00', started_at = "
        "'2022-06-17 01:01:00.000000+00:00' WHERE id = "
        f"(SELECT delivery_id FROM reminder WHERE reason = '{reason}')",
        f"UPDATE delivery SET done_at = '2022-06-17 01:02:00.000000+00:00' WHERE id = {TOLD}",
    )
    assert codes(office) == ["escalated-first"]


def test_an_escalation_while_the_units_own_still_waits(office: SampleOffice) -> None:
    tamper(
        office,
        f"UPDATE delivery SET status = 'queued', done_at = NULL WHERE id = {TOLD}",
        "UPDATE reminder SET status = 'pending' WHERE reason = 'late'",
    )
    assert codes(office) == ["escalated-first"] * 3


def test_an_escalation_of_what_the_unit_was_never_to_hear(office: SampleOffice) -> None:
    """Its own reminder fell into a silence that was over when the others were made."""
    tamper(
        office,
        "UPDATE reminder SET status = 'silenced', delivery_id = NULL, "
        "created_at = '2022-06-17 00:59:00.000000+00:00' WHERE reason = 'late'",
        f"UPDATE delivery SET status = 'superseded', done_at = NULL WHERE address = '{WANG}'",
    )
    assert codes(office) == ["escalated-first"] * 3


def test_one_person_told_as_the_unit_and_as_somebody_above_it(office: SampleOffice) -> None:
    tamper(
        office,
        f"UPDATE reminder SET address = '{WANG}' WHERE reason = 'boss'",
        f"UPDATE delivery SET address = '{WANG}', kind = 'notice', purpose = 'urgent-1' "
        f"WHERE address = '{LEAD}'",
    )
    assert codes(office) == ["sent-twice"]


@pytest.mark.parametrize(("tried", "expected"), [(False, ["digest-twice"]), (True, [])])
def test_a_mail_in_place_of_a_channel_beside_the_days_mail(
    tmp_path: Path, tried: bool, expected: list[str]
) -> None:
    """Where the channel was tried in vain, the mail is what was left."""
    office = SampleOffice(tmp_path)
    office.add_contact("north", "contact", WANG)
    ladder = "[{id: late, when: on the day}, {id: chat, when: on the day, channel: group}]"
    office.apply(with_ladder(ladder))
    assert office.ticks(["2022-06-15 09:00"]) == [1]
    tamper(
        office,
        f"INSERT INTO delivery (message_id, purpose, {COPIED}) "
        f"SELECT 'other', 'via-group', {COPIED} FROM delivery",
        "UPDATE reminder SET delivery_id = (SELECT max(id) FROM delivery) WHERE reason = 'chat'",
    )
    if tried:
        tamper(
            office,
            "INSERT INTO failed_try (delivery_id, at, channel, verdict, code, text) SELECT "
            "max(id), '2022-06-15 01:00:00.000000', 'group', 'temporary', 0, '' FROM delivery",
        )
    assert codes(office) == expected
    office.close()


def test_an_escalation_that_waits_for_the_next_days_digest(tmp_path: Path) -> None:
    """A unit was told only after its department's digest of the day had gone: the department reads
    of it on the next working day, and not then it was forgotten."""
    with MailServer() as server:
        office = SampleOffice(
            tmp_path,
            smtp_host=server.host,
            smtp_port=server.port,
            smtp_security=SmtpSecurity.NONE,
        )
        office.add_contact("north", "contact", WANG)
        office.add_contact("south", "contact", "li@south.example.org")
        both = PLAN.replace("[北城市]", "[北城市, 南城市]").replace("[公路处]", "[安全处]")
        office.apply(with_ladder(LADDER, both))
        server.answers[f"RCPT:{WANG}"] = "450 busy"
        office.ticks(["2022-06-17 09:00", "2022-06-17 09:05"])
        assert codes(office) == []
        server.answers.clear()
        assert office.tick("2022-06-17 11:00").sent == 1
        office.tick("2022-06-17 15:00")
        (waits,) = [
            one for one in office.reminders() if one.reason == "dep" and not one.delivery_id
        ]
        assert waits.status.value == "pending"
        assert codes(office) == []
        office.ticks(["2022-06-20 09:00", "2022-06-20 15:00"])
        assert codes(office) == []
        forgotten = (
            f"UPDATE reminder SET status = 'pending', delivery_id = NULL WHERE id = {waits.id}"
        )
        tamper(office, forgotten)
        assert "reminder-forgotten" in codes(office)
        office.close()


def test_one_above_that_waits_for_the_unit_told_at_the_same_moment(tmp_path: Path) -> None:
    """The lead of one unit is the contact of another: what is theirs went at once, what is the
    lead's had to wait for the unit, which was told at the moment at which both were made."""
    office = SampleOffice(tmp_path, start="2022-06-16 09:00")
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", "li@example.org")
    office.add_contact("south", "contact", "li@example.org")
    ladder = """[{id: own, when: 1 working day after, to: [contact]},
                 {id: lead, when: 1 working day after, to: [lead], release: auto}]"""
    both = PLAN.replace("[北城市]", "[北城市, 南城市]")
    office.apply(with_ladder(ladder, both), past=Past.CHASE)
    office.tick("2022-06-16 09:00")
    assert [one.reason for one in office.reminders() if one.status.value == "pending"] == ["lead"]
    assert codes(office) == []
    office.tick("2022-06-17 09:00")
    assert "pending" not in {one.status.value for one in office.reminders()}
    assert codes(office) == []
    office.close()
