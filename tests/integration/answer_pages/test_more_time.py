"""Asking for more time on the page, and the office's page that decides."""

from datetime import date

from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.pages import LI, Visitor, every_row, last_event, number, send_mails, text_of


def test_ask_for_more_time_and_the_office_decides(here: SampleOffice, visitor: Visitor) -> None:
    path, office_path = visitor.path(LI), visitor.path("roads@example.org", "decide")
    assert "No request is waiting" in text_of(visitor.get(office_path))
    fields = {"item": number(here), "day": "2022-06-30", "note": "桥检未完成"}
    said = visitor.follow(path, visitor.post(path, action="more-time", **fields))
    assert "You asked for time until Thursday 30 June" in said
    assert last_event(here) == ("request_extension", "li", "桥检未完成")
    shown = text_of(visitor.get(office_path))
    for words in (
        "公路处",
        "报送排查方案 · 北城市",
        "Thursday 30 June",
        "桥检未完成",
        "li Monday 13",
    ):
        assert words in shown
    answer = visitor.post(office_path, action="approve", item=number(here), day="2022-06-28")
    assert "Approved" in visitor.follow(office_path, answer)
    assert last_event(here)[:2] == ("approve_extension", "公路处")
    assert here.assignment().effective_due == date(2022, 6, 28)
    again = visitor.post(office_path, action="approve", item=number(here), day="2022-06-29")
    assert again.status_code == 422 and "decided already" in text_of(again)


def test_the_office_declines_with_a_reason(here: SampleOffice, visitor: Visitor) -> None:
    here.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    path = visitor.path("roads@example.org", "decide")
    for fields in (
        {"action": "reject"},
        {"action": "approve", "day": "2022-06-15"},
        {"action": "approve"},
    ):
        assert visitor.post(path, item=number(here), **fields).status_code == 422
    assert here.assignment().requested_due == date(2022, 6, 30)
    answer = visitor.post(path, action="reject", item=number(here), note="时间已足够")
    assert "Declined" in visitor.follow(path, answer)
    assert last_event(here) == ("reject_extension", "公路处", "时间已足够")
    assert here.assignment().requested_due is None


def test_another_office_decides_nothing(here: SampleOffice, visitor: Visitor) -> None:
    here.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    for address in ("safety@example.org", LI, "north@example.org"):
        path = visitor.path(address, "decide")
        assert "报送排查方案" not in text_of(visitor.get(path))
        answer = visitor.post(path, action="approve", item=number(here), day="2022-06-30")
        assert answer.status_code == 422
    assert here.assignment().requested_due == date(2022, 6, 30)


def test_more_time_needs_a_later_day(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    for day in ("2022-06-15", "2022-06-01", "9999-01-01", ""):
        fields = {"item": number(here), "day": day, "note": "why"}
        answer = visitor.post(visitor.path(LI), action="more-time", **fields)
        assert answer.status_code == 422 and ">why</textarea>" in answer.text
    assert every_row(here) == before


def test_the_year_of_a_far_day_is_said_and_a_slip_of_it_is_asked_about(
    here: SampleOffice, visitor: Visitor
) -> None:
    path, office_path = visitor.path(LI), visitor.path("roads@example.org", "decide")
    assert 'min="2022-06-16" max="2023-06-16"' in visitor.get(path).text
    fields = {"action": "more-time", "item": number(here), "note": "桥检未完成"}
    slipped = visitor.post(path, day="2032-06-30", **fields)
    assert slipped.status_code == 422 and here.assignment().requested_due is None
    assert "2032-06-30 is more than a year ahead: is the year right?" in text_of(slipped)
    asked = "Wednesday 18 January 2023"
    said = visitor.follow(path, visitor.post(path, day="2023-01-18", **fields))
    assert f"You asked for time until {asked};" in said
    assert asked in text_of(visitor.get(office_path))
    here.remind("2022-06-13 10:01")
    send_mails(here)
    (letter,) = (one for one in here.mails() if one["Subject"].startswith("[More time"))
    for part in ("plain", "html"):
        body = letter.get_body((part,))
        assert body is not None and f"until {asked}" in body.get_content()
    # The office may give any date.
    answer = visitor.post(office_path, action="approve", item=number(here), day="2024-02-01")
    assert "Approved" in visitor.follow(office_path, answer)
    assert "due on Thursday 1 February 2024" in text_of(visitor.get(path))
    here.remind("2022-06-13 10:05")
    send_mails(here)
    (told,) = (one for one in here.mails() if one["To"] == LI and "new date" in one["Subject"])
    body = told.get_body(("plain",))
    assert body is not None
    assert "until Thursday 1 February 2024 instead of Wednesday 15 June\n" in body.get_content()


def test_more_time_needs_a_reason(here: SampleOffice, visitor: Visitor) -> None:
    fields = {"item": number(here), "day": "2022-06-30", "note": " \n "}
    answer = visitor.post(visitor.path(LI), action="more-time", **fields)
    assert answer.status_code == 422 and "Please give a reason" in text_of(answer)
    assert 'value="2022-06-30"' in answer.text
