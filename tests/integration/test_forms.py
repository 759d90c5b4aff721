"""Each form of the plans goes out, is filled in by somebody, and comes in as it was filled in."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document
from sqlmodel import col, select

from tests.support.forms import (
    FORMS,
    Filling,
    assert_kept,
    fill,
    filling_of,
    number_of,
    office_of_plans,
    owed_by,
    written,
)
from tests.support.moments import at
from workflows.database import Database
from workflows.forms.export import FormFormat, write_form
from workflows.forms.owed import owed_forms
from workflows.forms.reading import Asked, read_filled, read_lines
from workflows.forms.taking import Judged, Taken, judge, take_form
from workflows.handing_in import Deed
from workflows.tables import FilledForm, Progress


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """All five plans, applied; tests that record do it for units of their own."""
    database = office_of_plans(tmp_path_factory.mktemp("plans") / "duban.db")
    yield database
    database.close()


def judged(plans: Database, content: bytes, name: str, when: str = "2022-06-03 10:00") -> Judged:
    with plans.read() as session:
        filled = read_filled(session, content, name)
        return judge(session, filled, Deed("tester", at(when), at(when)))


def taken(
    plans: Database, content: bytes, when: str = "2022-06-03 10:00", *, hand_in: bool = False
) -> Taken:
    with plans.write() as session:
        filled = read_filled(session, content, "a")
        deed = Deed("tester", at(when), at(when))
        return take_form(session, judge(session, filled, deed), deed, hand_in=hand_in)


@pytest.mark.parametrize("form_format", list(FormFormat))
@pytest.mark.parametrize(("campaign", "form", "unit"), FORMS)
def test_each_form_comes_in_as_it_was_filled_in(
    plans: Database, campaign: str, form: str, unit: str, form_format: FormFormat
) -> None:
    owed = owed_by(plans, campaign, form, unit)
    name, empty = write_form(owed, form_format)
    assert name.startswith(owed.unit.name)
    filling = filling_of(owed)
    filled = judged(plans, fill(owed, empty, form_format, filling), name).filled
    assert_kept(filled, owed, filling)


def recorded(plans: Database, campaign: str, unit: str) -> list[tuple[str, float | None, str]]:
    with plans.read() as session:
        rows = session.exec(
            select(Progress)
            .where(Progress.campaign_id == campaign, Progress.unit_id == unit)
            .order_by(col(Progress.id))
        ).all()
    return [(row.target_id, row.value, f"{row.day} {row.origin}") for row in rows]


def test_the_figures_of_a_grid_are_recorded_and_a_second_form_corrects(plans: Database) -> None:
    owed = owed_by(plans, "elderly-travel-2022", "附件2", "luoyang", "6")
    _name, empty = write_form(owed, FormFormat.XLSX)
    progress = {("progress", one.id): written(owed.form.rows[0].cells[one.id])
                for one in owed.columns}  # fmt: skip

    def filled(**cells: str) -> bytes:
        own = {("progress", key): text for key, text in cells.items()}
        return fill(owed, empty, FormFormat.XLSX, Filling(cells={**progress, **own}))

    first = taken(
        plans, filled(stops="已改造站台。累计完成４个公共汽电车站台适老化改造。"), hand_in=True
    )
    assert first.filled is not None and first.event is not None
    found = dict(one[:2] for one in recorded(plans, "elderly-travel-2022", "luoyang"))
    assert found["stops-cities"] == 4
    assert found["lines-cities"] == number_of("lines")
    # One number of two targets, one of which has its whole beside it.
    assert found["metro-stations"] == found["metro-station-share"] == number_of("metro-stations")
    days = {one[2] for one in recorded(plans, "elderly-travel-2022", "luoyang")}
    assert days == {"2022-06-03 form:monthly-progress"}
    with plans.read() as session:
        assignment = owed_forms(
            session, "elderly-travel-2022", "附件2", unit_id="luoyang", period="2022-06"
        )[0].assignment
        assert assignment.missing == ["工作进展情况表（盖章件）"]

    again = taken(plans, filled(stops="累计完成4个公共汽电车站台适老化改造。"), hand_in=True)
    assert again.filled is not None  # its words are others
    assert (again.event, list(again.figures)) == (None, [])
    same = taken(plans, filled(stops="累计完成4个公共汽电车站台适老化改造。"))
    assert (same.filled, list(same.figures)) == (None, [])
    mended = taken(plans, filled(stops="累计完成5个公共汽电车站台适老化改造。"))
    assert [(one.value, one.corrects is not None) for one in mended.figures] == [(5, True)]
    with plans.read() as session:
        kept_forms = session.exec(
            select(FilledForm.id).where(FilledForm.assignment_id == owed.assignment.id)
        ).all()
    assert len(kept_forms) == 3


def test_figures_are_worked_out_from_the_rows_of_a_list(plans: Database) -> None:
    owed = owed_by(plans, "drivers-home-2022", "附件", "kaifeng", "2022-06")
    _name, empty = write_form(owed, FormFormat.DOCX)
    rows: list[dict[str, Any]] = [
        {"name": "甲", "type": "加油站", "progress": "100%"},
        {"name": "乙", "type": "加油站型", "progress": "99.5"},
        {"name": "丙", "type": "物流园区型", "progress": "30"},
        {"name": "丁", "type": "加油站型", "progress": 100},
    ]
    taken(plans, fill(owed, empty, FormFormat.DOCX, Filling(rows=rows)))
    found = recorded(plans, "drivers-home-2022", "kaifeng")
    assert [one[:2] for one in found] == [("new-homes-cities", 2), ("new-homes-cities", 0)]


def test_an_open_blank_is_no_figure_and_said_with_its_cell(plans: Database) -> None:
    owed = owed_by(plans, "elderly-travel-2022", "附件2", "zhengzhou", "6")
    name, empty = write_form(owed, FormFormat.XLSX)
    cells = {("progress", one.id): written(owed.form.rows[0].cells[one.id])
             for one in owed.columns}  # fmt: skip
    cells["progress", "lines"] = "累计打造敬老爱老城市公共汽电车线路＿＿＿条，正在准备。"
    cells["progress", "buses"] = "正在招标。"
    found = judged(plans, fill(owed, empty, FormFormat.XLSX, Filling(cells=cells)), name)
    assert "lines" not in found.filled.content["blanks"]
    assert not any("线路" in one.report.view.target.title for one in found.figures)
    said = "\n".join(found.filled.remarks)
    assert "(C5): not filled in: 累计打造敬老爱老城市公共汽电车线路…条" in said
    assert "(D5): not found: 累计新购置低地板及低入口城市公交车辆…辆" in said
    assert "(C8): not filled in: 计划打造敬老爱老城市公共汽电车线路…条" in said, "as it was sent"


def test_the_metro_column_goes_to_the_two_cities_that_have_one(plans: Database) -> None:
    with plans.read() as session:
        owed = owed_forms(session, "elderly-travel-2022", "附件2", period="2022-06")
    assert len(owed) == 28
    metro = [one.unit.name for one in owed if "metro" in {field.id for field in one.columns}]
    assert metro == ["郑州市", "洛阳市"]
    assert owed[0].title == "郑州市5月适老化交通出行服务工作进展情况表"


def test_no_column_for_others_is_written(plans: Database) -> None:
    owed = owed_by(plans, "elderly-travel-2022", "附件2", "kaifeng")
    for form_format in FormFormat:
        _name, content = write_form(owed, form_format)
        lines, identity = read_lines(content, "a")
        assert identity == owed.identity
        assert not any("渡板" in cell for line in lines for cell in line.cells)


def test_the_plan_s_own_attachment_is_read_too(plans: Database) -> None:
    """Some fill in the table that came with the plan: shorter headings, and no number."""
    headings = "序号 省辖市名称 县区名称 单位名称 分管工作负责人 职务 联系电话（手机号码） "
    headings += "具体工作联系人 职务 联系电话（手机号码） 备注"
    line = ["1", "郑州市", "市本级", "市交通局", "甲", "副局长", "0371-1", "乙", "科长", "0371-2"]
    content = own_table(headings.split(), [*line, ""])
    with plans.read() as session:
        asked = Asked("e-certificates-2022", "附件3", "郑州市")
        (row,) = read_filled(session, content, "a.docx", asked).content["rows"]
    assert list(row.values()) == line[1:]
    assert (row["lead-position"], row["contact-phone"]) == ("副局长", "0371-2")


def test_numbers_are_found_in_the_words_of_the_plan_s_note(plans: Database) -> None:
    owed = owed_by(plans, "elderly-travel-2022", "附件2", "kaifeng", "2022-06")
    said = ["工作进展情况",
            "自本方案实施起至6月3日，累计设置出租车临时停靠点12个；督促网约车平台增设“一键叫车”多3家。",
            "打造敬老爱老城市公共汽电车线路2条", "新购置低地板及低入口城市公交车辆30辆",
            "完成7个公共汽电车站台适老化改造"]  # fmt: skip
    others = [[row.title, "", "", "", ""] for row in owed.form.rows[1:]]
    content = own_table(["", *(one.title for one in owed.columns)], said, *others)
    with plans.read() as session:
        asked = Asked("elderly-travel-2022", "附件2", "开封市", "2022-06")
        filled = read_filled(session, content, "a.docx", asked)
    numbers = {"taxi-stops": 12, "platforms": 3, "lines": 2, "buses": 30, "stops": 7}
    assert filled.content["blanks"] == numbers


def own_table(*lines: list[str]) -> bytes:
    """A Word file with a table, as a person makes one."""
    document = Document()
    document.add_paragraph("填报单位（盖章）：市交通局      填报人：甲      填报时间：2022年6月3日")
    table = document.add_table(len(lines), len(lines[0]))
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            table.cell(row, column).text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
