"""Conditions on a unit's attributes: `licensed_platforms > 0`.

Selectors ask them of the organisation file, milestones of what a unit has reported.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

from config.i18n import _

_CONDITION = re.compile(r"\s*(?P<name>\w+)\s*(?P<sign>==|!=|>=|<=|>|<)\s*(?P<value>[^<>=!]+?)\s*")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class UncomparableError(ValueError):
    """A number was compared with text; `value` and `wanted` are the two."""

    def __init__(self, value: Any, wanted: Any) -> None:
        super().__init__(f"{value!r}, {wanted!r}")
        self.value, self.wanted = value, wanted


def _readable(text: str) -> str:
    if not _CONDITION.fullmatch(text):
        raise ValueError(
            _("cannot read the condition “{where}”\nwrite e.g. licensed_platforms > 0").format(
                where=text
            )
        )
    return text


# Short, so that reading it stays quick.
Condition = Annotated[str, StringConstraints(max_length=200), AfterValidator(_readable)]

# The name of an attribute, as conditions ask about it.
Attribute = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_\u4e00-\u9fff]+$", max_length=64)
]


def attribute_of(condition: str) -> str:
    """The name of the attribute that a condition asks about."""
    return _parts(condition)[0]


def value_of(condition: str) -> int | float | bool | str:
    """The value that a condition compares with."""
    return read_value(_parts(condition)[2])


def holds(condition: str, attributes: Mapping[str, Any]) -> bool | None:
    """Whether the condition holds; None where the attribute is not known.

    Raises UncomparableError where the two cannot be compared.
    """
    name, sign, text = _parts(condition)
    value = attributes.get(name)
    if value is None:
        return None
    wanted = read_value(text)
    try:
        return _SIGNS[sign](value, wanted)
    except TypeError:
        raise UncomparableError(value, wanted) from None


def read_value(text: str) -> int | float | bool | str:
    """A value as people write it: a number, true or false, or text."""
    if text in {"true", "false"}:
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text.strip("'\"")


def _parts(condition: str) -> tuple[str, str, str]:
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(condition)  # it was checked when it was declared
    return match["name"], match["sign"], match["value"]
