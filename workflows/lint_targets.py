"""Checks of targets: what a target needs, what excludes what, and that sums go one way."""

from collections.abc import Callable, Iterable, Iterator

from config.errors import Problem
from config.i18n import _
from workflows.declaration import Milestone
from workflows.linted import Linted
from workflows.organisation import did_you_mean
from workflows.selectors import Selector
from workflows.targets.declared import Measure, Pace, Scope, Target

_Path = tuple[str | int, ...]


def lint_targets(
    linted: Linted,
    selection: Callable[[_Path, Selector], Iterable[Problem]],
    readable: Callable[[Linted, _Path, str], Iterable[Problem]],
) -> Iterator[Problem]:
    """Every problem of the targets. `selection` checks a selector, `readable` a date phrase."""
    by_id = {
        target.id: target
        for milestone in linted.declaration.milestones
        for target in milestone.targets
    }
    for n, milestone in enumerate(linted.declaration.milestones):
        for k, target in enumerate(milestone.targets):
            path = linted.path(n, "targets", k)
            for key, selector in (("who", target.who), ("reporters", target.reporters)):
                if selector is not None:
                    yield from selection((*path, key), selector)
            for key, points in (("points", target.points), ("curve", target.curve)):
                for i, point in enumerate(points):
                    yield from readable(linted, (*path, key, i, "by"), point.by)
            if target.start is not None:
                yield from readable(linted, (*path, "start"), target.start)
            yield from _goal(linted, path, milestone, target)
            yield from _scope(linted, path, target, by_id)


def _goal(linted: Linted, path: _Path, milestone: Milestone, target: Target) -> Iterator[Problem]:
    given = [
        key
        for key in ("value", "points", "baseline", "categories")
        if getattr(target, key) not in (None, (), {})
    ]
    if target.measure in {Measure.YES_NO, Measure.ALL}:
        for key in given:
            if key != "points":
                yield linted.source.problem(
                    (*path, key),
                    _("“measure: {measure}” says itself what is to be reached").format(
                        measure=target.measure.value
                    ),
                    _("take “{key}” away").format(key=key),
                )
    elif not given:
        yield linted.source.problem(
            path,
            _("a target needs either a value or points"),
            _("write value: 12, or points: [{by: 8月底前, value: 12}]"),
        )
    elif len(given) > 1:
        yield linted.source.problem(
            (*path, given[1]),
            _("a target has either “{one}” or “{other}”").format(one=given[0], other=given[1]),
            _("take one of them away"),
        )
    values = [point.value for point in target.points]
    if values != sorted(values) and target.operator == ">=":
        yield linted.source.problem(
            (*path, "points"),
            _("the points fall: what is to be reached only grows"),
            _("are two dates or values interchanged?"),
        )
    if target.measure is Measure.SHARE and any(one > 100 for one in (target.value or 0, *values)):
        yield linted.source.problem(
            path, _("a share is more than 100%"), _("write 98 for 98%, or measure: number")
        )
    if target.of is not None and target.measure not in {Measure.SHARE, Measure.ALL}:
        yield linted.source.problem(
            (*path, "of"),
            _("“of” belongs to a share, or to all of something"),
            _("write measure: share or measure: all, or take “of” away"),
        )
    base = target.baseline
    if base is not None and (base.value is None) == (base.attribute is None):
        yield linted.source.problem(
            (*path, "baseline"),
            _("a baseline needs either a value or an attribute"),
            _("write e.g. {times: 4, value: 50000} or {times: 4, attribute: handled_2021}"),
        )
    if target.curve and target.pace is Pace.NONE:
        yield linted.source.problem(
            (*path, "curve"),
            _("a curve is itself what is expected"),
            _("take “pace: none” away, or the curve"),
        )


def _scope(
    linted: Linted, path: _Path, target: Target, by_id: dict[str, Target]
) -> Iterator[Problem]:
    province = target.scope is Scope.PROVINCE
    if province and target.who is not None:
        yield linted.source.problem(
            (*path, "who"),
            _("a province target binds no single units"),
            _("take “who” away, or set scope: unit"),
        )
    for key in ("reporters", "sum_of"):
        if not province and getattr(target, key):
            yield linted.source.problem(
                (*path, key),
                _("“{key}” belongs to a province target").format(key=key),
                _("take it away, or set scope: province"),
            )
    if target.reporters is not None and target.sum_of:
        yield linted.source.problem(
            (*path, "reporters"),
            _("a target has either “{one}” or “{other}”").format(one="reporters", other="sum_of"),
            _("take one of them away"),
        )
    for i, id_ in enumerate(target.sum_of if province else ()):
        part = by_id.get(id_)
        if part is None:
            yield linted.source.problem(
                (*path, "sum_of", i),
                _("unknown target “{name}”").format(name=id_),
                did_you_mean(id_, by_id)
                or _("known are: {names}").format(names=_(", ").join(by_id)),
            )
        elif part.sum_of or part.id == target.id:
            yield linted.source.problem(
                (*path, "sum_of", i),
                _("“{name}” is itself added up").format(name=id_),
                _("name the targets that units report"),
            )
        elif (part.measure, part.unit_of_measure) != (target.measure, target.unit_of_measure):
            yield linted.source.problem(
                (*path, "sum_of", i),
                _("“{name}” is measured otherwise").format(name=id_),
                _("only targets of the same measure can be added up"),
            )
