"""What two declarations say otherwise without moving anything: words, ladders, targets."""

from collections.abc import Iterable, Mapping
from typing import Any

from config.i18n import _
from workflows.changing.model import Answer, Difference, Kind
from workflows.changing.wording import key_change
from workflows.changing.work import Surroundings
from workflows.declaration import Declaration, Milestone

_LADDERS = ("ladder", "ladder_for", "correction_ladder")
# What moves, adds or takes away is told by the assignments themselves.
_TOLD_OTHERWISE = frozenset({"id", "kind", "due", "first", "last", "who", "if_holiday", *_LADDERS})
_OF_CAMPAIGN = frozenset({"id", "milestones", "groups", "holiday_grace", "if_holiday", *_LADDERS})


def text_differences(
    old: Declaration, new: Declaration, renames: Mapping[str, str], around: Surroundings
) -> list[Difference]:
    """The differences of the campaign, then those of the milestones that both have."""
    found = []
    if words := _changes(old, new, set(Declaration.model_fields) - _OF_CAMPAIGN):
        found.append(Difference(new.id, Kind.CAMPAIGN, title=new.title, detail=words))
    if ladders := _changes(old, new, _LADDERS):
        found.append(Difference(new.id, Kind.LADDER, title=new.title, detail=ladders))
    before = {renames.get(one.id, one.id): one for one in old.milestones}
    for milestone in new.milestones:
        if milestone.id in before:
            found += _of_milestone(new, before[milestone.id], milestone, around)
    return found


def _of_milestone(
    declaration: Declaration, old: Milestone, new: Milestone, around: Surroundings
) -> Iterable[Difference]:
    fields = set(Milestone.model_fields) - _TOLD_OTHERWISE - {"targets"}
    if words := _changes(old, new, fields):
        yield _difference(declaration, new, Kind.TEXT, words)
    if ladders := _changes(old, new, _LADDERS):
        yield _difference(declaration, new, Kind.LADDER, ladders)
    if old.targets != new.targets:
        yield _targets(declaration, old, new, around)


def _targets(
    declaration: Declaration, old: Milestone, new: Milestone, around: Surroundings
) -> Difference:
    """A target that is not declared any more and has figures is given up by a person."""
    everywhere = {target.id for one in declaration.milestones for target in one.targets}
    gone = {one.id for one in old.targets} - everywhere
    figures = around.figures_of(gone)
    changed = {one.id for one in (*_by_id(old, new), *_by_id(new, old))}
    detail = _(", ").join(sorted(changed))
    if figures:
        detail = _("{targets}; figures reported of what is left out: {count}").format(
            targets=detail, count=figures
        )
    answers = (Answer.TAKE,) if figures else ()
    return _difference(declaration, new, Kind.TARGETS, detail, answers)


def _by_id(one: Milestone, other: Milestone) -> Iterable[Any]:
    return [target for target in one.targets if target not in other.targets]


def _difference(
    declaration: Declaration,
    milestone: Milestone,
    kind: Kind,
    detail: str,
    answers: tuple[Answer, ...] = (),
) -> Difference:
    return Difference(
        declaration.id, kind, milestone.id, title=milestone.title, detail=detail, answers=answers
    )


def _changes(old: Any, new: Any, names: Iterable[str]) -> str:
    """Which of these keys say something else, in the order of a declaration; '' for none."""
    wanted = {one for one in names if getattr(old, one) != getattr(new, one)}
    return _("; ").join(
        key_change(one, getattr(old, one), getattr(new, one))
        for one in type(new).model_fields
        if one in wanted
    )
