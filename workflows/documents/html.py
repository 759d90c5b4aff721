"""Reads a page saved from the web or from a word processor: the block that holds its text."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from lxml import etree

from config.encodings import text_encoding
from workflows.documents.gathering import MAX_DEPTH, Gathering
from workflows.documents.html_block import Element, name_of, strip_unseen, text_block, title_of
from workflows.documents.html_lines import collapsed, unbroken
from workflows.documents.html_table import read_table
from workflows.documents.model import Place
from workflows.documents.numerals import before, numeral
from workflows.documents.spaces import clean
from workflows.documents.text import unknown

_MAX_ELEMENTS = 300_000
_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CHARSET_IN_XML = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([\w-]{2,20})", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAKING = frozenset(
    {"p", "div", "section", "article", "main", "center", "blockquote", "ul", "ol", "li", "dl",
     "dt", "dd", "pre", "address", "figure", "figcaption", "fieldset", "hr", "tbody", "tr", "td",
     "th", "caption", "body", "header", "details", "summary", *_HEADINGS}
)  # fmt: skip
_LIST_FORMS = {
    "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
}  # fmt: skip
_STYLE_FORMS = {
    "cjk-ideographic": "chineseCounting", "simp-chinese-informal": "chineseCounting",
    "lower-alpha": "lowerLetter", "upper-alpha": "upperLetter", "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman", "none": "none",
}  # fmt: skip
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?([a-z-]+)", re.IGNORECASE)


def read_html(content: bytes, gathering: Gathering) -> None:
    """Take the blocks of a page. Raises InputError."""
    root = _tree(_decoded(content, gathering), gathering)
    strip_unseen(root)
    block, headings = text_block(root)
    if title := title_of(root, block, headings):
        gathering.paragraph(title, heading=1)
    for heading in headings:
        _Walk(gathering).take(heading)
    _Walk(gathering).take(block)


def page_codec(said: str) -> str:
    """The codec for what a page calls its charset; UTF-8 where it names none that pages have."""
    if said.startswith(("gb", "x-gbk")):
        return "gb18030"
    return said if said in {"big5", "big5-hkscs", "utf-16"} else "utf-8"


def _decoded(content: bytes, gathering: Gathering) -> str:
    if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        found = _CHARSET.search(content[:20_000]) or _CHARSET_IN_XML.match(content)
        said = found[1].decode("ascii").lower() if found else ""
        with suppress(UnicodeDecodeError):
            return content.decode(page_codec(said))
    if (encoding := text_encoding(content)) is None:
        raise unknown(gathering)
    return content.decode(encoding)


def _tree(text: str, gathering: Gathering) -> Element:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise unknown(gathering)
    count = depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        count += event == "start"
        depth += 1 if event == "start" else -1
        if count > _MAX_ELEMENTS or depth > MAX_DEPTH:
            raise gathering.too_much()
    return root


@dataclass(slots=True)
class _Walk:
    """Collects the text of a paragraph until an element ends it."""

    gathering: Gathering
    pieces: list[str] = field(default_factory=list)
    heading: int = 0
    label: str = ""

    def take(self, element: Element) -> None:
        """Take an element with all in it, and end its last paragraph. Raises InputError."""
        self._element(element)
        self._flush()

    def _element(self, element: Element) -> None:
        name = name_of(element)
        if name == "table":
            self._flush()
            self._table(element)
            return
        if name == "br":
            self.pieces.append("\n")
            return
        breaking = name in _BREAKING
        if breaking:
            self._flush()
        outside = self.heading
        self.heading = _HEADINGS.get(name, outside)
        keeps = name == "pre"
        self._text(element.text, keeps)
        numbers = _numbers(element) if name == "ol" else None
        for child in element:
            if numbers is not None and name_of(child) == "li":
                self._flush()
                self.label = next(numbers)
            self._element(child)
            self._text(child.tail, keeps)
        if breaking:
            self._flush()
            self.label = ""
        self.heading = outside

    def _text(self, text: str | None, keeps_lines: bool) -> None:
        if text:
            self.pieces.append(text if keeps_lines else collapsed(text))

    def _table(self, table: Element) -> None:
        found = read_table(table, self.gathering)
        if found is None:  # it only lays out what stands in it
            for cell in table.iter("td", "th", "caption"):
                if next(cell.iterancestors("table"), None) is table:
                    self.take(cell)
            return
        if found.caption:
            self.gathering.paragraph(found.caption)
        self.gathering.table(found.own, found.same, Place())

    def _flush(self) -> None:
        text, self.pieces = clean(unbroken("".join(self.pieces))), []
        if text:
            self.gathering.paragraph(before(self.label, text), heading=self.heading)
            self.label = ""


def _numbers(element: Element) -> Iterator[str]:
    style = _LIST_STYLE.search(element.get("style", ""))
    form = _LIST_FORMS.get(element.get("type", ""), "decimal")
    form = _STYLE_FORMS.get(style[1].lower(), form) if style else form
    start = element.get("start", "1")
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
    while True:
        text = numeral(number, form)
        yield (f"{text}、" if form == "chineseCounting" else f"{text}.") if text else ""
        number += 1
