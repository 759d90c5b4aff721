"""The owner office's morning list: what is held for it to decide, and who has nobody to tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications import by_hand, failing
from tests.support.command_line import command
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import PLAN
from tests.support.referee import found

OWNER = "roads@example.org"
BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")
LEAD_DAY, NEXT, THIRD = "2022-06-20 09:00", "2022-06-21 09:00", "2022-06-22 09:00"


def begun(office: SampleOffice, *, contacts: bool = True) -> SampleOffice:
    """Two units with one lead, a Friday's digest gone out: on Monday the lead's mail is held."""
    office.apply(BOTH)
    for unit in ("north", "south"):
        office.add_contact(unit, "lead", "lead@example.org")
        if contacts:
            office.add_contact(unit, "contact", f"{unit}-1@example.org")
    office.tick("2022-06-17 09:00")
    return office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office with morning lists, on SQLite."""
    here = SampleOffice(tmp_path, morning_list=True)
    yield here
    assert found(here) == []
    here.close()


def lists(office: SampleOffice) -> list[str]:
    """The text of each list that went out, the oldest first."""
    bodies = [mail.get_body(("plain",)) for mail in office.mails() if mail["To"] == OWNER]
    return [str(body.get_content()) for body in bodies if body is not None]


def test_what_is_held_is_listed_each_morning(tmp_path: Path, database_url: str) -> None:
    office = begun(SampleOffice(tmp_path, database_url=database_url, morning_list=True))
    assert lists(office) == []
    office.ticks([LEAD_DAY, "2022-06-20 09:01", "2022-06-20 14:00"])
    (first,) = lists(office)
    held = next(one for one in office.deliveries() if one.status.value == "held")
    assert f"No. {held.id} to lead (lead) lead@example.org" in first
    assert "items: 2, units: 2; the most overdue: 报送排查方案 · 北城市" in first
    assert "held since 20 June" in first
    assert f"duban outbox release {held.id}\n   Or not: duban outbox drop {held.id}" in first
    mail = next(one for one in office.mails() if one["To"] == OWNER)
    assert str(mail["Subject"]) == "[To decide: 1] 20 Jun"
    office.tick(NEXT)
    office.release(held.id)
    office.tick(THIRD)
    assert len(lists(office)) == 3 and f"No. {held.id} " in lists(office)[1]
    assert "supervisor@example.org" in lists(office)[2]  # drafted that day; the lead's is gone
    assert f"No. {held.id} " not in lists(office)[2]
    assert found(office) == []
    office.close()


def test_what_was_decided_before_the_list_went_is_not_on_it(office: SampleOffice) -> None:
    begun(office).remind(LEAD_DAY)
    with office.database.write() as session:
        for one in by_hand.held_ids(session):
            by_hand.drop(session, one, office.decision())
    office.send()
    assert lists(office) == []
    assert [one.status.value for one in office.deliveries() if one.purpose == "morning"] == [
        "suppressed"
    ]
    assert {one[2] for one in office.fates() if one[0] == "lead"} == {"dropped"}


def test_what_has_been_handed_in_is_not_on_it(office: SampleOffice) -> None:
    begun(office).remind(LEAD_DAY)
    office.act("submit")
    office.act("submit", PLAN_KEY.replace("north", "south"))
    office.send()
    (draft,) = [one.id for one in office.deliveries() if one.purpose == "held"]
    office.tick(NEXT)
    assert lists(office) == []
    assert draft not in [one.id for one in office.deliveries() if one.status.value == "held"]


def test_a_list_that_could_not_go_gives_way_to_the_next(office: SampleOffice) -> None:
    begun(office).remind(LEAD_DAY)
    office.tick(NEXT)
    assert len(lists(office)) == 1
    statuses = [one.status.value for one in office.deliveries() if one.purpose == "morning"]
    assert statuses == ["suppressed", "done"]


def test_units_without_a_contact_are_named_once(office: SampleOffice) -> None:
    begun(office, contacts=False)
    office.tick("2022-06-17 09:05")
    (first,) = lists(office)
    assert "office mailboxes were told instead" in first and "北城市, 南城市" in first
    assert "duban outbox" not in first
    office.tick(LEAD_DAY)
    assert "office mailboxes" not in lists(office)[1]


def test_who_could_not_be_told_at_all_is_named_with_the_role(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path, morning_list=True)
    office.apply(PLAN)
    office.add_contact("north", "contact", "zhang@example.org")
    office.ticks(["2022-06-17 09:00", LEAD_DAY, NEXT])
    (first,) = lists(office)
    assert "Nobody could be told" in first and "北城市 (lead)" in first
    office.close()


def test_without_it_nothing_is_sent(tmp_path: Path) -> None:
    office = begun(SampleOffice(tmp_path))
    office.tick(LEAD_DAY)
    assert lists(office) == []
    office.close()


def test_a_held_escalation_is_called_held_wherever_it_is_shown(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(office).tick(LEAD_DAY)
    held = next(one for one in office.deliveries() if one.status.value == "held")
    for arguments in (("show", PLAN_KEY), ("outbox", "show", str(held.id))):
        capsys.readouterr()
        command(office, *arguments)
        shown = capsys.readouterr().out
        assert "held" in shown and "waiting" not in shown, arguments
    office.release(held.id)
    command(office, "show", PLAN_KEY)
    assert "[lead] waiting" in capsys.readouterr().out


def test_who_is_refused_for_good_is_named_each_morning_while_something_is_owed(
    office: SampleOffice,
) -> None:
    office.apply(BOTH)
    for unit in ("north", "south"):
        office.add_contact(unit, "contact", "li@example.org")
    office.tick("2022-06-08 09:00")
    assert lists(office) == []
    with office.database.write() as session:
        failing.mark(session, "li@example.org", "550", "5.1.1 no such user", office.clock())
        failing.mark(session, "gone@example.org", "550", "5.1.1 no such user", office.clock())
    office.ticks(["2022-06-09 09:00", "2022-06-09 09:05", "2022-06-10 09:00"])
    assert len(lists(office)) == 2
    said = "北城市, 南城市: li li@example.org, since 8 June: 550 5.1.1 no such user"
    assert said in lists(office)[1] and "gone@" not in lists(office)[1]
    assert "duban contacts replace" in lists(office)[1]
    office.act("submit")
    office.act("submit", PLAN_KEY.replace("north", "south"))
    office.tick("2022-06-13 09:00")
    assert len(lists(office)) == 2


def test_a_refused_office_mailbox_is_named(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.tick("2022-06-08 09:00")
    with office.database.write() as session:
        failing.mark(session, "north@example.org", "550", "no such user", office.clock())
    office.tick("2022-06-09 09:00")
    assert "北城市: office mailbox north@example.org, since 8 June" in lists(office)[-1]
