"""Whole plans in our own words, in other fields than transport, read as a person declared them."""

from pathlib import Path

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
    assert lines[0].startswith(f"The plans of {PLANS}, each beside the declaration")
    assert [one.split()[0] for one in lines[-5:]] == [
        "fire-safety", "river-clearing", "school-meals", "village-clinics", "all",
    ]  # fmt: skip
    assert "100.0%" in lines[-1]


def test_a_folder_that_cannot_be_compared_is_told_clearly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert main([str(tmp_path)]) == 2
    (tmp_path / "poem.TXT").write_text("床前明月光，疑是地上霜。\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 2

    told = capsys.readouterr().err
    assert "No such file" in told
    assert "there are no plan documents" in told
    assert f"there is no declaration for {tmp_path / 'poem.TXT'}" in told
