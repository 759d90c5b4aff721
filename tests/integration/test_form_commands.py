"""`duban form`: empty forms out into a folder, filled ones in, faults with their cells."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from config.errors import InputError, ProblemsError
from tests.support.bridge_form import GOOD, HEAD, PLAN, exported, fill_in, take
from tests.support.command_line import command
from tests.support.forms import Filling
from tests.support.office import SampleOffice
from workflows.forms.owed import owed_forms
from workflows.states import State
from workflows.tables import FilledForm, Progress

MONTHLY = """\
  - id: monthly
    title: 报送月报
    kind: monthly
    due: 每月15日前
    first: 2022-06
    last: 2022-08
    covers: current
    who: {levels: [city]}
    departments: [公路处]
    deliverables: [{name: 排查表, form: 附件1}]
    clause: 二（二）
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path / "office", "2022-06-01 10:00")
    office.apply(PLAN, head=HEAD)
    yield office
    office.close()


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_out_filled_in_and_back(here: SampleOffice, tmp_path: Path, ending: str) -> None:
    file = fill_in(here, exported(here, tmp_path, ending=ending), GOOD)
    take(here, file, "--dry-run")
    assert here.assignment().state is State.OPEN
    take(here, file, "--submit")
    with here.database.read() as session:
        filled = session.exec(select(FilledForm)).one()
        figure = session.exec(select(Progress)).one()
    assert filled.content["header"] == {"unit": "北城市", "by": "某人"}
    assert filled.content["rows"] == [
        {"name": "东桥", "length": 12.5, "sort": "拱桥", "done": 100, "day": "2022-06-01",
         "safe": True},
        {"name": "西桥", "done": 50},
    ]  # fmt: skip
    assert (figure.value, figure.origin, figure.filled_id) == (1, "form:bridges", filled.id)
    assert here.assignment().missing == ["排查方案（盖章件）", "说明"]
    event = here.events()[-1]
    assert [one["name"] for one in event.data["files"]] == [f"north.{ending}"]
    assert (here.settings.uploads / filled.file_hash).exists()


def test_every_unit_gets_its_own(here: SampleOffice, tmp_path: Path) -> None:
    command(here, "form", "export", "桥梁", "桥梁排查表", "-o", str(tmp_path / "out"))
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "北城市-附件1-排查方案.xlsx", "南城市-附件1-排查方案.xlsx",
    ]  # fmt: skip
    file = exported(here, tmp_path, "south")
    with here.database.read() as session:
        owed = owed_forms(session, "bridges-2022", "附件1", unit_id="south")[0]
    assert "safe" not in {one.id for one in owed.columns}
    take(here, fill_in(here, file, Filling({"by": "乙"}, [{"name": "南桥"}]), "south"))


def test_each_wrong_cell_is_named_and_nothing_is_taken(here: SampleOffice, tmp_path: Path) -> None:
    file = fill_in(here, exported(here, tmp_path), Filling(rows=[
        {"name": "东桥", "length": "很长", "sort": "吊桥", "done": "1", "day": "2月30日",
         "safe": "也许"},
        {"length": 3},
    ]))  # fmt: skip
    with pytest.raises(ProblemsError) as caught:
        take(here, file, "--submit")
    said = str(caught.value)
    for place in ("C5", "D5", "E5", "F5", "G5", "B6"):
        assert f"({place})" in said, said
    assert "“1” can be 1% or 100%" in said
    assert "填报人 (" in said
    with here.database.read() as session:
        assert session.exec(select(FilledForm)).all() == []
    assert here.assignment().state is State.OPEN


def test_in_a_word_file_the_row_and_column_are_named(here: SampleOffice, tmp_path: Path) -> None:
    bad = Filling({"by": "甲"}, [{"name": "东桥", "length": "很长"}])
    file = fill_in(here, exported(here, tmp_path, ending="docx"), bad)
    with pytest.raises(ProblemsError, match="table 2, row 2, column 3"):
        take(here, file)


def test_good_files_are_taken_beside_a_bad_one(here: SampleOffice, tmp_path: Path) -> None:
    good = fill_in(here, exported(here, tmp_path), GOOD)
    bad = exported(here, tmp_path, "south")
    with pytest.raises(ProblemsError, match="1 others were taken in"):
        take(here, good, bad)
    with here.database.read() as session:
        assert session.exec(select(FilledForm)).one().file_name == "north.xlsx"


def test_what_is_doubtful_is_asked_about(here: SampleOffice, tmp_path: Path) -> None:
    file = fill_in(here, exported(here, tmp_path), GOOD)
    take(here, file)
    here.at("2022-06-02 10:00")
    fewer = fill_in(here, file, Filling(rows=[{"done": "10%"}]))
    with pytest.raises(InputError, match="nobody can be asked"):
        take(here, fewer)
    take(here, fewer, "--yes")
    with here.database.read() as session:
        assert [one.value for one in session.exec(select(Progress))] == [1, 0]


