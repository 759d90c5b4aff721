"""`duban draft`: a plan as a Word file becomes a declaration that passes the check as it is, for a
person to finish: each line with its place, each doubt a question."""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from ruamel.yaml import YAML

from tests.acceptance.conftest import Duban

PERSON = ("梁某某", "13800000000")
SENTENCES = (
    ("Heading 1", "一、工作目标"),
    ("", "到2022年底，全省新建候车亭500个以上，群众满意度达到90%以上。"),
    ("Heading 1", "二、重点任务"),
    ("Heading 2", "（一）开展摸底排查"),
    ("", "5月底前，各地交通运输主管部门对辖区候车亭进行排查，形成排查报告报送省厅。"
         "（责任部门：厅运管处，省运输中心）"),
    ("Heading 2", "（二）加快建设改造"),
    ("", "8月底前，各省辖市完成不少于12个、各省直管县完成不少于8个的候车亭改造；"
         "鼓励有条件的地区建设智能候车亭。（责任部门：厅运管处，省运输中心）"),
    ("Heading 2", "（三）任务分工"),
)  # fmt: skip
AFTER_TABLE = (
    ("Heading 1", "三、工作要求"),
    ("", "各地要明确联络员，填写联络员信息表（附件1），于2022年6月10日前加盖公章后报送省厅。"
         "于每月5日前报送工作进展情况表（附件2）。所报材料均要求PDF和WORD格式。"),
    ("", f"联系人：厅运管处 {PERSON[0]} {PERSON[1]}"),
    ("", "邮箱：shelters@example.org"),
    ("", "附件：1.联络员信息表"),
    ("", "2.××市（县）候车亭建设进展情况表"),
    ("", "3.技术专家名单"),
)  # fmt: skip


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan in our own words: headings by style, a table of tasks, three attachments."""
    document: Any = Document()
    for text in ("北山省交通运输厅关于印发", "《2022年公交候车亭提升行动实施方案》的通知"):
        document.add_paragraph(text).alignment = 1
    document.add_paragraph("北交运〔2022〕31号")
    document.add_paragraph("按照《关于改善出行条件的意见》（交发〔2021〕9号）要求，制定本方案。")
    for style, text in SENTENCES:
        document.add_paragraph(text, style=style or None)
    _table(
        document,
        [("序号", "任务", "责任单位", "完成时限"),
         ("1", "制定候车亭建设标准", "厅运管处", "2022年4月底"),
         ("2", "报送年度建设计划", "各省辖市", "2022年4月20日前")],
    )  # fmt: skip
    for style, text in AFTER_TABLE:
        document.add_paragraph(text, style=style or None)
    document.add_paragraph("附件1")
    document.add_paragraph("联络员信息表")
    _table(document, [("姓名", "性别", "单位", "职务", "联系方式"), ("",) * 5, ("",) * 5])
    document.add_paragraph("附件2")
    document.add_paragraph("××市（县）候车亭建设进展情况表")
    document.add_paragraph("填报单位：          填报时间：")
    _table(
        document,
        [("序号", "项目名称", "是否开工", "完成投资（万元）", "进度（%）", "备注"),
         *(("", "", "", "", "", ""),) * 3],
    )  # fmt: skip
    document.add_paragraph("注：1.每个候车亭填一行。")
    document.add_paragraph("附件3")
    document.add_paragraph("技术专家名单")
    _table(
        document,
        [("序号", "姓名", "单位", "职务", "联系方式"),
         ("1", PERSON[0], "郑州市", "工程师", PERSON[1])],
    )  # fmt: skip
    file = tmp_path_factory.mktemp("plan") / "候车亭方案.docx"
    document.save(file)
    return file


@dataclass(frozen=True)
class Drafted:
    """A draft that `duban draft -o` wrote, and what it said."""

    file: Path
    said: str

    @property
    def text(self) -> str:
        """The draft."""
        return self.file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def drafted(plan: Path) -> Drafted:
    """The plan's draft, written once."""
    duban = Duban(plan.parent / "home", {"DUBAN_LANGUAGE": "en"}, forked=True)
    duban.set_clock("2022-05-20T10:00:00+08:00")
    file = plan.parent / "draft.yaml"
    return Drafted(file, duban.run("draft", plan, "-o", file).stderr)


