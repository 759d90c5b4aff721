"""Numbers as plans write them: `1,200`, `２０万`, `1.5亿`, `二十`, `两`, `百分之九十五`."""

import re
import unicodedata

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6,
           "七": 7, "八": 8, "九": 9}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

_ARABIC = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN = r"[〇零一二两三四五六七八九十百千]+"
NUMBER = rf"(?:{_ARABIC}|{_HAN})(?:万亿|[万亿千百])?"
_WHOLE = re.compile(rf"(?P<digits>{_ARABIC}|{_HAN})(?P<large>万亿|[万亿千百])?")


def read_number(text: str) -> float | None:
    """The number that `text` is; None where it is none."""
    match = _WHOLE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None or len(text) > 30:
        return None
    digits = match["digits"]
    if digits[0].isdigit() and digits[0].isascii():
        value = float(digits.replace(",", "").replace("，", ""))
    else:
        han = _han(digits)
        if han is None:
            return None
        value = float(han)
    for sign in match["large"] or "":
        value *= {**_TENS, **_LARGE}[sign]
    return value


def shown(value: float) -> int | float:
    """A whole number without its decimal point."""
    return int(value) if value == int(value) else round(value, 6)


def _han(text: str) -> int | None:
    """Chinese numerals below ten thousand, written with 十百千 or digit by digit (二〇二二)."""
    if not any(sign in _TENS for sign in text):
        if len(text) > 1 and len(text) != 4:
            return None
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, None
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (1 if digit is None else digit) * _TENS[sign]
            digit = None
    return total + (digit or 0)
