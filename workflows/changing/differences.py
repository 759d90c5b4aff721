"""Puts the differences of one campaign together, each with its class, whom it touches, its mail."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from config.i18n import _
from workflows.changing.details import gone_detail, move_detail
from workflows.changing.likeness import Seen, likely_renames
from workflows.changing.matching import Matched, match
from workflows.changing.model import Answer, Difference, Held, Kind, Move
from workflows.changing.texts import text_differences
from workflows.changing.work import Surroundings, later_for_the_unit
from workflows.compile import CompiledAssignment
from workflows.declaration import Declaration, Milestone
from workflows.states import State

_PAST = (Answer.DONE, Answer.CHASE, Answer.SILENT)
_REMOVES = (Answer.CANCEL, Answer.KEEP)
_NAMED = 6  # units in a line


def renames_of(
    old: Declaration, new: Declaration, held: Sequence[Held], compiled: Sequence[CompiledAssignment]
) -> dict[str, str]:
    """The new id of each milestone that may have got another one. What an id once named stays
    what it was: it is no new name for another duty."""
    used = {one.milestone for one in held}
    declared = {one.id for one in new.milestones}
    gone = {one.id: _seen_held(one, held) for one in old.milestones if one.id not in declared}
    before = {one.id for one in old.milestones}
    come = {
        one.id: _seen_compiled(one, compiled)
        for one in new.milestones
        if one.id not in before and one.id not in used
    }
    gone = {key: one for key, one in gone.items() if one.units}
    return likely_renames(gone, come)


class Differences:
    """What differs between two declarations of one campaign, `held` being what is in force.

    `answers` are the decisions known so far, by key: whether a milestone has got another id changes
    what else there is to decide. Where that is not known, it is taken for the same.
    """

    def __init__(
        self,
        old: Declaration,
        new: Declaration,
        held: Sequence[Held],
        compiled: Sequence[CompiledAssignment],
        kept: Mapping[int, str],
        answers: Mapping[str, str],
        around: Surroundings,
        *,
        is_draft: bool = False,
    ) -> None:
        self._old, self._new, self._held, self._compiled = old, new, held, compiled
        self._around, self._is_draft = around, is_draft
        self._by_milestone = _grouped(held, lambda one: one.milestone)
        asked = renames_of(old, new, held, compiled)
        self._questions = [self._rename(*pair) for pair in asked.items()]
        self.renames = {
            one.milestone: one.other
            for one in self._questions
            if answers.get(one.key, Answer.SAME) == Answer.SAME
        }
        self._former = {self.renames.get(one.id, one.id): one for one in old.milestones}
        # By milestone, under its id of now: who owes it, and whether it recurs.
        self._before = _owing(
            (self.renames.get(one.milestone, one.milestone), one.unit, one.period)
            for one in held
            if one.state is not State.CANCELLED
        )
        self._after: dict[str, tuple[frozenset[str], bool]] = {
            one.id: (frozenset(), False) for one in new.milestones
        } | _owing((one.milestone.id, one.unit.id, one.period) for one in compiled)
        self.matched: Matched = match(compiled, held, kept, self.renames)

    def all(self) -> list[Difference]:
        """The differences: other ids first, since the rest follows from them."""
        return [
            *self._questions,
            *self._removals(),
            *self._moves(),
            *self._additions(),
            *self._returns(),
            *self._starts(),
            *text_differences(self._old, self._new, self.renames, self._around),
        ]

    def _rename(self, old_id: str, new_id: str) -> Difference:
        held = self._by_milestone[old_id]
        before, after = self._old.milestone(old_id), self._new.milestone(new_id)
        return Difference(
            self._new.id, Kind.RENAMED, old_id, new_id, after.title,
            _("{old} “{title}” → {new}").format(old=old_id, title=before.title, new=new_id),
            _numbers(held), len(held), _units(held), (Answer.SAME, Answer.NEW),
            self._around.work(held), self._people(held),
        )  # fmt: skip

    def _removals(self) -> Iterable[Difference]:
        known = {one.id: one for one in self._old.milestones}
        groups = _grouped(self.matched.removed, lambda one: (one.milestone, self._why_gone(one)))
        for (milestone_id, kind), held in groups.items():
            milestone = known.get(milestone_id)
            settled = [
                one
                for one in self.matched.settled
                if (one.milestone, self._why_gone(one)) == (milestone_id, kind)
            ]
            yield Difference(
                self._new.id, kind, milestone_id, "",
                milestone.title if milestone else held[0].plan.title,
                gone_detail(kind, held, self._named(_units(held)), len(settled)),
                _numbers(held), len(held), _units(held),
                () if self._is_draft else _REMOVES,
                self._around.work([*held, *settled]), self._people(held),
                self._around.mail(held),
            )  # fmt: skip

    def _why_gone(self, one: Held) -> Kind:
        milestone_id = self.renames.get(one.milestone, one.milestone)
        units, recurs = self._after.get(milestone_id, (frozenset(), False))
        if milestone_id not in self._after:
            return Kind.REMOVED
        if one.unit not in units:
            return Kind.NARROWED
        return Kind.PERIODS_REMOVED if recurs == bool(one.period) else Kind.RECURRENCE

    def _moves(self) -> Iterable[Difference]:
        groups = _grouped(self.matched.moved, lambda one: (one.new.milestone.id, _is_earlier(one)))
        for (milestone_id, earlier), moves in groups.items():
            held = [one.held for one in moves]
            milestone = self._new.milestone(milestone_id)
            sooner = [one for one in moves if not later_for_the_unit(one)]
            yield Difference(
                self._new.id, Kind.EARLIER if earlier else Kind.LATER, milestone_id, "",
                milestone.title, move_detail(
                    self._former.get(milestone_id), milestone, moves, self._around.today
                ),
                _numbers(held), len(moves), _units(held),
                (Answer.TAKE, Answer.KEEP) if sooner and not self._is_draft else (),
                self._around.work(held), self._people(held),
                self._around.mail(
                    (one.held for one in moves if _changes_the_date(one)),
                    (one.new for one in moves if one.held.state is State.OPEN),
                ),
            )  # fmt: skip

    def _additions(self) -> Iterable[Difference]:
        groups = _grouped(self.matched.added, lambda one: (one.milestone.id, self._why_new(one)))
        for (milestone_id, kind), new in groups.items():
            milestone = self._new.milestone(milestone_id)
            late = [one for one in new if one.late_after < self._around.today]
            units = tuple(dict.fromkeys(one.unit.id for one in new))
            last = max(one.due for one in new)
            detail = _("first due {first}").format(first=min(one.due for one in new))
            if last != min(one.due for one in new):
                detail = _("{first}, the last {last}").format(first=detail, last=last)
            if kind is Kind.WIDER:
                detail = _("{units}; {due}").format(units=self._named(units), due=detail)
            coming = [one for one in new if one not in late]
            yield Difference(
                self._new.id, kind, milestone_id, "", milestone.title, detail, (), len(new), units,
                people=len(self._around.people(units)), mail=self._around.mail((), coming),
            )  # fmt: skip
            if late:
                yield Difference(
                    self._new.id, Kind.PAST, milestone_id, kind.value, milestone.title,
                    _("already past: {count}").format(count=len(late)), (), len(late), units, _PAST,
                )  # fmt: skip

    def _why_new(self, one: CompiledAssignment) -> Kind:
        if one.milestone.id not in self._before:
            return Kind.ADDED
        units, recurred = self._before[one.milestone.id]
        if one.unit.id not in units:
            return Kind.WIDER
        return Kind.PERIODS_ADDED if recurred == bool(one.period) else Kind.RECURRENCE

    def _returns(self) -> Iterable[Difference]:
        for milestone_id, moves in _grouped(
            self.matched.back, lambda one: one.new.milestone.id
        ).items():
            held = [one.held for one in moves]
            new = [one.new for one in moves]
            people = self._people(held)
            coming = self._around.mail((), new)
            if self._around.running:
                coming = replace(coming, people=frozenset(self._around.people(_units(held))))
            yield Difference(
                self._new.id, Kind.RETURNED, milestone_id, "", new[0].milestone.title,
                _("as they stood when they were cancelled; first due {first}").format(
                    first=min(one.due for one in new)
                ),
                _numbers(held), len(held), _units(held), (), self._around.work(held), people,
                coming,
            )  # fmt: skip

    def _starts(self) -> Iterable[Difference]:
        """Where a duty begins on another day and is due on the same."""
        other = [one for one in self.matched.retitled if one.held.plan.start != one.new.start]
        for milestone_id, moves in _grouped(other, lambda one: one.new.milestone.id).items():
            held = [one.held for one in moves]
            days = _("{old} → {new}").format(
                old=moves[0].held.plan.start or "—", new=moves[0].new.start or "—"
            )
            yield Difference(
                self._new.id, Kind.TEXT, milestone_id, "", moves[0].new.milestone.title,
                _("begins: {days}").format(days=days), _numbers(held), len(held), _units(held),
                people=self._people(held),
            )  # fmt: skip

    def _people(self, held: Iterable[Held]) -> int:
        return len(self._around.people({one.unit for one in held}))

    def _named(self, units: Sequence[str]) -> str:
        return self._around.names(units, _NAMED)


def _is_earlier(move: Move) -> bool:
    old, new = move.held, move.new
    return (new.due, new.nominal_due, new.late_after) < (
        old.plan.due, old.plan.nominal_due, old.late_after
    )  # fmt: skip


def _changes_the_date(move: Move) -> bool:
    """Whether who owes it has to know of another day."""
    old, new = move.held, move.new
    if old.state is not State.OPEN:
        return False
    due = max(new.due, old.effective_due) if old.extended else new.due
    return due != old.effective_due


def _owing(
    assignments: Iterable[tuple[str, str, str]],
) -> dict[str, tuple[frozenset[str], bool]]:
    found: dict[str, tuple[set[str], bool]] = {}
    for milestone, unit, period in assignments:
        found.setdefault(milestone, (set(), bool(period)))[0].add(unit)
    return {key: (frozenset(units), recurs) for key, (units, recurs) in found.items()}


def _grouped(found: Iterable, key):  # type: ignore[no-untyped-def,type-arg]
    groups = defaultdict(list)
    for one in found:
        groups[key(one)].append(one)
    return groups


def _numbers(held: Iterable[Held]) -> tuple[int, ...]:
    return tuple(one.number for one in held if one.number)


def _units(held: Iterable[Held]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.unit for one in held))


def _seen_held(milestone: Milestone, held: Sequence[Held]) -> Seen:
    own = [
        one for one in held if one.milestone == milestone.id and one.state is not State.CANCELLED
    ]
    return Seen(
        milestone, frozenset(one.plan.due for one in own), frozenset(one.unit for one in own)
    )


def _seen_compiled(milestone: Milestone, compiled: Sequence[CompiledAssignment]) -> Seen:
    own = [one for one in compiled if one.milestone.id == milestone.id]
    return Seen(milestone, frozenset(one.due for one in own), frozenset(one.unit.id for one in own))
