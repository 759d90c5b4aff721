"""Dates of a list that share words: 6月、9月、12月底前; 每月10日、25日前; 8月20日和11月20日前."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.phrases.model import Due, Lacks, OnDate, PhraseError, Span, Unsupported
from workflows.phrases.pieces import BEFORE, CLOCK, WITHIN, year_piece
from workflows.phrases.reading import read_whole
from workflows.phrases.rows import Row

_AND = r"(?:、|,|以及|和|及|与|或)"
_NUMBERS = rf"(?P<numbers>\d{{1,2}}(?:{_AND}\d{{1,2}}){{1,11}})"
_QUARTERS = rf"(?P<numbers>第?[1-4一二三四](?:{_AND}第?[1-4一二三四]){{1,3}})"
_NO_NUMBER_BEFORE = r"(?<![\d件表图第])"
PATTERNS = (
    re.compile(
        rf"{_NO_NUMBER_BEFORE}(?P<head>{year_piece()}){_NUMBERS}"
        rf"(?P<tail>月份?(?:底|末|上旬|中旬|下旬)?{BEFORE})"
    ),
    re.compile(
        rf"{_NO_NUMBER_BEFORE}(?P<head>{year_piece()}){_NUMBERS}"
        rf"(?P<tail>月份?的?\d{{1,2}}[日号](?!{WITHIN}){CLOCK}{BEFORE})"
    ),
    re.compile(
        rf"{_NO_NUMBER_BEFORE}(?P<head>{year_piece()}\d{{1,2}}月|每个?月末?){_NUMBERS}"
        rf"(?P<tail>[日号](?!{WITHIN}){BEFORE})"
    ),
    re.compile(
        rf"{_NO_NUMBER_BEFORE}(?P<head>{year_piece()}){_QUARTERS}"
        rf"(?P<tail>季度(?:末|底|结束)?{BEFORE})"
    ),
)
_NUMBER = re.compile(r"第?[\d一二三四]+")
_MORE = re.compile(rf"{_AND}(?P<day>\d{{1,2}})(?P<tail>[日号](?!{WITHIN}|常){BEFORE})")
_MONTHS_END = re.compile(rf"{_AND}(?P<day>月?[底末])(?P<tail>{BEFORE})")  # 每月10日、20日、月底前
_LINK = re.compile(rf"{_AND}(?:分别)?")
_CLOSE = re.compile(rf"(?!,){_AND}(?:分别)?")
_TAIL = re.compile(r"(?:月份?|季度)(?P<tail>\D*)$")
_SENTENCE_ENDS = "。;!?\n:"
_SENTENCE_END = re.compile(r"[。!?\n]")
_NO_MONTH = Unsupported(Lacks.MONTH)
_PLAIN = str.maketrans("一二三四", "1234")
_PHASES = {"month", "quarter"}  # what of a list may lack its last words
_DAYS = {
    "day",
    "part of a month",
    "loose part of a month",
    "each month",
    "end of a quarter",
    "end of the year",
}
_PARTS = {"part of a month", "loose part of a month", "within a month", "end of a quarter"}


@dataclass(slots=True)
class Hit:
    """A phrase found in a text in the one spelling, from `start` to `end`; `lead` is where its
    prefix starts. `words` is the phrase made whole, `head` what further days share with it."""

    start: int
    end: int
    words: str
    due: Due | Unsupported
    row: Row
    head: str = ""
    before: bool = False
    named: bool = False  # it names its year
    shares: bool = False  # its day is that of the next in its list
    likely: bool = False  # the words could also mean another day
    lead: int = field(default=-1)

    def __post_init__(self) -> None:
        if self.lead < 0:
            self.lead = self.start


def list_at(text: str, start: int, year: int) -> list[Hit]:
    """The dates of a list of bare numbers there, such as 3、6、9月底前; empty where none is."""
    longest: list[Hit] = []
    for pattern in PATTERNS:
        match = pattern.match(text, start)
        if match and not (longest and longest[-1].end >= match.end()):
            longest = _spread(match, year) or longest
    return longest


def _spread(match: re.Match[str], year: int) -> list[Hit]:
    head, tail, first = match["head"], match["tail"], match.start("numbers")
    numbers = list(_NUMBER.finditer(match["numbers"]))
    if not head and tail.startswith("月") and _numbers_a_line(match, len(numbers)):
        return []
    hits = []
    for number in numbers:
        words = head + number[0].translate(_PLAIN) + tail
        read = _read(words, year)
        if read is None:
            return []
        start, end = first + number.start(), first + number.end()
        hits.append(
            Hit(
                start, end, words, *read, before=bool(match["before"]),
                named=bool(match["year"] or match["next"]),
            )
        )  # fmt: skip
    hits[0].start = hits[0].lead = match.start()
    hits[-1].end = match.end()
    days = [one.due.due for one in hits if isinstance(one.due, OnDate | Span)]
    return hits if all(one < other for one, other in pairwise(days)) else []


def _numbers_a_line(match: re.Match[str], count: int) -> bool:
    """1、5月底前 at the start of a sentence is the first item of a list, not two months."""
    start = match.start()
    return count == 2 and (start == 0 or match.string[start - 1] in _SENTENCE_ENDS)


def more_days(text: str, hit: Hit, year: int) -> list[Hit]:
    """The days that follow in a list and leave out what `hit` has said: 每月10日、25日前."""
    hits: list[Hit] = []
    end = hit.end
    while hit.head and (match := _MORE.match(text, end) or _end_too(text, end, hit)):
        words = hit.head + match["day"].removeprefix("月") + match["tail"]
        read = _read(words, year)
        if read is None:
            break
        end = match.end()
        hits.append(
            Hit(
                match.start("day"), end, words, *read, head=hit.head,
                before=bool(match["before"]), named=hit.named,
            )
        )  # fmt: skip
    return hits


def _end_too(text: str, at: int, hit: Hit) -> re.Match[str] | None:
    return _MONTHS_END.match(text, at) if hit.head.endswith("月") else None


def shared(hits: list[Hit], text: str, year: int) -> list[Hit]:
    """The hits, each with the words that it shares with the next of its list, and the year that
    it shares with the one before."""
    linked = [bool(_LINK.fullmatch(text, one.end, other.lead)) for one, other in pairwise(hits)]
    for n in range(len(linked) - 1, -1, -1):
        if linked[n]:
            several = n > 0 and linked[n - 1] and hits[n - 1].row.name == "month"
            _share_tail(hits[n], hits[n + 1], several, year)
    for one, other in pairwise(hits):
        if (
            isinstance(one.due, OnDate | Span)
            and isinstance(other.due, OnDate | Span)
            and not other.named
            and _CLOSE.fullmatch(text, one.end, other.lead)
        ):
            words, of = other.words, one.due.due.year
            if one.named and of != year:
                _reread(other, f"{of}年{words}", year, named=True, likely=one.likely)
            for later in (of, of + 1):
                if other.due.due < one.due.due:  # 12月20日、1月10日前
                    _reread(other, f"{later}年{words}", year, named=True, likely=True)
    for one, other in pairwise(hits):
        if not _SENTENCE_END.search(text, one.end, other.lead):
            _inherit(one, other, year)
    return hits


def _inherit(one: Hit, other: Hit, year: int) -> None:
    """6月20日前报送方案，25日前报送名单: of the same month, in all likelihood."""
    if other.due != _NO_MONTH or not isinstance(one.due, OnDate | Span):
        return
    due = one.due.due
    month = f"{due.month}月" if due.year == year else f"{due.year}年{due.month}月"
    rest = other.words.removeprefix("本").removeprefix("月").removeprefix("份")
    read = _read(month + rest, year)
    if read is not None and isinstance(read[0], OnDate) and read[0].due > due:
        _reread(other, month + rest, year, likely=True)


def _share_tail(one: Hit, other: Hit, several: bool, year: int) -> None:
    """6月、9月底前; 8月20日和11月20日前; 3月、6月、9月10日前 (several months, one day)."""
    tail = _TAIL.search(other.words)
    if one.row.name in _PHASES and other.row.name in _PARTS and tail:
        _reread(one, one.words.removesuffix("份") + tail["tail"], year, before=other.before)
    elif one.row.name == "month" and other.row.name == "day" and (several or other.shares):
        day = other.words[len(other.head) :]
        if _reread(one, one.words.removesuffix("份") + day, year, before=other.before):
            one.head, one.shares = one.words[: -len(day)], True
    elif {one.row.name, other.row.name} <= _DAYS and other.before and not one.before:
        _reread(one, f"{one.words}前", year, before=True)


def _reread(hit: Hit, words: str, year: int, **also: bool) -> bool:
    read = _read(words, year)
    if read is None or isinstance(read[0], Unsupported):
        return False
    hit.words, (hit.due, hit.row) = words, read
    for key, value in also.items():
        setattr(hit, key, value)
    return True


def _read(words: str, year: int) -> tuple[Due | Unsupported, Row] | None:
    try:
        return read_whole(words, year)
    except PhraseError:
        return None
