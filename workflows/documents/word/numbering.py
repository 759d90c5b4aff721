"""The numbers that Word counts by itself before the paragraphs of its lists.

They are not in the text: `word/numbering.xml` has the levels of each list (`w:abstractNum`) and
the uses of lists (`w:num`), a paragraph only names a use and a level (ISO/IEC 29500-1, 17.9).
"""

import re
from dataclasses import dataclass, field, replace

from workflows.documents.numerals import numeral
from workflows.documents.word.tree import Element, attribute, child, is_on, name_of, number

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level counts. `restart` is the level (from 1) after which it begins anew; 0 never."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int = _LEVELS
    legal: bool = False  # all numbers in it in plain digits


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    by_style: dict[str, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Use:
    """A use of a list, with its own levels where it changes them and where it starts anew."""

    list: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along a document: ask for labels in the order of its paragraphs."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._uses: dict[str, _Use] = {}
        if root is None:
            return
        named: dict[str, str] = {}  # the list behind the name of a list style
        links: dict[str, str] = {}
        for element in root:
            if name_of(element) == "abstractNum":
                key = attribute(element, "abstractNumId")
                self._lists[key] = _list(element)
                if name := attribute(child(element, "styleLink")):
                    named[name] = key
                if name := attribute(child(element, "numStyleLink")):
                    links[key] = name
            elif name_of(element) == "num":
                self._uses[attribute(element, "numId")] = _use(element, self._lists)
        for use in self._uses.values():
            use.list = named.get(links.get(use.list, ""), use.list)

    def level_of_style(self, use: str, style: str) -> int:
        """The level that belongs to a paragraph style in that use of a list; else the first."""
        found = self._uses.get(use)
        known = self._lists.get(found.list) if found else None
        return known.by_style.get(style, 0) if known else 0

    def label(self, use: str, level: int) -> str:
        """The next number on that level (from 0), as it is shown; '' for a mere bullet."""
        found = self._uses.get(use)
        known = self._lists.get(found.list) if found else None
        if found is None or known is None or not 0 <= level < _LEVELS:
            return ""
        levels = {**known.levels, **found.levels}
        own, counts = levels.get(level, _Level()), known.counts
        if level in found.starts:  # once, where this use begins
            counts[level] = found.starts.pop(level) - 1
        for higher in range(level):  # one that is passed over counts as begun, as in Word
            counts.setdefault(higher, levels.get(higher, _Level()).start)
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            if level < levels.get(deeper, _Level()).restart:
                del counts[deeper]
        if own.form == "bullet":
            return ""

        def shown(place: re.Match[str]) -> str:
            which = int(place[1]) - 1
            other = levels.get(which, _Level())
            form = "decimal" if own.legal else other.form
            return numeral(counts.get(which, other.start), form)

        return _PLACE.sub(shown, own.text).strip()


def _list(element: Element) -> _List:
    found = _List()
    for one in element:
        if name_of(one) == "lvl":
            level = _index(one)
            found.levels[level] = _level(one)
            if style := attribute(child(one, "pStyle")):
                found.by_style[style] = level
    return found


def _use(element: Element, lists: dict[str, _List]) -> _Use:
    found = _Use(attribute(child(element, "abstractNumId")))
    for one in element:
        if name_of(one) != "lvlOverride":
            continue
        level = _index(one)
        if (own := child(one, "lvl")) is not None:
            found.levels[level] = _level(own)
        if (start := child(one, "startOverride")) is not None:
            found.starts[level] = number(start, 1)
            known = lists.get(found.list, _List()).levels.get(level, _Level())
            level_now = found.levels.get(level, known)
            found.levels[level] = replace(level_now, start=found.starts[level])
    return found


def _level(element: Element) -> _Level:
    forms = [attribute(one) for one in element.iter() if name_of(one) == "numFmt"]
    return _Level(
        start=number(child(element, "start"), 0),
        form=next((form for form in forms if form != "custom"), "decimal"),
        text=attribute(child(element, "lvlText"))[:100],
        restart=number(child(element, "lvlRestart"), _LEVELS),
        legal=is_on(child(element, "isLgl")),
    )


def _index(element: Element) -> int:
    text = attribute(element, "ilvl")
    return int(text) if text in "012345678" and text else 0
