"""Assignments, units and campaigns by the names people use."""

import pytest

from config.errors import InputError
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN
from workflows.handing_in import name_of
from workflows.naming import find_campaign, find_unit


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    """Two campaigns, one with a single and a monthly duty."""
    office.apply(PLAN, MONTHLY)
    tunnels = CAMPAIGN.replace("bridges", "tunnels").replace("桥梁", "隧道")
    office.apply(PLAN, PLAN.replace("id: plan", "id: plan-review"), head=tunnels)
    return office


@pytest.mark.parametrize(
    "name",
    [
        PLAN_KEY,
        "桥梁隐患排查/报送排查方案/北城市",
        "bridges/方案/北城",
        "桥梁/plan/北城市交通局",
        " BRIDGES-2022 / Plan / 北城市 ",
        "桥梁/方案/北",
    ],
)
def test_by_id_name_alias_and_part(applied: SampleOffice, name: str) -> None:
    assert name_of(applied.assignment(name)) == PLAN_KEY


@pytest.mark.parametrize("period", ["2022-07", "07", "7"])
def test_a_month_of_a_monthly_duty(applied: SampleOffice, period: str) -> None:
    found = applied.assignment(f"bridges/月报/山县/{period}")
    assert name_of(found) == "bridges-2022/monthly/hill/2022-07"


def test_an_exact_id_goes_before_a_part(applied: SampleOffice) -> None:
    """`plan` is a part of `plan-review` as well."""
    assert applied.assignment("tunnels/plan/北城市").milestone_id == "plan"


@pytest.mark.parametrize(
    ("name", "message", "mend"),
    [
        ("2022/plan/北城", "could be more than one campaign", "write one of: 桥梁隐患排查, 隧道"),
        ("bridges/报送/北城", "could be more than one milestone", "报送排查方案, 报送进展月报"),
        ("bridges/plan/市", "could be more than one unit", "write one of: 北城市, 南城市"),
        ("bridges/plan/北诚市", "unknown unit “北诚市”", "did you mean 北城市"),
        ("bridges/plam/北城", "unknown milestone “plam”", "did you mean plan?"),
        ("bridges/plan/", "unknown unit “”", "known are: 北城市, 南城市, 山县, 省局"),
        ("bridges/plan/山县", "山县 does not owe “plan”", "it is owed by: 北城市"),
        ("bridges/monthly/山县", "is due in several months", "add one of: /2022-06, /2022-07"),
        ("bridges/monthly/山县/2022-12", "is not due in 2022-12", "add one of: /2022-06"),
        ("bridges/plan/北城/6", "has no periods", "leave “/6” away"),
        ("plan", "is not the name of an assignment", "write campaign/milestone/unit"),
        ("a/b/c/d/e", "is not the name of an assignment", "write campaign/milestone/unit"),
    ],
)
def test_a_miss_says_what_could_be_meant(
    applied: SampleOffice, name: str, message: str, mend: str
) -> None:
    with pytest.raises(InputError) as caught:
        applied.assignment(name)
    assert message in caught.value.message
    assert mend in caught.value.mend


def test_a_month_that_comes_twice_is_not_guessed(office: SampleOffice) -> None:
    longer = MONTHLY.replace("last: 2022-08", "last: 2023-07")
    office.apply(longer)
    with pytest.raises(InputError, match="is due in several months") as caught:
        office.assignment("bridges/monthly/山县/7")
    assert "/2022-07, /2023-07" in caught.value.mend
    assert office.assignment("bridges/monthly/山县/12").period == "2022-12"


def test_units_and_campaigns_by_themselves(applied: SampleOffice) -> None:
    with applied.database.read() as session:
        assert find_unit(session, "山县交通局").id == "hill"
        assert find_campaign(session, "隧道") == "tunnels-2022"
        with pytest.raises(InputError, match="unknown campaign"):
            find_campaign(session, "铁路")
