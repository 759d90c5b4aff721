"""Whose a duty is, where what stands before or after it says so: 各自完成, 某县可延至11月底."""

import re
from dataclasses import replace

from workflows.drafting.actions import Action
from workflows.drafting.actor import Sort

_EACH = re.compile(r"[\s　]*(?:各自|均应?|都应?)")
_LATER = re.compile(r"可?(?:适当)?(?:放宽|延长|推迟|顺延|延后|延)(?:至|到|期|$|[\s　])")


def each_of_those(groups: list[Action]) -> None:
    """甲局负责公路，乙局负责河道，5月底前各自完成清理: it is owed by both."""
    for place, group in enumerate(groups):
        if not any(_EACH.match(one) for one in group.clauses):
            continue
        for one in groups[:place]:
            if one.own_actor and not one.timed and not one.unclear:
                group.units |= one.units


def without_later(actions: list[Action]) -> None:
    """各市8月底前完成；某市可延至9月底: that one owes the former no more."""
    if len(actions) < 2:
        return
    before, one = actions[-2:]
    named = one.own_actor and one.actor is not None and one.actor.sort is Sort.NAMED
    later = named and any(_LATER.match(said.strip("　 ，")) for said in one.clauses)
    if later and one.sentence <= before.sentence + 1 and one.units < before.units:
        before.units -= one.units
        if before.actor is not None:
            before.actor = replace(before.actor, units=before.units)
