"""The rows of the benchmarks say whether a goal is met."""

from benchmarks.measured import Amount, Rate, Result, summary

FAST = Result("a quick thing", 1.0, "reference", 2.0, goal=0.5)
SLOW = Result("a slow thing", 3.0, "reference", 2.0, goal=1.2)
ANSWERS = Rate("answers", "reference", [(50.0, 100.0), (10.0, 100.0), (60.0, 100.0)], goal=0.5)
MEMORY = Amount("memory", 119.0, "MB", goal=120)
FREE = Result("a plain row", 9.0, "reference", 2.0)


def test_a_time_may_be_as_large_as_its_goal() -> None:
    assert FAST.met and "ratio    0.500   goal ≤ 0.50, met" in str(FAST)
    assert not SLOW.met and "goal ≤ 1.20, MISSED" in str(SLOW)


def test_a_rate_must_be_as_large_as_its_goal() -> None:
    assert ANSWERS.ratio == 0.5 and ANSWERS.met and "goal ≥ 0.50, met" in str(ANSWERS)
    assert not Rate("fewer", "reference", [(49.0, 100.0)], goal=0.5).met


def test_an_amount_has_its_unit() -> None:
    assert MEMORY.met and "119.000 MB" in str(MEMORY) and "goal ≤ 120, met" in str(MEMORY)


def test_without_a_goal_a_row_says_nothing_of_one() -> None:
    assert FREE.met is None and "goal" not in str(FREE)


def test_the_summary_counts_the_goals_and_names_what_misses_its_own() -> None:
    told = summary([FAST, SLOW, ANSWERS, MEMORY, FREE, "mails   not measured: no smtp-sink"])
    assert told.splitlines() == [
        "3 of 4 goals met",
        "missed: a slow thing",
        "mails not measured: no smtp-sink",
    ]
