"""The words of tables of figures: what their headings are called, in Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.people.words import field_of as field_of_people
from workflows.people.words import heading_core

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "target": (
            "目标任务", "目标任务名称", "指标", "指标名称", "目标", "目标名称", "任务指标",
            "target",
        ),
        "figure": (
            "完成数", "完成数量", "完成值", "完成情况", "数值", "数据", "累计完成", "累计完成数",
            "本期完成", "分子", "figure", "value",
        ),
        "whole": ("总数", "总量", "应完成数", "应完成总数", "分母", "whole", "of", "total"),
        "category": ("类别", "类型", "分类", "category", "type"),
        "day": (
            "截至日期", "截止日期", "截至时间", "数据日期", "统计日期", "日期", "时间", "day",
            "date", "on", "asof",
        ),
    }
)  # fmt: skip
_OF_PEOPLE: Mapping[str, str] = MappingProxyType(
    {"unit": "unit", "city": "unit", "campaign": "campaign", "note": "note"}
)
_FIELD_OF = {heading_core(word): field for field, words in FIELDS.items() for word in words}


def field_of(heading: str) -> str:
    """The field that a heading means; '' for none."""
    if len(heading) > 60:
        return ""
    return _FIELD_OF.get(heading_core(heading), "") or _OF_PEOPLE.get(field_of_people(heading), "")
