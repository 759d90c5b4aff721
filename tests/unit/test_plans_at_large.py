"""Plans of other kinds and levels: lists of tasks that are all of a plan, ministries, brackets.
General official words; the places of the province do not exist."""

import pytest

from benchmarks.draft import PLANS
from tests.support.plan_texts import as_document
from workflows.drafting.duties import DutiesRead, read_duties
from workflows.drafting.outline import outline
from workflows.organisation import Organisation, read_organisation
from workflows.selectors import Selector, select


@pytest.fixture(scope="module")
def province() -> Organisation:
    return read_organisation(PLANS / "organisation.yaml")


def read(organisation: Organisation, *lines: str) -> DutiesRead:
    return read_duties(outline(as_document("\n".join(lines))), organisation, year=2025)


def owed(read: DutiesRead, organisation: Organisation) -> list[tuple[str, set[str]]]:
    """Each duty's date and the names of who owes it."""
    groups = {key: Selector.model_validate(one.value) for key, one in read.groups.items()}
    return [
        (
            one.due.value,
            {
                unit.name
                for unit in select(Selector.model_validate(one.who.value), organisation, groups)
            },
        )
        for one in read.duties
    ]


def of_levels(organisation: Organisation, *levels: str) -> set[str]:
    return {one.name for one in organisation.units if one.level in levels}


def test_a_list_of_tasks_that_is_all_of_a_plan(province: Organisation) -> None:
    plan = read(
        province,
        "2025年重点任务清单",
        "|序号|重点任务|责任单位|完成时限|",
        "|1|完成隐患摸排|各市州、省直管县水利局|3月31日前|",
        "|2|全省完成改造300公里以上|各地水行政主管部门|10月底前|",
        "|3|开展联合审查|各市州水利局（临江市除外）|第二季度末|",
        "|4|更新治理台账|各市州水利局|4月至11月，每月28日前|",
        "注：1.首列单位为牵头单位。",
        "2.本清单按年度更新。",
    )

    local = of_levels(province, "prefecture", "county")
    cities = of_levels(province, "prefecture")
    assert owed(plan, province) == [
        ("3月31日前", local),
        ("10月底前", local),
        ("第二季度末", cities - {"临江市"}),
        ("每月28日前", cities),
    ]
    last = plan.duties[-1]
    assert last.first is not None and last.last is not None
    assert (last.first.value, last.last.value) == ("2025-04", "2025-11")
