"""Collects what somebody wrote into a form, be it in a file or on a page: each value is read by its
type, and what is wrong is kept with its place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from config.errors import InputError, Problem, ProblemsError
from config.i18n import _
from workflows.forms.blanks import BLANK, read_blanks, shown, untouched
from workflows.forms.declared import FormField, GridRow, Shape
from workflows.forms.face import MERGED
from workflows.forms.owed import Owed
from workflows.forms.values import as_json, is_empty, read_value

MAX_ROWS = 2_000  # of a list


@dataclass(slots=True)
class Filled:
    """A form as somebody filled it in, ready to be taken.

    `content` is what the record keeps: `header`, and `rows` or `cells` with `blanks`; `remarks`
    say what was left open; `places` tell where a value stood, by `header/ID`, `rows/N/ID`,
    `cells/ROW/COLUMN` or `blanks/NAME`.
    """

    owed: Owed
    content: dict[str, Any]
    remarks: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    file: str = ""


def cells_of(row: GridRow, columns: Sequence[FormField]) -> Sequence[FormField]:
    """The cells of a grid's row: one over all columns where it is merged."""
    return [FormField(id=MERGED, title=row.title)] if row.merged else columns


class Collecting:
    """One form while it is read."""

    def __init__(self, owed: Owed, file: str = "", *, named: bool = True) -> None:
        """With `named` a problem's place comes with the name of the field that is there."""
        self.owed, self.form = owed, owed.form
        self.problems: list[Problem] = []
        self._filled = Filled(owed, {"header": {}}, file=file)
        self._year = owed.assignment.due.year
        self._named = named
        self._rows: list[dict[str, Any]] = []
        if self.form.shape is Shape.GRID:
            self._filled.content |= {"cells": {}, "blanks": {}}
        else:
            self._filled.content["rows"] = self._rows

    def done(self) -> Filled:
        """The form as it was filled in. Raises ProblemsError with each place that is wrong."""
        if self.problems:
            raise ProblemsError(self.problems)
        return self._filled

    def header(self, one: FormField, text: str, place: str) -> None:
        """A field above the table."""
        self._take(self._filled.content["header"], one, text, place, f"header/{one.id}")

    def row(self, texts: Sequence[tuple[FormField, str, str]], place: str) -> bool:
        """A line of a list or record: each field with its text and place. One without any text is
        none. Returns whether there may be more."""
        if all(is_empty(text) for _field, text, _place in texts):
            return True
        if len(self._rows) >= MAX_ROWS:
            self.wrong(place, "", InputError(
                _("it has more than {count} rows").format(count=MAX_ROWS),
                _("is it the right file?"),
            ))  # fmt: skip
            return False
        values: dict[str, Any] = {}
        for one, text, where in texts:
            self._take(values, one, text, where, f"rows/{len(self._rows)}/{one.id}")
        self._rows.append(values)
        if self.form.shape is Shape.RECORD and len(self._rows) > 1:
            self.wrong(place, "", InputError(
                _("only one line is asked for"), _("leave one of them")
            ))  # fmt: skip
        return True

    def rows_end(self, place: str) -> None:
        """There are no more lines; `place` is the headings'."""
        if self._rows:
            return
        if self.form.shape is Shape.RECORD:
            self.wrong(place, "", InputError(
                _("nothing is filled in below the headings"), _("fill in the line below them")
            ))  # fmt: skip
        self._filled.remarks.append(_("no line is filled in"))

    def cell(self, row: GridRow, one: FormField, text: str, place: str) -> None:
        """A cell of a grid, with the numbers in its text."""
        where = f"{row.title} · {one.title}" if not row.merged else row.title
        template = row.cells.get(one.id, "")
        as_sent = BLANK.search(template) is not None and untouched(template, text)
        if as_sent:
            text = ""
        try:
            value = read_value(one.model_copy(update={"required": False}), text, 0) or ""
        except InputError as error:
            self.wrong(place, where, error)
            return
        self._filled.content["cells"].setdefault(row.id, {})[one.id] = value
        self._filled.places[f"cells/{row.id}/{one.id}"] = place
        if row.required and not value:
            self.wrong(place, where, InputError(
                _("it is not filled in"), _("write 无 where there is nothing to report")
            ))  # fmt: skip
        elif BLANK.search(template):
            self._blanks(template, shown(template) if as_sent else value, place, where)

    def _blanks(self, template: str, text: str, place: str, where: str) -> None:
        read = read_blanks(template, text)
        for name, value in read.values.items():
            self._filled.content["blanks"][name] = as_json(value)
            self._filled.places[f"blanks/{name}"] = place
        for name, wrong in read.wrong.items():
            self.wrong(place, where, InputError(
                _("“{text}” is no one number, in “{blank}”").format(
                    text=wrong, blank=_words(template, name)
                ),
                _("write one number in digits"),
            ))  # fmt: skip
        for names, what in ((read.empty, _("not filled in")), (read.lost, _("not found"))):
            if names:
                self._filled.remarks.append(
                    _("{where} ({place}): {what}: {blanks}").format(
                        where=where,
                        place=place,
                        what=what,
                        blanks=_(", ").join(_words(template, name) for name in names),
                    )
                )

    def _take(
        self, values: dict[str, Any], one: FormField, text: str, place: str, key: str
    ) -> None:
        """Read one typed value."""
        try:
            value = read_value(one, text, self._year)
            if value is None and one.required:
                raise InputError(_("it must be filled in"), _("fill it in"))
        except InputError as error:
            self.wrong(place, one.title, error)
            return
        self._filled.places[key] = place
        if value is not None:
            values[one.id] = value

    def wrong(self, place: str, where: str, error: InputError) -> None:
        """Keep what is wrong at a place, in the field called `where` ('' for none)."""
        named = f"{where} ({place})" if where and self._named else place
        self.problems.append(Problem(error.message, error.mend, self._filled.file, field=named))


def _words(template: str, name: str) -> str:
    """The clause of a blank, as people know it."""
    parts = BLANK.split(template)
    place = parts[1::2].index(name) * 2
    before = parts[place].replace("，", "；").replace("、", "；").split("；")[-1]
    after = parts[place + 2].replace("，", "；").replace("。", "；").split("；")[0]
    return f"{before.strip()}…{after.strip()}"[:60]
