"""Figures come in from a table: matched, shown, asked about by cell, all or nothing; and the
record's own table brings the same record again."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import col, delete, select

from config.errors import DubanError, InputError, ProblemsError
from config.i18n import using_language
from tests.support.command_line import command
from tests.support.fuzzing import fuzz
from tests.support.hostile import ends_within, texts
from tests.support.office import SampleOffice
from tests.support.sheets import workbook
from tests.support.statements import counted_statements
from tests.support.targets import REPAIRS, numbers, report
from workflows.tables import Progress
from workflows.targets.declared import Reported
from workflows.targets.figures import line_of
from workflows.targets.views import PROVINCE

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own
HEAD = ["序号", "目标任务", "责任单位", "类别", "完成数", "总数", "截至日期", "备注"]


@pytest.fixture
def repairing(office: SampleOffice) -> SampleOffice:
    """The office with a milestone that has a target of each kind, at the end of June."""
    office.apply(REPAIRS)
    office.at("2022-06-30 18:00")
    return office


def take_in(office: SampleOffice, file: Path, *more: str) -> None:
    command(office, "progress", "import", str(file), "--by", "甲", *more)


def test_a_table_of_figures(
    repairing: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = workbook(
        tmp_path / "figures.xlsx",
        [
            ["2022年桥梁隐患排查"], HEAD,
            [1, "加固桥梁", "北城市交通局", None, "2座", None, "6月7日", "初报"],
            [2, "加固桥梁", "北城", None, 3, None, date(2022, 6, 8), None],
            [3, "排查比例", "南城", None, 49, 50, "2022-06-08", None],
            [4, "新建", "北城", "涵洞", 1, None, "2022.6.8", None],
            [5, "开通热线", "山县", None, "是", None, None, None],
            [6, "办件量", "全省", None, "199", None, "2022-06-08", None],
            [7, "加固桥梁", "山县", None, None, None, None, None],
            ["注：截至6月8日"],
        ],
    )  # fmt: skip
    take_in(repairing, file, "--dry-run", "--on", "2022-06-08")
    out = capsys.readouterr().out
    assert "+ 北城市 · 加固桥梁：2 2022-06-07" in out
    assert not numbers(repairing).lines
    take_in(repairing, file, "--yes", "--on", "2022-06-08")
    assert "6 entered" in capsys.readouterr().err
    now = numbers(repairing)
    assert [one.value for one in now.lines["bridges", "north", ""]] == [2, 3]
    assert now.units["surveyed", "south"].level == 98
    assert now.totals["fourfold"].figure == 199
    assert ("bridges", "hill", "") not in now.lines
    take_in(repairing, file, "--yes", "--on", "2022-06-08")
    assert "0 entered, 6 on record" in capsys.readouterr().err


@on_sqlite
def test_doubts_are_listed_by_cell_and_need_a_yes(
    repairing: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report(repairing, "bridges", "north", "2", "2022-06-07")
    file = tmp_path / "figures.csv"
    file.write_text(
        "target,unit,figure,day\nbridges,north,1,2022-06-08\nbridges,south,3,2022-06-08\n"
        "bridges,south,40,2022-06-09\nlamps,hill,6000,2022-06-09\nbridges,north,3,2022-06-07\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="nobody can be asked"):
        take_in(repairing, file)
    out = capsys.readouterr().out
    assert "~ 北城市 · 加固桥梁：2 → 3 2022-06-07" in out
    assert [line[:5] for line in out.splitlines() if line[0] == "?"] == ["? C2:", "? C4:", "? C5:"]
    assert "? C2: 1 is less than 3 on 2022-06-07" in out
    assert numbers(repairing).units["bridges", "north"].figure == 2
    take_in(repairing, file, "--yes")
    assert numbers(repairing).units["bridges", "south"].figure == 40


@on_sqlite
def test_a_long_table_asks_the_record_no_more_often_than_a_short_one(
    repairing: SampleOffice, tmp_path: Path
) -> None:
    def asked(count: int, value: int) -> int:
        rows = [
            f"bridges,{unit},{value + n},{date(2022, 6, 1) + timedelta(days=n)}\n"
            for n in range(count)
            for unit in ("north", "south", "hill")
        ]
        file = tmp_path / "figures.csv"
        file.write_text("target,unit,figure,day\n" + "".join(rows), encoding="utf-8")
        with counted_statements(repairing.database.engine) as statements:
            take_in(repairing, file, "--yes")
        return sum(not one.startswith("INSERT") for one in statements)

    assert asked(1, 1) == asked(28, 2)
    with repairing.database.read() as session:
        rows = session.exec(select(Progress).order_by(col(Progress.id))).all()
    assert len(rows) == 3 + 84
    assert [one.corrects for one in rows[3:6]] == [1, 2, 3]


@on_sqlite
def test_every_fault_with_its_cell(repairing: SampleOffice, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["加固桥梁", "东城", None, 1, None, "2022-06-08"],
        ["加固道路", "北城", None, 1, None, "2022-06-08"],
        ["加固桥梁", "北城", None, "很多", None, "2022-06-08"],
        ["加固桥梁", "北城", None, 1, None, "很早"],
        ["加固桥梁", "北城", None, 1, None, None],
        ["加固桥梁", "北城", None, 1, 5, "2022-06-08"],
        ["排查比例", "北城", None, 5, "x", "2022-06-08"],
        ["新建", "北城", None, 1, None, "2022-06-08"],
        ["新建", "北城", "桥", 1, None, "2022-06-08"],
        ["全省加固桥梁", "北城", None, 1, None, "2022-06-08"],
        ["加固桥梁", "北城", None, 2, None, "2022-06-07"],
        ["加固桥梁", "北城", None, 2, None, "2022-06-07"],
    ]
    file = workbook(tmp_path / "figures.xlsx", [HEAD[1:7], *rows])
    with pytest.raises(ProblemsError) as caught:
        take_in(repairing, file, "--yes")
    assert [(one.line, one.field.rpartition(" ")[2]) for one in caught.value.problems] == [
        (2, "(B2)"), (3, "(A3)"), (4, "(D4)"), (5, "(F5)"), (6, "(F6)"), (7, "(D7)"),
        (8, "(E8)"), (9, "(C9)"), (10, "(C10)"), (11, "(B11)"), (13, "(D13)"),
    ]  # fmt: skip
    assert all(one.mend for one in caught.value.problems)
    assert not numbers(repairing).lines
    empty = workbook(tmp_path / "empty.xlsx", [["单位", "完成数"], ["北城", 1]])
    with pytest.raises(InputError, match="headings"):
        take_in(repairing, empty)


@on_sqlite
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_empty_form_is_filled_in_and_comes_back(
    repairing: SampleOffice, tmp_path: Path, language: str
) -> None:
    form = tmp_path / "form.xlsx"
    with using_language(language):
        command(
            repairing, "progress", "export", "--campaign", "桥梁", "--form", "--unit", "北城",
            "-o", str(form),
        )  # fmt: skip
        book = load_workbook(form)
        sheet = book.worksheets[0]
        titles = [row[0].value for row in sheet.iter_rows(min_row=4)]
        assert titles == [
            "加固桥梁", "排查比例", "更换灯具", "全部标志更换", "新建", "新建", "开通热线",
            "力争加固",
        ]  # fmt: skip
        for row in sheet.iter_rows(min_row=4):
            row[3].value = "是" if row[0].value == "开通热线" else 3
            row[4].value = 4 if row[0].value in {"排查比例", "全部标志更换"} else None
            row[6].value = "6月8日"
        book.save(form)
        take_in(repairing, form, "--yes")
    now = numbers(repairing)
    assert now.units["surveyed", "north"].level == 75
    assert now.units["sorts", "north"].figure == 6
    assert len(now.lines) == len(titles)


_cells = texts | st.sampled_from(
    ["加固桥梁", "bridges", "新建", "涵洞", "北城", "north", "全省", "12", "49/50", "是", "1e9",
     "6月8日", "2022-06-31", "9" * 40, "", "-1", "３"]
)  # fmt: skip


@on_sqlite
@fuzz(0.5)
@given(
    st.sampled_from(["目标任务,单位,完成数,日期\n", "target,unit,figure,day,whole,category\n", ""]),
    st.lists(st.lists(_cells, min_size=2, max_size=6), max_size=4),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_whatever_stands_in_a_table(
    repairing: SampleOffice, tmp_path: Path, head: str, rows: list[list[str]], encoding: str
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    file = tmp_path / "any.csv"
    file.write_bytes((head + buffer.getvalue()).encode(encoding, "replace"))
    before = numbers(repairing).lines
    with ends_within(60):
        try:
            take_in(repairing, file, "--yes")
        except DubanError as error:
            assert error.message
            assert numbers(repairing).lines == before


_FIGURES = st.dictionaries(
    st.tuples(
        st.sampled_from(
            [("bridges", "north", ""), ("bridges", "hill", ""), ("lamps", "south", ""),
             ("surveyed", "north", ""), ("sorts", "north", "涵洞"), ("sorts", "north", "护栏"),
             ("opened", "hill", ""), ("fourfold", PROVINCE, "")]
        ),
        st.dates(date(2022, 6, 1), date(2022, 6, 30)),
    ),
    st.decimals(0, 10**9, places=3),
    max_size=12,
)  # fmt: skip


@on_sqlite
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(_FIGURES)
def test_an_export_brings_the_same_record_again(
    repairing: SampleOffice, tmp_path: Path, figures: dict[Any, Decimal]
) -> None:
    file = tmp_path / "out.xlsx"
    with repairing.database.write() as session:
        session.exec(delete(Progress))
    for ((target, unit, category), day), value in figures.items():
        whole = str(value + 1) if target == "surveyed" else None
        told = str(int(value) % 2) if target == "opened" else str(value)
        report(repairing, target, unit, told, day.isoformat(), whole, category)
    before = numbers(repairing)
    command(repairing, "progress", "export", "--campaign", "桥梁", "-o", str(file))
    with repairing.database.write() as session:
        session.exec(delete(Progress))
    take_in(repairing, file, "--yes")
    after = numbers(repairing)
    assert after.lines == before.lines
    assert after.totals == before.totals
    take_in(repairing, file, "--yes")
    assert numbers(repairing).lines == before.lines


@on_sqlite
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(st.integers(1, 30), st.decimals(0, 10**6, places=3)), max_size=8))
def test_increments_add_up(repairing: SampleOffice, parts: list[tuple[int, Decimal]]) -> None:
    view = next(one for one in numbers(repairing).views if one.id == "bridges")
    view = replace(view, target=view.target.model_copy(update={"reported": Reported.INCREMENT}))
    rows = {
        day: Progress(
            campaign_id="x", target_id="bridges", unit_id="north",
            day=date(2022, 6, 1) + timedelta(days=day - 1), value=float(value),
            recorded_at=repairing.clock(), actor="甲",
        )
        for day, value in parts
    }  # fmt: skip
    line = line_of(view, rows.values())
    assert [one.value for one in line] == [
        sum((Decimal(repr(rows[k].value)) for k in rows if k <= day), Decimal(0))
        for day in sorted(rows)
    ]
    assert line == line_of(view, reversed(list(rows.values())))
