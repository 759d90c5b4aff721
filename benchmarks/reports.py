"""Reports: the data beside SQLite reading the same rows, the workbook beside openpyxl writing the
same cells write-only without any style."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from sqlmodel import col, select

from benchmarks.measured import Result, pairs, print_rows
from config.settings import load_settings
from notifications.documents.report_docx import write_docx
from notifications.documents.report_html import write_html
from notifications.documents.report_xlsx import write_xlsx
from scheduler import demo
from scheduler.clock import SimulatedClock
from scheduler.office import Office
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.events import appended_together
from workflows.handing_in import accept, submit
from workflows.loading import check_source, declaration_files, load_declarations
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.reporting.model import Report
from workflows.reporting.report import make_report
from workflows.tables import Assignment
from workflows.transitions import Deed
from workflows.yaml_source import parse_yaml

ZONE = ZoneInfo("Asia/Shanghai")
START, AT = datetime(2022, 5, 1, 9, tzinfo=ZONE), datetime(2022, 9, 7, 23, 59, tzinfo=ZONE)
UNITS, MILESTONES = 300, 50
_ROWS = (
    "SELECT * FROM assignment", "SELECT * FROM event ORDER BY id",
    "SELECT * FROM event ORDER BY id", "SELECT * FROM milestone", "SELECT * FROM unit",
    "SELECT * FROM target", "SELECT * FROM progress",
)  # fmt: skip


def measure(folder: Path) -> Iterator[Result]:
    """The rows."""
    folder.mkdir(parents=True, exist_ok=True)
    five = new_office(folder / "five")
    declared = load_declarations(declaration_files(five.settings.campaigns_dir), five.organisation)
    play(five, declared, five.organisation)
    yield from _rows(five, "five campaigns")
    five.close()
    large = new_office(folder / "large")
    organisation, plan = _large(folder)
    play(large, [plan], organisation)
    yield from _rows(large, f"{UNITS} units × {MILESTONES}")
    large.close()


def _rows(here: Office, what: str) -> Iterator[Result]:
    file = here.settings.home / "duban.db"
    report = _make(here)
    cells = _cells(write_xlsx(report))
    own, reference = pairs(lambda: _make(here), lambda: _read(file), 3)
    yield Result(f"report of {what}, data", own, "sqlite3 reads the same rows", reference)
    own, reference = pairs(lambda: write_xlsx(report), lambda: _plain(cells), 3)
    yield Result(f"report of {what}, .xlsx", own, "openpyxl write-only, no styles", reference)
    writers: tuple[tuple[str, Callable[[Report], bytes]], ...] = (
        (".html", write_html), (".docx", write_docx),
    )  # fmt: skip
    for name, write in writers:
        own, reference = pairs(lambda write=write: write(report), lambda: _plain(cells), 3)  # type: ignore[misc]
        yield Result(f"report of {what}, {name}", own, "openpyxl write-only, no styles", reference)


def _make(here: Office) -> Report:
    with here.database.read() as session:
        return make_report(session, None, AT, as_of_past=True)


def _read(file: Path) -> int:
    """The rows that the report is made of; events twice, for this report and for the last one."""
    with closing(sqlite3.connect(file)) as connection:
        return sum(len(connection.execute(query).fetchall()) for query in _ROWS)


def _cells(content: bytes) -> list[list[list[object]]]:
    book = load_workbook(io.BytesIO(content))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def _plain(sheets: list[list[list[object]]]) -> bytes:
    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def new_office(home: Path) -> Office:
    """An office with an empty record, at the beginning of the five campaigns."""
    settings = demo.isolated(load_settings(), home)
    settings.home.mkdir(parents=True)
    here = Office(settings, SimulatedClock(START))
    here.create_database()
    return here


def play(here: Office, declared: object, organisation: Organisation) -> None:
    """Apply, and hand in nine of ten of what is due by then, some of it late."""
    with here.database.write() as session:
        planned = plan_apply(session, declared, organisation, START)  # type: ignore[arg-type]
        apply(session, planned, organisation, now=START, actor="bench", past=Past.CHASE)
    chance = Random(1)  # noqa: S311 - a pattern, not a secret
    with here.database.write() as session:
        query = select(Assignment).where(Assignment.due < AT.date()).order_by(col(Assignment.id))
        due = session.exec(query).all()
        with appended_together(session, [one.id or 0 for one in due]):
            for one in due:
                if chance.random() < 0.9:
                    day = max(one.due + timedelta(days=chance.randint(-5, 2)), START.date())
                    at = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
                    submit(session, one, Deed("bench", at, at))
                    accept(session, one, Deed("bench", at, at + timedelta(hours=1)))


def _large(folder: Path) -> tuple[Organisation, object]:
    """An organisation of so many units and a plan of so many milestones, due week by week."""
    units = "".join(
        f"  - {{id: u{n}, name: 第{n}单位, level: city, mailbox: u{n}@example.org}}\n"
        for n in range(UNITS)
    )
    file = folder / "organisation.yaml"
    file.write_text(
        f"levels: {{city: 市}}\nunits:\n{units}departments:\n"
        "  - {id: roads, name: 公路处, mailbox: roads@example.org}\n",
        encoding="utf-8",
    )
    organisation = read_organisation(file)
    milestones = "".join(
        f"  - {{id: m{n}, title: 报送第{n}项工作情况, due: {_due(n)}, who: {{levels: [city]}},"
        " departments: [公路处], clause: 一}\n"
        for n in range(MILESTONES)
    )
    text = (
        "id: large-2022\ntitle: 大型专项\nyear: 2022\nowner: 公路处\n"
        f"mailbox: large@example.org\nenquiries: [{{office: 公路处}}]\nmilestones:\n{milestones}"
    )
    checked = check_source(Path("large-2022.yaml"), parse_yaml(text, "large.yaml"), organisation)
    assert checked.declaration is not None, [str(one) for one in checked.problems]
    return organisation, checked.declaration


def _due(number: int) -> date:
    return date(2022, 5, 9) + timedelta(days=4 * number)


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
