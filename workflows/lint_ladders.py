"""Checks a declaration's ladders: their units, their ids, how often they come due, who hears
first, and whether their channels are there."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from config.errors import Problem, Severity
from config.i18n import _
from workflows.declaration import Declaration, Milestone
from workflows.ladder import Role, Rung
from workflows.lint_size import MAX_OCCURRENCES
from workflows.linted import Linted
from workflows.organisation import Organisation
from workflows.selectors import Selector

_Path = tuple[str | int, ...]
_AT_UNIT = frozenset({Role.CONTACT, Role.DEPUTY})
_OFFICES = frozenset({Role.DEPARTMENT, Role.OWNER})


def lint_ladders(
    linted: Linted,
    selection: Callable[[_Path, Selector], Iterable[Problem]],
    organisation: Organisation,
    channels: Collection[str] | None,
) -> Iterator[Problem]:
    """Every problem of the campaign's and the milestones' ladders. `selection` gives those of who
    is selected at a path; `channels` are those of the settings, None where they are not known."""
    declaration = linted.declaration
    through = any(one.reminded_through == "departments" for one in organisation.units)
    own_roles = _AT_UNIT | _OFFICES if through else _AT_UNIT  # what an office may owe itself
    own: list[tuple[_Path, Declaration | Milestone]] = [((), declaration)]
    own += [(linted.path(n), one) for n, one in enumerate(declaration.milestones)]
    for path, part in own:
        for n, one in enumerate(part.ladder_for):
            yield from selection((*path, "ladder_for", n, "who"), one.who)
            place = (*path, "ladder_for", n, "ladder")
            yield from _rungs(linted, place, one.ladder)
            yield from _channels(linted, place, one.ladder, channels)
        yield from _rungs(linted, (*path, "correction_ladder"), part.correction_ladder or ())
        for name in ("ladder", "correction_ladder"):
            yield from _channels(linted, (*path, name), getattr(part, name) or (), channels)
        for rung in part.ladder or ():
            if rung.above and not _has_own(part.ladder or (), own_roles):
                yield linted.source.problem(
                    (*path, "ladder"),
                    _("“{rung}” goes above the contact, who has no rung here").format(rung=rung.id),
                    _("the unit will be told with it; add a rung for the contact before it"),
                    Severity.WARNING,
                )
                break


def _has_own(rungs: Iterable[Rung], own_roles: frozenset[Role]) -> bool:
    return any(not own_roles.isdisjoint(rung.to) for rung in rungs)


def _channels(
    linted: Linted, path: _Path, rungs: Iterable[Rung], known: Collection[str] | None
) -> Iterator[Problem]:
    for n, rung in enumerate(rungs):
        if rung.channel is None or known is None or rung.channel in known:
            continue
        yield linted.source.problem(
            (*path, n, "channel"),
            _("no channel is called “{name}”").format(name=rung.channel),
            _(
                "the setting “channels” has: {names}; add it there, or leave it away for mail"
            ).format(names=_(", ").join(known) or _("none")),
        )


def _rungs(linted: Linted, path: _Path, rungs: Iterable[Rung]) -> Iterator[Problem]:
    rungs = list(rungs)
    seen = Counter(rung.id for rung in rungs)
    for name, count in seen.items():
        if count > 1:
            yield linted.source.problem(
                path,
                _("the {sort} id “{id}” stands twice").format(sort=_("rung"), id=name),
                _("give one of them another id"),
            )
    if sum(rung.times if rung.every else 1 for rung in rungs) > MAX_OCCURRENCES:
        yield linted.source.problem(
            path,
            _("the rungs come due more than {count} times in all").format(count=MAX_OCCURRENCES),
            _("take rungs away, or lower “times”"),
        )
