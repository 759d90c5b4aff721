"""Where calendars have edges: switches of summer time, leap days, months' ends, New Year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.window import SendingWindow
from tests.unit.helpers import HEAD, declared, loaded, milestone, organisation
from workflows.compile import CompiledAssignment, compile_campaign
from workflows.handing_in import deed_moment
from workflows.ladder import DEFAULT_LADDER, late_after, occurrences
from workflows.reminding import end_of_day, local_date, start_of_day
from workflows.working_days import working_days

CALENDAR = working_days()
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
YEARS = st.dates(date(1990, 1, 2), date(2110, 12, 30))
INSTANT = timedelta(microseconds=1)


@given(YEARS, ZONES)
@example(date(2018, 11, 4), "America/Sao_Paulo")  # no midnight: it goes from 23:59 to 01:00
@example(date(2018, 2, 17), "America/Sao_Paulo")  # from 23:59 back to 23:00
@example(date(2024, 3, 31), "Asia/Beirut")
@example(date(2024, 10, 26), "Asia/Beirut")
@example(date(2022, 11, 6), "America/Havana")  # midnight comes twice
@example(date(2018, 5, 5), "Asia/Pyongyang")
@example(date(2022, 3, 27), "Europe/Berlin")
@example(date(2022, 10, 30), "Europe/Berlin")
@example(date(2022, 4, 3), "Australia/Lord_Howe")  # by half an hour
def test_a_day_begins_with_its_first_instant_and_ends_before_the_next(day: date, zone: str) -> None:
    start, end = start_of_day(day, zone), end_of_day(day, zone)
    assert local_date(start, zone) >= day > local_date(start - INSTANT, zone)
    assert end == start_of_day(day + timedelta(days=1), zone)
    assert local_date(end - INSTANT, zone) <= day


def test_a_day_that_did_not_exist_begins_with_the_next() -> None:
    """Samoa left out 30 December 2011."""
    zone = "Pacific/Apia"
    assert start_of_day(date(2011, 12, 30), zone) == start_of_day(date(2011, 12, 31), zone)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2022, 3, 27), 23),
        ("Europe/Berlin", date(2022, 10, 30), 25),
        ("America/New_York", date(2022, 11, 6), 25),
        ("Asia/Shanghai", date(2022, 3, 27), 24),
        ("Asia/Shanghai", date(1991, 4, 14), 23),  # China had summer time until 1991
    ],
)
def test_a_day_is_a_date_and_not_twenty_four_hours(zone: str, day: date, hours: int) -> None:
    assert end_of_day(day, zone) - start_of_day(day, zone) == timedelta(hours=hours)


@given(YEARS, ZONES, st.integers(0, 47))
def test_what_happened_on_a_day_happened_on_that_day(day: date, zone: str, ago: int) -> None:
    now = start_of_day(day, zone) + timedelta(minutes=30 * ago)
    today = local_date(now, zone)
    assert local_date(deed_moment(today, now, zone), zone) == today
    moment = deed_moment(today - timedelta(days=1), now, zone)
    assert moment < now and today - local_date(moment, zone) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("Europe/Berlin", {"2022-03-25": 8, "2022-03-28": 7, "2022-10-28": 7, "2022-10-31": 8}),
        ("America/New_York", {"2022-03-11": 14, "2022-03-14": 13, "2022-11-07": 14}),
    ],
)
def test_the_window_keeps_to_the_clock_on_the_wall(zone: str, opens: dict[str, int]) -> None:
    window = SendingWindow(ZoneInfo(zone))
    for day, hour in opens.items():
        opening = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC)
        assert window.is_open(opening) and not window.is_open(opening - INSTANT)
        assert window.next_opening(opening - timedelta(hours=2)) == opening
        assert window.is_open(opening + timedelta(hours=9) - INSTANT)
        assert not window.is_open(opening + timedelta(hours=9))


@given(st.datetimes(datetime(2022, 1, 1), datetime(2026, 12, 1)), ZONES)  # noqa: DTZ001 - UTC below
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime, zone: str) -> None:
    window = SendingWindow(ZoneInfo(zone))
    now = moment.replace(tzinfo=UTC)
    opening = window.next_opening(now)
    assert window.is_open(opening) and opening >= now
    assert opening == now or not window.is_open(opening - INSTANT)
    assert not window.is_open(now) or opening == now


def compiled(due: str, more: str, year: int) -> list[CompiledAssignment]:
    text = declared(milestone(due=due, more=more), head=HEAD.replace("2022", str(year)))
    return compile_campaign(loaded(text), organisation())


@pytest.mark.parametrize(
    ("phrase", "february", "april"),
    [("每月29日前", 29, 29), ("每月30日前", 29, 30), ("每月31日前", 29, 30), ("每月末", 29, 30)],
)
def test_a_monthly_duty_at_the_months_end_is_due_every_month(
    phrase: str, february: int, april: int
) -> None:
    """A month that lacks the day has it on its last: once in each, never in the next."""
    found = compiled(phrase, "kind: monthly\nfirst: 2024-01\nlast: 2024-12\ncovers: current", 2024)
    assert [one.period for one in found] == [f"2024-{month:02}" for month in range(1, 13)]
    assert all(f"{one.nominal_due:%Y-%m}" == one.period for one in found)
    assert (found[1].nominal_due.day, found[3].nominal_due.day) == (february, april)
    common = compiled(phrase, "kind: monthly\nfirst: 2023-02\nlast: 2023-02\ncovers: current", 2023)
    assert [one.nominal_due for one in common] == [date(2023, 2, 28)]


def test_months_reported_on_cross_the_year() -> None:
    more = "kind: monthly\nfirst: 2023-12\nlast: 2024-03\ncovers: previous"
    found = compiled("每月30日前", more, 2023)
    assert [(one.period, one.title[-9:-1]) for one in found] == [
        ("2023-12", "2023年11月"),
        ("2024-01", "2023年12月"),
        ("2024-02", "（2024年1月"),
        ("2024-03", "（2024年2月"),
    ]


def ladder_for(due: date) -> dict[str, list[str]]:
    """The days of each rung of the default ladder."""
    late = late_after(due, CALENDAR, grace=True)
    days: dict[str, list[str]] = {}
    for one in occurrences(DEFAULT_LADDER, due, late, CALENDAR):
        days.setdefault(one.rung.id, []).append(f"{one.on:%m-%d}")
    return days


def test_a_ladder_over_the_leap_day() -> None:
    """29 February 2024 is a Thursday; 4 and 18 February are worked, 10 to 17 are days off."""
    (one,) = compiled("2月29日前", "", 2024)
    assert one.due == one.late_after == date(2024, 2, 29)
    days = ladder_for(one.due)
    assert days["before-10"] == ["02-09"] and days["before-5"] == ["02-22"]
    assert days["due-day"] == ["02-29"]
    assert days["overdue"][:2] == ["03-04", "03-06"]
    after = ladder_for(date(2024, 3, 1))
    assert (after["before-2"], after["before-5"]) == (["02-28"], ["02-23"])
    assert ladder_for(date(2023, 3, 1))["before-2"] == ["02-27"]


def test_a_ladder_over_new_year() -> None:
    """31 December 2022 to 2 January 2023 are days off: late only after the 3rd."""
    assert late_after(date(2022, 12, 31), CALENDAR, grace=True) == date(2023, 1, 3)
    days = ladder_for(date(2022, 12, 31))
    assert days["before-10"] == ["12-19"] and days["due-day"] == ["12-30"]
    assert days["overdue"][:3] == ["01-04", "01-06", "01-10"]
    # 21 to 27 January are days off, the weekend of 28 and 29 is worked.
    assert days["overdue"][5:] == ["01-18", "01-20", "01-29", "01-31", "02-02"]


def test_a_ladder_into_a_year_whose_holidays_are_not_published_yet() -> None:
    """Only weekends and the law's own days are known then: it works, and keeps its order."""
    year = next(one for one in range(2026, 2110) if not CALENDAR.is_published(one))
    due = date(year - 1, 12, 31)
    days = [
        one.on
        for one in occurrences(DEFAULT_LADDER, due, late_after(due, CALENDAR, grace=True), CALENDAR)
    ]
    assert days == sorted(days) and days[0].year == year - 1 and days[-1].year == year
    assert all(one.weekday() < 5 for one in days if one.year == year)
    assert date(year, 1, 1) not in days


@given(st.dates(date(2022, 1, 1), date(2026, 11, 1)), st.integers(0, 60))
def test_shifts_over_a_years_end_come_back(day: date, count: int) -> None:
    start = CALENDAR.on_or_before(day)
    there = CALENDAR.shift(start, count)
    assert CALENDAR.shift(there, -count) == start
    assert CALENDAR.between(start, there) == count
