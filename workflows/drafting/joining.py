"""Tells duties apart that share a clause, and joins sentences that go on about one duty."""

import re
from itertools import pairwise

from workflows.drafting.actions import Action, Source
from workflows.drafting.actor import Sort
from workflows.drafting.plan_words import (
    DEFINITE,
    ENCOURAGES,
    SEND,
    SEND_CLAUSE,
)
from workflows.drafting.sentences import outside_brackets

_LONG = 8  # characters: 报送省厅 names no papers


def pairwise_papers(action: Action, word: str) -> list[Action]:
    """分别于A和B前报送X和Y: two actions."""
    before = "，".join(action.clauses)
    before = before[: max(before.find(word[:2]), 0)]
    after = action.clauses[-1].rsplit("　", 1)[-1]
    objects = next(
        (
            found
            for where in ((after, before) if len(after) > _LONG else (before,))
            if (found := _objects(where, len(action.timed))) and all(len(one) > 1 for one in found)
        ),
        None,
    )
    if objects is None:
        return [action]
    verb = SEND.search(after)
    said = verb[0] if verb else ""
    pairs = []
    for one, what in zip(action.timed, objects, strict=True):
        words = what if SEND.match(what) else f"{said}{what}"
        pairs.append(
            Action(
                action.place, action.clause, action.sentence, f"{one.words}{words}", [words],
                action.actor, action.units, action.own_actor, [one], Source.OWN,
            )
        )  # fmt: skip
    return pairs


def _objects(text: str, count: int) -> list[str] | None:
    """So many things out of a list."""
    text = re.sub(r"^[\s　]*(?:将|把)", "", text).strip("　 ")
    for signs in ("和与", "和与及", "、", "、和及与"):
        cuts = [place for place in outside_brackets(text) if text[place] in signs]
        if len(cuts) == count - 1:
            edges = [-1, *cuts, len(text)]
            return [text[a + 1 : b].strip("　 ") for a, b in pairwise(edges)]
    return None


def join_actions(actions: list[Action]) -> list[Action]:
    """The actions, each with those that only go on about it."""
    kept: list[Action] = []
    for action in actions:
        before = kept[-1] if kept else None
        if before is not None and _same_duty(before, action):
            before.joined.append(action)
            if action.sentence == before.sentence:
                before.clauses += action.clauses
            continue
        if (told := _told_before(kept, action)) is not None:
            told.joined.append(action)
            if told.actor and told.actor.sort is Sort.SOME:
                others = [one for one in told.joined if one.own_actor]
                told.units = frozenset().union(*(one.units for one in others))
            continue
        kept.append(action)
    return kept


def _same_duty(before: Action, action: Action) -> bool:
    if action.source in (Source.OWN, Source.NONE) or action.unclear:
        return False
    if _phrases(before) != _phrases(action):
        return False
    if any(ENCOURAGES.match(one.clauses[0].strip("　 ")) for one in (before, action)):
        return False
    words = [one.actor.words if one.actor else "" for one in (before, action)]
    if action.source is Source.NOTE:
        return not action.own_actor or words[0] == words[1]
    if action.also or (action.own_actor and words[0] != words[1]) or before.units != action.units:
        return False
    if action.own_actor and action.sentence != before.sentence:
        return False
    apart = action.numbers or before.numbers
    if action.sentence == before.sentence and apart:
        return False
    if action.source is Source.STAGE and action.sentence != before.sentence:
        return False
    if action.source is Source.STAGE and DEFINITE.match(action.clauses[0].strip("　 ")):
        return False
    return not (SEND_CLAUSE.match(action.clauses[0].strip("　 ")) and not before.sends)


def _phrases(action: Action) -> list[str]:
    return [one.phrase for one in action.timed]


def _told_before(kept: list[Action], action: Action) -> Action | None:
    """The paper before this action that it only tells more of: who hands in which part."""
    if action.source is not Source.BEFORE or not action.sends:
        return None
    before = kept[-1] if kept else None
    if before is None or not before.sends or before.source is not Source.OWN:
        return None
    if action.sentence > before.sentence + 1 or not action.own_actor:
        return None
    return before if _longest_common(before.text, action.text) >= 5 else None


def _longest_common(one: str, other: str) -> int:
    best = 0
    for start in range(len(one)):
        while one[start : start + best + 1] in other and start + best < len(one):
            best += 1
    return best
