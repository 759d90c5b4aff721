"""How official documents put numbers, days and the words that stand in each of them."""

from collections.abc import Sequence
from datetime import date
from unicodedata import east_asian_width

from babel.dates import format_date

from config.i18n import _, language

_DIGITS = "零一二三四五六七八九"


def full_day(day: date) -> str:
    """`2022年9月8日`, `8 September 2022`: GB/T 9704—2012, 7.3.5.4 wants the year, and no zeros."""
    if language() == "zh":
        return format_date(day, "y年M月d日", locale="zh_CN")
    return format_date(day, "d MMMM y", locale="en_GB")


def heading_number(number: int, level: int) -> str:
    """What stands before a heading: 一、 and （一） (GB/T 9704—2012, 7.3.3), `1. ` and `(1) `."""
    if language() == "zh":
        return f"{chinese(number)}、" if level == 1 else f"（{chinese(number)}）"
    return f"{number}. " if level == 1 else f"({number}) "


def chinese(number: int) -> str:
    """`number` (1 to 99) in Chinese numerals; one outside in Arabic ones."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    start = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return start + (_DIGITS[ones] if ones else "")


def characters(text: str) -> float:
    """How many Chinese characters the longest line is wide; a half-width sign is half of one."""
    return max((sum(map(_width, line)) for line in text.splitlines()), default=0)


def _width(sign: str) -> float:
    return 1 if east_asian_width(sign) in "WF" else 0.5


def names(several: Sequence[str]) -> str:
    """Names one after the other, as who is copied to: with commas and a full stop."""
    if language() == "zh":
        return "，".join(several) + "。" if several else ""
    return ", ".join(several)


def common_words() -> dict[str, str]:
    """The words that a template of any kind may name as `words.…`."""
    chinese_signs = language() == "zh"
    return {
        "attachment": _("Attachment"),
        "colon": "：" if chinese_signs else ": ",
        "open": "（" if chinese_signs else "(",
        "close": "）" if chinese_signs else ")",
    }
