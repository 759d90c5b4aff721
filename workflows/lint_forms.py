"""Checks of forms: what a shape needs, that names exist, and that what comes back can be read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from config.errors import Problem, Severity
from config.i18n import _
from workflows.conditions import attribute_of, value_of
from workflows.forms.blanks import BLANK, names_of, read_blanks
from workflows.forms.declared import FieldType, Figures, Form, FormField, GridRow, Shape
from workflows.forms.face import MERGED
from workflows.forms.matching import norm
from workflows.linted import Linted
from workflows.organisation import did_you_mean
from workflows.selectors import Selector
from workflows.targets.declared import Measure, Target

_Path = tuple[str | int, ...]
_Selection = Callable[[_Path, Selector], Iterable[Problem]]
# What each shape is made of, and what it has no use for.
_NEEDS = {Shape.GRID: ("columns", "rows"), Shape.ROWS: ("columns",), Shape.RECORD: ("fields",)}
_LACKS = {
    Shape.GRID: ("fields", "computed", "numbered"),
    Shape.ROWS: ("fields", "rows", "blanks"),
    Shape.RECORD: ("columns", "rows", "blanks", "computed", "numbered"),
}
_FIGURES = frozenset({FieldType.NUMBER, FieldType.PERCENT, FieldType.YES_NO})
_WORDS = frozenset({"unit", "month"})  # that a title may have in braces


def lint_forms(linted: Linted, selection: _Selection) -> Iterator[Problem]:
    """Every problem of the forms. `selection` checks a selector."""
    forms = linted.declaration.forms
    # Where broken milestones were left out, nobody knows what these would have named.
    if linted.milestone_ids and len(linted.milestone_ids) > len(linted.declaration.milestones):
        return
    targets = {one.id: one for m in linted.declaration.milestones for one in m.targets}
    named = {one.form for m in linted.declaration.milestones for one in m.deliverables}
    yield from _twice(linted, _("form"), [(("forms", n, "id"), f.id) for n, f in enumerate(forms)])
    yield from _twice(
        linted,
        _("attachment"),
        [(("forms", n, "attachment"), one.attachment) for n, one in enumerate(forms)],
    )
    for n, form in enumerate(forms):
        path: _Path = ("forms", n)
        if form.attachment not in named:
            yield linted.source.problem(
                (*path, "attachment"),
                _("no deliverable names “{attachment}”").format(attachment=form.attachment),
                _("write form: {attachment} at the deliverable that it is").format(
                    attachment=form.attachment
                ),
                Severity.WARNING,
            )
        yield from _shape(linted, path, form)
        yield from _title(linted, path, form)
        yield from _fields(linted, path, form, targets, selection)
        yield from _rows(linted, path, form)
        yield from _blanks(linted, path, form, targets)
        yield from _computed(linted, path, form, targets)


def _shape(linted: Linted, path: _Path, form: Form) -> Iterator[Problem]:
    for key in _NEEDS[form.shape]:
        if not getattr(form, key):
            yield linted.source.problem(
                path,
                _("a form of the shape “{shape}” needs “{key}”").format(
                    shape=form.shape.value, key=key
                ),
                _("add “{key}”, or change the shape").format(key=key),
            )
    for key in _LACKS[form.shape]:
        if getattr(form, key):
            yield linted.source.problem(
                (*path, key),
                _("a form of the shape “{shape}” has no “{key}”").format(
                    shape=form.shape.value, key=key
                ),
                _("take “{key}” away, or change the shape").format(key=key),
            )


def _title(linted: Linted, path: _Path, form: Form) -> Iterator[Problem]:
    for word in BLANK.findall(form.title):
        if word not in _WORDS:
            yield linted.source.problem(
                (*path, "title"),
                _("“{word}” is nothing that a title can have").format(word=f"{{{word}}}"[:60]),
                _("write {unit} or {month}").format(unit="{unit}", month="{month}"),
            )


def _fields(
    linted: Linted, path: _Path, form: Form, targets: dict[str, Target], selection: _Selection
) -> Iterator[Problem]:
    groups = [(key, getattr(form, key)) for key in ("header", "fields", "columns")]
    yield from _twice(
        linted,
        _("field"),
        [((*path, key, k, "id"), one.id) for key, group in groups for k, one in enumerate(group)],
    )
    for key, group in groups:
        yield from _twice(
            linted,
            _("heading"),
            [((*path, key, k, "title"), norm(one.title)) for k, one in enumerate(group)],
        )
        for k, field in enumerate(group):
            place = (*path, key, k)
            if field.who is not None:
                yield from selection((*place, "who"), field.who)
            yield from _field(linted, place, field)
            free = form.shape is Shape.GRID and key == "columns"
            if free and field.type is not FieldType.TEXT:
                yield linted.source.problem(
                    (*place, "type"),
                    _("the cells of a grid are free text"),
                    _("take the type away; numbers in its text are {blanks}").format(
                        blanks="{blanks}"
                    ),
                )
            if field.targets or field.also:
                listed = form.shape is Shape.ROWS and key == "columns"
                if listed or free or field.type not in _FIGURES:
                    yield linted.source.problem(
                        (*place, "targets" if field.targets else "also"),
                        _("“{title}” is no figure").format(title=field.title),
                        _("in a list write it under computed, in a grid under blanks")
                        if listed or free
                        else _("give it the type number, percent or yes_no"),
                    )
            yield from _binding(linted, place, field, targets)


def _field(linted: Linted, place: _Path, field: FormField) -> Iterator[Problem]:
    chosen = field.type is FieldType.CHOICE
    if chosen != bool(field.choices):
        yield linted.source.problem(
            place if chosen else (*place, "choices"),
            _("a choice needs its choices")
            if chosen
            else _("only a field of the type “choice” has choices"),
            _("write e.g. type: choice, choices: [男, 女]"),
        )
    yield from _twice(
        linted, _("choice"), [((*place, "choices", k), one) for k, one in enumerate(field.choices)]
    )
    if field.id == MERGED:
        yield linted.source.problem(
            (*place, "id"),
            _("“{id}” is the cell of a merged row").format(id=MERGED),
            _("give it another id"),
        )


def _rows(linted: Linted, path: _Path, form: Form) -> Iterator[Problem]:
    for key in ("id", "title"):
        yield from _twice(
            linted,
            _("row"),
            [((*path, "rows", k, key), norm(getattr(r, key))) for k, r in enumerate(form.rows)],
        )
    columns = [one.id for one in form.columns]
    for k, row in enumerate(form.rows):
        known = [MERGED] if row.merged else columns
        for cell in row.cells:
            if cell not in known:
                yield _unknown(linted, (*path, "rows", k, "cells", cell), _("column"), cell, known)


def _blanks(
    linted: Linted, path: _Path, form: Form, targets: dict[str, Target]
) -> Iterator[Problem]:
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
                    yield _unknown(linted, place, _("blank"), name, form.blanks)
                seen[name] = place
            yield from _told_apart(linted, place, row, template)
    for name, figures in form.blanks.items():
        if name not in seen and form.shape is Shape.GRID:
            yield linted.source.problem(
                (*path, "blanks", name),
                _("the blank “{name}” stands in no cell").format(name=name),
                _("write it into a cell, or take it away here").format(name=name),
            )
        yield from _binding(linted, (*path, "blanks", name), figures, targets)


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


def _computed(
    linted: Linted, path: _Path, form: Form, targets: dict[str, Target]
) -> Iterator[Problem]:
    columns = {one.id: one for one in form.columns}
    for k, one in enumerate(form.computed):
        place = (*path, "computed", k)
        if not one.targets:
            yield linted.source.problem(
                place, _("it is the figure of no target"), _("write targets: [ID]")
            )
        yield from _binding(linted, place, one, targets)
        if one.sum is not None:
            column = columns.get(one.sum)
            if column is None:
                yield _unknown(linted, (*place, "sum"), _("column"), one.sum, columns)
            elif column.type is not FieldType.NUMBER:
                yield linted.source.problem(
                    (*place, "sum"),
                    _("“{title}” holds no numbers to add up").format(title=column.title),
                    _("give it the type number"),
                )
        for i, condition in enumerate(one.where):
            name = attribute_of(condition)
            if name not in columns:
                yield _unknown(linted, (*place, "where", i), _("column"), name, columns)
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


def _binding(
    linted: Linted, place: _Path, figures: Figures, targets: dict[str, Target]
) -> Iterator[Problem]:
    for key in ("targets", "also"):
        for k, name in enumerate(getattr(figures, key)):
            target = targets.get(name)
            if target is None:
                yield _unknown(linted, (*place, key, k), _("target"), name, targets)
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


def _twice(linted: Linted, sort: str, ids: Sequence[tuple[_Path, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in ids:
        if name in seen:
            yield linted.source.problem(
                path,
                _("the {sort} “{id}” stands twice").format(sort=sort, id=name),
                _("change one of them"),
            )
        seen.add(name)


def _unknown(linted: Linted, path: _Path, sort: str, name: str, known: Iterable[str]) -> Problem:
    names = list(known)
    return linted.source.problem(
        path,
        _("unknown {sort} “{name}”").format(sort=sort, name=name),
        did_you_mean(name, names)
        or _("known are: {names}").format(names=_(", ").join(names[:20]) or _("none")),
    )
