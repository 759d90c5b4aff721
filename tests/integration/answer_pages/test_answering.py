"""The forms of the page behind a mail's link: seen, later, handed in."""

from datetime import date
from typing import Any

import pytest

from notifications.letter import greeted
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.pages import (
    JUNE,
    LI,
    TWO_FILES,
    Visitor,
    every_row,
    last_event,
    number,
    send_mails,
    text_of,
)
from workflows.tables import Contact


def test_seen(here: SampleOffice, visitor: Visitor) -> None:
    path = visitor.path(LI)
    answer = visitor.post(path, action="seen", item=number(here))
    assert "Noted as seen" in visitor.follow(path, answer)
    assert last_event(here) == ("acknowledge", "li", "")
    assert here.assignment().acknowledged_at == here.clock()
    assert here.assignment(JUNE).acknowledged_at is None
    count = len(here.events())
    assert visitor.post(path, action="seen", item=number(here)).status_code == 303
    assert len(here.events()) == count, "seen twice is seen once"


def test_seen_for_all(here: SampleOffice, visitor: Visitor) -> None:
    path = visitor.path(LI)
    said = visitor.follow(path, visitor.post(path, action="seen-all"))
    assert "All are noted as seen" in said and "I have seen all of them" not in said
    seen = [one for one in here.events() if one.kind == "acknowledge"]
    assert len(seen) == 4 and {one.actor for one in seen} == {"li"}
    assert here.assignment("bridges-2022/monthly/south/2022-06").acknowledged_at is None


def test_remind_me_later(here: SampleOffice, visitor: Visitor) -> None:
    path = visitor.path(LI)
    answer = visitor.post(path, action="later", item=number(here), day="2022-06-14")
    assert "You will be reminded on Tuesday 14 June" in visitor.follow(path, answer)
    assert here.assignment().snoozes == {LI: "2022-06-14"}
    assert last_event(here) == ("snooze", "li", "")
    here.at("2022-06-16 10:00")  # a day that is past is no day to come
    assert "You will be reminded" not in visitor.get(path).text


def test_a_day_that_cannot_be_is_said_and_kept_as_typed(
    here: SampleOffice, visitor: Visitor
) -> None:
    before = every_row(here)
    for day in ("2022-06-13", "2022-06-16", "1022-06-14", "", "14", "2022-02-30"):
        answer = visitor.post(visitor.path(LI), action="later", item=number(here), day=day)
        assert answer.status_code == 422, day
        assert answer.text.count('role="alert"') == 1
        assert f'value="{day}"' in answer.text and "<details open" in answer.text
    assert every_row(here) == before


def test_a_day_as_people_write_it(here: SampleOffice, visitor: Visitor) -> None:
    for day in ("2022/6/14", "2022年6月14日", " 2022.06.14 ", "２０２２-6-14"):
        answer = visitor.post(visitor.path(LI), action="later", item=number(here), day=day)
        assert answer.status_code == 303, text_of(answer)
        assert here.assignment().snoozes == {LI: "2022-06-14"}


def test_it_is_too_late_to_be_reminded_on_the_last_day(
    here: SampleOffice, visitor: Visitor
) -> None:
    here.at("2022-06-15 10:00")
    page = visitor.get(visitor.path(LI))
    assert f'id="later-{number(here)}"' not in page.text
    assert f'id="later-{number(here, JUNE)}"' in page.text
    answer = visitor.post(visitor.path(LI), action="later", item=number(here), day="2022-06-15")
    assert answer.status_code == 422 and "It is due already" in text_of(answer)


def test_handed_in_with_files(here: SampleOffice, visitor: Visitor) -> None:
    path = visitor.path(LI)
    answer = visitor.post(
        path, files=TWO_FILES, action="handed-in", item=number(here), note="also sent\r\nby fax"
    )
    said = visitor.follow(path, answer)
    assert "Received, thank you" in said
    waits = said.partition("Handed in, not checked yet")[2]
    assert "报送排查方案 北城市" in waits and "报送排查方案" not in said.partition("Handed in,")[0]
    for words in ("Received: Monday 13 June 10:00 · li", "方案.pdf, 盖章件.pdf", "Note: also sent"):
        assert words in waits
    assert last_event(here) == ("submit", "li", "also sent\nby fax")
    kept = here.events()[-1].data["files"]
    assert [one["name"] for one in kept] == ["方案.pdf", "盖章件.pdf"]
    for one, content in zip(kept, (b"one", b"two"), strict=True):
        assert (here.settings.uploads / one["sha256"]).read_bytes() == content
    assert here.assignment().missing == []
    here.remind("2022-06-13 11:00")
    receipts = [one.address for one in here.deliveries() if one.purpose.startswith("receipt-")]
    assert receipts == [LI], "a receipt goes out"


