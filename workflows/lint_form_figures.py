"""Checks of the figures in forms: blanks, what is worked out from rows, and their targets."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from config.errors import Problem
from config.i18n import _
from workflows.conditions import attribute_of, value_of
from workflows.forms.blanks import BLANK, names_of, read_blanks
from workflows.forms.declared import FieldType, Figures, Form, FormField, GridRow, Shape
from workflows.linted import Linted
from workflows.organisation import did_you_mean
from workflows.targets.declared import Measure, Target

_Path = tuple[str | int, ...]


def lint_blanks(
    linted: Linted, path: _Path, form: Form, targets: dict[str, Target]
) -> Iterator[Problem]:
    """The blanks of a grid's cells: each declared, standing once, and told apart when read."""
    seen: dict[str, _Path] = {}
    for k, row in enumerate(form.rows):
        for cell, template in row.cells.items():
            place: _Path = (*path, "rows", k, "cells", cell)
            for name in names_of(template):
                if name in seen:
                    yield linted.source.problem(
                        place,
                        _("the blank “{name}” stands twice").format(name=name),
                        _("give one of them another name"),
                    )
                elif name not in form.blanks:
                    yield unknown(linted, place, _("blank"), name, form.blanks)
                seen[name] = place
            yield from _told_apart(linted, place, row, template)
    for name, figures in form.blanks.items():
        if name not in seen and form.shape is Shape.GRID:
            yield linted.source.problem(
                (*path, "blanks", name),
                _("the blank “{name}” stands in no cell").format(name=name),
                _("write it into a cell, or take it away here").format(name=name),
            )
        yield from lint_binding(linted, (*path, "blanks", name), figures, targets)


def _told_apart(linted: Linted, place: _Path, row: GridRow, template: str) -> Iterator[Problem]:
    """Fills the cell in and reads it: two blanks in the same words would get each other's."""
    names = list(dict.fromkeys(names_of(template)))
    numbers = {name: Decimal(101 + n) for n, name in enumerate(names)}
    read = read_blanks(template, BLANK.sub(lambda match: str(numbers[match[1]]), template))
    wrong = [name for name in names if read.values.get(name) != numbers[name]]
    if wrong:
        yield linted.source.problem(
            place,
            _("in “{row}” these blanks cannot be told apart: {names}").format(
                row=row.title, names=_(", ").join(wrong)
            ),
            _("write words of its own before or after each, up to the next comma"),
        )


def lint_computed(
    linted: Linted, path: _Path, form: Form, targets: dict[str, Target]
) -> Iterator[Problem]:
    """The figures worked out from a list's rows: of which columns, under which conditions."""
    columns = {one.id: one for one in form.columns}
    for k, one in enumerate(form.computed):
        place = (*path, "computed", k)
        if not one.targets:
            yield linted.source.problem(
                place, _("it is the figure of no target"), _("write targets: [ID]")
            )
        yield from lint_binding(linted, place, one, targets)
        if one.sum is not None:
            column = columns.get(one.sum)
            if column is None:
                yield unknown(linted, (*place, "sum"), _("column"), one.sum, columns)
            elif column.type is not FieldType.NUMBER:
                yield linted.source.problem(
                    (*place, "sum"),
                    _("“{title}” holds no numbers to add up").format(title=column.title),
                    _("give it the type number"),
                )
        for i, condition in enumerate(one.where):
            name = attribute_of(condition)
            if name not in columns:
                yield unknown(linted, (*place, "where", i), _("column"), name, columns)
            else:
                yield from _comparable(linted, (*place, "where", i), columns[name], condition)


def _comparable(
    linted: Linted, place: _Path, column: FormField, condition: str
) -> Iterator[Problem]:
    wanted = value_of(condition)
    match column.type:
        case FieldType.NUMBER | FieldType.PERCENT:
            fits = isinstance(wanted, int | float) and not isinstance(wanted, bool)
            mend = _("compare a number with a number, and text with text")
        case FieldType.YES_NO:
            fits, mend = isinstance(wanted, bool), _("write true or false")
        case FieldType.CHOICE:
            fits = wanted in column.choices
            mend = _("the choices are: {choices}").format(choices=_(", ").join(column.choices))
        case _:
            fits = isinstance(wanted, str)
            mend = _("compare a number with a number, and text with text")
    if not fits:
        yield linted.source.problem(
            place,
            _("“{title}” is never {value}").format(title=column.title, value=str(wanted)[:60]),
            mend,
        )


def lint_binding(
    linted: Linted, place: _Path, figures: Figures, targets: dict[str, Target]
) -> Iterator[Problem]:
    """The targets that a number goes to: known, reported, and with what their kind asks for."""
    for key in ("targets", "also"):
        for k, name in enumerate(getattr(figures, key)):
            target = targets.get(name)
            if target is None:
                yield unknown(linted, (*place, key, k), _("target"), name, targets)
            elif target.sum_of:
                yield linted.source.problem(
                    (*place, key, k),
                    _("“{target}” is added up from other targets").format(target=target.title),
                    _("report those: {targets}").format(targets=_(", ").join(target.sum_of)),
                )
            elif figures.part == "whole" and target.measure not in {Measure.SHARE, Measure.ALL}:
                yield linted.source.problem(
                    (*place, "part"),
                    _("“{target}” is no share").format(target=target.title),
                    _("take “{key}” away").format(key="part"),
                )
            elif (figures.category or None) not in (tuple(target.categories) or (None,)):
                yield linted.source.problem(
                    (*place, "category") if figures.category else place,
                    _("“{target}” needs its category").format(target=target.title)
                    if target.categories
                    else _("“{target}” has no categories").format(target=target.title),
                    _("the categories are {names}").format(
                        names=_(", ").join(target.categories) or _("none")
                    ),
                )


def twice(linted: Linted, sort: str, ids: Sequence[tuple[_Path, str]]) -> Iterator[Problem]:
    """What stands twice where it may stand once."""
    seen: set[str] = set()
    for path, name in ids:
        if name in seen:
            yield linted.source.problem(
                path,
                _("the {sort} “{id}” stands twice").format(sort=sort, id=name),
                _("change one of them"),
            )
        seen.add(name)


def unknown(linted: Linted, path: _Path, sort: str, name: str, known: Iterable[str]) -> Problem:
    """A name that nothing has."""
    names = list(known)
    return linted.source.problem(
        path,
        _("unknown {sort} “{name}”").format(sort=sort, name=name),
        did_you_mean(name, names)
        or _("known are: {names}").format(names=_(", ").join(names[:20]) or _("none")),
    )
