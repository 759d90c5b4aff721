"""Selectors: who owes it, by name, level and attribute, with union and difference."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.helpers import organisation
from workflows.selectors import Selector, SelectorError, select

HERE = organisation()
ALL = [unit.id for unit in HERE.units]
GROUPS = {
    "cities": {"levels": ["prefecture"]},
    "local": ["cities", "滑县"],
    "outside-the-capital": {"units": ["local"], "except": "郑州"},
}


def picked(selector: Any, groups: Mapping[str, Any] = GROUPS) -> list[str]:
    """The ids that `selector` picks, written as in a declaration."""
    parsed = {name: Selector.model_validate(one) for name, one in groups.items()}
    return [unit.id for unit in select(Selector.model_validate(selector), HERE, parsed)]


def refused(selector: Any, groups: Mapping[str, Any] = GROUPS) -> SelectorError:
    """The error that picking raises."""
    with pytest.raises(SelectorError) as caught:
        picked(selector, groups)
    return caught.value


@pytest.mark.parametrize(
    ("selector", "units"),
    [
        ("郑州市", ["zhengzhou"]),
        ("郑州", ["zhengzhou"]),  # alias
        ("zhengzhou", ["zhengzhou"]),  # id
        (["滑县", "郑州市"], ["zhengzhou", "huaxian"]),  # administrative order
        (["郑州市", "郑州"], ["zhengzhou"]),  # nobody twice
        ({"levels": ["prefecture", "county"]}, ["zhengzhou", "kaifeng", "huaxian"]),
        ({"where": "platforms > 0"}, ["zhengzhou"]),
        ({"where": "platforms >= 0"}, ["zhengzhou", "kaifeng"]),
        ({"where": "platforms != 29"}, ["kaifeng"]),  # who has no such fact is not meant
        ({"where": "metro == true"}, ["zhengzhou"]),
        ({"where": "zone == 'east'"}, ["kaifeng"]),
        ({"levels": ["prefecture"], "where": "platforms <= 5"}, ["kaifeng"]),  # both narrow
        ({"levels": ["county"], "units": ["郑州市"]}, []),
        ({"union": ["滑县", {"where": "metro == true"}]}, ["zhengzhou", "huaxian"]),
        ({"levels": ["prefecture"], "except": ["开封"]}, ["zhengzhou"]),
        ("cities", ["zhengzhou", "kaifeng"]),
        ("local", ["zhengzhou", "kaifeng", "huaxian"]),
        ("outside-the-capital", ["kaifeng", "huaxian"]),
        ({"units": ["local"], "except": {"levels": ["county"]}}, ["zhengzhou", "kaifeng"]),
    ],
)
def test_who_is_meant(selector: Any, units: list[str]) -> None:
    assert picked(selector) == units


@pytest.mark.parametrize(
    ("selector", "message", "mend"),
    [
        ("郑州县", "unknown unit or group “郑州县”", "did you mean 郑州"),
        ("citties", "unknown unit or group “citties”", "did you mean cities?"),
        ("Atlantis", "unknown unit or group “Atlantis”", "see the organisation file"),
        ({"levels": ["prefectures"]}, "unknown level “prefectures”", "did you mean prefecture"),
        ({"levels": ["x"]}, "unknown level “x”", "the levels are province, prefecture, county"),
        ({"where": "platform > 0"}, "no unit has the attribute “platform”", "did you mean platfor"),
        ({"where": "qq > 0"}, "no unit has the attribute “qq”", "are metro, platforms, zone"),
        ({"where": "zone > 3"}, "“zone” of 开封市 is east and cannot be compared", "compare"),
        ({"union": ["郑州市", "nowhere"]}, "unknown unit or group “nowhere”", ""),
        ({"levels": ["county"], "except": "nowhere"}, "unknown unit or group “nowhere”", ""),
    ],
)
def test_what_does_not_exist_is_named_with_a_hint(selector: Any, message: str, mend: str) -> None:
    error = refused(selector)
    assert message in str(error)
    assert mend in error.mend


def test_a_fault_inside_a_group_names_the_group() -> None:
    error = refused("outer", {"outer": ["inner"], "inner": ["nowhere"]})
    assert error.group == "inner"
    assert refused("nowhere").group == ""


@pytest.mark.parametrize(
    "groups",
    [
        {"a": ["a"]},
        {"a": ["b"], "b": ["c"], "c": ["a"]},
        {"a": {"levels": ["county"], "except": "b"}, "b": {"union": ["a"]}},
    ],
)
def test_groups_in_a_circle_are_refused_and_shown(groups: Mapping[str, Any]) -> None:
    error = refused("a", groups)
    assert "contains itself" in str(error)
    assert "a → " in error.mend


def test_groups_too_deep_in_each_other_are_refused() -> None:
    chain = {f"g{n}": [f"g{n + 1}"] for n in range(2000)}
    assert "too many groups" in str(refused("g0", chain))


@pytest.mark.parametrize(
    "selector",
    [{}, {"except": "郑州市"}, {"where": "platforms"}, {"where": "> 3"}, {"who": "x"}, 5, [5]],
)
def test_a_selector_that_says_nothing_is_refused(selector: Any) -> None:
    with pytest.raises(ValidationError):
        Selector.model_validate(selector)


@given(st.lists(st.sampled_from(ALL)), st.lists(st.sampled_from(ALL)))
def test_union_and_difference_are_those_of_sets(some: list[str], others: list[str]) -> None:
    union = picked({"union": [some, others]})
    difference = picked({"units": some, "except": others})
    assert union == [unit for unit in ALL if unit in {*some, *others}]
    assert difference == [unit for unit in ALL if unit in some and unit not in others]


def test_groups_that_name_each_other_twice_take_no_longer() -> None:
    # Worked out each time they are named, these would be 2^19 groups.
    doubled = {f"g{n}": [f"g{n + 1}"] * 2 for n in range(18)} | {"g18": ["郑州市"]}
    assert picked("g0", doubled) == ["zhengzhou"]
    united = {f"g{n}": {"union": [f"g{n + 1}"] * 2} for n in range(18)} | {"g18": ["郑州市"]}
    assert picked({"levels": ["prefecture"], "except": "g0"}, united) == ["kaifeng"]
