"""Until when something recurs, where the words say so: 每月28日前报送进展，至11月结束。"""

import re

from workflows.drafting.timing import Timed
from workflows.phrases import OnDate, Span

_UNTIL = re.compile(r"(?:直至|报至|持续至|延续至|至|报到|持续到|到)$")
_LAST_TIME = re.compile(
    r"^(?:份|底|末)?(?:为?止|结束|(?:为|是|报送|填报|上报|报)?(?:全年|本年度?)?的?(?:最后|末)一?[次期])"
)
_LAST_IS = re.compile(r"(?:最后一[次期]|末次)(?:[^，,。；;]{0,6}[为是于在])?$")
_FIRST_IS = re.compile(r"(?:首次|首期|第一[次期])(?:[^，,。；;]{0,6}[为是于在从自])?$")


def last_time(text: str, dates: list[Timed]) -> Timed | None:
    """The month with which ends what recurs in a text: 至11月结束, 12月报最后一次. None where
    nothing recurs, or where the words do not say."""
    if not any(one.recurs for one in dates):
        return None
    for one in dates:
        if not isinstance(one.due, OnDate | Span) or one.recurs or _has_both_ends(one):
            continue
        lead = re.match(r"至|到", one.words)
        before = text[: one.start] + (lead[0] if lead else "")
        after = text[one.end :]
        ended = one.words.endswith("止") or _LAST_TIME.match(after) or _LAST_IS.search(before)
        alone = re.match(r"[\s　]*(?:[，,。；;]|$)", after)
        if ended or (alone and _UNTIL.search(before)):
            return one
    return None


def _has_both_ends(one: Timed) -> bool:
    """Whether it says when it begins, too: 自2025年第二季度起至2026年第二季度止."""
    return isinstance(one.due, Span) and one.due.start.month != one.due.due.month


def first_time(text: str, dates: list[Timed]) -> Timed | None:
    """The month with which begins what recurs in a text: 首次报送为6月. None as above."""
    if not any(one.recurs for one in dates):
        return None
    for one in dates:
        if isinstance(one.due, OnDate | Span) and _FIRST_IS.search(text[: one.start]):
            return one
    return None


def clause_around(text: str, one: Timed) -> tuple[int, int]:
    """Where the clause of a date begins and ends."""
    signs = "，,。；;"
    start = max(text.rfind(sign, 0, one.start) for sign in signs) + 1
    ends = [at for sign in signs if (at := text.find(sign, one.end)) >= 0]
    return start, min(ends, default=len(text))
