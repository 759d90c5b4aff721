"""What a Word file's styles say of its paragraphs: headings, numbers, what is hidden."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.documents.word.tree import Element, attribute, child, is_on, name_of

_LONGEST_CHAIN = 20  # styles that are based on each other
_HEADING = re.compile(r"(?:heading|标题|標題) ?([1-9])\b", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录) ?[1-9]\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    paragraph: Element | None  # its w:pPr
    hidden: bool | None


class Styles:
    """The styles of a document, each with those that it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default = ""
        for element in root if root is not None else ():
            if name_of(element) != "style":
                continue
            key = attribute(element, "styleId")
            vanish = child(element, "rPr", "vanish")
            self._styles[key] = _Style(
                attribute(child(element, "name")),
                attribute(child(element, "basedOn")),
                child(element, "pPr"),
                None if vanish is None else is_on(vanish),
            )
            if attribute(element, "type") == "paragraph" and attribute(element, "default") == "1":
                self._default = key

    def heading(self, key: str) -> int:
        """The level of heading of a paragraph style, from 1; 0 where it is none."""
        chain = list(self._chain(key))
        for style in chain:
            if (outline := child(style.paragraph, "outlineLvl")) is not None:
                return outline_level(outline)
        for style in chain:
            if found := _HEADING.match(style.name):
                return int(found[1])
        return 0

    def numbering(self, key: str) -> tuple[str, str, str]:
        """The list, the level and the style that names them; '' where a style has none."""
        at = key or self._default
        for _step in range(_LONGEST_CHAIN):
            if (style := self._styles.get(at)) is None:
                break
            if (listed := child(style.paragraph, "numPr", "numId")) is not None:
                return attribute(listed), attribute(child(style.paragraph, "numPr", "ilvl")), at
            at = style.based_on
        return "", "", ""

    def hides(self, key: str) -> bool:
        """Whether text in a style is hidden."""
        return next((one.hidden for one in self._chain(key) if one.hidden is not None), False)

    def is_contents(self, key: str) -> bool:
        """Whether it is a line of a table of contents, which repeats the headings."""
        return key in self._styles and bool(_CONTENTS.match(self._styles[key].name))

    def _chain(self, key: str) -> Iterator[_Style]:
        key = key or self._default
        for _step in range(_LONGEST_CHAIN):
            if (style := self._styles.get(key)) is None:
                return
            yield style
            key = style.based_on


def outline_level(outline: Element) -> int:
    """The level of heading, from 1, that a `w:outlineLvl` means; 9 there is text."""
    text = attribute(outline)
    return int(text) + 1 if text in "012345678" and text else 0
