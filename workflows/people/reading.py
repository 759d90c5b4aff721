"""A liaison list as units fill it in: found in its sheets, read person by person.

Title lines, repeated headings, empty rows and remarks at the end are no people. Every fault is
told with its cell, all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.files import shown_path
from config.i18n import _
from workflows.naming import Named, find_named
from workflows.organisation import Organisation
from workflows.people.carried import Carried
from workflows.people.layout import Layout, PersonColumns, find_layout
from workflows.people.rows import ContactRow, check_person, is_line
from workflows.people.units import Units
from workflows.people.words import is_closing
from workflows.sheets import Sheet, SheetRow, read_sheets

_TITLES = 100  # rows above which a title is looked for
_SENTENCE = 20  # characters of what stands alone in a row and is no unit's name any more
_NOTHING = frozenset({"/", "\\", "-", "—", "——", "…", "……", "无", "暂无"})


def read_contacts(
    file: Path,
    organisation: Organisation,
    campaigns: Sequence[Named],
    *,
    campaign: str = "",
    unit: str = "",
) -> list[ContactRow]:
    """Read and check every person in the file.

    `campaign` and `unit` (ids) hold for rows that name none. Raises ProblemsError with each wrong
    cell, InputError where the file cannot be read.
    """
    reader = _Reader(Units(organisation), campaigns, campaign, unit)
    lists = [sheet for sheet in read_sheets(file) if reader.read(sheet)]
    if not lists:
        raise InputError(
            _("{file} has no row with the headings of a list: {columns}").format(
                file=shown_path(file),
                columns=_(", ").join((_("name"), _("unit"), _("e-mail"), _("telephone"))),
            ),
            _("“duban contacts export --form -o FILE.xlsx” writes an empty list"),
        )
    reader.refuse_doubles()
    if reader.problems:
        raise ProblemsError(reader.problems)
    return [one.row for one in reader.found]


@dataclass(frozen=True, slots=True)
class _Found:
    row: ContactRow
    file: str
    line: int
    field: str


class _Reader:
    """Collects the people and the faults of one file."""

    def __init__(self, units: Units, campaigns: Sequence[Named], campaign: str, unit: str) -> None:
        self.problems: list[Problem] = []
        self.found: list[_Found] = []
        self._units, self._campaigns = units, campaigns
        self._campaign, self._unit = campaign, unit

    def read(self, sheet: Sheet) -> bool:
        """Take the people of one sheet; whether it has a list at all."""
        layout: Layout | None = None
        carried = Carried(self._units, self._unit)
        skip = 0
        for row, after in zip(sheet.rows, (*sheet.rows[1:], SheetRow(0, ())), strict=True):
            if len(self.problems) > SHOWN:
                break  # what each wrong name may mean takes its time to find
            if skip:
                skip -= 1
            elif heading := find_layout(row.cells, after.cells):
                carried.new_block("" if layout else " ".join(dict.fromkeys(row.cells)))
                layout, skip = heading, heading.height - 1
            elif layout is None:
                if row.number <= _TITLES:
                    carried.title(" ".join(dict.fromkeys(row.cells)))
            else:
                self._read_row(sheet, row, layout, carried)
        return layout is not None

    def refuse_doubles(self) -> None:
        """Two people of one role at one unit cannot share an address; one may stand twice."""
        first: dict[tuple[str, str, str, str], _Found] = {}
        for one in self.found:
            before = first.setdefault(one.row.key, one)
            if before.row.name != one.row.name:
                self.problems.append(
                    Problem(
                        _("{address} is already the address of {name} ({place})").format(
                            address=one.row.address, name=before.row.name, place=before.field
                        ),
                        _("give each person an address, or make one of them the deputy"),
                        one.file, one.line, field=one.field,
                    )
                )  # fmt: skip
        self.found = list(first.values())

    def _read_row(self, sheet: Sheet, row: SheetRow, layout: Layout, carried: Carried) -> None:
        numbers = layout.shared.get("number", ())
        texts = [
            one
            for n, one in enumerate(row.cells)
            if n not in numbers and one not in {"", *_NOTHING}
        ]
        first = next(one for one in row.cells if one)
        if not texts or is_closing(first) or (len(set(texts)) == 1 and len(texts) > 1):
            carried.title(" ".join(dict.fromkeys(texts)))
            return
        cells = _Cells(row.cells, layout)
        carried.take(cells.shared)
        people = [
            one
            for one in layout.people
            if any(cells.of(one, name) for name in ("name", "phone", "email"))
        ]
        if len(texts) == 1 and len(texts[0]) > _SENTENCE:
            return
        for person in people:
            self._read_person(sheet, row, layout, person, carried)

    def _read_person(
        self,
        sheet: Sheet,
        row: SheetRow,
        layout: Layout,
        person: PersonColumns,
        carried: Carried,
    ) -> None:
        cells = _Cells(row.cells, layout)
        before = len(self.problems)

        def place(field: str) -> str:
            columns = layout.columns(field, person) or layout.columns("name", person)
            heading = " ".join(layout.headings[columns[0]].split())[:30]
            return f"{heading} ({sheet.place(row.number, columns[0])})"

        def wrong(field: str, message: str, mend: str) -> None:
            self.problems.append(Problem(message, mend, sheet.file, row.number, field=place(field)))

        unit_id, area, campaign_id = "", "", self._campaign
        found = check_person(lambda field: cells.of(person, field), person.role, wrong)
        try:
            unit_id, area = carried.unit()
            if not is_line(area):
                wrong("area", _("it is too long or not plain text"), _("shorten it"))
        except InputError as error:
            wrong("unit", error.message, error.mend)
        if named := cells.of(person, "campaign"):
            try:
                campaign_id = find_named(named, self._campaigns, _("campaign"))
            except InputError as error:
                wrong("campaign", error.message, error.mend)
        if len(self.problems) == before:
            whole = found.at(unit_id, area, campaign_id)
            self.found.append(_Found(whole, sheet.file, row.number, place("name")))


class _Cells:
    """A row's values by field."""

    def __init__(self, cells: Sequence[str], layout: Layout) -> None:
        self._cells, self._layout = cells, layout

    def of(self, person: PersonColumns, field: str) -> str:
        """The first value in a person's columns of that field."""
        return self._first(self._layout.columns(field, person))

    def shared(self, field: str) -> str | None:
        """The first value in the row's columns of that field; None where it has none."""
        columns = self._layout.shared.get(field)
        return None if columns is None else self._first(columns)

    def _first(self, columns: Sequence[int]) -> str:
        values = (self._cells[n] for n in columns if n < len(self._cells))
        return next((one for one in values if one and one not in _NOTHING), "")
