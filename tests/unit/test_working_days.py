"""China's working days: the facts of the 2022 notice, and the laws of counting."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.i18n import using_language
from workflows.working_days import WorkingDays, working_days

CALENDAR = working_days()
DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))
COUNTS = st.integers(-300, 300)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2022-01-31", False),  # Spring Festival's eve
        ("2022-04-02", True),  # working Saturday before Qingming
        ("2022-04-24", True),  # working Sunday before Labour Day
        ("2022-05-04", False),
        ("2022-05-31", True),
        ("2022-06-03", False),  # Dragon Boat Festival
        ("2022-06-05", False),  # Sunday
        ("2022-06-06", True),
        ("2022-06-25", False),  # Saturday
        ("2022-10-05", False),  # National Day
        ("2022-10-08", True),  # working Saturday
        ("2022-10-09", True),  # working Sunday
    ],
)
def test_the_notice_of_2022(day: str, works: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is works


def test_the_working_days_of_2022_number_249() -> None:
    assert CALENDAR.between(date(2021, 12, 31), date(2022, 12, 31)) == 249


def test_only_years_with_a_notice_are_published() -> None:
    assert [year for year in (2021, 2022, 2023, 2031) if CALENDAR.is_published(year)] == [
        2021,
        2022,
        2023,
    ]


def test_a_holiday_has_its_name_in_the_language_in_force() -> None:
    assert CALENDAR.day_name(date(2022, 6, 3)) == "Dragon Boat Festival"
    assert CALENDAR.day_name(date(2022, 6, 4)) == ""  # an ordinary Saturday
    with using_language("zh"):
        assert CALENDAR.day_name(date(2022, 6, 3)) == "端午节"


@pytest.mark.parametrize(
    ("day", "count", "shifted"),
    [
        ("2022-06-03", -1, "2022-06-02"),
        ("2022-06-03", 1, "2022-06-06"),
        ("2022-06-05", -10, "2022-05-20"),
        ("2022-10-05", 2, "2022-10-09"),  # over the working weekend
        ("2021-12-31", 1, "2022-01-04"),  # over New Year
        ("2022-01-04", -1, "2021-12-31"),
        ("2022-01-01", -251, "2020-12-31"),  # further than a whole year of working days
        ("2022-06-05", 0, "2022-06-05"),
    ],
)
def test_shifts_around_holidays_and_years(day: str, count: int, shifted: str) -> None:
    assert CALENDAR.shift(date.fromisoformat(day), count) == date.fromisoformat(shifted)


@given(DAYS, COUNTS)
def test_a_shift_never_lands_on_a_day_off(day: date, count: int) -> None:
    assume(count != 0)
    shifted = CALENDAR.shift(day, count)
    assert CALENDAR.is_working_day(shifted)
    assert (shifted > day) is (count > 0)


@given(DAYS, COUNTS)
def test_a_shift_equals_a_slow_walk(day: date, count: int) -> None:
    walked, left, table = day, abs(count), working_days()
    while left:
        walked += timedelta(days=1 if count > 0 else -1)
        works = table.in_force(walked.year).is_worked(walked)
        assert table.is_working_day(walked) == works
        left -= works
    assert table.shift(day, count) == walked


@given(DAYS, COUNTS)
def test_from_a_working_day_there_and_back_again(day: date, count: int) -> None:
    start = CALENDAR.on_or_after(day)
    assert CALENDAR.shift(CALENDAR.shift(start, count), -count) == start


@given(DAYS, st.integers(1, 300))
def test_as_many_days_lie_between_as_were_shifted(day: date, count: int) -> None:
    assert CALENDAR.between(day, CALENDAR.shift(day, count)) == count


@given(DAYS, st.integers(-50, 500))
def test_between_equals_a_slow_count(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    slow = sum(CALENDAR.is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert CALENDAR.between(start, end) == slow


@given(DAYS)
def test_the_nearest_working_days_enclose_a_day_off(day: date) -> None:
    before, after = CALENDAR.on_or_before(day), CALENDAR.on_or_after(day)
    if CALENDAR.is_working_day(day):
        assert before == day == after
    else:
        assert before < day < after
        assert CALENDAR.between(before, after) == 1


def test_the_answers_do_not_depend_on_what_was_asked_before() -> None:
    fresh = WorkingDays()
    assert fresh.shift(date(2022, 12, 30), 3) == CALENDAR.shift(date(2022, 12, 30), 3)
    assert fresh.is_working_day(date(9999, 12, 31)) is True
