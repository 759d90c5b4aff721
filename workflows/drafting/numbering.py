"""How the sections of official documents are numbered: 第一章, 一、 （一） 1. （1） ①."""

import re
from dataclasses import dataclass

_DIGITS = {"〇": 0, "零": 0} | {digit: n for n, digit in enumerate("一二三四五六七八九", 1)}
_ZH = "[〇零一二三四五六七八九十百]{1,5}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

PART, SECTION, CLAUSE, ITEM, SUBITEM, POINT = range(6)  # ranks, highest first


@dataclass(frozen=True, slots=True)
class Number:
    """A section's number: its rank, its value, as it is cited, and where the text begins."""

    rank: int
    value: int
    cited: str
    end: int


_FORMS: tuple[tuple[int, str, re.Pattern[str]], ...] = (
    (PART, "第{}章", re.compile(rf"第(?P<zh>{_ZH})章(?![一-龥]*》)[\s、：:]*")),
    (PART, "第{}部分", re.compile(rf"第(?P<zh>{_ZH})部分(?![一-龥]*》)[\s、：:]*")),
    (PART, "第{}编", re.compile(rf"第(?P<zh>{_ZH})编(?![一-龥]*》)[\s、：:]*")),
    (SECTION, "第{}条", re.compile(rf"第(?P<zh>{_ZH})条[\s、：:]*")),
    (SECTION, "{}", re.compile(rf"(?P<zh>{_ZH})[、．.](?!\d)\s*")),
    (CLAUSE, "第{}阶段", re.compile(rf"第(?P<zh>{_ZH})(?:阶段|步)(?=[（(：:，、\s])[：:，、\s]*")),
    (CLAUSE, "（{}）", re.compile(rf"[（(]\s*(?P<zh>{_ZH})\s*[）)][、.．]?\s*")),
    (
        ITEM,
        "{}",
        re.compile(r"(?P<arabic>\d{1,2})\s*(?:[．、]|\.(?!\d)|\.(?=\d{1,2}[月日]|\d{4}年))\s*"),
    ),
    (SUBITEM, "（{}）", re.compile(r"[（(]?\s*(?P<arabic>\d{1,2})\s*[）)][、.．]?\s*")),
    (POINT, "{}", re.compile(rf"(?P<circled>[{_CIRCLED}])[、.．]?\s*")),
)


def number_of(text: str) -> Number | None:
    """The number with which `text` begins; None where it bears none."""
    for rank, cited, form in _FORMS:
        if not (match := form.match(text)):
            continue
        found = match.groupdict()
        if written := found.get("zh"):
            return Number(rank, chinese_value(written), cited.format(written), match.end())
        if written := found.get("arabic"):
            return Number(rank, int(written), cited.format(written), match.end())
        written = found["circled"]
        return Number(rank, _CIRCLED.index(written) + 1, written, match.end())
    return None


def counted(rank: int, value: int) -> str:
    """How a section of that rank without a number of its own is cited, counted in order."""
    if rank == PART:
        return f"第{chinese(value)}章"
    if rank == SECTION:
        return chinese(value)
    if rank == CLAUSE:
        return f"（{chinese(value)}）"
    return str(value) if rank == ITEM else f"（{value}）"


def chinese_value(text: str) -> int:
    """The value of a Chinese number below 1000, 0 where it is none: 二十一 → 21."""
    total = current = 0
    for letter in text:
        if letter in "十百":
            total += (current or 1) * (10 if letter == "十" else 100)
            current = 0
        else:
            current = _DIGITS.get(letter, 0)
    return total + current


def chinese(value: int) -> str:
    """A number from 1 to 99 in Chinese: 21 → 二十一."""
    tens, ones = divmod(value, 10)
    digits = "〇一二三四五六七八九"
    ten = "" if not tens else "十" if tens == 1 else f"{digits[tens]}十"
    return f"{ten}{digits[ones] if ones else ''}" or digits[0]