def test_what_was_handed_in_is_shown_until_it_is_checked(
    here: SampleOffice, visitor: Visitor
) -> None:
    def shown(address: str = LI) -> str:
        return text_of(visitor.get(visitor.path(address))).partition("not checked yet")[2]

    assert shown() == ""
    wrong = [("file", ("<b>错误.pdf", b"one"))]
    visitor.post(visitor.path(LI), files=wrong, action="handed-in", item=number(here), missing="1")
    here.at("2022-06-14 11:30")
    here.act("submit", note="internal: by telephone")
    assert "<b>错误.pdf ✓ Received: Tuesday 14 June 11:30" in shown(), "the other part, by hand"
    assert "internal" not in shown() and "tester" not in shown()
    assert shown("wang@example.org") == "", "nobody else's"
    here.act("return_for_correction", PLAN_KEY, date(2022, 6, 20))
    assert shown() == ""
    here.act("submit")
    assert "14 June 11:30" in shown() and "错误" not in shown(), "what was returned is over"
    here.act("accept")
    assert shown() == ""


def test_a_day_off_names_one_that_will_do(here: SampleOffice, visitor: Visitor) -> None:
    here.at("2022-06-17 10:00")  # a Friday; it is due on Monday
    june = number(here, JUNE)
    field = f'id="later-{june}" name="day" required autocomplete="off" placeholder="2022-06-20"'
    assert f'{field} min="2022-06-20" max="2022-06-20"' in visitor.get(visitor.path(LI)).text
    for day in ("2022-06-18", "2022-06-19"):
        answer = visitor.post(visitor.path(LI), action="later", item=june, day=day)
        words = f"{day} is a day off: please choose a working day, such as 2022-06-20"
        assert answer.status_code == 422 and words in text_of(answer)
    assert here.assignment(JUNE).snoozes == {}


def test_handed_in_with_a_part_to_follow(here: SampleOffice, visitor: Visitor) -> None:
    answer = visitor.post(
        visitor.path(LI), files=TWO_FILES[:1], action="handed-in", item=number(here), missing="1"
    )
    assert answer.status_code == 303
    assert here.assignment().missing == ["排查方案（盖章件）"]


@pytest.mark.parametrize("fields", [{"note": "已送达贵处"}, {"nil": "1"}])
def test_handed_in_without_files(
    here: SampleOffice, visitor: Visitor, fields: dict[str, str]
) -> None:
    answer = visitor.post(visitor.path(LI), action="handed-in", item=number(here), **fields)
    assert answer.status_code == 303
    assert here.assignment().nil is ("nil" in fields)
    assert "files" not in here.events()[-1].data


def test_a_hand_in_that_says_nothing_is_shown_again(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    cases: list[tuple[dict[str, Any], str, int]] = [
        ({}, "Please choose a file", 0),
        ({"note": "a" * 2001}, "Please shorten the text", 0),
        ({"nil": "1", "missing": "1", "note": "nothing to tell"}, "a nil report has no parts", 2),
        ({"note": "neither", "missing": ["0", "1"]}, "leave unticked what you hand in", 2),
    ]
    for fields, said, ticked in cases:
        answer = visitor.post(visitor.path(LI), action="handed-in", item=number(here), **fields)
        assert answer.status_code == 422 and said in text_of(answer)
        assert fields.get("note", "") in answer.text
        assert answer.text.count("checked") == ticked
    assert every_row(here) == before


def test_the_same_on_either_database(office: SampleOffice) -> None:
    """PostgreSQL finds a person's items, keeps answers, and takes the order for a fresh link."""
    office.apply(PLAN, MONTHLY)
    office.add_contact("north", "contact", "Li@Example.org")
    office.at("2022-06-13 10:00")
    visitor = Visitor(office)
    path, office_path = visitor.path(LI), visitor.path("roads@example.org", "decide")
    item = number(office)
    visitor.follow(path, visitor.post(path, action="seen-all"))
    visitor.follow(path, visitor.post(path, action="later", item=item, day="2022-06-14"))
    fields = {"item": item, "day": "2022-06-30", "note": "why"}
    visitor.follow(path, visitor.post(path, action="more-time", **fields))
    answer = visitor.post(office_path, action="reject", item=item, note="no")
    visitor.follow(office_path, answer)
    answer = visitor.post(path, files=TWO_FILES, action="handed-in", item=item)
    assert "报送排查方案" in visitor.follow(path, answer).partition("Handed in, not checked")[2]
    for _time in range(2):
        visitor.post("/fresh", address=LI)
    assert [one.address for one in office.deliveries()] == [LI]
    assert send_mails(office) == 1


def test_all_who_read_one_mailbox_are_greeted(here: SampleOffice, visitor: Visitor) -> None:
    shared = "desk@example.org"
    with here.database.write() as session:
        for unit, name in (("south", "王"), ("hill", "赵")):
            session.add(Contact(unit_id=unit, role="contact", name=name, address=shared))
    here.tick("2022-06-13 11:00")
    (mail,) = (one for one in here.mails() if one["To"] == shared)
    body = mail.get_body(("plain",))
    assert body is not None and body.get_content().startswith("Dear 王, 赵,\n")
    assert "Dear 王, 赵," in visitor.get(visitor.path(shared)).text


def test_too_many_to_be_greeted_by_name() -> None:
    four = ("甲", "乙", "", "丙", "丁", "甲")
    assert greeted(four, ["北城市", "南城市", "北城市"]) == "北城市, 南城市"
    assert greeted(four, four) == greeted([]) == "" and greeted(["", "甲", "甲"]) == "甲"
