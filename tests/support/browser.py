"""What is wrong with how a page lies on the screen, as a real browser measures it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

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
