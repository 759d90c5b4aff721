"""Value types (RFC 5545, 3.3), and the type of each property (3.7, 3.8; RFC 7986, 5)."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

_TIME = r"(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)"
DURATION = re.compile(rf"[+-]?P(?:\d+W|\d+D(?:T{_TIME})?|T{_TIME})")
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
_TEXTS = re.compile(r"(?:[^\\;]|\\[\\;,nN])*")
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
)
_OFFSET = re.compile(r"(?!-0000)[+-]([01]\d|2[0-3])[0-5]\d([0-5]\d)?")
_INTEGER = re.compile(r"[+-]?\d+")


def is_date(text: str) -> bool:
    """3.3.4: a day that there is."""
    return _parses(text, r"\d{8}", "%Y%m%d")


def is_date_time(text: str) -> bool:
    """3.3.5: a day and a time, in UTC with a Z behind it."""
    return _parses(text, r"\d{8}T\d{6}Z?", "%Y%m%dT%H%M%S")


def is_utc(text: str) -> bool:
    """3.3.5, form 2."""
    return is_date_time(text) and text.endswith("Z")


def is_duration(text: str) -> bool:
    """3.3.6: weeks alone, or days, or times in their order, without gaps, behind a T."""
    return DURATION.fullmatch(text) is not None


def _is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None and -(2**31) <= int(text) < 2**31  # 3.3.8


def _is_text(text: str) -> bool:
    return _TEXT.fullmatch(text) is not None  # 3.3.11


@lru_cache(maxsize=4096)
def _parses(text: str, pattern: str, form: str) -> bool:
    if not re.fullmatch(pattern, text, re.ASCII):
        return False
    try:
        datetime.strptime(text.removesuffix("Z"), form)  # noqa: DTZ007 - whether there is one
    except ValueError:
        return False
    return True


TYPES: dict[str, Callable[[str], bool]] = {
    "DATE": is_date,
    "DATE-TIME": is_date_time,
    "DURATION": is_duration,
    "INTEGER": _is_integer,
    "TEXT": _is_text,
    "TEXTS": lambda text: _TEXTS.fullmatch(text) is not None,  # a list with commas between
    "URI": lambda text: _URI.fullmatch(text) is not None,  # 3.3.13
    "UTC-OFFSET": lambda text: _OFFSET.fullmatch(text) is not None,  # 3.3.14
    "RECUR": lambda text: text.startswith("FREQ="),  # no feed has one but in a VTIMEZONE
}

# Each property's types, the default first; '' first where RFC 7986 gives none.
PROPERTY_TYPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ["CALSCALE", "METHOD", "PRODID", "VERSION", "CLASS", "COMMENT", "DESCRIPTION", "LOCATION",
         "STATUS", "SUMMARY", "TRANSP", "UID", "ACTION", "TZID", "TZNAME", "NAME", "COLOR",
         "CONTACT", "RELATED-TO"],
        ("TEXT",),
    ),
    **dict.fromkeys(["CATEGORIES", "RESOURCES"], ("TEXTS",)),
    **dict.fromkeys(["DTSTART", "DTEND", "DUE", "RECURRENCE-ID"], ("DATE-TIME", "DATE")),
    **dict.fromkeys(["DTSTAMP", "LAST-MODIFIED", "CREATED", "COMPLETED"], ("DATE-TIME",)),
    **dict.fromkeys(["SEQUENCE", "PERCENT-COMPLETE", "PRIORITY", "REPEAT"], ("INTEGER",)),
    **dict.fromkeys(["URL", "TZURL"], ("URI",)),
    **dict.fromkeys(["TZOFFSETFROM", "TZOFFSETTO"], ("UTC-OFFSET",)),
    "DURATION": ("DURATION",),
    "RRULE": ("RECUR",),
    "TRIGGER": ("DURATION", "DATE-TIME"),
    "REFRESH-INTERVAL": ("", "DURATION"),
    "SOURCE": ("", "URI"),
}  # fmt: skip


@lru_cache(maxsize=4096)
def day_of(text: str) -> date:
    """The day of a DATE or DATE-TIME."""
    return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
