"""Next year's declaration: what moves, what stays, what a person is told; it passes the check."""

from pathlib import Path

import pytest

from config.errors import InputError, Severity
from config.settings import BUNDLED_CAMPAIGNS, BUNDLED_ORGANISATION
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from workflows.cloning import Clone, Sort, clone_text, date_remarks
from workflows.declaration import Declaration
from workflows.loading import check_source, declaration_files
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.yaml_source import parse_yaml

FULL = """\
# What was asked for in 2024.
id: bridges-2024  # the same in each year
title: "2024年桥梁隐患排查"
year: 2024
reference: 豫交〔2024〕15号
issued: 2024-05-20
owner: 公路处
mailbox: bridges@example.org
stages:
  - {id: first, title: 摸排, start: 2024-05-20, end: 2月29日前}
milestones:
  - id: plan-2024
    title: 按《2024年工作要点》报送2024年方案
    due: 2024-02-29
    who: [北城市]
    clause: 二（一）
    note: 见2024年3月通知。
  - id: later
    title: 报送总结
    due: 5 working days after plan-2024
    after: [plan-2024]
    who: [北城市]
    clause: 二（二）
  - id: numbers
    title: 完成改造
    due: 2024年10月2日前
    who: [北城市]
    clause: 三
    targets:
      - id: repaired
        title: 达到2023年的两倍
        unit_of_measure: 座
        baseline: {times: 2, attribute: repaired_2023}
        curve: [{by: 2024-06-30, value: 1}]
  - id: report
    title: 月报
    kind: monthly
    due: 每月5日前
    first: 2024-11
    last: 2025-01
    covers: previous
    who: [北城市]
    clause: 四
"""


def declared(organisation: Organisation, text: str) -> Declaration:
    checked = check_source(Path("x.yaml"), parse_yaml(text, "x.yaml"), organisation)
    assert checked.declaration is not None, checked.problems
    return checked.declaration


def cloned(organisation: Organisation, year: int = 2026, new_id: str = "") -> Clone:
    return clone_text(FULL, declared(organisation, FULL), year, new_id)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    office = SampleOffice(tmp_path_factory.mktemp("clone"))
    office.close()
    return office.organisation


def test_dates_titles_and_ids_move_and_the_layout_stays(organisation: Organisation) -> None:
    new = cloned(organisation).text
    assert new.splitlines()[1:8] == [
        "id: bridges-2026  # the same in each year",
        'title: "2026年桥梁隐患排查"',
        "year: 2026",
        "# reference: 豫交〔2024〕15号",
        "issued: 2026-05-20",
        "owner: 公路处",
        "mailbox: bridges@example.org",
    ]
    plan = declared(organisation, new)
    assert [one.id for one in plan.milestones] == ["plan-2026", "later", "numbers", "report"]
    assert plan.milestones[0].title == "按《2024年工作要点》报送2026年方案"
    assert plan.milestones[0].due == "2026-02-28" and plan.stages[0].end == "2月28日前"
    assert plan.milestones[1].due == "5 working days after plan-2026"
    assert plan.milestones[2].due == "2026年10月2日前"
    assert plan.milestones[2].targets[0].title == "达到2025年的两倍"
    assert plan.milestones[2].targets[0].curve[0].by == "2026-06-30"
    assert (plan.milestones[3].first, plan.milestones[3].last) == ("2026-11", "2027-01")


def test_what_cannot_be_moved_is_told_with_its_line(organisation: Organisation) -> None:
    made = cloned(organisation)
    told = {(one.sort, one.line) for one in made.remarks}
    assert told == {
        (Sort.TEXT, 1), (Sort.REFERENCE, 5), (Sort.MOVED_ISSUE, 6), (Sort.LEAP_DAY, 10),
        (Sort.DOCUMENT, 13), (Sort.LEAP_DAY, 14), (Sort.TEXT, 17), (Sort.ATTRIBUTE, 33),
    }  # fmt: skip
    dates = list(date_remarks(declared(organisation, made.text)))
    assert [one.words for one in dates if one.field == "milestones[2].due"] == [
        "完成改造: 2026-10-02 is a day off (National Day); the working day before: 2026-09-30"
    ]
    # Saturday 28 February 2026 is worked, by the notice of that year.
    assert "milestones[0].due" not in {one.field for one in dates}


def test_a_leap_day_comes_back_only_by_hand(organisation: Organisation) -> None:
    made = cloned(organisation, 2028)
    plan = declared(organisation, made.text)
    assert plan.milestones[0].due == "2028-02-29"
    assert Sort.PROVISIONAL in {one.sort for one in date_remarks(plan)}


def test_a_day_of_issue_is_told_as_it_became(organisation: Organisation) -> None:
    text = FULL.replace("issued: 2024-05-20", "issued: 2024-02-29")
    made = clone_text(text, declared(organisation, text), 2026)
    told = [one.words for one in made.remarks if one.sort is Sort.MOVED_ISSUE]
    assert told == ["the day of issue moves with the rest to 2026-02-28: is that right?"]


def test_another_id_and_the_same_year(organisation: Organisation) -> None:
    assert declared(organisation, cloned(organisation, 2026, "again").text).id == "again"
    with pytest.raises(InputError, match="is of 2024 already"):
        cloned(organisation, 2024)


def test_a_campaign_without_a_file_is_cloned_from_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "other.yaml").write_text(FULL, encoding="utf-8")
    office = SampleOffice(tmp_path, campaigns_dir=tmp_path / "mine")
    office.apply(PLAN, MONTHLY)
    file = tmp_path / "new.yaml"
    command(office, "campaign", "clone", "桥梁", "--year", "2023", "-o", str(file))
    assert "from the record" in capsys.readouterr().err
    text = file.read_text(encoding="utf-8")
    checked = check_source(file, parse_yaml(text, "new.yaml"), office.organisation)
    assert [one for one in checked.problems if one.severity is Severity.ERROR] == []
    assert checked.declaration is not None and checked.declaration.id == "bridges-2023"
    with pytest.raises(InputError, match="is there already"):
        command(office, "campaign", "clone", "桥梁", "--year", "2023", "-o", str(file))
    command(office, "campaign", "clone", "bridges-2024", "--year", "2026")
    assert "# the same in each year" in capsys.readouterr().out
    office.close()


def test_every_bundled_campaign_can_be_cloned() -> None:
    here = read_organisation(BUNDLED_ORGANISATION)
    for file in declaration_files(BUNDLED_CAMPAIGNS):
        text = file.read_text(encoding="utf-8")
        made = clone_text(text, declared(here, text), 2024)
        assert declared(here, made.text).year == 2024
        assert len(made.text.splitlines()) == len(text.splitlines())
