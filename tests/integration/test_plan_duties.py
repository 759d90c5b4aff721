"""Whole plans in our own words, in other fields than transport, read as a person declared them."""

import pytest

from benchmarks.draft import PLANS, Compared, compare_folder, main


@pytest.fixture(scope="module")
def compared() -> list[Compared]:
    return compare_folder(PLANS)


def test_every_dated_duty_is_found_with_its_date_and_units(compared: list[Compared]) -> None:
    for plan in compared:
        assert not plan.missed, plan.name
        assert not plan.invented, plan.name
        assert plan.dated == plan.owed == plan.declared, plan.name


def test_the_bench_prints_a_line_for_each_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(PLANS), "--misses"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert "100.0%" in lines[-1]
