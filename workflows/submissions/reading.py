"""Reads who has already reported: a list with a row for each, or units against milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.files import shown_path
from config.i18n import _
from workflows.people.words import field_of as field_of_people
from workflows.people.words import is_closing
from workflows.sheets import Sheet, SheetRow, read_sheets
from workflows.submissions.known import Known
from workflows.submissions.words import Mark, field_of, read_cell, read_month, split_month
from workflows.tables import Assignment

_UNIT_FIELDS = frozenset({"unit", "city"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a table says of an assignment. `on` is the local day, None where a waiver
    names none."""

    assignment: Assignment
    mark: Mark
    on: date | None
    note: str
    file: str
    line: int
    field: str

    def problem(self, error: InputError) -> Problem:
        """A fault of the record's with this entry."""
        return Problem(error.message, error.mend, self.file, self.line, field=self.field)


def read_submissions(file: Path, known: Known, campaign: str, on: date | None) -> list[Entry]:
    """Every entry of the file. `campaign` (as people write it, or '') and `on` hold where the
    file names none.

    Raises ProblemsError with each wrong cell, InputError where the file cannot be read.
    """
    reader = _Reader(known, campaign, on)
    tables = [sheet for sheet in read_sheets(file) if reader.read(sheet)]
    if not tables:
        raise InputError(
            _("{file} has neither a list nor a table of units against milestones").format(
                file=shown_path(file)
            ),
            _("“duban submissions export --form” writes an empty one"),
        )
    if reader.problems:
        raise ProblemsError(reader.problems)
    return reader.entries


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file something stands."""

    sheet: Sheet
    row: int
    headings: Sequence[str]

    def field(self, column: int) -> str:
        heading = self.headings[column] if column < len(self.headings) else ""
        return f"{' '.join(heading.split())[:30]} ({self.sheet.place(self.row, column)})".strip()


class _Reader:
    """Collects the entries and the faults of one file."""

    def __init__(self, known: Known, campaign: str, on: date | None) -> None:
        self.problems: list[Problem] = []
        self.entries: list[Entry] = []
        self._known, self._campaign, self._on = known, campaign, on
        self._seen: dict[int, str] = {}

    def read(self, sheet: Sheet) -> bool:
        """Take the entries of one sheet; whether it has a table at all."""
        for n, row in enumerate(sheet.rows):
            unit = [k for k, one in enumerate(row.cells) if field_of_people(one) in _UNIT_FIELDS]
            fields = {field_of(one): k for k, one in enumerate(row.cells) if field_of(one)}
            if unit and "milestone" in fields:
                columns = {**fields, "unit": unit[0]}
                for k, one in enumerate(row.cells):
                    if field_of_people(one) in {"campaign", "note"}:
                        columns[field_of_people(one)] = k
                self._read_list(sheet, sheet.rows[n + 1 :], row.cells, columns)
                return True
            if unit and len(set(row.cells) - {""}) > 1:
                self._read_matrix(sheet, n, unit[0])
                return True
        return False

    def _read_list(
        self,
        sheet: Sheet,
        rows: Sequence[SheetRow],
        headings: Sequence[str],
        columns: dict[str, int],
    ) -> None:
        for row in rows:
            if len(self.problems) > SHOWN:
                return
            place = _Place(sheet, row.number, headings)
            values = {key: row.cells[k] if k < len(row.cells) else "" for key, k in columns.items()}
            if is_closing(next(one for one in row.cells if one)) or row.cells == tuple(headings):
                continue
            if not values["unit"] and not values["milestone"]:
                continue
            column = columns["unit"]
            try:
                unit_id = self._known.unit(values["unit"])
                column = columns.get("campaign", column)
                campaign_id = self._known.campaign(values.get("campaign", "") or self._campaign)
                column = columns["milestone"]
                milestone_id = self._known.milestone(campaign_id, values["milestone"])
                column = columns.get("period", column)
                month = values.get("period", "")
                assignment = self._known.assignment(
                    campaign_id, milestone_id, unit_id, read_month(month) or month
                )
            except InputError as error:
                self._wrong(place, column, error)
                continue
            told = values.get("mark", "") or "已报送"
            day = values.get("on", "")
            column = columns.get("on", columns.get("mark", columns["unit"]))
            self._take(place, column, assignment, f"{day} {told}", values.get("note", ""))

    def _read_matrix(self, sheet: Sheet, start: int, unit_column: int) -> None:
        head = sheet.rows[start]
        below = sheet.rows[start + 1].cells if start + 1 < len(sheet.rows) else ()
        months = _months_below(head.cells, below, unit_column)
        place = _Place(sheet, head.number, head.cells)
        columns: dict[int, tuple[str, str]] = {}
        try:
            campaign_id = self._known.campaign(self._campaign)
        except InputError as error:
            self._wrong(place, unit_column, error)
            return
        for k, heading in enumerate(head.cells):
            if k == unit_column or not heading or field_of_people(heading):
                continue
            title, month = split_month(heading)
            try:
                columns[k] = (self._known.milestone(campaign_id, title), months.get(k, month))
            except InputError as error:
                self._wrong(place, k, error)
        for row in sheet.rows[start + (2 if months else 1) :]:
            if len(self.problems) > SHOWN:
                return
            self._read_unit(_Place(sheet, row.number, head.cells), row, campaign_id, unit_column,
                            columns)  # fmt: skip

    def _read_unit(
        self,
        place: _Place,
        row: SheetRow,
        campaign_id: str,
        unit_column: int,
        columns: dict[int, tuple[str, str]],
    ) -> None:
        name = row.cells[unit_column] if unit_column < len(row.cells) else ""
        if not name or is_closing(next(one for one in row.cells if one)):
            return
        try:
            unit_id = self._known.unit(name)
        except InputError as error:
            self._wrong(place, unit_column, error)
            return
        for k, (milestone_id, month) in columns.items():
            text = row.cells[k] if k < len(row.cells) else ""
            said = read_cell(text, self._known.campaigns[campaign_id].year)
            if said is not None and said.mark is None:
                continue
            try:
                found = self._known.assignment(campaign_id, milestone_id, unit_id, month)
            except InputError as error:
                self._wrong(place, k, error)
                continue
            self._take(place, k, found, text, "")

    def _take(
        self, place: _Place, column: int, assignment: Assignment, text: str, note: str
    ) -> None:
        said = read_cell(text, self._known.campaigns[assignment.campaign_id].year)
        on = (said.on or self._on) if said else None
        if said is None:
            error = InputError(
                _("“{text}” cannot be read").format(text=" ".join(text.split())[:60]),
                _("write the day, e.g. 2022-06-05, 已报送, 零报告, 免报, 审核通过, or nothing"),
            )
        elif said.mark is None:
            return
        elif on is None and said.mark is not Mark.WAIVED:
            error = InputError(
                _("on which day was it handed in?"), _("write the day, or add --on DATE for all")
            )
        elif (assignment.id or 0) in self._seen:
            error = InputError(
                _("the same stands at {place} already").format(
                    place=self._seen[assignment.id or 0]
                ),
                _("take one of them away"),
            )
        else:
            self._seen[assignment.id or 0] = place.sheet.place(place.row, column)
            self.entries.append(
                Entry(assignment, said.mark, on, note[:500], place.sheet.file, place.row,
                      place.field(column))
            )  # fmt: skip
            return
        self._wrong(place, column, error)

    def _wrong(self, place: _Place, column: int, error: InputError) -> None:
        self.problems.append(
            Problem(
                error.message, error.mend, place.sheet.file, place.row, field=place.field(column)
            )
        )


def _months_below(head: Sequence[str], below: Sequence[str], unit_column: int) -> dict[int, str]:
    """The months in a second row of headings, by column; empty where it is no such row."""
    if len(below) > unit_column and below[unit_column] not in {"", head[unit_column]}:
        return {}
    own = [
        (k, one)
        for k, one in enumerate(below)
        if one and k != unit_column and (k >= len(head) or one != head[k])
    ]
    months = {k: read_month(one) for k, one in own}
    return months if months and all(months.values()) else {}
