"""The figures in a filled form: which target each of them is of, and the reports that follow.

A figure is of the day on which the form is handed in: people write how things stand when they
fill it in, whatever month the form covers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from config.errors import InputError, Problem
from config.i18n import _
from workflows.conditions import UncomparableError, holds
from workflows.forms.collecting import Filled
from workflows.forms.declared import Computed, FigurePart, Figures, Shape
from workflows.targets.figures import NO_CATEGORY
from workflows.targets.recording import Reporting, check
from workflows.targets.views import TargetView, exact


@dataclass(frozen=True, slots=True)
class FormFigure:
    """A report that a form makes, and where in the file its number stands."""

    report: Reporting
    place: str


def figures_of(
    filled: Filled, views: Sequence[TargetView], day: date
) -> tuple[list[FormFigure], list[Problem]]:
    """The reports of a form for the local day `day`, and what is wrong with them.

    `views` are the campaign's targets. A number that binds to no target of the unit is none.
    """
    by_id = {view.id: view for view in views}
    parts: dict[tuple[str, str], dict[FigurePart, tuple[Decimal, str]]] = {}
    for binding, value, place in _numbers(filled):
        for view in targets_for(binding, by_id, filled.owed.assignment.unit_id):
            key = (view.id, binding.category or NO_CATEGORY)
            parts.setdefault(key, {})[binding.part] = (value, place)
    found: list[FormFigure] = []
    problems: list[Problem] = []
    for (target_id, category), numbers in parts.items():
        figure, place = numbers.get(FigurePart.FIGURE, (None, ""))
        whole, whole_place = numbers.get(FigurePart.WHOLE, (None, ""))
        place = place or whole_place
        report = Reporting(
            by_id[target_id], filled.owed.assignment.unit_id, day, figure, whole, category
        )
        try:
            if figure is None:
                raise InputError(
                    _("“{target}” is a share: it needs both numbers").format(
                        target=by_id[target_id].target.title
                    ),
                    _("fill in the first number as well"),
                )
            check(report, filled.owed.unit.name, day)
        except InputError as error:
            problems.append(Problem(error.message, error.mend, filled.file, field=place))
            continue
        found.append(FormFigure(report, place))
    return found, problems


def left_open(filled: Filled, views: Sequence[TargetView]) -> list[str]:
    """The titles of the unit's targets whose blanks were left open: nothing is reported of them."""
    by_id = {view.id: view for view in views}
    read = filled.content.get("blanks", {})
    found = [
        view.target.title
        for name, binding in filled.owed.form.blanks.items()
        for view in targets_for(binding, by_id, filled.owed.assignment.unit_id)
        if name not in read
    ]
    return list(dict.fromkeys(found))


def targets_for(
    binding: Figures, views: dict[str, TargetView], unit_id: str
) -> Iterator[TargetView]:
    """The first of a binding's targets that the unit reports, and the further ones that it does."""
    reported = [
        views[one] for one in binding.targets if one in views and unit_id in views[one].who_reports
    ]
    yield from reported[:1]
    yield from (
        views[one] for one in binding.also if one in views and unit_id in views[one].who_reports
    )


def _numbers(filled: Filled) -> Iterator[tuple[Figures, Decimal, str]]:
    """Every number of the form that binds to targets, with its place."""
    owed, form, content = filled.owed, filled.owed.form, filled.content
    for field in owed.header:
        value = _number(content["header"].get(field.id))
        if field.targets and value is not None:
            yield field, value, filled.places.get(f"header/{field.id}", "")
    if form.shape is Shape.GRID:
        for name, number in content["blanks"].items():
            binding = form.blanks.get(name)
            if binding is not None:
                yield binding, exact(number), filled.places.get(f"blanks/{name}", "")
        return
    rows: list[dict[str, Any]] = content["rows"]
    if form.shape is Shape.RECORD:
        for field in owed.columns:
            value = _number(rows[0].get(field.id)) if rows else None
            if field.targets and value is not None:
                yield field, value, filled.places.get(f"rows/0/{field.id}", "")
    if rows:  # no line at all is no report of none
        for one in form.computed:
            yield one, computed(one, rows), ""


def computed(one: Computed, rows: Sequence[dict[str, Any]]) -> Decimal:
    """A figure worked out from the rows: how many hold all the conditions, or a column's sum."""
    fitting = [row for row in rows if all(_holds(condition, row) for condition in one.where)]
    if one.sum is None:
        return Decimal(len(fitting))
    values = (_number(row.get(one.sum)) for row in fitting)
    return sum((value for value in values if value is not None), Decimal(0))


def _holds(condition: str, row: dict[str, Any]) -> bool:
    try:
        return bool(holds(condition, row))
    except UncomparableError:  # the linter has said so
        return False


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal(int(value))
    return exact(value) if isinstance(value, int | float) else None
