"""Reads a table of reported figures: a row for each target, unit, category and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlmodel import Session, select

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.files import shown_path
from config.i18n import _
from workflows.naming import Named, find_named
from workflows.organisation import Organisation
from workflows.people.units import Units
from workflows.people.words import is_closing, plain
from workflows.reminding import local_date
from workflows.sheets import Sheet, SheetRow, read_sheets
from workflows.submissions.words import read_day_cell
from workflows.tables import Campaign
from workflows.targets.figures import NO_CATEGORY
from workflows.targets.headings import field_of
from workflows.targets.progress import find_category, find_view
from workflows.targets.reading import read_figure
from workflows.targets.recording import Reporting, check
from workflows.targets.views import PROVINCE, TargetView, targets_of
from workflows.transitions import Deed

_PROVINCE_WORDS = frozenset({"", "—", "-", "全省", "全省合计", "province", "the province"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure of a table. `place` is its cell for people, `C7` or `名单!C7`."""

    report: Reporting
    unit: str  # its name; '' for the office
    note: str
    file: str
    line: int
    place: str
    field: str

    def problem(self, error: InputError) -> Problem:
        """A fault of the record's with this entry."""
        return Problem(error.message, error.mend, self.file, self.line, field=self.field)


def read_figures(
    session: Session,
    file: Path,
    organisation: Organisation,
    campaign: str,
    on: date | None,
    deed: Deed,
) -> list[Entry]:
    """Every figure of the file. `campaign` (as people write it, or '') and the local day `on` hold
    where the file names none.

    Raises ProblemsError with each wrong cell, InputError where the file cannot be read.
    """
    reader = _Reader(session, organisation, campaign, on, deed)
    tables = [sheet for sheet in read_sheets(file) if reader.read(sheet)]
    if not tables:
        raise InputError(
            _("{file} has no table of figures: its headings are not there").format(
                file=shown_path(file)
            ),
            _("“duban progress export --form” writes an empty one"),
        )
    if reader.problems:
        raise ProblemsError(reader.problems)
    return reader.entries


