"""What people complain of in other tools, tried with the program as an office runs it."""

import mailbox
from email import message_from_bytes
from email.policy import default

import pytest

from tests.acceptance.conftest import Duban
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN, write_organisation

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"
CONTACTS = f"unit,role,name,email\n北城市,contact,王,{WANG}\n北城市,lead,李,{LEAD}\n"
LATE = (
    "    ladder: [{id: day, when: on the day},"
    " {id: boss, when: 2 working days after, to: [lead]}]\n"
)


@pytest.fixture
def north(duban: Duban) -> Duban:
    """An office with one duty of the north, due on Wednesday 15 June, and its people."""
    return office(duban, PLAN)


def office(duban: Duban, *milestones: str, contacts: str = CONTACTS) -> Duban:
    """An office on 20 May with these duties and people."""
    folder = duban.home.parent
    file, people = folder / "bridges-2022.yaml", folder / "people.csv"
    file.write_text(CAMPAIGN + "".join(milestones), encoding="utf-8")
    people.write_text(contacts, encoding="utf-8")
    duban.settings["DUBAN_ORGANISATION"] = str(write_organisation(folder))
    duban.settings["DUBAN_MORNING_LIST"] = "false"
    duban.set_clock("2022-05-20T10:00:00+08:00")
    duban.run("apply", file, "--yes")
    duban.run("contacts", "import", people, "--yes")
    return duban


def ticks(duban: Duban, *days: str) -> None:
    """A tick at nine on each day of June."""
    for one in days:
        duban.run("tick", "--at", f"2022-06-{one}T09:00")


def letters(duban: Duban) -> list[tuple[str, str]]:
    """The day and the address of each mail that has gone out."""
    box = mailbox.Maildir(duban.home / "mail", create=False)
    found = [message_from_bytes(box.get_bytes(key), policy=default) for key in box.iterkeys()]
    return sorted((f"{one['Date'].datetime:%d}", str(one["To"])) for one in found)


def test_my_boss_hears_only_when_i_am_two_days_late(duban: Duban) -> None:
    office(duban, PLAN + LATE)
    ticks(duban, "15", "16")
    assert letters(duban) == [("15", WANG)]
    ticks(duban, "17")
    assert letters(duban) == [("15", WANG)], "and not before the owner office says so"
    (draft,) = duban.json("outbox", "list", "--status", "held")
    duban.run("outbox", "release", str(draft["id"]))
    duban.run("tick", "--at", "2022-06-17T10:00")
    assert letters(duban) == [("15", WANG), ("17", LEAD)]


def test_reminders_do_not_ignore_an_extension(north: Duban) -> None:
    ticks(north, "13")
    north.set_clock("2022-06-13T11:00:00+08:00")
    north.run("extend", "bridges-2022/plan/north", "--approve", "--until", "2022-06-29")
    north.run("tick", "--at", "2022-06-13T12:00")
    assert letters(north) == [("13", WANG)] * 2, "the reminder, and one notice of the new date"
    ticks(north, "14", "15", "16", "17", "20")
    # The 15th is ten working days before the new date, and no longer the due date itself.
    assert letters(north) == [("13", WANG), ("13", WANG), ("15", WANG)]
    assert "2022-06-29" in north.run("explain", "bridges-2022/plan/north").stdout


def test_no_overdue_mail_for_a_campaign_on_hold(north: Duban) -> None:
    north.run("campaign", "pause", "bridges", "--why", "停办")
    ticks(north, "13", "15", "17", "21")
    assert letters(north) == []
    north.set_clock("2022-06-22T10:00:00+08:00")
    north.run("campaign", "resume", "bridges")
    ticks(north, "23")
    assert letters(north) == [("23", WANG)]
    assert "everything is as it should be" in north.run("verify").stderr


def test_two_roles_are_one_mail(duban: Duban) -> None:
    """Contact and deputy of one unit and contact of another, for two duties due together."""
    people = f"{CONTACTS}北城市,deputy,王,{WANG}\n南城市,contact,王,{WANG}\n"
    both = PLAN.replace("[北城市]", "[北城市, 南城市]")
    office(duban, both, MONTHLY, contacts=people)
    ticks(duban, "13", "16")
    assert letters(duban).count(("13", WANG)) == 1
    assert letters(duban).count(("16", WANG)) == 1
