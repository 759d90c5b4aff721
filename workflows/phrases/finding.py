"""Finds deadline phrases in running text, with the same table that reads declarations."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from workflows.phrases.lists import PATTERNS as LISTS
from workflows.phrases.lists import Hit, list_at, more_days, shared
from workflows.phrases.model import Due, Lacks, PhraseError, Unsupported
from workflows.phrases.pieces import LOOSE, without_names
from workflows.phrases.reading import PREFIX, TABLE, parse_due
from workflows.phrases.spelling import Spelt, spell
from workflows.phrases.writing import to_phrase

_ROWS = tuple(row for row in TABLE if row.in_text)
_TITLE = re.compile(r"《(?:[^《》\n]|《[^《》\n]{0,150}》){0,300}》")  # 《2022年工作要点》: no date
_LEAD = re.compile(PREFIX + "$")
_LEAD_LENGTH = 9  # of characters that a prefix and the one before it have at most
_SAME_AGAIN = re.compile(r"\((?:含|即|包括|不含)$")  # 6月30日前（含6月30日）
_SO_MUCH_BEFORE = re.compile(r"\d{1,2}个?(?:工作日|[日天])(?![内前])")  # 季度末前5个工作日
_CHINESE_YEAR = re.compile(r"[〇○OＯ零一二三四五六七八九]{4}\s?年")
_SINCE = re.compile(r"(?:报送|填报|上报|报)?起|开始|以来|以后|之后|后")
_NUMBERS_ONLY = {
    "month.day",
    "numeric date",
    "numeric span",
    "month",
    "before a year",
}  # may be other numbers


@cache
def _start() -> re.Pattern[str]:
    """Where any phrase may begin."""
    patterns = (*LISTS, *(row.within for row in _ROWS))
    return re.compile("|".join(without_names(one.pattern) for one in patterns))


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text: `text[start:end]` are its `words`.

    `phrase` says the same in the form a declaration takes, complete where the text shares words
    in a list; it is empty where `due` is no due date of a declaration. `before` is true where a
    word for a deadline stands with it (前, 截至), `since` where it is the start of something
    (6月起); `covers` is what a recurring duty reports on where the words say so (previous or
    current); `clear` is false where the words could also mean another day.
    """

    start: int
    end: int
    words: str
    due: Due | Unsupported
    phrase: str
    before: bool
    since: bool
    covers: str
    clear: bool


def find_phrases(text: str, year: int) -> list[Found]:
    """The deadline phrases of a text in their order; `year` is meant where one names none.

    Dates in book-title marks are no deadlines. Whether a date is a deadline, and whose, is for
    the reader of the sentence.
    """
    spelt = spell(text)
    found = []
    for hit in shared(list(_hits(spelt.text, year)), spelt.text, year):
        if _SAME_AGAIN.search(spelt.text, max(0, hit.lead - 4), hit.lead):
            continue
        start, end = spelt.starts[hit.lead], spelt.ends[hit.end - 1]
        prefix = spelt.text[hit.lead : hit.start]
        found.append(
            Found(
                start, end, text[start:end], hit.due, _phrase(hit, spelt, text, year),
                before=hit.before or prefix not in {"", "于", "在"},
                since=bool(_SINCE.match(spelt.text, hit.end)),
                covers=hit.row.covers,
                clear=hit.row.clear and not hit.likely,
            )
        )  # fmt: skip
    return found


def _phrase(hit: Hit, spelt: Spelt, text: str, year: int) -> str:
    """The plan's own words where they say it all, else those of the list made whole. A year is
    written in digits, which people and other parts of the program look for."""
    if isinstance(hit.due, Unsupported):
        return ""
    written = text[spelt.starts[hit.start] : spelt.ends[hit.end - 1]]
    whole = hit.words == spelt.text[hit.start : hit.end] and not _CHINESE_YEAR.search(written)
    for words in ("".join(written.split()) if whole else hit.words, hit.words):
        with suppress(PhraseError):
            if parse_due(words, year) == hit.due:
                return words
    return to_phrase(hit.due, year)


def _hits(text: str, year: int) -> Iterator[Hit]:
    titles = iter([match.span() for match in _TITLE.finditer(text)])
    title = next(titles, None)
    at = 0
    while match := _start().search(text, at):
        start = match.start()
        while title is not None and title[1] <= start:
            title = next(titles, None)
        if title is not None and title[0] <= start:
            at = title[1]
            continue
        hits = list_at(text, start, year)
        one = _longest(text, start, year)
        if one is not None and (not hits or one.end >= hits[-1].end):
            hits = [one]
        if hits:
            hits += more_days(text, hits[-1], year)
            hits[0].lead = _lead(text, start, at)
            yield from hits
        at = hits[-1].end if hits else start + 1


def _lead(text: str, start: int, free: int) -> int:
    """Where the phrase begins with its prefix, of the text from `free` on."""
    near = max(0, start - _LEAD_LENGTH)
    prefix = _LEAD.search(text[near:start])
    return start if prefix is None else max(free, near + prefix.start())


def _longest(text: str, start: int, year: int) -> Hit | None:
    matches = [(row, match) for row in _ROWS if (match := row.within.match(text, start))]
    if not matches:
        return None
    row, match = max(matches, key=lambda pair: pair[1].end())
    groups = match.groupdict()
    try:
        due = row.read(groups, year)
    except PhraseError:
        if row.name in _NUMBERS_ONLY:
            return None
        due = Unsupported(Lacks.NO_SUCH_DAY)
    if groups.get("before") and _SO_MUCH_BEFORE.match(text, match.end()):
        due = Unsupported(Lacks.UNCLEAR)
    head = text[start : match.start("day")] if groups.get("day") else ""
    return Hit(
        start, match.end(), match[0], due, row, head=head, before=bool(groups.get("before")),
        named=bool(groups.get("year") or groups.get("next")),
        likely=not LOOSE.isdisjoint({groups.get("part"), groups.get("part2")}),
    )  # fmt: skip
