"""Reads filled forms: what the file is, whose form it is, and what stands in it, all checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.files import shown_path
from config.i18n import _
from workflows.forms.blanks import BLANK, read_blanks, untouched
from workflows.forms.declared import FormField, GridRow, Shape
from workflows.forms.face import MERGED
from workflows.forms.lines import Line
from workflows.forms.matching import Headings, find_headings, find_labels, grid_lines, list_lines
from workflows.forms.opening import Asked as Asked
from workflows.forms.opening import read_file as read_file
from workflows.forms.opening import read_lines as read_lines
from workflows.forms.opening import whose
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


def read_filled(session: Session, content: bytes, name: str, asked: Asked | None = None) -> Filled:
    """Read a filled form. `name` is the file's, for messages; `asked` overrides its number.

    Raises ProblemsError with each wrong cell, InputError where the file or its unit is not known.
    """
    lines, identity = read_lines(content, name)
    owed = whose(session, identity, asked or Asked(), name)
    return read_content(owed, lines, shown_path(Path(name)))


def read_content(owed: Owed, lines: Sequence[Line], file: str) -> Filled:
    """Read the form that is owed out of a file's lines; `file` is how messages call it.

    Raises ProblemsError with each wrong cell, InputError where its table is not there.
    """
    return _Reader(owed, lines, file).read()


class _Reader:
    """Reads the content of one form out of the lines of a file."""

    def __init__(self, owed: Owed, lines: Sequence[Line], file: str) -> None:
        self.owed, self.form, self.lines = owed, owed.form, lines
        self.problems: list[Problem] = []
        self.filled = Filled(owed, {}, file=file)
        self.year = owed.assignment.due.year

    def read(self) -> Filled:
        headings = find_headings(self.lines, self.owed.columns)
        if headings is None:
            raise InputError(
                _("{file} does not hold the table of “{form}”").format(
                    file=self.filled.file, form=self.owed.title
                ),
                _("fill in the file that was sent; its headings are: {names}").format(
                    names=_(", ").join(one.title for one in self.owed.columns)
                ),
            )
        missing = [one.title for one in self.owed.columns if one.id not in headings.columns]
        if missing:
            self._wrong(headings.line, 0, "", InputError(
                _("these headings are missing: {names}").format(names=_(", ").join(missing)),
                _("leave the headings of the form as they are"),
            ))  # fmt: skip
        else:
            self._header(headings)
            if self.form.shape is Shape.GRID:
                self._grid(headings)
            else:
                self._list(headings)
        if self.problems:
            raise ProblemsError(self.problems)
        return self.filled

    def _header(self, headings: Headings) -> None:
        above = [line for n, line in enumerate(self.lines) if n != headings.at]
        fields = self.owed.header
        found = find_labels(above, fields)
        values: dict[str, Any] = {}
        for one in fields:
            text, line, column = found.get(one.id, ("", headings.line, 0))
            self._take(values, one, text, line, column, f"header/{one.id}")
        self.filled.content["header"] = values

    def _list(self, headings: Headings) -> None:
        rows: list[dict[str, Any]] = []
        for line in list_lines(self.lines, headings, self.form.numbered):
            if len(self.problems) > SHOWN:
                return
            values: dict[str, Any] = {}
            texts = [(one, *headings.value(line, one.id)) for one in self.owed.columns]
            if all(is_empty(text) for _field, text, _column in texts):
                continue
            if len(rows) >= MAX_ROWS:
                self._wrong(line, 0, "", InputError(
                    _("it has more than {count} rows").format(count=MAX_ROWS),
                    _("is it the right file?"),
                ))  # fmt: skip
                return
            for one, text, column in texts:
                self._take(values, one, text, line, column, f"rows/{len(rows)}/{one.id}")
            rows.append(values)
            if self.form.shape is Shape.RECORD and len(rows) > 1:
                self._wrong(line, 0, "", InputError(
                    _("only one line is asked for"), _("leave one of them")
                ))  # fmt: skip
        if self.form.shape is Shape.RECORD and not rows:
            self._wrong(headings.line, 0, "", InputError(
                _("nothing is filled in below the headings"), _("fill in the line below them")
            ))  # fmt: skip
        if not rows:
            self.filled.remarks.append(_("no line is filled in"))
        self.filled.content["rows"] = rows

    def _grid(self, headings: Headings) -> None:
        found = grid_lines(self.lines, headings, self.form.rows)
        cells: dict[str, dict[str, str]] = {}
        blanks: dict[str, Any] = {}
        for row in self.form.rows:
            lines = found.get(row.id)
            if lines is None:
                self._wrong(headings.line, 0, "", InputError(
                    _("the row “{row}” is missing").format(row=row.title),
                    _("leave the rows of the form as they are"),
                ))  # fmt: skip
                continue
            fields: Sequence[FormField] = self.owed.columns
            if row.merged:
                fields = [FormField(id=MERGED, title=row.title)]
            for one in fields:
                texts, column = _texts(lines, headings, one.id)
                place = lines[0].place(column)
                where = f"{row.title} · {one.title}" if not row.merged else row.title
                text = "\n".join(texts)
                template = row.cells.get(one.id, "")
                if template and untouched(template, text) and BLANK.search(template):
                    text = ""
                try:
                    value = read_value(one.model_copy(update={"required": False}), text, 0) or ""
                except InputError as error:
                    self._wrong(lines[0], column, where, error)
                    continue
                cells.setdefault(row.id, {})[one.id] = value
                self.filled.places[f"cells/{row.id}/{one.id}"] = place
                if row.required and not value:
                    self._wrong(lines[0], column, where, InputError(
                        _("it is not filled in"), _("write 无 where there is nothing to report")
                    ))  # fmt: skip
                    continue
                self._blanks(row, template, value, blanks, (lines[0], column, where))
        self.filled.content["cells"] = cells
        self.filled.content["blanks"] = blanks

    def _blanks(
        self,
        row: GridRow,
        template: str,
        text: str,
        blanks: dict[str, Any],
        at: tuple[Line, int, str],
    ) -> None:
        """The numbers in one cell."""
        if not BLANK.search(template):
            return
        line, column, where = at
        read = read_blanks(template, text)
        for name, value in read.values.items():
            blanks[name] = as_json(value)
            self.filled.places[f"blanks/{name}"] = line.place(column)
        for name, wrong in read.wrong.items():
            self._wrong(line, column, where, InputError(
                _("“{text}” is no one number, in “{blank}”").format(
                    text=wrong, blank=_words(template, name)
                ),
                _("write one number in digits"),
            ))  # fmt: skip
        for names, what in ((read.empty, _("not filled in")), (read.lost, _("not found"))):
            if names:
                self.filled.remarks.append(
                    _("{where} ({place}): {what}: {blanks}").format(
                        where=where,
                        place=line.place(column),
                        what=what,
                        blanks=_(", ").join(_words(template, name) for name in names),
                    )
                )

    def _take(
        self,
        values: dict[str, Any],
        one: FormField,
        text: str,
        line: Line,
        column: int,
        key: str,
    ) -> None:
        """Read one typed value."""
        try:
            value = read_value(one, text, self.year)
            if value is None and one.required:
                raise InputError(_("it must be filled in"), _("fill it in"))
        except InputError as error:
            self._wrong(line, column, one.title, error)
            return
        self.filled.places[key] = line.place(column)
        if value is not None:
            values[one.id] = value

    def _wrong(self, line: Line, column: int, where: str, error: InputError) -> None:
        place = line.place(column)
        self.problems.append(
            Problem(
                error.message, error.mend, self.filled.file,
                field=f"{where} ({place})" if where else place,
            )
        )  # fmt: skip


def _texts(lines: Sequence[Line], headings: Headings, column_id: str) -> tuple[list[str], int]:
    """The different texts of a grid's cell, which may go over several lines, and its column."""
    if column_id == MERGED:
        columns = sorted({n for columns in headings.columns.values() for n in columns})
    else:
        columns = headings.columns[column_id]
    texts = [line.cell(n) for line in lines for n in columns if line.cell(n).strip()]
    return list(dict.fromkeys(texts)), columns[0]


def _words(template: str, name: str) -> str:
    """The clause of a blank, as people know it."""
    parts = BLANK.split(template)
    place = parts[1::2].index(name) * 2
    before = parts[place].replace("，", "；").replace("、", "；").split("；")[-1]
    after = parts[place + 2].replace("，", "；").replace("。", "；").split("；")[0]
    return f"{before.strip()}…{after.strip()}"[:60]
