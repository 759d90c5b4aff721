"""Finds the block of a page that holds its text, among what a site puts around it."""

import re
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

_UNSEEN = (
    "script", "style", "noscript", "template", "iframe", "object", "svg", "select", "button",
    "input", "textarea", "nav", "footer", "aside", "head", "rt", "rp", "del", "s", "audio", "video",
)  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_PRINTED = frozenset({"header", "footer"})  # of each page, as LibreOffice writes them
_WRAPPERS = frozenset(
    {"html", "body", "div", "section", "article", "main", "center", "td", "form", "ucapcontent",
     "font", "span", "tbody"}
)  # fmt: skip
_BLOCKS = ("p", "div", "table", "h1", "h2", "h3", "br")
_TITLES = ("h1", "h2", "h3")
_SHARE = 0.8  # of the text, which the block must hold
_IN_ONE_CELL = 300  # characters of a cell that lays out a page
_META_TITLE = "articletitle"  # the standard of government sites in China


def name_of(element: Element) -> str:
    """The name of an element in small letters; '' of what is none."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def strip_unseen(root: Element) -> None:
    """Take away what a reader of the page does not see, or what only leads elsewhere; what stands
    in `head` is kept as far as it names the text."""
    for element in list(root.iter(*[name for name in _UNSEEN if name != "head"])):
        _remove(element)
    for element in list(root.iter()):
        printed = element.get("title") in _PRINTED and name_of(element) == "div"
        if element is not root and (printed or _HIDDEN.search(element.get("style", ""))):
            _remove(element)


def _remove(element: Element) -> None:
    """Take an element out, and leave the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        above = element.getprevious()
        if above is not None:
            above.tail = (above.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def text_block(root: Element) -> tuple[Element, list[Element]]:
    """The block that holds the text, and the headings that stand before it on the page."""
    weights = _weights(root)
    at = next(root.iter("body"), root)
    headings: list[Element] = []
    while (inner := _heavier(at, weights)) is not None:
        for above in inner.itersiblings(preceding=True):
            found = [one for one in above.iter(*_TITLES) if weights.get(one, 0)]
            headings[:0] = found[-1:]
        at = inner
    return at, headings[-2:]


def title_of(root: Element, block: Element, headings: list[Element]) -> str:
    """The title that the page's head names, where neither the block nor a heading says it."""
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == _META_TITLE:
            title = (meta.get("content") or "").strip()
            said = "".join(text_of(one) for one in headings) + text_of(block)[:2_000]
            return "" if _bare(title) in _bare(said) else title
    return ""


def text_of(element: Element) -> str:
    """All the text in an element."""
    return "".join(str(text) for text in element.itertext())


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _weights(root: Element) -> dict[Element, int]:
    """How many characters of text, links aside, each element holds."""
    weights: dict[Element, int] = {}
    for _event, element in etree.iterwalk(root, events=("end",)):
        if name_of(element) in {"a", "head"}:
            weights[element] = 0
            continue
        own = len(_bare(element.text or ""))
        weights[element] = own + sum(
            weights[child] + len(_bare(child.tail or "")) for child in element
        )
    return weights


def _heavier(at: Element, weights: dict[Element, int]) -> Element | None:
    """The element directly in `at`, or in a table that lays it out, that holds most of its text."""
    for child in at:
        name = name_of(child)
        if weights.get(child, 0) < _SHARE * weights[at] or not weights[at]:
            continue
        if name in _WRAPPERS:
            return child if any(True for _one in child.iter(*_BLOCKS)) else None
        if name == "table":
            return _layout_cell(child, weights)
    return None


def _layout_cell(table: Element, weights: dict[Element, int]) -> Element | None:
    for cell in table.iter("td"):
        heavy = weights[cell] >= max(_IN_ONE_CELL, _SHARE * weights[table])
        if heavy and next(cell.iter("p", "div", "h1", "table"), None) is not None:
            return cell
    return None