class _Reader:
    """Collects the entries and the faults of one file."""

    def __init__(
        self,
        session: Session,
        organisation: Organisation,
        campaign: str,
        on: date | None,
        deed: Deed,
    ) -> None:
        self.problems: list[Problem] = []
        self.entries: list[Entry] = []
        self._campaign, self._on, self._deed = campaign, on, deed
        self._units = Units(organisation)
        self._campaigns = {one.id: one for one in session.exec(select(Campaign))}
        self._views = {
            key: {view.id: view for view in targets_of(session, one)}
            for key, one in self._campaigns.items()
        }
        self._titles = {
            name: key for key, one in self._campaigns.items() for name in (one.id, one.title)
        }
        self._seen: dict[tuple[str, str, str, str, date], str] = {}

    def read(self, sheet: Sheet) -> bool:
        """Take the figures of one sheet; whether it has a table of them at all."""
        of_sheet = ""  # the campaign that a line above the table names
        for n, row in enumerate(sheet.rows):
            columns: dict[str, int] = {}
            for k, heading in enumerate(row.cells):
                columns.setdefault(field_of(heading), k)
            columns.pop("", None)
            if not {"target", "figure"} <= set(columns):
                named = [self._titles[one] for one in row.cells if one in self._titles]
                of_sheet = named[0] if named else of_sheet
            else:
                for below in sheet.rows[n + 1 :]:
                    if len(self.problems) > SHOWN:
                        break
                    self._row(sheet, below, row.cells, columns, of_sheet)
                return True
        return False

    def _row(
        self,
        sheet: Sheet,
        row: SheetRow,
        headings: Sequence[str],
        columns: Mapping[str, int],
        of_sheet: str,
    ) -> None:
        values = {key: row.cells[k] if k < len(row.cells) else "" for key, k in columns.items()}
        if is_closing(next(one for one in row.cells if one)) or row.cells == tuple(headings):
            return
        if values["figure"] in {"", "-", "—"} and not values.get("whole"):
            return  # not reported
        at = "target"
        try:
            campaign = self._campaign_of(values.get("campaign", "") or self._campaign or of_sheet)
            views = self._views[campaign.id]
            view = views[find_view(views, values["target"])]
            at = "unit"
            unit = self._unit_of(values.get("unit", ""))
            at = "category"
            category = find_category(view.target, values.get("category", ""))
            at = "day"
            day = self._day_of(values.get("day", ""), campaign)
            at = "figure"
            value, whole = read_figure(values["figure"], view)
            if values.get("whole"):
                at = "whole"
                whole = self._whole(values["whole"], whole, view)
            report = Reporting(view, unit, day, value, whole, category or NO_CATEGORY)
            at = self._wrong_field(report)
            check(report, self._name(unit), local_date(self._deed.now, campaign.time_zone))
        except InputError as error:
            column = columns.get(at, columns["figure"])
            place = sheet.place(row.number, column)
            self._wrong(sheet, row, f"{_heading(headings, column)} ({place})".strip(), error)
            return
        self._take(sheet, row, headings, columns["figure"], report, values.get("note", ""))

    def _take(
        self,
        sheet: Sheet,
        row: SheetRow,
        headings: Sequence[str],
        column: int,
        report: Reporting,
        note: str,
    ) -> None:
        place = sheet.place(row.number, column)
        field = f"{_heading(headings, column)} ({place})".strip()
        key = (
            report.view.campaign.id, report.view.id, report.unit_id, report.category, report.day,
        )  # fmt: skip
        if key in self._seen:
            self._wrong(
                sheet, row, field,
                InputError(
                    _("the same stands at {place} already").format(place=self._seen[key]),
                    _("take one of them away"),
                ),
            )  # fmt: skip
            return
        self._seen[key] = place
        self.entries.append(
            Entry(report, self._name(report.unit_id), note[:500], sheet.file, row.number, place,
                  field)
        )  # fmt: skip

    def _campaign_of(self, text: str) -> Campaign:
        if text:
            known = [Named(one.id, (one.title,)) for _key, one in sorted(self._campaigns.items())]
            return self._campaigns[find_named(text, known, _("campaign"))]
        with_targets = [key for key, views in self._views.items() if views]
        if len(with_targets) == 1:
            return self._campaigns[with_targets[0]]
        raise InputError(_("of which campaign?"), _("add --campaign"))

    def _unit_of(self, text: str) -> str:
        if plain(text).casefold() in _PROVINCE_WORDS:
            return PROVINCE
        return self._units.find(text)[0]

    def _day_of(self, text: str, campaign: Campaign) -> date:
        if not text:
            if self._on is None:
                raise InputError(
                    _("as of which day?"), _("write the day, or add --on DATE for all")
                )
            return self._on
        day = read_day_cell(text, campaign.year)
        if day is None:
            raise InputError(
                _("“{text}” is not a date").format(text=text[:60]),
                _("write it as year-month-day, e.g. 2022-09-08"),
            )
        return day

    @staticmethod
    def _whole(text: str, before: Decimal | None, view: TargetView) -> Decimal | None:
        whole, more = read_figure(text, view)
        if more is not None or (before is not None and whole != before):
            raise InputError(
                _("“{text}” is not the whole that the figure is of").format(text=text[:60]),
                _("write one number, or leave the cell empty"),
            )
        return whole

    @staticmethod
    def _wrong_field(report: Reporting) -> str:
        """Which column a fault of the whole report is said at."""
        if report.unit_id not in report.view.who_reports:
            return "unit"
        return "category" if report.view.target.categories and not report.category else "figure"

    def _name(self, unit: str) -> str:
        return self._units.names.get(unit, unit)

    def _wrong(self, sheet: Sheet, row: SheetRow, field: str, error: InputError) -> None:
        self.problems.append(
            Problem(error.message, error.mend, sheet.file, row.number, field=field)
        )


def _heading(headings: Sequence[str], column: int) -> str:
    text = headings[column] if column < len(headings) else ""
    return " ".join(text.split())[:30]


def with_deed(entry: Entry, deed: Deed) -> Deed:
    """The deed by which an entry is recorded: with the row's own note, where it has one."""
    return replace(deed, note=entry.note or deed.note)
