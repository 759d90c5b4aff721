"""The pages behind a mail's link: who sees what, what each form does, and what nobody can do."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from notifications.own_items import ANSWERING, own_items
from notifications.recipients import Directory
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, MONTHLY, PLAN
from tests.support.pages import (
    PUBLIC_URL,
    Visitor,
    every_file,
    every_row,
    send_mails,
    text_of,
)
from tests.support.referee import found
from web.app import create_app
from web.guard import SECURITY_HEADERS
from workflows.campaign_status import change_status
from workflows.handing_in import Deed
from workflows.tables import Absence, Assignment, Campaign, Contact, MilestoneRow

LI, WANG, CHIEF = "li@example.org", "wang@example.org", "chief@example.org"
JUNE = "bridges-2022/monthly/north/2022-06"
START = "2022-06-13 10:00"
TWO_FILES = [("file", ("方案.pdf", b"one")), ("file", ("盖章件.pdf", b"two"))]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's folder, made once: each test has a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    office = SampleOffice(folder, START)
    office.apply(PLAN, MONTHLY, BUREAU)
    office.add_contact("north", "contact", LI)
    office.add_contact("north", "lead", CHIEF)
    office.close()
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    office = SampleOffice(tmp_path, START, announce=True)
    before = len(office.events())
    yield office
    try:
        if len(office.events()) > before:
            assert found(office) == []
    finally:
        office.close()


@pytest.fixture
def visitor(here: SampleOffice) -> Visitor:
    return Visitor(here)


def number(office: SampleOffice, name: str = PLAN_KEY) -> int:
    return office.assignment(name).id or 0


def last_event(office: SampleOffice) -> tuple[str, str, str]:
    event = office.events()[-1]
    assert event.data["via"] == "page"
    return event.kind, event.actor, event.note


# What is seen


def test_a_person_sees_what_is_theirs_and_the_most_urgent_first(
    here: SampleOffice, visitor: Visitor
) -> None:
    here.at("2022-06-17 10:00")
    said = text_of(visitor.get(visitor.path("Li@Example.ORG")))
    assert said.index("报送排查方案") < said.index("报送进展月报")
    assert "Overdue: was due on Wednesday 15 June, 2 days ago" in said
    assert "Dear li," in said and LI in said and "北城市 · 桥梁隐患排查" in said
    assert "排查方案, 排查方案（盖章件）" in said and "bridges@example.org" in said
    assert "南城市" not in said and "山县" not in said
    folded = said.index("Due in more than 30 days: 2")
    assert said.index("due on Monday 20 June") < folded < said.index("due on Wednesday 20 July")


def test_the_page_brings_nothing_from_outside_and_no_script(visitor: Visitor) -> None:
    for answer in (
        visitor.get(visitor.path(LI)),
        visitor.get(visitor.path("roads@example.org", "decide")),
        visitor.get("/answer/broken"),
        visitor.get("/fresh"),
    ):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
        for name, value in SECURITY_HEADERS.items():
            if name != "Content-Security-Policy":
                assert answer.headers[name] == value
        assert "set-cookie" not in answer.headers
        found = re.findall(r"<script|src=|https?://|@import|url\(|\son\w+=|style=", answer.text)
        assert found == []


def test_who_is_only_told_or_is_not_asked_has_no_forms(visitor: Visitor) -> None:
    """A lead, a supervisor, and the office mailbox while there is a contact."""
    for address in (CHIEF, "supervisor@example.org", "north@example.org"):
        answer = visitor.get(visitor.path(address))
        assert answer.status_code == 200
        assert "There is nothing here for you to answer" in text_of(answer)
        assert "<form" not in answer.text


def test_the_office_mailbox_serves_while_there_is_nobody(visitor: Visitor) -> None:
    assert "南城市" in text_of(visitor.get(visitor.path("south@example.org")))


def test_the_department_that_answers_for_a_unit_has_forms_and_the_copies_none(
    visitor: Visitor,
) -> None:
    assert "省局抽查" in text_of(visitor.get(visitor.path("roads@example.org")))
    assert "省局抽查" not in text_of(visitor.get(visitor.path("safety@example.org")))


def test_a_deputy_answers_only_while_the_person_is_away(
    here: SampleOffice, visitor: Visitor
) -> None:
    def sees(address: str) -> bool:
        return "报送排查方案" in text_of(visitor.get(visitor.path(address)))

    assert (sees(LI), sees(WANG)) == (True, False)
    with here.database.write() as session:
        session.add(
            Absence(address=LI, first=date(2022, 6, 13), last=date(2022, 6, 14), deputy=WANG,
                    actor="tester", created_at=here.clock())
        )  # fmt: skip
    assert (sees(LI), sees(WANG)) == (False, True)
    here.at("2022-06-15 09:00")
    assert (sees(LI), sees(WANG)) == (True, False)


def test_who_was_replaced_finds_nothing_behind_an_old_link(
    here: SampleOffice, visitor: Visitor
) -> None:
    path = visitor.path(LI)
    assert "报送排查方案" in text_of(visitor.get(path))
    with here.database.write() as session:
        one = session.exec(select(Contact).where(Contact.address == LI)).one()
        one.last, one.successor = date(2022, 6, 12), WANG
        session.add(Contact(unit_id="north", role="contact", name="wang", address=WANG))
    before = every_row(here)
    gone = visitor.get(path)
    assert "报送排查方案" not in text_of(gone) and "<form" not in gone.text
    refused = visitor.post(path, action="seen", item=number(here))
    assert refused.status_code == 422 and "not open for you any more" in text_of(refused)
    assert every_row(here) == before
    assert "报送排查方案" in text_of(visitor.get(visitor.path(WANG)))


def test_a_campaign_that_rests_asks_for_nothing(here: SampleOffice, visitor: Visitor) -> None:
    for change, shown in (("pause", False), ("resume", True), ("close", False)):
        with here.database.write() as session:
            campaign = session.get_one(Campaign, "bridges-2022")
            change_status(session, campaign, change, Deed("tester", here.clock(), here.clock()))
        assert ("<form" in visitor.get(visitor.path(LI)).text) is shown


def test_the_page_has_what_the_directory_says(here: SampleOffice, visitor: Visitor) -> None:
    """Narrowing down the units finds no more and no less than asking for every duty."""
    here.add_contact("roads", "contact", "road-man@example.org")
    here.add_contact("hill", "deputy", LI, "bridges-2022")
    today = date(2022, 6, 13)
    with here.database.read() as session:
        directory = Directory(session, here.organisation, today=today)
        everybody = {one.mailbox for one in here.organisation.units}
        everybody |= {one.mailbox for one in here.organisation.departments}
        everybody |= {one.address for one in session.exec(select(Contact))}
        mine = {
            (address, one.assignment.id)
            for address in everybody
            for one in own_items(session, here.organisation, address, today)
        }
        asked = set()
        for address in everybody:
            for one in _all_owed(session):
                for recipient in directory.recipients(ANSWERING, *one):
                    if recipient.address == address and recipient.role != "copy":
                        asked.add((address, one[0].id))
    assert mine == asked and len(asked) > 5


def _all_owed(session: Session) -> Iterator[tuple[Assignment, MilestoneRow, Campaign]]:
    for one in session.exec(select(Assignment)):
        milestone = session.get_one(MilestoneRow, (one.campaign_id, one.milestone_id))
        yield one, milestone, session.get_one(Campaign, one.campaign_id)


# What the forms do


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
    assert "Received, thank you" in said and "报送排查方案" not in said
    assert last_event(here) == ("submit", "li", "also sent\nby fax")
    kept = here.events()[-1].data["files"]
    assert [one["name"] for one in kept] == ["方案.pdf", "盖章件.pdf"]
    for one, content in zip(kept, (b"one", b"two"), strict=True):
        assert (here.settings.uploads / one["sha256"]).read_bytes() == content
    assert here.assignment().missing == []
    here.remind("2022-06-13 11:00")
    receipts = [one.address for one in here.deliveries() if one.purpose.startswith("receipt-")]
    assert receipts == [LI], "a receipt goes out"


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


def test_more_time_needs_a_reason(here: SampleOffice, visitor: Visitor) -> None:
    fields = {"item": number(here), "day": "2022-06-30", "note": " \n "}
    answer = visitor.post(visitor.path(LI), action="more-time", **fields)
    assert answer.status_code == 422 and "Please give a reason" in text_of(answer)
    assert 'value="2022-06-30"' in answer.text


def test_nobody_answers_for_somebody_else(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    others = number(here, "bridges-2022/monthly/south/2022-06")
    for item in (others, 0, -1, "９", "1e9", "9" * 30, "x"):
        for action in ("seen", "later", "handed-in", "more-time", "approve", "", "undo"):
            answer = visitor.post(
                visitor.path(LI), action=action, item=item, day="2022-06-18", note="mine"
            )
            assert answer.status_code == 422
    assert every_row(here) == before and every_file(here.settings.home)


def test_a_strangers_file_is_not_kept(here: SampleOffice, visitor: Visitor) -> None:
    others = number(here, "bridges-2022/monthly/south/2022-06")
    answer = visitor.post(visitor.path(LI), files=TWO_FILES, action="handed-in", item=others)
    assert answer.status_code == 422
    assert not here.settings.uploads.exists()


# What nobody can do


def test_looking_changes_nothing(here: SampleOffice, visitor: Visitor) -> None:
    """Mail scanners follow every link."""
    here.act("request_extension", PLAN_KEY, date(2022, 6, 30))
    before, files = every_row(here), every_file(here.settings.home)
    old = here.clock() - timedelta(days=31)
    for path in (
        visitor.path(LI),
        visitor.path(LI) + f"?action=seen&item={number(here)}&said=seen",
        visitor.path("roads@example.org", "decide") + f"?action=approve&item={number(here)}",
        visitor.path(LI, made=old),
        "/answer/broken",
        "/fresh?address=" + LI,
    ):
        for method in ("GET", "HEAD"):
            assert visitor.ask(method, path).status_code in {200, 403, 410}
            assert visitor.ask(method, path, headers={"Origin": "null"}).status_code < 411
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            assert visitor.ask(method, path).status_code == 405
    assert every_row(here) == before and every_file(here.settings.home) == files


def test_the_sentence_after_a_form_is_one_of_ours(visitor: Visitor) -> None:
    said = visitor.get(visitor.path(LI) + "?said=<b>You+have+won</b>").text
    assert "won" not in said
    assert "Noted as seen" in visitor.get(visitor.path(LI) + "?said=seen").text


def test_a_form_on_another_page_is_refused(here: SampleOffice, visitor: Visitor) -> None:
    def send(origin: str | None) -> int:
        headers = {} if origin is None else {"Origin": origin}
        data = {"action": "seen", "item": str(number(here))}
        return visitor.ask("POST", visitor.path(LI), data=data, headers=headers).status_code

    for origin in (
        "https://evil.example.org",
        PUBLIC_URL.replace("https", "http"),
        PUBLIC_URL + ".evil.example.org",
        "",
    ):
        assert send(origin) == 403
    assert here.assignment().acknowledged_at is None
    assert [send(one) for one in (None, "null", PUBLIC_URL)] == [303] * 3
    assert here.assignment().acknowledged_at is not None


def test_an_altered_link_offers_a_field_and_an_expired_one_a_button(
    here: SampleOffice, visitor: Visitor
) -> None:
    altered = visitor.get(visitor.path(LI)[:-1])
    assert altered.status_code == 403 and 'type="email"' in altered.text
    assert LI not in altered.text
    old = visitor.path(LI, made=here.clock() - timedelta(days=31))
    expired = visitor.get(old)
    assert expired.status_code == 410 and "good for 30 days only" in text_of(expired)
    assert 'type="email"' not in expired.text and "报送" not in expired.text
    assert visitor.post(old, action="seen", item=number(here)).status_code == 410
    mixed = visitor.get(visitor.path(LI).replace("/answer/", "/decide/"))
    assert mixed.status_code == 403


def test_who_guesses_links_is_slowed_down(visitor: Visitor) -> None:
    statuses = [visitor.get(f"/answer/guess{n}").status_code for n in range(32)]
    assert statuses == [403] * 30 + [429] * 2
    assert visitor.get(visitor.path(LI)).status_code == 200, "a right one is never refused"


def test_without_a_public_address_there_are_no_pages(here: SampleOffice) -> None:
    visitor = Visitor(here)
    path = visitor.path(LI)
    visitor.app = create_app(here.database, "en")
    for one in (path, "/fresh", visitor.path(LI, "decide")):
        assert visitor.get(one).status_code == 404
        assert visitor.post(one, action="seen").status_code == 413


# Files


NAMES = [
    ("报告.wps".encode(), "报告.wps"),
    ("排查方案.docx".encode("gbk"), "排查方案.docx"),
    ("誠表俓.et".encode("gb18030"), "誠表俓.et"),  # with a backslash as second byte
    (b"C:\\Users\\li\\plan.rar", "plan.rar"),
    ("../../上报.doc".encode(), "上报.doc"),
    (b"/etc/passwd", "passwd"),
    (b"..", "file"),
    ("a\u202ecod.exe".encode(), "acod.exe"),
    (b"a\x07\x1b[31mb.txt", "a[31mb.txt"),
    (("长" * 300 + ".pdf").encode(), "长" * 65 + ".pdf"),
    (b"winmail.dat", "winmail.dat"),
]


def test_files_are_kept_under_names_that_harm_nobody(here: SampleOffice, visitor: Visitor) -> None:
    files = [
        (b'form-data; name="file"; filename="' + raw + b'"', b"content") for raw, _name in NAMES
    ]
    body = multipart(
        (b'form-data; name="action"', b"handed-in"),
        (b'form-data; name="item"', str(number(here)).encode()),
        *files,
    )
    answer = visitor.ask(
        "POST", visitor.path(LI), content=body,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert answer.status_code == 303, text_of(answer)
    kept = here.events()[-1].data["files"]
    assert [one["name"] for one in kept] == [name for _raw, name in NAMES]
    assert len(every_file(here.settings.uploads)) == 1, "the same content is kept once"


def multipart(*parts: tuple[bytes, bytes]) -> bytes:
    """A body with these parts, each a disposition and a content; the boundary is `b`."""
    return (
        b"".join(
            b"--b\r\nContent-Disposition: " + head + b"\r\n\r\n" + body + b"\r\n"
            for head, body in parts
        )
        + b"--b--\r\n"
    )


def test_an_empty_file_is_said(here: SampleOffice, visitor: Visitor) -> None:
    files = [("file", ("empty.pdf", b""))]
    answer = visitor.post(visitor.path(LI), files=files, action="handed-in", item=number(here))
    assert answer.status_code == 422 and "empty.pdf is empty" in text_of(answer)


def test_too_much_is_said_kindly_and_very_much_is_refused(here: SampleOffice) -> None:
    visitor = Visitor(here, upload_bytes=1_000_000)
    path, before = visitor.path(LI), every_row(here)

    def send(*sizes: int) -> httpx.Response:
        files = [("file", (f"{n}.bin", bytes(size))) for n, size in enumerate(sizes)]
        return visitor.post(path, files=files, action="handed-in", item=number(here))

    for sizes, status in (((1_000_001,), 422), ((600_000, 600_000), 413), ((2_000_000,), 413)):
        answer = send(*sizes)
        assert (sizes, answer.status_code) == (sizes, status)
        assert "1 MB" in text_of(answer) and "<form" in answer.text
    refused = send(6_000_000)
    assert refused.status_code == 413 and "<form" not in refused.text
    assert every_row(here) == before and not here.settings.uploads.exists()
    assert send(999_000).status_code == 303


def test_a_body_without_a_length_or_of_another_sort_is_refused(
    here: SampleOffice, visitor: Visitor
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"action=seen"

    path = visitor.path(LI)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.ask("POST", path, content=pieces(), headers=kind).status_code == 411
    for content_type in ("application/json", "text/plain", "", "multipart/mixed; boundary=b"):
        answer = visitor.ask("POST", path, content=b"{}", headers={"Content-Type": content_type})
        assert answer.status_code == 415
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=b; charset=idna"):
        answer = visitor.ask(
            "POST", path, content=b"--b\r\n\r\n\xff", headers={"Content-Type": content_type}
        )
        assert answer.status_code == 400
    assert visitor.ask("GET", path, content=b"body").status_code == 413
    assert visitor.ask("POST", "/health", content=b"body").status_code == 413
    assert visitor.ask("POST", "/fresh", content=bytes(100_000)).status_code == 413


def test_what_is_wrong_with_the_machine_is_told_to_the_office_alone(
    here: SampleOffice, visitor: Visitor
) -> None:
    here.settings.uploads.write_text("no folder", encoding="ascii")
    before = every_row(here)
    with capture_logs() as logs:
        fields = {"action": "handed-in", "item": number(here), "note": "kept"}
        answer = visitor.post(visitor.path(LI), files=TWO_FILES, **fields)
    assert answer.status_code == 422 and ">kept</textarea>" in answer.text
    assert "could not be recorded" in text_of(answer)
    assert str(here.settings.uploads) not in answer.text
    (line,) = logs
    assert str(here.settings.uploads) in line["reason"]
    assert visitor.path(LI).rpartition("/")[2] not in str(logs)
    assert every_row(here) == before
    here.settings.uploads.unlink()


# A fresh link


def test_a_fresh_link_comes_by_mail_to_the_address_on_file_alone(here: SampleOffice) -> None:
    visitor = Visitor(here)
    old = visitor.path(LI, made=here.clock() - timedelta(days=31)).rpartition("/")[2]
    answers = [
        visitor.post("/fresh", token=old),
        visitor.post("/fresh", address=" LI@example.org "),
        visitor.post("/fresh", address="stranger@example.org"),
        visitor.post("/fresh", address="no address"),
        visitor.post("/fresh", token="broken"),
    ]
    assert {(one.status_code, one.text) for one in answers} == {(200, answers[0].text)}
    assert "If this address is on file" in text_of(answers[0])
    (one,) = here.deliveries()
    assert (one.address, one.kind.value, one.status.value) == (LI, "notice", "queued")
    assert one.purpose.startswith("link-") and one.purpose.endswith("-answer")


def test_a_fresh_link_is_sent_and_opens_the_page(here: SampleOffice, visitor: Visitor) -> None:
    visitor.post("/fresh", address=LI)
    visitor.post("/fresh", address="roads@example.org")
    assert send_mails(here) == 2
    mails = {str(mail["To"]): mail for mail in here.mails()}
    body = mails[LI].get_body(("plain",))
    assert body is not None
    (link,) = [line for line in body.get_content().split() if line.startswith(PUBLIC_URL)]
    assert "报送排查方案" in text_of(visitor.get(link.removeprefix(PUBLIC_URL)))
    both = mails["roads@example.org"].get_body(("html",))
    assert both is not None
    assert "/answer/" in both.get_content() and "/decide/" in both.get_content()


def test_one_address_gets_one_mail_an_hour(here: SampleOffice, visitor: Visitor) -> None:
    def ask(moment: str, client: str) -> int:
        here.at(moment)
        visitor.client_address = client
        assert visitor.post("/fresh", address=LI).status_code == 200
        return len(here.deliveries())

    assert ask("2022-06-13 10:00", "192.0.2.1") == 1
    assert ask("2022-06-13 12:01", "192.0.2.2") == 1, "the first one still waits"
    send_mails(here)
    assert ask("2022-06-13 12:02", "192.0.2.3") == 2
    send_mails(here)
    assert ask("2022-06-13 12:59", "192.0.2.4") == 2
    assert ask("2022-06-13 13:01", "192.0.2.5") == 3


def test_who_asks_for_many_is_slowed_down(visitor: Visitor) -> None:
    statuses = [visitor.post("/fresh", address=f"{n}@example.org").status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_in_the_night_it_is_said_that_the_mail_comes_later(
    here: SampleOffice, visitor: Visitor
) -> None:
    assert "sending hours" not in text_of(visitor.post("/fresh", address=LI))
    here.at("2022-06-13 22:00")
    assert "sending hours" in text_of(visitor.post("/fresh", address=LI))


def test_who_is_not_on_file_any_more_gets_no_fresh_link(
    here: SampleOffice, visitor: Visitor
) -> None:
    with here.database.write() as session:
        one = session.exec(select(Contact).where(Contact.address == LI)).one()
        one.last = date(2022, 6, 12)
    visitor.post("/fresh", address=LI)
    visitor.post("/fresh", address=CHIEF)
    visitor.post("/fresh", address="supervisor@example.org")
    assert list(here.deliveries()) == []


# Languages


def test_the_page_in_chinese(here: SampleOffice) -> None:
    visitor = Visitor(here, "zh")
    page = visitor.get(visitor.path(LI))
    said = text_of(page)
    assert '<html lang="zh-CN">' in page.text
    for words in ("待办事项", "已报送", "稍后提醒", "申请延期", "零报告", "涉密"):
        assert words in said, words
    english = ("Your ", "Seen", "Handed", "Remind", "Ask", "Files", "Note", "Reason", "Please")
    assert [word for word in english if word in said] == []
    failed = visitor.post(visitor.path(LI), action="later", item=number(here), day="x")
    assert failed.status_code == 422 and "日期" in text_of(failed)
    large = visitor.post(visitor.path(LI), files=[("file", ("a", bytes(2_000_000)))])
    assert large.status_code == 413 and "文件过大" in text_of(large)
    old = visitor.path(LI, made=here.clock() - timedelta(days=31))
    for answer in (visitor.get(old), visitor.get(old[:-1]), visitor.get("/fresh")):
        assert "链接" in text_of(answer)
    assert "邮箱" in text_of(visitor.post("/fresh", address=LI))


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
    assert "报送排查方案" not in visitor.follow(path, answer)
    for _time in range(2):
        visitor.post("/fresh", address=LI)
    assert [one.address for one in office.deliveries()] == [LI]
    assert send_mails(office) == 1
