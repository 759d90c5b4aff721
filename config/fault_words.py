"""What pydantic finds wrong, in words for who wrote it: what we say, and how to mend it."""

import re
from collections.abc import Mapping
from typing import Any

from config.i18n import N_, _
from config.plain_text import EMAIL

_CHOICE = re.compile(r"'([^']*)'")
_LIST = N_("write [one, two], or one item a line after “- ”")

# pydantic's error type → what we say and how to mend it; {name} and {ctx} values are filled in.
WORDS: dict[str, tuple[str, str]] = {
    "missing": (N_("“{name}” is missing"), N_("add it")),
    "extra_forbidden": (N_("unknown key “{name}”"), N_("did you mean one of: {known}?")),
    "string_type": (N_("text is expected here"), N_("write text, in quotes if need be")),
    "string_pattern_mismatch": (N_("“{input}” is not allowed here"), N_("write another")),
    "string_too_short": (N_("this must not be empty"), N_("write something")),
    "string_too_long": (N_("this is too long"), N_("use at most {max_length} characters")),
    "int_type": (N_("a whole number is expected here"), N_("write e.g. 5")),
    "int_parsing": (N_("a whole number is expected here"), N_("write e.g. 5")),
    "int_from_float": (N_("a whole number is expected here"), N_("write e.g. 5")),
    "float_type": (N_("a number is expected here"), N_("write e.g. 12 or 0.8")),
    "float_parsing": (N_("a number is expected here"), N_("write e.g. 12 or 0.8")),
    "finite_number": (N_("a number is expected here"), N_("write e.g. 12 or 0.8")),
    "int_parsing_size": (N_("this number is too large"), N_("write a smaller one")),
    "bool_type": (N_("true or false is expected here"), N_("write true or false")),
    "bool_parsing": (N_("true or false is expected here"), N_("write true or false")),
    "tuple_type": (N_("a list is expected here"), _LIST),
    "list_type": (N_("a list is expected here"), _LIST),
    "dict_type": (N_("a mapping is expected here"), N_("write “key: value” lines")),
    "model_type": (N_("a mapping is expected here"), N_("write “key: value” lines")),
    "enum": (N_("“{input}” is not allowed here"), N_("write one of {expected}")),
    "literal_error": (N_("“{input}” is not allowed here"), N_("write one of {expected}")),
    "date_from_datetime_parsing": (N_("“{input}” is not a date"), N_("write e.g. 2022-05-20")),
    "date_from_datetime_inexact": (N_("“{input}” is not a date"), N_("write e.g. 2022-05-20")),
    "date_parsing": (N_("“{input}” is not a date"), N_("write e.g. 2022-05-20")),
    "date_type": (N_("a date is expected here"), N_("write e.g. 2022-05-20")),
    "time_parsing": (N_("“{input}” is not a time of day"), N_("write e.g. 09:00")),
    "time_type": (N_("a time of day is expected here"), N_("write e.g. 09:00")),
    "path_type": (N_("a path is expected here"), N_("write text, in quotes if need be")),
    "too_long": (N_("there are too many here"), N_("write at most {max_length}")),
    "too_short": (N_("at least {min_length} is needed here"), N_("add one")),
    "greater_than_equal": (N_("“{input}” is too small"), N_("write at least {ge}")),
    "less_than_equal": (N_("“{input}” is too large"), N_("write at most {le}")),
}  # fmt: skip

# What a value of a pattern looks like; a regular expression says nothing to who writes a plan.
PATTERN_WORDS: dict[str, tuple[str, str]] = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": (
        N_("“{input}” is not an identifier"),
        N_("write small letters, digits and hyphens, e.g. bridges-2022"),
    ),
    r"^[A-Za-z0-9_\u4e00-\u9fff]+$": (
        N_("“{input}” is not the name of an attribute"),
        N_("write letters, digits and underscores, e.g. freight_platforms"),
    ),
    r"^[^\x00-\x1f/；;,]+$": (
        N_("“{input}” cannot be a name"),
        N_("write it on one line, without / ； ; ,"),
    ),
    f"^{EMAIL.pattern}$": (
        N_("“{input}” is not an e-mail address"),
        N_("write e.g. name@example.org"),
    ),
    "^(unit|departments)$": (
        N_("“{input}” is not allowed here"),
        N_("write unit or departments"),
    ),
    r"^\d{4}-(0[1-9]|1[0-2])$": (
        N_("“{input}” is not a month of a year"),
        N_("write it as 2022-06"),
    ),
    r"^(>=|<=|==)$": (
        N_("“{input}” is not allowed here"),
        N_("write one of >=, <=, =="),
    ),
}


def choices_of(context: Mapping[str, Any]) -> str:
    """The values that a choice allows, in the language's form of a list. Pydantic's own is one of
    Python's: 'one', 'two' or 'three'."""
    expected = str(context.get("expected", ""))
    return _(", ").join(_CHOICE.findall(expected)) or expected
