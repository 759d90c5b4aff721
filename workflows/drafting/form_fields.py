"""The fields of a drafted form: ids and types by what their headings say."""

import re
import unicodedata
from typing import Any

from workflows.drafting.naming import Names
from workflows.forms.matching import norm
from workflows.people.words import field_of

MOST_TITLE = 100
OF_UNIT = re.compile(r"填[报写表]单位|报送单位|单位名称|单位$|^单位")
OF_DAY = re.compile(r"填[报写表](?:时间|日期)|报送(?:时间|日期)")
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("yes_no", re.compile(r"是否|有无(?!.*情况)")),
    ("percent", re.compile(r"百分比|百分数|占比|比例$|比率$|率$|[（(]%[）)]|%$")),
    ("date", re.compile(r"日期$|填[报写表]时间$")),
    ("number", re.compile(r"数量$|(?<![系指参函])数$|里程$|金额$|投资额$|"
                          r"[（(](?:个|件|人|次|辆|台|家|条|处|座|公里|万元|亿元|元|人次|户|项|份)[）)]$")),
)  # fmt: skip
_LONG_PHONE = re.compile(r"联系|电话|手机")


def header_fields(labels: list[str], names: Names) -> list[dict[str, Any]]:
    """The fields above or below a table, by their labels: 填报单位 is the unit that fills it in."""
    fields = []
    for label in dict.fromkeys(labels):
        one: dict[str, Any] = {"id": names.name(label, "field"), "title": label[:MOST_TITLE]}
        if OF_UNIT.search(label):
            one |= {"prefilled": "unit", "required": True}
        elif OF_DAY.search(label):
            one |= {"type": "date", "prefilled": "today"}
        fields.append(one)
    return fields


def fields_of(titles: list[str], names: Names, *, plain: bool = False) -> list[dict[str, Any]]:
    """The columns. `plain`: free text without a type, as in a grid."""
    fields: list[dict[str, Any]] = []
    for title in unique([one for one in titles if one]):
        known = field_of(title)
        words = known.replace("_", "-") if known and known not in {"number", "campaign"} else title
        one: dict[str, Any] = {"id": names.name(words, "column"), "title": title[:MOST_TITLE]}
        if not plain:
            one |= _type(title)
        fields.append(one)
    return fields


def unique(titles: list[str]) -> list[str]:
    """Headings that stand twice (职务, 职务) with the person before them: 负责人职务."""
    twice = {norm(one) for one in titles if sum(norm(t) == norm(one) for t in titles) > 1}
    found: list[str] = []
    whose = ""
    for title in titles:
        if norm(title) not in twice:
            if re.search(r"人$|员$|领导$|人姓名$|员姓名$", title):
                whose = title.removesuffix("姓名")
            found.append(title)
            continue
        name = f"{whose}{title}" if whose else title
        n = 1
        while norm(name) in {norm(one) for one in found}:
            n += 1
            name = f"{whose}{title}{n}"
        found.append(name)
    return found


def _type(title: str) -> dict[str, Any]:
    plain = unicodedata.normalize("NFKC", title)
    if norm(plain) == "性别":
        return {"type": "choice", "choices": ["男", "女"]}
    if _LONG_PHONE.search(plain):
        return {}
    return next(({"type": name} for name, form in _TYPES if form.search(plain)), {})
