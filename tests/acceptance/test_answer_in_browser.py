"""The page behind a mail's link as a telephone shows it: a real browser, 360 points wide, without
JavaScript, against a real server."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import assert_fits, press, watched_page
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.pages import PUBLIC_URL, Visitor
from tests.support.web import listening, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


LI, OFFICE = "li@example.org", "roads@example.org"
JUNE = "bridges-2022/monthly/north/2022-06"
WORDS = {
    "en": {
        "seen": "Seen: 报送排查方案 北城市", "handed-in": "Handed in", "later": "Remind me later",
        "more-time": "Ask for more time", "hand-in": "Hand in", "then": "Remind me then",
        "send": "Send the request", "approve": "Approve", "fresh": "Send me a fresh link",
        "until": "New date", "on-its-way": "If this address is on file",
        "calendar": "Put these due dates into your calendar", "make": "Make my calendar",
        "ring": "Ring at 9:00", "renew": "Get a new address",
    },
    "zh": {
        "seen": "已阅: 报送排查方案 北城市", "handed-in": "报送材料或说明已报送",
        "later": "稍后提醒", "more-time": "申请延期", "hand-in": "提交报送", "then": "到时提醒",
        "send": "提交申请", "approve": "同意", "fresh": "发送新链接",
        "until": "新的时限", "on-its-way": "如该邮箱已登记", "make": "创建我的日历",
        "calendar": "把这些截止日期放进您的日历", "ring": "在提醒当日", "renew": "换一个新地址",
    },
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path, "2022-06-13 10:00", public_url=PUBLIC_URL)
    office.apply(PLAN, MONTHLY)
    office.add_contact("north", "contact", LI)
    yield office
    office.close()


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(here: SampleOffice, language: str) -> Visitor:
    return Visitor(here, language)


@pytest.fixture
def page(browser: "Browser", here: SampleOffice, visitor: Visitor) -> Iterator["Page"]:
    """A telephone without JavaScript."""
    with (
        listening(here, app=visitor.app) as (host, port),
        watched_page(
            browser, f"http://{host}:{port}", viewport={"width": 360, "height": 740}
        ) as page,
    ):
        yield page


def unfold(item: "Locator", words: str) -> None:
    item.locator("summary").get_by_text(words, exact=True).click()


def test_the_four_answers(
    page: "Page", here: SampleOffice, visitor: Visitor, language: str, tmp_path: Path
) -> None:
    words, path = WORDS[language], visitor.path(LI)
    plan, june = (here.assignment(name).id for name in (PLAN_KEY, JUNE))
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert_fits(page)

    page.goto(path)
    press(page.get_by_role("button", name=words["seen"]))
    assert page.locator(".said[role=status]").is_visible()
    assert here.assignment().acknowledged_at == here.clock()

    item = page.locator(f"#item-{plan}")
    unfold(item, words["later"])
    item.locator(f"#later-{plan}").fill("2022-06-14")
    press(item.get_by_role("button", name=words["then"]))
    assert here.assignment().snoozes == {LI: "2022-06-14"}

    unfold(item, words["more-time"])
    item.locator(f"#more-time-{plan}").fill("2022-06-30")
    item.locator(f"#why-{plan}").fill("检测单位尚未出具报告")
    press(item.get_by_role("button", name=words["send"]))
    assert here.assignment().requested_due == date(2022, 6, 30)

    other = page.locator(f"#item-{june}")
    unfold(other, words["handed-in"])
    press(other.get_by_role("button", name=words["hand-in"]))
    assert other.get_by_role("alert").is_visible(), "nothing was chosen"
    assert other.locator("details[open]").count() == 1
    assert_fits(page)
    report = tmp_path / "六月月报.wps"
    report.write_bytes(b"report")
    other.locator("input[type=file]").set_input_files(report)
    other.locator(f"#note-{june}").fill("一式两份")
    press(other.get_by_role("button", name=words["hand-in"]))
    assert page.locator(".said").is_visible() and other.count() == 0
    event = here.events()[-1]
    assert (event.kind, event.actor, event.note) == ("submit", "li", "一式两份")
    assert [one["name"] for one in event.data["files"]] == ["六月月报.wps"]

    page.goto(visitor.path(OFFICE, "decide"))
    assert_fits(page)
    assert page.get_by_label(words["until"]).input_value() == "2022-06-30"
    press(page.get_by_role("button", name=words["approve"], exact=True))
    assert here.assignment().effective_due == date(2022, 6, 30)


def test_links_that_do_not_open(
    page: "Page", here: SampleOffice, visitor: Visitor, language: str
) -> None:
    words = WORDS[language]
    answer = page.goto(visitor.path(LI)[:-2])
    assert answer is not None and answer.status == 403
    assert_fits(page)
    page.locator("#address").fill("nobody@example.org")
    press(page.get_by_role("button", name=words["fresh"]))
    assert words["on-its-way"] in page.locator("main").inner_text()
    assert_fits(page)
    assert list(here.deliveries()) == []

    old = visitor.path(LI)
    here.at("2022-08-01 10:00")
    answer = page.goto(old)
    assert answer is not None and answer.status == 410
    assert_fits(page)
    press(page.get_by_role("button", name=words["fresh"]))
    assert words["on-its-way"] in page.locator("main").inner_text()
    wait_for(here.deliveries)  # it is put there after the answer
    assert [one.address for one in here.deliveries()] == [LI]


def test_a_calendar_of_ones_own_is_two_taps_away(
    page: "Page", here: SampleOffice, visitor: Visitor, language: str
) -> None:
    words = WORDS[language]
    page.goto(visitor.path(LI))
    press(page.get_by_role("link", name=words["calendar"]))
    assert_fits(page)
    page.get_by_label(words["ring"]).check()
    press(page.get_by_role("button", name=words["make"]))
    assert "/feeds/" in page.url
    assert page.locator("#address").input_value().endswith(f"{page.url.rpartition('/')[2]}.ics")
    page.go_back()
    page.reload()
    assert page.get_by_role("button", name=words["make"]).count() == 0
    assert_fits(page)
    press(page.get_by_role("button", name=words["renew"]))
    assert "/feeds/" in page.url


def test_one_paper_is_handed_in_once(
    page: "Page", here: SampleOffice, visitor: Visitor, language: str
) -> None:
    other = PLAN.replace("id: plan", "id: ledger").replace("title: 报送排查方案", "title: 报送台账")
    paper = "    paper: survey\n"
    here.apply(PLAN + paper, MONTHLY, other.replace("{name: 排查方案", "{name: 台账") + paper)
    words, plan = WORDS[language], here.assignment(PLAN_KEY).id
    page.goto(visitor.path(LI))
    assert_fits(page)
    page.goto(visitor.path(LI))
    item = page.locator(f"#item-{plan}")
    assert item.locator("ul.together li").all_inner_texts() == ["报送排查方案", "报送台账"]
    unfold(item, words["handed-in"])
    item.locator(f"#note-{plan}").fill("一份材料")
    item.locator("fieldset").get_by_text("台账（盖章件）").click()
    press(item.get_by_role("button", name=words["hand-in"]))
    assert page.locator(".said").is_visible() and item.count() == 0
    ledger = here.assignment("bridges-2022/ledger/north")
    assert (here.assignment(PLAN_KEY).missing, ledger.missing) == ([], ["台账（盖章件）"])
    assert [one.note for one in here.events()[-2:]] == ["一份材料"] * 2
