"""The status board over a small office: as it stood, as it prints, and as a page."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import load_workbook

from config.errors import DubanError
from scheduler.cli.sheets import write_workbook
from scheduler.cli.status_sheet import board_workbook
from scheduler.cli.status_table import board_text
from tests.support.command_line import command
from tests.support.moments import ZONE, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from web.status_page import status_page
from workflows.lights import LIGHT_LOOKS, Light
from workflows.overdue import overdue
from workflows.standing import Selection
from workflows.status import CampaignBoard, Cell, Counts, status

NAMES = [
    PLAN_KEY,
    *(f"bridges-2022/monthly/{unit}/2022-0{n}" for unit in ("north", "hill") for n in (6, 7)),
    *(f"bridges-2022/festival/{unit}" for unit in ("north", "south")),
]
HOSTILE = "<script>alert(1)</script>&amp;=1+1"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite: the board asks no question that a database answers in its own way."""
    here = SampleOffice(tmp_path)
    yield here
    here.close()


@pytest.fixture
def played(sqlite: SampleOffice) -> SampleOffice:
    """On 22 June: a late hand-in, one with a part missing, a nil report, a return, a waiver."""
    sqlite.apply(PLAN, MONTHLY, ON_HOLIDAY)
    sqlite.at("2022-06-07 09:00")
    sqlite.act("submit", "bridges-2022/festival/north")  # due on the 5th, a day off: the 6th
    sqlite.act("accept", "bridges-2022/festival/north")
    sqlite.act("waive", "bridges-2022/festival/south")
    sqlite.at("2022-06-14 09:00")
    parts("submit", sqlite, PLAN_KEY, missing=["盖章件"])
    parts("submit", sqlite, "bridges-2022/monthly/north/2022-06", nil=True)
    sqlite.act("submit", "bridges-2022/monthly/south/2022-06")
    sqlite.act("return_for_correction", "bridges-2022/monthly/south/2022-06", day("2022-06-30"))
    sqlite.at("2022-06-22 09:00")
    return sqlite


def parts(action: str, office: SampleOffice, name: str, **words: Any) -> None:
    """An action with named arguments."""
    from workflows import handing_in
    from workflows.naming import find_assignment
    from workflows.transitions import Deed

    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock())
        getattr(handing_in, action)(session, find_assignment(session, name), deed, **words)


def board(office: SampleOffice) -> CampaignBoard:
    """The one campaign's board now."""
    with office.database.read() as session:
        (found,) = status(session, office.clock())
    return found


def signs(found: CampaignBoard) -> dict[str, list[str | None]]:
    """Each unit's signs, milestone by milestone."""
    return {line.unit_id: [_sign(cell) for cell in line.cells] for line in found.lines}


def _sign(cell: Cell | None) -> str | None:
    if cell is None:
        return None
    return cell.sign.value + ("+late" if cell.late else "")


def test_units_in_administrative_order_against_milestones_in_the_plans(
    played: SampleOffice,
) -> None:
    found = board(played)
    assert [(one.milestone, one.period) for one in found.columns] == [
        ("plan", ""), ("monthly", "2022-06"), ("monthly", "2022-07"), ("monthly", "2022-08"),
        ("festival", ""),
    ]  # fmt: skip
    assert signs(found) == {
        "north": ["incomplete", "nil", "ahead", "ahead", "accepted+late"],
        "south": [None, "returned", "ahead", "ahead", "none"],
        "hill": [None, "overdue", "ahead", "ahead", None],
    }
    assert list(signs(found)) == ["north", "south", "hill"]
    assert found.counts == Counts(
        total=11, due=5, reported=3, late=1, outstanding=2, overdue=1, returned=1
    )
    with played.database.read() as session:
        (hill,) = status(session, played.clock(), Selection(unit_id="hill"))
    assert [line.unit_id for line in hill.lines] == ["hill"]