def _table(document: Any, rows: list[tuple[str, ...]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def test_a_plan_becomes_a_declaration_that_passes_the_check(duban: Duban, drafted: Drafted) -> None:
    assert "duban check" in drafted.said
    assert "example province" in drafted.said
    assert "0 errors" in duban.run("check", drafted.file).stderr
    text = drafted.text
    draft = YAML(typ="safe").load(text)
    assert draft["title"] == "2022年公交候车亭提升行动"
    assert (draft["year"], draft["reference"]) == (2022, "北交运〔2022〕31号")
    assert (draft["owner"], draft["mailbox"]) == ("厅运管处", "shelters@example.org")
    duties = {one["title"]: one for one in draft["milestones"]}
    report = _one(duties, "排查")
    assert report["due"] == "5月底前"
    assert report["departments"] == ["厅运管处", "省运输中心"]
    assert report["deliverables"] == [{"name": "排查报告", "formats": ["PDF", "WORD"]}]
    goals = _one(duties, "候车亭改造")["targets"]
    assert [(one["who"], one["value"]) for one in goals] == [
        ({"levels": ["prefecture"]}, 12), ({"levels": ["county"]}, 8),
    ]  # fmt: skip
    year_end = [one for one in draft["milestones"] for one in one.get("targets", ())]
    assert {500, 90} <= {one.get("value") for one in year_end}
    assert _one(duties, "候车亭建设标准")["who"] == "省厅"
    assert _one(duties, "年度建设计划")["due"] == "2022年4月20日前"
    monthly = _one(duties, "工作进展情况表")
    assert (monthly["kind"], monthly["deliverables"][0]["form"]) == ("monthly", "附件2")
    liaison = _one(duties, "联络员信息表")["deliverables"][0]
    assert (liaison["form"], liaison["stamped"]) == ("附件1", True)
    people, progress = draft["forms"]
    assert [one["title"] for one in people["columns"]] == [
        "姓名", "性别", "单位", "职务", "联系方式",
    ]  # fmt: skip
    assert progress["title"] == "{unit}候车亭建设进展情况表"
    assert [one.get("type") for one in progress["columns"]] == [
        None, "yes_no", "number", "percent", None,
    ]  # fmt: skip
    assert progress["notes"] == ["每个候车亭填一行。"]
    assert not any("智能候车亭" in title for title in duties)
    assert "    due: 5月底前  # paragraph" in text


def _one(duties: dict[str, Any], words: str) -> Any:
    found = [one for title, one in duties.items() if words in title]
    assert len(found) == 1, (words, list(duties))
    return found[0]


def test_persons_stand_in_a_sheet_of_their_own_alone(
    duban: Duban, drafted: Drafted, plan: Path
) -> None:
    before = drafted.text
    assert not any(one in before for one in PERSON)
    sheet = drafted.file.with_name("draft.contacts.csv")
    assert f"duban contacts import {sheet}" in drafted.said
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    duban.begin()
    shown = duban.run("contacts", "import", sheet, "--dry-run")
    assert PERSON[0] in shown.stdout + shown.stderr
    again = duban.run("draft", plan, "-o", drafted.file, code=2)
    assert "is there already" in again.stderr
    assert drafted.text == before


def test_explain_shows_what_became_of_each_sentence(duban: Duban, plan: Path) -> None:
    rows = duban.json("draft", plan, "--explain")
    by_words = {one["sentence"]: one for one in rows}
    duty = next(one for text, one in by_words.items() if "形成排查报告" in text)
    assert (duty["outcome"], duty["clause"], duty["sure"]) == ("duty", "二（一）", "certain")
    assert {"duty", "head", "part"} <= {one["outcome"] for one in rows}
    assert not any(word in str(rows) for word in PERSON)


def test_what_is_no_plan_is_refused_clearly(duban: Duban, tmp_path: Path) -> None:
    missing = duban.run("draft", tmp_path / "none.docx", code=2)
    assert "cannot read" in missing.stderr
    empty = tmp_path / "empty.txt"
    empty.write_text("\n")
    assert "empty" in duban.run("draft", empty, code=2).stderr
    declaration = tmp_path / "plan.yaml"
    declaration.write_text("id: plan-2022\n")
    assert "it is a declaration" in duban.run("draft", declaration, code=2).stderr
    poem = tmp_path / "poem.txt"
    poem.write_text("床前明月光，疑是地上霜。\n", encoding="utf-8")
    draft = duban.run("draft", poem, "--year", "2022", "--id", "poem-2022")
    assert "no dated duty was found" in draft.stdout
    assert "id: poem-2022" in draft.stdout
    assert "lower-case" in duban.run("draft", poem, "--id", "Ü", code=2).stderr
