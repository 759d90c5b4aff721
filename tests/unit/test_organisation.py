"""The organisation file: names are unique, levels and parents exist, faults have a place."""

from pathlib import Path

import pytest

from config.errors import Problem, ProblemsError
from config.settings import BUNDLED_ORGANISATION
from tests.unit.helpers import ORGANISATION, organisation, place
from workflows.organisation import did_you_mean
from workflows.organisation_reading import read_organisation


def faults(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    """What is found wrong with `text` as an organisation file."""
    file = tmp_path / "organisation.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        read_organisation(file)
    for problem in caught.value.problems:
        assert problem.file.endswith("organisation.yaml")
        assert problem.line
        assert problem.column
        assert problem.message
        assert problem.mend
    return caught.value.problems


def test_the_bundled_organisation_is_sound() -> None:
    here = read_organisation(BUNDLED_ORGANISATION)
    names = ("郑州市", "济源市", "滑县", "长垣市", "郑州航空港区", "高速中心", "省厅")
    assert all(here.unit(name) for name in names)


def test_offices_are_found_by_id_name_and_alias() -> None:
    here = organisation()
    assert here.unit("zhengzhou") is here.unit("郑州市") is here.unit("郑州")
    assert here.department("transport") is here.department("运管处")
    assert here.unit("厅运管处") is None
    assert here.department("郑州市") is None


def test_units_are_listed_in_administrative_order() -> None:
    here = organisation()
    assert [unit.name for unit in here.in_order(["huaxian", "kaifeng", "hall"])] == [
        "省厅",
        "开封市",
        "滑县",
    ]
    assert here.position["hall"] < here.position["zhengzhou"] < here.position["huaxian"]


@pytest.mark.parametrize(
    ("old", "new", "field", "at", "message"),
    [
        ("id: huaxian", "id: zhengzhou", "units[3].id", "zhengzhou, name: 滑", "names both"),
        ("[开封]", "[开封, 郑州]", "units[2].aliases[1]", "郑州]", "“郑州” names both 郑州市"),
        ("id: centre", "id: transport", "departments[1].id", "transport, name: 省", "names both"),
        ("省运输中心", "运管处", "departments[1].name", "运管处, mailbox: centre", "names both"),
        ("level: county", "level: town", "units[3].level", "town", "the unknown level town"),
        (
            "parent: kaifeng",
            "parent: kaifen",
            "units[3].parent",
            "kaifen,",
            "unknown parent kaifen",
        ),
        ("parent: hall", "parent: zhengzhou", "units[1].parent", "zhengzhou\n    mail", "itself"),
        ("platforms: 29", "platforms: [2]", "units[1].attributes.platforms", "[2]", "text, a numb"),
        (
            "centre@example.org",
            "centre",
            "departments[1].mailbox",
            "centre}",
            "is not an e-mail address",
        ),
        ("supervisors:", "supervisor:", "supervisor", "supervisor:", "unknown key “supervisor”"),
    ],
)
def test_a_fault_is_shown_where_it_stands(
    tmp_path: Path, old: str, new: str, field: str, at: str, message: str
) -> None:
    text = ORGANISATION.replace(old, new, 1)
    (problem,) = faults(tmp_path, text)
    assert problem.field == field
    assert message in problem.message
    assert (problem.line, problem.column) == place(text, at)


def test_parents_in_a_circle_are_shown(tmp_path: Path) -> None:
    text = ORGANISATION.replace("level: province,", "level: province, parent: huaxian,")
    text = text.replace("aliases: [开封]", "parent: zhengzhou")
    found = faults(tmp_path, text)
    assert len(found) == 4  # each unit of the circle
    assert "hall → huaxian → kaifeng → zhengzhou → hall" in found[0].message


def test_all_faults_come_in_one_run(tmp_path: Path) -> None:
    text = ORGANISATION.replace("level: county", "level: town").replace("[开封]", "[郑州]")
    assert len(faults(tmp_path, text)) == 2


def test_a_unit_may_repeat_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "organisation.yaml"
    file.write_text(ORGANISATION.replace("[开封]", "[开封, 开封市]"), encoding="utf-8")
    assert read_organisation(file).unit("开封市") is not None


def test_hints_name_what_is_near() -> None:
    assert did_you_mean("prefectre", ["prefecture", "county"]) == "did you mean prefecture?"
    assert did_you_mean("zzz", ["prefecture", "county"]) == ""