@pytest.mark.parametrize("seed", [1, 2])
def test_as_of_any_moment_is_what_was_shown_then(sqlite: SampleOffice, seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    sqlite.apply(PLAN, MONTHLY, ON_HOLIDAY)
    shown = []
    done = []
    for _n in range(80):
        sqlite.clock.advance(timedelta(minutes=chance.randint(60, 30 * 60)))
        now = sqlite.clock()
        with sqlite.database.read() as session:
            shown.append((now, status(session, now)))
        name = chance.choice(NAMES)
        soon = now.astimezone(ZONE).date() + timedelta(days=chance.randint(0, 20))
        earlier = now.astimezone(ZONE).date() - timedelta(days=chance.randint(0, 5))
        sqlite.clock.advance(timedelta(seconds=1))
        try:
            match chance.choice(["submit", "submit", "part", "accept", "return", "extend", "undo",
                                 "reopen"]):  # fmt: skip
                case "part":
                    parts("submit", sqlite, PLAN_KEY, missing=["盖章件"])
                case "return":
                    sqlite.act("return_for_correction", name, soon)
                case "extend":
                    sqlite.act("approve_extension", name, soon)
                case "undo":
                    parts("undo", sqlite, name, event=_last(sqlite, name))
                case action:
                    sqlite.act(action, name, on=chance.choice([None, earlier]))
            done.append(name)
        except (DubanError, LookupError):
            continue
    assert len(done) > 20
    with sqlite.database.read() as session:
        for moment, before in shown:
            assert status(session, moment, as_of_past=True) == before, moment
            late = overdue(session, moment, as_of_past=True)
            assert len(late) == sum(one.counts.overdue for one in before)
            for one in before:
                assert one.counts.due == one.counts.reported + one.counts.outstanding


def _last(office: SampleOffice, name: str) -> Any:
    from workflows.events import standing_events

    assignment = office.assignment(name)
    return standing_events([one for one in office.events() if one.assignment_id == assignment.id])[
        -1
    ]


def test_a_narrow_terminal_gets_several_tables(
    played: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = board(played)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "28")
    monkeypatch.setenv("NO_COLOR", "1")
    narrow = re.sub(r"\x1b\[[\d;]*m", "", board_text([found]))
    assert narrow.count("(continued)") >= 1
    assert max(len(line) for line in narrow.splitlines() if "2022" not in line) < 80
    for mark in ("◈▲", "0", "↺", "!", "✓L", "–", "◆ submitted", "! overdue"):
        assert mark in narrow
    assert "\x1b[" not in board_text([found], for_file=True)
    hostile = replace(found, title="[/b] \x1b[2J", lines=(replace(found.lines[0], unit="[/i]"),))
    shown = board_text([hostile], for_file=True)
    assert "[/b] \\x1b[2J" in shown and "[/i]" in shown


def test_the_workbook_prints_on_a4_and_holds_no_formula(
    played: SampleOffice, tmp_path: Path
) -> None:
    found = board(played)
    hostile = replace(found, title="=1+1/[x]:?*" + "长" * 40)
    file = tmp_path / "status.xlsx"
    write_workbook(board_workbook([found, found, hostile], "as of 22 June"), file)
    book = load_workbook(file)
    names = [sheet.title for sheet in book.worksheets]
    assert len(set(names)) == 5 and names[0] == "Counts" and names[-1] == "Milestones"
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows and sheet.freeze_panes
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n", "d", "inlineStr"}, "no formula"
    counts, one = book.worksheets[:2]
    assert [cell.value for cell in counts[5]][1:5] == [5, 3, 1, 2]
    rows = {row[0].value: row for row in one.iter_rows(min_row=7)}
    north = [cell.value for cell in rows["北城市"]]
    assert north[:6] == ["北城市", "◈▲", "0", "●", "○", "✓L"]
    overdue_cell = rows["山县"][2]
    assert overdue_cell.value == "!"
    assert overdue_cell.fill.fgColor.rgb == "00" + LIGHT_LOOKS[Light.RED].fill
    book.close()


class _Page(HTMLParser):
    """Collects what a test asks of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_lets_nothing_in(played: SampleOffice) -> None:
    found = board(played)
    hostile = replace(found, title=HOSTILE, owner=HOSTILE)
    text = status_page([hostile], "as of 22 June")
    page = _Page()
    page.feed(text)
    tags = [tag for tag, _attributes in page.tags]
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(tags)
    assert not re.search(r"https?:|url\(|@import|\son\w+=", text)
    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("caption") == tags.count("table") == 3
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert None not in scopes and {"row", "col"} == set(scopes)
    assert "&lt;script&gt;" in text and "size: A4 landscape" in text


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed here")
def test_the_page_prints_on_a4_landscape(played: SampleOffice, tmp_path: Path) -> None:
    file = tmp_path / "status.html"
    command(played, "status", "--format", "html", "-o", str(file))
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-extensions", "--disable-sync",
         "--disable-component-update", f"--user-data-dir={tmp_path / 'profile'}",
         "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'status.pdf'}", str(file)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    content = (tmp_path / "status.pdf").read_bytes()
    sizes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert len(sizes) == 2, "the counts, then the one campaign"
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(842, 595)}


def test_a_day_of_the_past_is_refused_only_where_it_is_to_come(
    played: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(played, "status", "--at", "2022-06-08", "--format", "csv")
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].startswith("campaign,unit,level,milestone")
    assert len(rows) == 1 + 12
    assert any(",festival," in row and ",accepted,accepted," in row for row in rows)
    assert not any(",returned," in row for row in rows)
    with pytest.raises(DubanError):
        command(played, "status", "--at", str(date(2022, 7, 1)))
