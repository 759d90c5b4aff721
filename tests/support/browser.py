"""What is wrong with how a page lies on the screen, as a real browser measures it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

_FAULTS = """() => {
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  const fields = [...document.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const touched = [...document.querySelectorAll("button:not([hidden]), summary, a.button")].map(
    one => [one.innerText, one.getBoundingClientRect()]);
  return [
    ...(wide ? ["it scrolls to the side"] : []),
    ...fields.filter(one => one.labels.length !== 1).map(one => "no label: " + one.outerHTML),
    ...touched.filter(([_, box]) => box.height < 40 || box.left < 0 || box.right > innerWidth)
      .map(([text, _]) => "hard to touch: " + text),
    ...["h1", "main", "header", "footer"].filter(
      name => document.querySelectorAll(name).length !== 1).map(name => "not one " + name),
    ...(document.title ? [] : ["no title"]),
  ];
}"""


@contextmanager
def watched_page(browser: "Browser", base: str, **how: Any) -> Iterator["Page"]:
    """A page without JavaScript from the server at `base`; `how` are the browser's options.

    At the end nothing may have been asked of another server or have failed.
    """
    context = browser.new_context(base_url=base, java_script_enabled=False, **how)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: complaints.append(one.text))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(base)] == []
    # An answer that says 4xx is named in the console; nothing else may be.
    assert [one for one in complaints if "status of 4" not in one] == []


def press(what: "Locator") -> None:
    """Press a button or a link that leads to another page, and wait until that page is there.

    A press alone returns while the old page is still shown.
    """
    with what.page.expect_navigation():
        what.click()


def assert_fits(page: "Page") -> None:
    """No scrolling to the side, every field with a label, every button large enough to touch."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate(_FAULTS) == []
