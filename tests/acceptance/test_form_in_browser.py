"""A form on the page behind a mail's link, as a telephone shows it: fetched, filled in, mended,
confirmed; in a real browser without JavaScript, 360 points wide and on a desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import assert_fits, press, watched_page
from tests.support.form_office import LISTS_KEY, PROGRESS_KEY, form_office
from tests.support.office import SampleOffice
from tests.support.pages import LI, PUBLIC_URL, Visitor, number
from tests.support.web import listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = form_office(tmp_path, public_url=PUBLIC_URL)
    yield office
    office.close()


@pytest.fixture(params=[360, 800])
def page(
    browser: "Browser", here: SampleOffice, request: pytest.FixtureRequest
) -> Iterator["Page"]:
    scheme = "dark" if request.param == 800 else "light"
    viewport = {"width": request.param, "height": 740}
    with (
        listening(here, app=Visitor(here, "zh").app) as (host, port),
        watched_page(
            browser, f"http://{host}:{port}", viewport=viewport, color_scheme=scheme
        ) as page,
    ):
        yield page


def test_a_form_is_filled_in_mended_and_confirmed(page: "Page", here: SampleOffice) -> None:
    page.goto(Visitor(here).path(LI))
    assert_fits(page)
    item = page.locator(f"#item-{number(here, PROGRESS_KEY)}")
    with page.expect_download() as got:
        item.get_by_role("link", name="下载空表（.xlsx）").click()
    assert got.value.suggested_filename == "桥梁改造进展情况表（北城市，2022年6月）.xlsx"
    press(item.get_by_role("link", name="在线填报"))
    assert_fits(page)

    hand_in = page.get_by_role("button", name="提交报送")
    work = page.get_by_role("group", name="工作进展*").get_by_label("改造")
    assert work.input_value() == "累计改造桥梁＿＿＿座。"
    work.fill("累计改造桥梁不少座。")
    page.get_by_label("巡查").fill("累计巡查3次。")
    page.get_by_label("说明").fill("一式两份")
    page.get_by_label("填报人*").fill("李")
    press(hand_in)
    assert_fits(page)
    alert = page.get_by_role("alert")
    assert "不是一个数字" in alert.inner_text() and here.events()[-1].kind != "submit"
    alert.get_by_role("link", name="改造").click()
    assert page.url.endswith("#at-cells-done-work")
    assert work.input_value() == "累计改造桥梁不少座。"
    assert "不是一个数字" in page.locator("#wrong-at-cells-done-work").inner_text()

    work.fill("累计改造桥梁120座。")
    press(hand_in)
    assert_fits(page)
    assert "超过了可能的最大值100" in alert.inner_text()
    page.get_by_label("以上数字已核对，确认无误").check()
    press(hand_in)
    assert "数字已录入" in page.locator(".said[role=status]").inner_text()
    event = here.events()[-1]
    assert (event.kind, event.actor, event.note) == ("submit", "li", "一式两份")
    assert here.assignment(PROGRESS_KEY).missing == ["进展情况表（盖章件）"]


def test_a_list_is_filled_in_line_by_line(page: "Page", here: SampleOffice) -> None:
    item = number(here, LISTS_KEY)
    page.goto(f"{Visitor(here).path(LI)}?fill={item}.platforms")
    assert page.locator("details").count() == 5
    assert page.locator("details[open]").count() == 2
    assert_fits(page)
    page.goto(f"{Visitor(here).path(LI)}?fill={item}.platforms")
    page.locator("#at-rows-0-name").fill("甲公司")
    press(page.get_by_role("button", name="提交报送"))
    assert "类型*" in page.get_by_role("alert").inner_text()
    page.locator("#at-rows-0-kind").select_option("检测")
    page.locator("#at-rows-0-since").fill("2022-06-01")
    page.get_by_text("第3行").click()
    page.locator("#at-rows-2-name").fill("乙公司")
    page.locator("#at-rows-2-kind").select_option("设计")
    assert page.get_by_label("联络员").is_checked(), "the other form is to follow"
    press(page.get_by_role("button", name="提交报送"))
    assert page.locator(".said").is_visible()
    assert here.assignment(LISTS_KEY).missing == ["联络员"]
    assert page.get_by_role("link", name="在线填报").count() > 0
    assert_fits(page)
