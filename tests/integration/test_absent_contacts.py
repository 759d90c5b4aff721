"""A contact who is away is no lack of one: briefing, morning list and today say until when."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from notifications.briefing_letter import briefing_letter
from notifications.stationery import write
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from workflows.briefing import briefing
from workflows.people.absences import Away, add_absence

BOTH = PLAN.replace("[北城市]", "[北城市, 南城市]")
WANG, LI = "wang@example.org", "li@example.org"
FIRST, LAST = date(2022, 6, 10), date(2022, 6, 17)
SAID = "北城市: wang is absent until 17 June, nobody in place"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """Two cities owe a plan: one's only contact is away, the other has none."""
    here = SampleOffice(tmp_path, morning_list=True)
    here.apply(BOTH)
    here.add_contact("north", "contact", WANG)
    yield here
    here.close()


def away(office: SampleOffice, person: str, deputy: str = "") -> None:
    with office.database.write() as session:
        add_absence(session, Away(person, FIRST, LAST, deputy), office.clock(), "tester", "")


def briefed(office: SampleOffice) -> str:
    with office.database.read() as session:
        said = briefing(session, office.clock(), office.organisation)
    return write(briefing_letter("", said))[1]


def listed(office: SampleOffice) -> list[tuple[str, str]]:
    """Subject and text of each morning list."""
    mails = [one for one in office.mails() if one["To"] == "roads@example.org"]
    bodies = [(str(one["Subject"]), one.get_body(("plain",))) for one in mails]
    return [(subject, str(body.get_content())) for subject, body in bodies if body is not None]


def to_do(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """What `today` has of units without somebody to tell."""
    capsys.readouterr()
    command(office, "today", "--format", "json")
    sections = json.loads(capsys.readouterr().out)["sections"]
    return {
        one["section"]: [f"{line['unit']}: {line['what']}" for line in one["lines"]]
        for one in sections
        if one["section"] in {"contacts", "absent"}
    }


def test_who_is_away_is_named_with_the_day(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    away(office, WANG)
    office.tick("2022-06-13 09:00")
    office.tick("2022-06-13 09:05")
    ((subject, text),) = listed(office)
    assert subject == "[No contact: 1] 13 Jun"
    assert "contacts registered:\n南城市\n" in text and f"instead:\n{SAID}\n" in text
    said = briefed(office)
    assert "Units without a contact: 1\n1. 南城市" in said
    assert f"nobody in place: 1\n1. {SAID}" in said
    assert to_do(office, capsys) == {
        "contacts": ["南城市: only its office mailbox is told"],
        "absent": [SAID],
    }
    command(office, "contacts", "coverage", "--format", "csv")
    assert "北城市,absent," in capsys.readouterr().out


def test_a_list_of_nothing_but_absent_contacts_says_so(office: SampleOffice) -> None:
    away(office, WANG)
    office.add_contact("south", "contact", LI)
    office.tick("2022-06-13 09:00")
    office.tick("2022-06-13 09:05")
    ((subject, text),) = listed(office)
    assert subject == "[Contact absent: 1] 13 Jun"
    assert SAID in text and "registered" not in text


@pytest.mark.parametrize("who", ["named", "deputy", "colleague"])
def test_nothing_is_said_where_somebody_is_in_place(
    office: SampleOffice, capsys: pytest.CaptureFixture[str], who: str
) -> None:
    office.add_contact("south", "contact", LI)
    if who != "named":
        office.add_contact("north", "deputy" if who == "deputy" else "contact", "sun@example.org")
    away(office, WANG, LI if who == "named" else "")
    office.tick("2022-06-13 09:00")
    office.tick("2022-06-13 09:05")
    assert listed(office) == []
    assert "absent" not in briefed(office) and "without a contact" not in briefed(office)
    assert to_do(office, capsys) == {"contacts": [], "absent": []}


def test_a_deputy_who_is_away_as_well_is_nobody_in_place(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    office.add_contact("north", "deputy", "sun@example.org")
    away(office, "sun@example.org")
    away(office, WANG)
    office.at("2022-06-13 09:00")
    assert to_do(office, capsys)["absent"] == [SAID]
