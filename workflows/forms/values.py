"""Typed values as people write them: 12个, 85%, 2022年6月5日, 是. Read, and shown again.

A percentage is in per cent: 85 and 85% are the same. A bare number above 0 and up to 1 could mean
either 1% or 100%, so it is refused until the sign stands with it.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from config.errors import InputError
from config.i18n import _
from config.plain_text import without_controls
from workflows.dates import single_date
from workflows.forms.declared import FieldType, FormField
from workflows.organisation import did_you_mean
from workflows.phrases import YEARS, PhraseError

LONGEST = 4_000  # characters of a field
_SPACES = re.compile(r"\s+")
_DOTS = re.compile(r"[….·\s]+")  # a line of dots stands for more lines to come
_NUMBER = re.compile(
    r"(?:约|共计|共)?(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,12})?)"
    r"(?P<times>[万亿]?)(?P<rest>[^\d.,]{0,8})"
)
_MANY = {"": 1, "万": 10_000, "亿": 100_000_000}
_DAY = re.compile(
    r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?(?:前)?"
    r"(?:T?\d{1,2}:\d{2}(?::\d{2})?)?"
)
_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_NOTHING = re.compile(r"[-/—–－_\\]+")  # as people strike out a cell that does not apply
_YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓", "✔", "☑", "有", "已", "对"})
_NO = frozenset({"否", "no", "n", "false", "0", "×", "x", "✗", "✘", "无", "未", "没有", "不是"})


def is_empty(text: str) -> bool:
    """Whether a cell says nothing."""
    return not text.strip() or bool(_DOTS.fullmatch(text))


def read_value(field: FormField, text: str, year: int) -> Any:
    """What a cell says, as the record keeps it: text, int or float, ISO day, bool; None where it
    is empty. `year` completes a day without one. Raises InputError."""
    if is_empty(text):
        return None
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    if field.type is not FieldType.TEXT and _NOTHING.fullmatch(plain):
        return None
    match field.type:
        case FieldType.TEXT:
            return _text(text)
        case FieldType.NUMBER:
            return as_json(_number(plain, text))
        case FieldType.PERCENT:
            return as_json(_percent(plain, text))
        case FieldType.DATE:
            return _day(plain, text, year).isoformat()
        case FieldType.YES_NO:
            return _answer(plain, text)
        case FieldType.CHOICE:
            return _choice(field, plain, text)


def shown_value(field: FormField, value: Any) -> str:
    """A kept value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.type is FieldType.PERCENT:
        return f"{value}%"
    return str(value)


def as_json(value: Decimal) -> int | float:
    """A number as the record keeps it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _cannot(text: str, wanted: str) -> InputError:
    return InputError(_("“{text}” cannot be read").format(text=" ".join(text.split())[:60]), wanted)


def _text(text: str) -> str:
    lines = [line.strip() for line in without_controls(text).splitlines()]
    whole = "\n".join(lines).strip()
    if len(whole) > LONGEST:
        raise InputError(
            _("it holds more than {count} characters").format(count=LONGEST), _("shorten it")
        )
    return whole


def _number(plain: str, text: str) -> Decimal:
    match = _NUMBER.fullmatch(plain)
    if match is None or match["rest"].startswith("%"):
        raise _cannot(text, _("write one number, e.g. 12"))
    return Decimal(match["number"].replace(",", "")) * _MANY[match["times"]]


def _percent(plain: str, text: str) -> Decimal:
    bare = plain.removesuffix("%")
    wanted = _("write a percentage, e.g. 85%")
    match = _NUMBER.fullmatch(bare)
    if match is None or match["rest"] or match["times"]:
        raise _cannot(text, wanted)
    value = Decimal(match["number"].replace(",", ""))
    if bare == plain and 0 < value <= 1:
        raise InputError(
            _("“{text}” can be {one} or {other}").format(
                text=plain, one=f"{as_json(value)}%", other=f"{as_json(value * 100)}%"
            ),
            _("write it with the sign: {example}").format(example=f"{as_json(value * 100)}%"),
        )
    return value


def _day(plain: str, text: str, year: int) -> date:
    match = _DAY.fullmatch(plain) or _DIGITS.fullmatch(plain)
    try:
        if match is None:  # 9月底前
            return single_date(plain, year)
        found = date(int(match["year"] or year), int(match["month"]), int(match["day"]))
    except (PhraseError, ValueError):
        raise _cannot(text, _("write the day, e.g. {day}").format(day=f"{year}-06-05")) from None
    if found.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=found.year), _("mend the year"))
    return found


def _answer(plain: str, text: str) -> bool:
    answer = plain.casefold()
    if answer in _YES:
        return True
    if answer in _NO:
        return False
    raise _cannot(text, _("write 是 or 否"))


def _choice(field: FormField, plain: str, text: str) -> str:
    known = {_SPACES.sub("", unicodedata.normalize("NFKC", one)): one for one in field.choices}
    if plain in known:
        return known[plain]
    near = [one for key, one in known.items() if plain in key or key in plain]
    if len(near) == 1:
        return near[0]
    raise InputError(
        _("“{text}” is none of the choices").format(text=" ".join(text.split())[:60]),
        did_you_mean(plain, list(field.choices))
        or _("the choices are: {choices}").format(choices=_(", ").join(field.choices)),
    )
