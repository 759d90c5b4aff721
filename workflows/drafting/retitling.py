"""Titles by which a person knows a duty again: by what is handed in, or by the item's heading,
where the words of the sentence make none (基本实现在每次订单完成后)."""

import re
from collections.abc import Sequence

from workflows.drafting.model import Duty, Read
from workflows.drafting.outline import Outline, Passage
from workflows.drafting.titling import LONGEST, shortened
from workflows.organisation import Organisation

_SENT = re.compile(r"^(?:书面|以正式文件形式)?(?:报送|上报|提交)|报送|上报|填报")
_POOR = re.compile(
    r"^(?:报送)?(?:(?:计划)?在(?!线|建)|按照|按|与|联合|会同|基本|把|将|由|为|根据|依据|结合|通过|有关|"
    r"我厅|我局|一是|二是|三是|围绕|并|请|至少|不少于|不低于)|[并和及与、，的]$|、各.{1,12}\d|"
    r"^(?:报送|上报)(?:省厅|市局|[省市县][一-龥]{0,4}[厅局委办])$"
)
_ONLY_TO = re.compile(  # 报省厅审核: to whom, and not what
    r"^报(?!告|表|名|送)[^，]{0,12}(?:厅|局|委|处|科|室|部|中心|政府|备案|审核|审批|汇总)(?:[：:].*)?$"
)
_ACTOR = re.compile(
    r"^[一-龥、（）()]{0,20}?(?:主管部门|部门|单位|[厅局委]|各地|市县)(?=[持组开做完对按推加落])"
)
_GENERIC = re.compile(r"(?:专题|专项|总结|书面|工作)?(?:报告|总结|方案|材料|清单|台账|情况)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_MONTH = re.compile(r"（\d{1,2}月）$")
_HAS_TO = re.compile(
    r"^(?:各[一-龥、（）]{1,12}?)?(?:要|须|应当|必须)(?![素求点急塞道闻])(?:对)?(?=.{4})"
)
_LEAD_IN = re.compile(r"^[^，]{0,12}?(?:要|应|须|将|负责)(?=.{4})")


def retitle(duties: Sequence[Duty], plan: Outline, organisation: Organisation) -> None:
    """Give duties a better title where there is one; no two of one item share one."""
    passages = {one.place: one for one in plan.passages}
    given: dict[tuple[str, str], str] = {}  # to whom
    for duty in duties:
        old = duty.title
        named = _without_office(old.value, organisation)
        duty.title = Read(named, old.sure, old.place, old.words)
        title = _title(duty, passages.get(duty.sentence.place))
        month = _MONTH.search(duty.title.value)
        if month and not _MONTH.search(title):
            title += month[0]
        key, who = (duty.sentence.clause, title), repr(duty.who.value)
        if key in given:
            apart = duty.due.value if given[key] == who else _who(duty, organisation)
            title = f"{_MONTH.sub('', title)}（{apart}）"
        given.setdefault(key, who)
        duty.title = Read(title, old.sure, old.place, old.words)
        _retitle_targets(duty)


def _retitle_targets(duty: Duty) -> None:
    """What is counted, without who has to reach it: 各市州要对餐饮企业排查率. Where several have a
    number each, they are told apart by who they are."""
    for n, target in enumerate(duty.targets):
        words = _HAS_TO.sub("", str(target.value.get("title", "")))
        others = {str(one.value.get("title", "")) for one in duty.targets if one is not target}
        if words not in others:
            value = {**target.value, "title": words}
            duty.targets[n] = Read(value, target.sure, target.place, target.words)


def _without_office(title: str, organisation: Organisation) -> str:
    """安全处开展检查: who does it stands in `departments`."""
    for office in organisation.departments:
        for name in (office.name, *office.aliases):
            rest = title.removeprefix(name)
            if rest != title and len(rest) >= 4 and rest[0] not in "、和及与的等或主为人":
                return rest
    return title


def _title(duty: Duty, passage: Passage | None) -> str:
    title = duty.title.value
    heading = _BRACKETS.sub("", passage.heading) if passage is not None else ""
    if duty.deliverables and _SENT.search(title):
        return _of_papers([str(one.value["name"]) for one in duty.deliverables], heading)
    if _ONLY_TO.search(title):
        names = [str(one.value["name"]) for one in duty.deliverables]
        if names:
            return _of_papers(names, heading)
        if heading:
            return f"报送（{heading.rstrip('。：:')}）"
    if not _POOR.search(_MONTH.sub("", title)) and (len(title) < LONGEST - 2 or not heading):
        return title
    if heading and len(heading) <= LONGEST:
        return heading.rstrip("。：:")
    text = duty.parts[0].value if duty.parts else duty.sentence.text
    for clause in re.split(r"[，；。]", text):
        words = _ACTOR.sub("", _LEAD_IN.sub("", clause.strip("　 ")))
        if len(words) >= 6 and not _POOR.search(words) and not re.match(r"[\d年月底前末]+$", words):
            return shortened(words)
    return title


def _of_papers(names: Sequence[str], heading: str) -> str:
    if len(names) == 1 and _GENERIC.fullmatch(names[0]) and heading:
        return f"报送{names[0]}（{heading}）"
    title = "报送" + "、".join(names[:2])
    if len(title) > LONGEST + 10:
        return "报送" + shortened(names[0]) + ("等" if len(names) > 1 else "")
    return title + ("等" if len(names) > 2 else "")


def _who(duty: Duty, organisation: Organisation) -> str:
    who = duty.who.value
    if isinstance(who, list):
        return f"{who[0]}等"
    unit = organisation.unit(who) if isinstance(who, str) else None
    return unit.name if unit is not None else "各地"
