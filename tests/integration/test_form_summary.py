"""What all units wrote into a form, together; and who has not handed it in."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.bridge_form import GOOD, HEAD, PLAN, exported, fill_in, take
from tests.support.command_line import command
from tests.support.forms import Filling, fill
from tests.support.moments import at
from tests.support.office import SampleOffice
from workflows.forms.export import FormFormat
from workflows.forms.owed import owed_forms
from workflows.forms.summary import Summary, summarise

GRID = """\
forms:
  - id: state
    title: '{unit}{month}进展表'
    attachment: 附件3
    shape: grid
    columns: [{id: a, title: 桥梁}, {id: b, title: 隧道}]
    rows:
      - {id: done, title: 进展, cells: {a: '累计加固{bridges}座，更换灯具{lamps}盏。'}}
      - {id: wishes, title: 建议, merged: true}
    blanks: {bridges: {}, lamps: {}}
milestones:
"""
MONTHLY = """\
  - id: monthly
    title: 报送进展月报
    kind: monthly
    due: 每月20日前
    first: 2022-06
    last: 2022-08
    covers: previous
    who: {levels: [city, county]}
    departments: [安全处]
    deliverables: [{name: 月报, form: 附件3}]
    clause: 二（二）
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path / "office", "2022-06-01 10:00")
    yield office
    office.close()


def summary(
    here: SampleOffice, form: str, when: str, period: str = "", *, past: bool = False
) -> Summary:
    with here.database.read() as session:
        return summarise(session, "bridges-2022", form, period, at(when), as_of_past=past)


def test_the_lines_of_all_units_and_who_is_missing(here: SampleOffice, tmp_path: Path) -> None:
    here.apply(PLAN, head=HEAD)
    take(here, fill_in(here, exported(here, tmp_path), GOOD))
    found = summary(here, "附件1", "2022-06-02 10:00")
    assert [(one.unit, one.values[0]) for one in found.lines] == [
        ("北城市", "东桥"), ("北城市", "西桥"),
    ]  # fmt: skip
    assert (found.units, found.missing) == (("北城市",), ("南城市",))
    out = tmp_path / "all.xlsx"
    command(here, "form", "summary", "桥梁", "附件1", "-o", str(out))
    sheet = load_workbook(out).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("unit", "桥名", "长度（米）", "类型", "进度", "完工日期", "是否安全")
    assert rows[1][:5] == ("北城市", "东桥", 12.5, "拱桥", 1)
    assert sheet["A2"].value == "报送排查方案: 1 of 2 units; not handed in: 南城市"
    # A nil report, a hand-in on paper, and what was waived are told apart.
    here.act("submit", "bridges-2022/plan/south", nil=True)
    assert summary(here, "附件1", "2022-06-03 10:00").nil == ("南城市",)
    here.act("undo", "bridges-2022/plan/south", here.events()[-1])
    here.act("submit", "bridges-2022/plan/south")
    assert summary(here, "附件1", "2022-06-03 10:00").without_form == ("南城市",)


def test_the_figures_of_a_grid_add_up(here: SampleOffice, tmp_path: Path) -> None:
    here.apply(MONTHLY, head=HEAD.partition("forms:")[0] + GRID)
    # The month that was due last, and before the first one the first.
    assert summary(here, "附件3", "2022-07-25 10:00").period == "2022-07"
    assert summary(here, "附件3", "2022-06-02 10:00").title == "5月进展表"
    here.at("2022-06-10 10:00")
    for unit, number in (("north", "3"), ("south", "４")):
        folder = tmp_path / "out"
        command(here, "form", "export", "桥梁", "附件3", "--unit", unit, "-o", str(folder))
        file = next(folder.glob("*.xlsx"))
        text = f"累计加固{number}座，更换灯具＿＿＿盏。"
        with here.database.read() as session:
            owed = owed_forms(session, "bridges-2022", "附件3", unit_id=unit, period="6")[0]
        cells = {("done", "a"): text, ("wishes", "all"): "无"}
        file.write_bytes(fill(owed, file.read_bytes(), FormFormat.XLSX, Filling(cells=cells)))
        take(here, file)
        file.unlink()
    found = summary(here, "附件3", "2022-06-25 10:00")
    bridges, lamps = found.figures
    assert (bridges.by_unit, bridges.total) == ((Decimal(3), Decimal(4)), Decimal(7))
    assert lamps.by_unit == (None, None)  # not reported, and no zeros
    assert found.missing == ("山县",)
    out = tmp_path / "all.xlsx"
    command(here, "form", "summary", "桥梁", "附件3", "--period", "6", "-o", str(out))
    values = [[cell.value for cell in row] for row in load_workbook(out)["Figures"].iter_rows(3)]
    assert values[1:] == [["北城市", 3, None], ["南城市", 4, None], ["total", 7, 0]]
    # As of a past day by what had been recorded, whenever it is asked.
    before = summary(here, "附件3", "2022-06-09 10:00", "2022-06", past=True)
    assert (before.units, before.missing) == ((), ("北城市", "南城市", "山县"))


def test_what_a_unit_wrote_is_shown(
    here: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here.apply(PLAN, head=HEAD)
    take(here, fill_in(here, exported(here, tmp_path), GOOD))
    capsys.readouterr()
    command(here, "form", "show", "桥梁", "附件1", "--unit", "北城")
    said = capsys.readouterr().out
    assert "填报人：某人" in said
    assert "100%" in said
    command(here, "form", "list", "--format", "json")
    assert '"come": 1' in capsys.readouterr().out
