"""Reads a figure as people write it."""

import re
from decimal import Decimal

from config.errors import InputError
from config.i18n import _
from workflows.people.words import plain
from workflows.targets.declared import Measure
from workflows.targets.views import TargetView

_AMOUNT = re.compile(r"(-?(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,15})(?:\.\d{1,9})?)\s*(万?)", re.ASCII)
_TEN_THOUSAND = 10_000


def read_figure(text: str, view: TargetView) -> tuple[Decimal | None, Decimal | None]:
    """Read `12`, `1,200`, `3万`, `12个`, `49/50`, `yes`, `否`; an empty text takes a figure back.

    Returns the figure and the whole. Raises InputError.
    """
    written = plain(text)
    if written in {"", "-"}:
        return None, None
    answer = _ANSWERS.get(written.casefold())
    if view.target.measure is Measure.YES_NO:
        if answer is not None:
            return Decimal(answer), None
        if written not in {"0", "1"}:
            raise InputError(
                _("“{target}” is answered by yes or no").format(target=view.target.title),
                _("write yes or no"),
            )
    figure, sign, whole = written.partition("/")
    measure = view.target.unit_of_measure
    return _number(figure, text, measure), _number(whole, text, measure) if sign else None


_ANSWERS = {"yes": 1, "是": 1, "已完成": 1, "no": 0, "否": 0, "未完成": 0}


def _number(part: str, text: str, measure: str) -> Decimal:
    match = _AMOUNT.fullmatch(part.strip().removesuffix(plain(measure)).strip())
    if match is None:
        raise InputError(
            _("“{text}” is no number").format(text=text[:60]), _("write e.g. 12, 0.5 or 49/50")
        )
    value = Decimal(match[1].replace(",", ""))
    return value * _TEN_THOUSAND if match[2] else value
