"""Who acts, as it was read: in which words, which units, how they are named, how sure that is."""

from dataclasses import dataclass, replace
from enum import StrEnum

from workflows.drafting.model import Sure
from workflows.drafting.places import Units


class Sort(StrEnum):
    """How an actor is named."""

    NAMED = "named"  # by name: 郑州、洛阳
    LEVEL = "level"  # by level: 各省辖市
    ALL = "all"  # 各地
    SOME = "some"  # 有关单位: those that the text around names
    PILOT = "pilot"  # 试点地区, 上述地区: those named before
    TOP = "top"  # 省厅
    WHOLE = "whole"  # 全省: what the province reaches as a whole
    COMPANY = "company"  # the bureaus that supervise it
    OUTSIDE = "outside"  # a ministry: nobody here


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which words; `end` is where the words end in the clause."""

    words: str
    units: Units
    sort: Sort
    sure: Sure
    end: int = 0
    departments: tuple[str, ...] = ()
    asks: str = ""
    others: bool = False  # 其他, 其余: without those that were named before

    def without(self, units: Units) -> "Actor":
        """The same without some units."""
        return replace(self, units=self.units - units)
