"""The page from which people subscribe, in a real browser: it fits, by day and by night, its copy
button copies, and it needs no script."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from calendars.options import FeedScope
from tests.support.browser import assert_fits
from tests.support.feeds import builder_of, make_feed
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.pages import PUBLIC_URL
from tests.support.web import listening
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TELEPHONE, COMPUTER = {"width": 360, "height": 740}, {"width": 800, "height": 900}


class Shown:
    """The page of one feed, at its server."""

    def __init__(self, browser: "Browser", server: str, path: str) -> None:
        self._browser, self.server, self.path = browser, server, path
        self.address = f"{PUBLIC_URL}{path}.ics"
        self.complaints: list[str] = []
        self.asked: list[str] = []

    def open(self, **how: Any) -> "Page":
        """Open it in a browser of its own."""
        context = self._browser.new_context(base_url=self.server, **how)
        page = context.new_page()
        page.on("console", lambda one: self.complaints.append(one.text))
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        page.on("request", lambda one: self.asked.append(one.url))
        answer = page.goto(self.path)
        assert answer is not None and answer.status == 200
        return page


@pytest.fixture
def shown(browser: "Browser", tmp_path: Path) -> Iterator[Shown]:
    """Nothing may fail, or come from elsewhere."""
    office = SampleOffice(tmp_path)
    office.apply(PLAN)
    path = make_feed(office, FeedScope.UNIT, "north")[1].removesuffix(".ics")
    app = create_app(office.database, builder_of(office, "zh"), office.clock, "zh", PUBLIC_URL)
    with listening(office, app=app) as (host, port):
        one = Shown(browser, f"http://{host}:{port}", path)
        yield one
    assert one.complaints == []
    assert [url for url in one.asked if not url.startswith(one.server)] == []
    office.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [TELEPHONE, COMPUTER], ids=["360", "800"])
def test_it_fits(shown: Shown, viewport: dict[str, int], scheme: str) -> None:
    page = shown.open(viewport=viewport, color_scheme=scheme)
    assert_fits(page)
    code = page.locator("svg.qr").bounding_box()
    assert code is not None and code["width"] == code["height"] >= 160
    # A camera needs it dark on light, also at night.
    ground = page.locator("svg.qr path").first
    assert ground.evaluate("one => getComputedStyle(one).fill") == "rgb(255, 255, 255)"
    page.context.close()


def test_the_button_copies_the_address(shown: Shown) -> None:
    page = shown.open(viewport=TELEPHONE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()
    page.get_by_text("已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == shown.address
    page.context.close()


def test_the_button_copies_where_the_page_came_over_plain_http(shown: Shown) -> None:
    context = shown.open(viewport=TELEPHONE, permissions=["clipboard-read"])
    context.context.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {get: () => undefined});"
    )
    page = context.context.new_page()
    page.goto(shown.path)
    assert page.evaluate("navigator.clipboard") is None
    page.get_by_role("button", name="复制").click()
    page.get_by_text("已复制").wait_for()
    page.evaluate("document.querySelector('h1').contentEditable = 'true'")
    page.locator("h1").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    assert page.locator("h1").inner_text() == shown.address
    page.context.close()


def test_it_needs_no_script(shown: Shown) -> None:
    page = shown.open(viewport=TELEPHONE, java_script_enabled=False)
    assert page.get_by_role("button", name="复制").count() == 0, "it would do nothing"
    field = page.get_by_label("供日历软件使用的地址")
    assert field.input_value() == shown.address
    steps = page.locator("details", has_text="Thunderbird")
    assert not steps.locator("li").first.is_visible()
    steps.locator("summary").click()
    assert steps.locator("li").first.is_visible()
    page.context.close()
