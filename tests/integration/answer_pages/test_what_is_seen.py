"""The page behind a mail's link: who sees what, and what it brings along."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from sqlmodel import Session, select

from notifications.own_items import ANSWERING, own_items
from notifications.recipients import Directory
from tests.support.office import SampleOffice
from tests.support.pages import CHIEF, LI, WANG, Visitor, every_row, number, text_of
from web.guard import SECURITY_HEADERS
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.tables import Absence, Assignment, Campaign, Contact, MilestoneRow


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


def test_a_deputy_answers_only_while_the_person_is_away_who_may_answer_too(
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
    assert (sees(LI), sees(WANG)) == (True, True)
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
