"""Checks of forms: what a shape needs, that names exist, and that what comes back can be read."""

from collections.abc import Callable, Iterable, Iterator

from config.errors import Problem, Severity
from config.i18n import _
from workflows.forms.blanks import BLANK
from workflows.forms.declared import FieldType, Form, FormField, Shape
from workflows.forms.face import MERGED
from workflows.forms.matching import norm
from workflows.lint_form_figures import (
    lint_binding,
    lint_blanks,
    lint_computed,
    twice,
    unknown,
)
from workflows.linted import Linted
from workflows.selectors import Selector
from workflows.targets.declared import Target

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
    yield from twice(linted, _("form"), [(("forms", n, "id"), f.id) for n, f in enumerate(forms)])
    yield from twice(
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
        yield from lint_blanks(linted, path, form, targets)
        yield from lint_computed(linted, path, form, targets)


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
    yield from twice(
        linted,
        _("field"),
        [((*path, key, k, "id"), one.id) for key, group in groups for k, one in enumerate(group)],
    )
    for key, group in groups:
        yield from twice(
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
            yield from lint_binding(linted, place, field, targets)


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
    yield from twice(
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
        yield from twice(
            linted,
            _("row"),
            [((*path, "rows", k, key), norm(getattr(r, key))) for k, r in enumerate(form.rows)],
        )
    columns = [one.id for one in form.columns]
    for k, row in enumerate(form.rows):
        known = [MERGED] if row.merged else columns
        for cell in row.cells:
            if cell not in known:
                yield unknown(linted, (*path, "rows", k, "cells", cell), _("column"), cell, known)
