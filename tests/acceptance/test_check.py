"""`duban check`: every mistake with file, line, column, field and mend, all in one run."""

from pathlib import Path

from tests.acceptance.conftest import Duban

BROKEN = """\
id: broken-2022
title: 有错的声明
year: 2022
owner: 厅运管处
mailbox: campaign@example.org
milestones:
  - id: one
    title: 不可能的日期
    due: 2月30日前
    who: 郑州市
    clause: 一
  - id: two
    title: 未知单位
    due: 5月底前
    who: 郑洲市
    clause: 一
  - id: two
    title: 重复编号
    due: 6月底前
    start: 7月1日
    who: 郑州市
    colour: red
    clause: 一
  - id: four
    title: 循环
    due: 6月底前
    who: 郑州市
    after: [five]
    clause: 一
  - id: five
    title: 循环
    due: 6月底前
    who: {levels: [prefecture], where: licensed_ride_hailing_platforms > 1000}
    after: [four]
    clause: 一
"""


def test_all_mistakes_of_a_file_in_one_run(duban: Duban, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    done = duban.run("check", file, code=2)
    lines = done.stderr.splitlines()
    for place in (
        ":9:10: milestones[0].due",  # an impossible date
        ":15:10: milestones[1].who",  # an unknown unit
        ":22:5: milestones[2].colour",  # an unknown key
        ":28:13: milestones[3].after",  # a circle
        ":33:10: milestones[4].who",  # selects nobody
    ):
        number = next((n for n, line in enumerate(lines) if place in line), None)
        assert number is not None, f"{place} not in\n{done.stderr}"
        assert lines[number].startswith("error: broken.yaml:")
        assert lines[number + 1].strip().startswith("→"), "each says how to mend it"


def test_the_bundled_declarations_have_warnings_alone(duban: Duban) -> None:
    done = duban.run("check")
    assert "5 declarations checked: 0 errors" in done.stderr
    # docs/readings-2022.md: awkward orders are kept as written and warned about.
    assert "before its predecessor" in done.stderr


def test_a_missing_file_is_named(duban: Duban) -> None:
    done = duban.run("check", "nowhere.yaml", code=2)
    assert "nowhere.yaml" in done.stderr
    assert "→" in done.stderr
