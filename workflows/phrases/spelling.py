"""One spelling for what plans write in many: wide digits, Chinese numerals, blanks, dashes."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

_DASHES = dict.fromkeys("‐‑‒–—―−─", "-") | dict.fromkeys("〜∼", "~")
_DIGITS = dict(zip("〇○OＯ零一二两三四五六七八九", "000001223456789", strict=True))
_TENS = {"廿": 20, "卅": 30}
_NUMERALS = "〇○零一二两三四五六七八九十百廿卅"
# A numeral only where it counts what dates are made of; 统一, 唯一 and the like are words.
_TOKEN = re.compile(
    rf"(?P<blank>\s+)|(?<![统唯同逐专合单任某{_NUMERALS}])(?P<numeral>[{_NUMERALS}][{_NUMERALS}OＯ]{{0,6}})"
    r"(?=\s?(?:年|月|日|号|天|周|星期|季|时|点|分|个?工作日|个半?月|个星期|个季))"
)


@dataclass(slots=True)
class Spelt:
    """A text in the one spelling; character n of it stands for `starts[n]` to `ends[n]` of what
    was written."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def spell(written: str) -> Spelt:
    """`written` with plain digits and one kind of dash, without blanks.

    A blank stays between two Latin letters or digits (`表1 5月`), an empty line stays as a line's
    end.
    """
    spelt = Spelt()
    characters: list[str] = []
    last = 0
    for token in _TOKEN.finditer(written):
        start, end = token.span()
        characters += map(_plain, written[last:start])
        spelt.starts += range(last, start)
        spelt.ends += range(last + 1, start + 1)
        put = _blank(written, start, end) if token["blank"] else _number(token[0])
        characters += put
        spelt.starts += [start] * len(put)
        spelt.ends += [end] * len(put)
        last = end
    characters += map(_plain, written[last:])
    spelt.starts += range(last, len(written))
    spelt.ends += range(last + 1, len(written) + 1)
    spelt.text = "".join(characters)
    return spelt


@cache
def _plain(character: str) -> str:
    """The plain form: NFKC also undoes the radicals that PDF files have for 月 and 日. A number
    in a circle numbers a line, so it is left."""
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) != 1 or unicodedata.category(character) == "No":
        return character
    return _DASHES.get(plain, plain)


def _blank(written: str, start: int, end: int) -> str:
    if written.count("\n", start, end) > 1:
        return "\n"
    around = (
        (_plain(written[start - 1]), _plain(written[end]))
        if 0 < start < end < len(written)
        else ("", "")
    )
    return " " if all(one.isascii() and one.isalnum() for one in around) else ""


def _number(numeral: str) -> str:
    """二〇二二 or 二十一 in digits."""
    if not set(numeral) & {"十", "百", "廿", "卅"}:
        return "".join(_DIGITS[one] for one in numeral)
    total, unit = 0, 0
    for one in numeral:
        if one in "十百":
            total += max(unit, 1) * (10 if one == "十" else 100)
            unit = 0
        elif one in _TENS:
            total += _TENS[one]
        else:
            unit = int(_DIGITS[one])
    return str(total + unit)