def test_a_file_without_its_number_needs_a_word(here: SampleOffice, tmp_path: Path) -> None:
    import io

    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (
        [],
        ["填报人：甲"],
        ["桥名", "类型", "长度", "完工日期", "进度", "是否安全"],
        ["东桥"],
    ):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    file = tmp_path / "own.xlsx"
    file.write_bytes(buffer.getvalue())
    with pytest.raises(ProblemsError, match="its number is gone"):
        take(here, file)
    take(here, file, "--campaign", "桥梁", "--form", "附件1", "--unit", "北城")
    with here.database.read() as session:
        content = session.exec(select(FilledForm)).one().content
    assert content == {"header": {"by": "甲"}, "rows": [{"name": "东桥"}]}


def test_another_unit_in_the_header_is_asked_about(here: SampleOffice, tmp_path: Path) -> None:
    other = Filling({"by": "甲", "unit": "南城市"}, [{"name": "东桥"}])
    file = fill_in(here, exported(here, tmp_path), other)
    with pytest.raises(InputError, match="nobody can be asked"):
        take(here, file)


def test_typed_cells_are_read_as_they_are_shown(here: SampleOffice, tmp_path: Path) -> None:
    file = fill_in(here, exported(here, tmp_path), Filling({"by": "甲"}, [{"name": "东桥"}]))
    book = load_workbook(file)
    sheet = book.active
    assert sheet is not None
    sheet["E5"].value, sheet["E5"].number_format = 0.29, "0%"
    sheet["F5"].value, sheet["F5"].number_format = date(2022, 9, 30), 'yyyy"年"m"月"d"日"'
    sheet["C5"].value = 12.5
    sheet["H4"].value, sheet["H5"].value = "自用", "x"  # a column of the unit's own
    book.save(file)
    take(here, file)
    with here.database.read() as session:
        content = session.exec(select(FilledForm)).one().content
    assert content["rows"] == [{"name": "东桥", "length": 12.5, "done": 29, "day": "2022-09-30"}]


def test_a_workbook_offers_what_may_be_chosen(here: SampleOffice, tmp_path: Path) -> None:
    sheet = load_workbook(exported(here, tmp_path)).active
    assert sheet is not None
    rules = {str(one.sqref).partition(":")[0]: one for one in sheet.data_validations.dataValidation}
    assert rules["D5"].formula1 == '"梁桥,拱桥"'
    assert rules["G5"].formula1 == '"是,否"'
    assert (rules["C5"].type, rules["E5"].type, rules["F5"].type) == ("decimal", "decimal", "date")
    assert (sheet.freeze_panes, sheet.page_setup.orientation) == ("B5", "landscape")
    assert sheet.print_area.startswith("'填报表'!$A$1:$G$")


def test_an_older_month_that_comes_later_is_asked_about(here: SampleOffice, tmp_path: Path) -> None:
    here.apply(PLAN, MONTHLY, head=HEAD)
    for month, said in (("7", None), ("6", "nobody can be asked")):
        file = tmp_path / f"{month}.xlsx"
        command(here, "form", "export", "桥梁", "附件1", "--unit", "北城", "--period", month,
                "-o", str(file))  # fmt: skip
        fill_in(here, file, GOOD)
        if said is None:
            take(here, file)
        else:
            with pytest.raises(InputError, match=said):
                take(here, file)


def test_the_month_is_the_one_in_which_it_is_due(here: SampleOffice, tmp_path: Path) -> None:
    here.apply(PLAN, MONTHLY, head=HEAD)
    monthly = ["form", "export", "桥梁", "附件1", "--unit", "north", "--milestone", "monthly"]
    command(here, *monthly, "--period", "7月", "-o", str(tmp_path / "out"))
    (file,) = (tmp_path / "out").iterdir()
    assert "2022-07" in file.name
    with pytest.raises(InputError, match="is not due in 2022-05") as caught:
        command(here, *monthly, "--period", "2022-05", "-o", str(tmp_path / "out"))
    assert "2022-06, 2022-07, 2022-08" in str(caught.value.mend)
    with pytest.raises(InputError, match="is not due in 12月") as caught:
        command(here, "form", "export", "桥梁", "附件1", "--milestone", "plan",
                "--period", "12月", "-o", str(tmp_path / "out"))  # fmt: skip
    assert "due once" in str(caught.value.mend)
    with pytest.raises(InputError, match="nobody owes “附件1 12月” so"):
        command(here, "form", "export", "桥梁", "附件1", "--milestone", "nowhere",
                "--period", "12月", "-o", str(tmp_path / "out"))  # fmt: skip
