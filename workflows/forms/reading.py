"""Reads filled forms: what the file is, whose form it is, and what stands in it, all checked."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session

from config.errors import SHOWN, InputError
from config.files import shown_path
from config.i18n import _
from workflows.forms.collecting import Collecting, Filled, cells_of
from workflows.forms.declared import Shape
from workflows.forms.face import MERGED
from workflows.forms.lines import Line
from workflows.forms.matching import Headings, find_headings, find_labels, grid_lines, list_lines
from workflows.forms.opening import Asked as Asked
from workflows.forms.opening import read_file as read_file
from workflows.forms.opening import read_lines as read_lines
from workflows.forms.opening import whose
from workflows.forms.owed import Owed


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
        self.owed, self.form, self.lines, self.file = owed, owed.form, lines, file
        self.into = Collecting(owed, file)

    def read(self) -> Filled:
        headings = find_headings(self.lines, self.owed.columns)
        if headings is None:
            raise InputError(
                _("{file} does not hold the table of “{form}”").format(
                    file=self.file, form=self.owed.title
                ),
                _("fill in the file that was sent; its headings are: {names}").format(
                    names=_(", ").join(one.title for one in self.owed.columns)
                ),
            )
        missing = [one.title for one in self.owed.columns if one.id not in headings.columns]
        if missing:
            self.into.wrong(headings.line.place(0), "", InputError(
                _("these headings are missing: {names}").format(names=_(", ").join(missing)),
                _("leave the headings of the form as they are"),
            ))  # fmt: skip
        else:
            self._header(headings)
            if self.form.shape is Shape.GRID:
                self._grid(headings)
            else:
                self._list(headings)
        return self.into.done()

    def _header(self, headings: Headings) -> None:
        above = [line for n, line in enumerate(self.lines) if n != headings.at]
        found = find_labels(above, self.owed.header)
        for one in self.owed.header:
            text, line, column = found.get(one.id, ("", headings.line, 0))
            self.into.header(one, text, line.place(column))

    def _list(self, headings: Headings) -> None:
        for line in list_lines(self.lines, headings, self.form.numbered):
            if len(self.into.problems) > SHOWN:
                return
            found = [(one, *headings.value(line, one.id)) for one in self.owed.columns]
            texts = [(one, text, line.place(column)) for one, text, column in found]
            if not self.into.row(texts, line.place(0)):
                return
        self.into.rows_end(headings.line.place(0))

    def _grid(self, headings: Headings) -> None:
        found = grid_lines(self.lines, headings, self.form.rows)
        for row in self.form.rows:
            lines = found.get(row.id)
            if lines is None:
                self.into.wrong(headings.line.place(0), "", InputError(
                    _("the row “{row}” is missing").format(row=row.title),
                    _("leave the rows of the form as they are"),
                ))  # fmt: skip
                continue
            for one in cells_of(row, self.owed.columns):
                texts, column = _texts(lines, headings, one.id)
                self.into.cell(row, one, "\n".join(texts), lines[0].place(column))


def _texts(lines: Sequence[Line], headings: Headings, column_id: str) -> tuple[list[str], int]:
    """The different texts of a grid's cell, which may go over several lines, and its column."""
    if column_id == MERGED:
        columns = sorted({n for columns in headings.columns.values() for n in columns})
    else:
        columns = headings.columns[column_id]
    texts = [line.cell(n) for line in lines for n in columns if line.cell(n).strip()]
    return list(dict.fromkeys(texts)), columns[0]
