"""How a deadline is put: computed from the day of sending, and true on that day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.i18n import using_language
from notifications.subjects import subject_day
from notifications.wording import deadline, is_overdue, long_day, short_day
from workflows.ladder import late_after
from workflows.working_days import working_days

CALENDAR = working_days()
DUES = st.dates(date(2022, 1, 1), date(2023, 12, 31))
DISTANCES = st.integers(-40, 40)


def said(due: str, today: str, *, grace: bool = True) -> str:
    """The wording for dates written as month and day of 2022."""
    day, now = date.fromisoformat(f"2022-{due}"), date.fromisoformat(f"2022-{today}")
    return deadline(day, late_after(day, CALENDAR, grace=grace), now)


@pytest.mark.parametrize(
    ("due", "today", "words"),
    [
        ("05-31", "05-24", "due on Tuesday 31 May, in 5 working days"),
        ("05-31", "05-31", "due today, Tuesday 31 May, by the end of the working day"),
        ("05-31", "06-02", "was due on Tuesday 31 May, 2 days ago (2 working days)"),
        ("05-31", "06-06", "was due on Tuesday 31 May, 6 days ago (3 working days)"),
        (
            "06-05",
            "05-27",
            "due on Sunday 5 June, a day off: please hand in by Thursday 2 June, "
            "before the days off",
        ),
        (
            "06-03",
            "06-02",
            "due on Friday 3 June (Dragon Boat Festival), a day off: please hand in today, "
            "before the days off",
        ),
        ("06-05", "06-06", "was due on Sunday 5 June; still on time until the end of today"),
        ("06-05", "06-07", "was due on Sunday 5 June, 2 days ago (2 working days)"),
        (
            "10-05",
            "10-06",
            "was due on Wednesday 5 October (National Day); still on time until the "
            "end of Saturday 8 October",
        ),
    ],
)
def test_what_is_said_around_the_holidays_of_2022(due: str, today: str, words: str) -> None:
    assert said(due, today) == words


def test_without_grace_it_is_overdue_at_once() -> None:
    assert said("06-05", "06-06", grace=False) == (
        "was due on Sunday 5 June, 1 days ago (1 working days)"
    )


def test_days_are_written_in_the_language_in_force() -> None:
    day = date(2022, 6, 3)
    assert (long_day(day, day), short_day(day, day)) == (
        "Friday 3 June (Dragon Boat Festival)",
        "3 June",
    )
    with using_language("zh"):
        assert long_day(day, day).startswith("6月3日星期五")
        assert "端午节" in long_day(day, day)
        assert short_day(day, day) == "6月3日"


def test_a_day_of_another_year_has_its_year() -> None:
    today, day = date(2022, 7, 28), date(2032, 6, 2)
    assert long_day(day, today) == "Wednesday 2 June 2032"
    assert (short_day(day, today), subject_day(day, today)) == ("2 June 2032", "Jun 2032")
    last, new_year = date(2022, 12, 30), date(2023, 1, 1)
    assert deadline(last, last, date(2023, 1, 4)).startswith("was due on Friday 30 December 2022,")
    assert "2022" not in deadline(last, last, date(2022, 12, 31))
    with using_language("zh"):
        assert long_day(day, today) == "2032年6月2日星期三"
        assert (short_day(day, today), subject_day(day, today)) == ("2032年6月2日",) * 2
        assert long_day(new_year, new_year) == "1月1日星期日（元旦）"
        assert long_day(new_year, last) == "2023年1月1日星期日（元旦）"
        assert long_day(new_year, new_year) == "1月1日星期日（元旦）", "the one keeps the other out"


@given(DUES, DISTANCES, st.booleans())
def test_exactly_one_thing_is_said_and_it_is_true(due: date, distance: int, grace: bool) -> None:
    today = due + timedelta(days=distance)
    late = late_after(due, CALENDAR, grace=grace)
    words = deadline(due, late, today)
    kinds = {
        "overdue": "days ago" in words,
        "still on time": "still on time until" in words,
        "today": words.startswith("due today"),
        "before": words.startswith("due on"),
    }
    assert sum(kinds.values()) == 1
    assert kinds["overdue"] is is_overdue(late, today) is (today > late)
    assert kinds["still on time"] is (due < today <= late)
    assert kinds["today"] is (today == due)
    assert kinds["before"] is (today < due)
    assert long_day(due, today) in words


@given(DUES, DISTANCES, st.booleans())
def test_no_mail_says_today_on_another_day(due: date, distance: int, grace: bool) -> None:
    today = CALENDAR.on_or_before(due + timedelta(days=distance))  # mails go out on working days
    late = late_after(due, CALENDAR, grace=grace)
    last_chance = CALENDAR.on_or_before(due) if today < due else due
    meant = late if today > due else last_chance
    assert ("today" in deadline(due, late, today)) is (today == meant and today <= late)


@given(DUES, st.integers(1, 60))
def test_the_days_that_are_counted_are_right(due: date, distance: int) -> None:
    today = due + timedelta(days=distance)
    words = deadline(due, due, today)
    working = sum(CALENDAR.is_working_day(due + timedelta(days=n)) for n in range(1, distance + 1))
    assert words.endswith(f", {distance} days ago ({working} working days)")
