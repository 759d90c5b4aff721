"""Numbers to reach that stand without a date: of one thing they are one duty, due when the plan
ends, unless a dated duty reaches them."""

import re
from dataclasses import dataclass, field
from typing import Any

from workflows.drafting.actions import Action
from workflows.drafting.plan_words import covers

_REACHED = re.compile(r"完成|建成|达到|实现")
_TASK = re.compile(r"任务|建设|改造|目标|新建|更新|创建")
_ALIKE = 0.4


@dataclass(slots=True)
class Numbered:
    """Actions that set numbers of one thing, and the numbers."""

    actions: list[Action]
    targets: list[dict[str, Any]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All their words."""
        return "；".join(action.text for action in self.actions)


def of_one_thing(actions: list[Action]) -> list[Numbered]:
    """The actions by the thing that they count."""
    found: list[Numbered] = []
    for action in actions:
        targets = action.targets
        if not targets:
            continue
        for group in found:
            if _same_thing(group, action, targets):
                group.actions.append(action)
                group.targets += targets
                break
        else:
            found.append(Numbered([action], targets))
    return found


def _same_thing(group: Numbered, action: Action, targets: list[dict[str, Any]]) -> bool:
    measures = {one.get("unit_of_measure") for one in group.targets}
    if not measures & {one.get("unit_of_measure") for one in targets}:
        return False
    things = "".join(one.get("title", "") for one in targets)
    before = "".join(one.get("title", "") for one in group.targets)
    around = f"{action.context}{action.titles}"
    likeness = max(covers(things, group.words), covers(before, action.text))
    if group.actions[0].clause != action.clause:
        # 开通线路，各市至少2条: the thing is named in the sentence.
        likeness = max(likeness, covers(before, around))
    return likeness >= _ALIKE


def restated(group: Numbered, dated: list[Action], named: bool = True) -> Action | None:
    """The dated action that sets the same number, or, unless only that `named` ones count, that
    reaches it without naming it."""
    most = max(one["value"] for one in group.targets)
    values = {(most, one.get("unit_of_measure")) for one in group.targets}
    things = "".join(one.get("title", "") for one in group.targets)
    for action in dated:
        others = action.targets
        same = values & {(one["value"], one.get("unit_of_measure")) for one in others}
        if same and covers(things, action.words) >= 0.3:
            return action
    if named:
        return None
    best: tuple[float, Action | None] = (0.5, None)
    for action in dated:
        words = f"{action.words}{action.titles}"
        if action.targets or not (_REACHED.search(action.words) and _TASK.search(words)):
            continue
        # What it is called in full is long: the words of the number's own thing decide.
        likeness = max(covers(one.get("title", ""), words) for one in group.targets)
        if likeness > best[0]:
            best = (likeness, action)
    return best[1]
