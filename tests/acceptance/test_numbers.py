"""The five plans' numbers compile to exactly what a reading of the plans for numbers found: whom
each binds, how much by when, whether it must be or is striven for, and what adds up to it."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from config.settings import BUNDLED_ORGANISATION
from tests.acceptance.test_plan import CITIES, GROUPS
from workflows.loading import declaration_files, load_declarations
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.tables import TargetRow
from workflows.targets.compiled import compile_targets
from workflows.targets.declared import Binding, Measure, Need, Scope, Target

NUMBERS = Path(__file__).with_name("numbers_2022.csv")
CAMPAIGNS = BUNDLED_ORGANISATION.parent / "campaigns"
UNITS = {**GROUPS, "18": CITIES, "19": [*CITIES, "郑州航空港区"], "province": []}
Number = tuple[str, frozenset[str], str, str, str, str, str]


def named(text: str) -> frozenset[str]:
    return frozenset(UNITS[text] if text in UNITS else text.split("；"))


def told_of(reporters: frozenset[str]) -> str:
    return "；".join(sorted(reporters))


def expected() -> Iterator[Number]:
    with NUMBERS.open(encoding="utf-8", newline="") as stream:
        for one in csv.DictReader(stream):
            added = one["added_up_from"]
            yield (
                one["campaign"], named(one["bound"]), one["value"], one["unit_of_measure"],
                one["date"], one["binding"],
                added if added in {"", "sum"} else told_of(named(added)),
            )  # fmt: skip


def found(row: TargetRow, here: Organisation) -> Iterator[Number]:
    target = Target.model_validate(row.declared)
    names = {one.id: one.name for one in here.units}
    added = ""
    if target.scope is Scope.PROVINCE:
        added = "sum" if target.sum_of else told_of(frozenset(names[one] for one in row.reporters))
    for day, value in row.points:
        assert date.fromisoformat(day).year == 2022
        yield (
            row.campaign_id, frozenset(names[one] for one in row.units), said(target, value),
            target.unit_of_measure, day, target.binding.value, added,
        )  # fmt: skip


def said(target: Target, value: float | None) -> str:
    if target.measure is Measure.YES_NO:
        return "yes"
    if target.measure is Measure.ALL:
        return f"all of {target.of}" if target.of else "all"
    if target.categories:
        join = " and " if target.need is Need.ALL else " or "
        return join.join(f"{name} {number:g}" for name, number in target.categories.items())
    if target.baseline is not None:
        return f"{target.baseline.times:g} times {target.baseline.attribute}"
    percent = "%" if target.measure is Measure.SHARE else ""
    return f"{target.operator} {int(value or 0)}{percent}"


def test_every_number_of_the_five_plans() -> None:
    here = read_organisation(BUNDLED_ORGANISATION)
    declared = load_declarations(declaration_files(CAMPAIGNS), here)
    numbers = [
        one
        for declaration in declared
        for row in compile_targets(declaration, here, 1)
        for one in found(row, here)
    ]
    wanted = list(expected())
    # Two of one plan may be alike in all but their title: the three numbers of each track.
    assert sorted(map(readable, numbers)) == sorted(map(readable, wanted))


def readable(number: Number) -> tuple[str, ...]:
    campaign, units, *rest = number
    return (campaign, "；".join(sorted(units)), *rest)


def test_binding_words_of_the_plans() -> None:
    """力争, 基本 and 原则上 strive; all else must."""
    striven = {one[2] for one in expected() if one[5] == Binding.STRIVE}
    assert striven == {
        ">= 300000", ">= 500000", ">= 100%", "all of licensed_ride_hailing_platforms",
        "all of freight_platforms",
    }  # fmt: skip
