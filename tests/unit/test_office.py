"""The composition root's pure parts: moments typed by a user, the demo's marker, who does it."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from config.settings import Settings
from scheduler.office import (
    DEMO_MARKER,
    DemoMarker,
    Office,
    parse_moment,
    read_demo_marker,
    write_demo_marker,
)

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "moment", "is_date"),
    [
        ("2022-09-08", datetime(2022, 9, 8, tzinfo=CHINA), True),
        (" 2022-09-08 ", datetime(2022, 9, 8, tzinfo=CHINA), True),
        ("2022-09-08T08:55", datetime(2022, 9, 8, 8, 55, tzinfo=CHINA), False),
        ("2022-09-08 08:55", datetime(2022, 9, 8, 8, 55, tzinfo=CHINA), False),
        ("2022-09-08T00:00", datetime(2022, 9, 8, tzinfo=CHINA), False),
        ("2022-09-08T08:55Z", datetime(2022, 9, 8, 16, 55, tzinfo=CHINA), False),
        ("2022-09-08T08:55+08:00", datetime(2022, 9, 8, 8, 55, tzinfo=CHINA), False),
    ],
)
def test_moments_are_local_where_no_offset_is_given(
    text: str, moment: datetime, is_date: bool
) -> None:
    assert parse_moment(text, CHINA) == (moment, is_date)


@pytest.mark.parametrize("text", ["", "today", "2022-09-08T25:00", "9月8日"])
def test_what_is_no_moment_shows_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_moment(text, CHINA)
    assert f"“{text}” is not a date or time" in caught.value.message
    assert "2022-09-08T08:55" in caught.value.mend


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times())
def test_a_moment_survives_being_written(day: date, clock: time) -> None:
    local = datetime.combine(day, clock, CHINA)
    moment = local.replace(tzinfo=None)
    assert parse_moment(moment.isoformat(), CHINA) == (local, False)
    assert parse_moment(local.isoformat(), ZoneInfo("UTC")) == (local, False)
    assert parse_moment(moment.date().isoformat(), CHINA)[1]


@given(st.text(max_size=25))
def test_any_text_is_a_moment_or_an_input_error(text: str) -> None:
    try:
        moment, _is_date = parse_moment(text, CHINA)
    except InputError:
        return
    assert moment.tzinfo is not None


def test_a_demo_home_goes_on_from_where_it_stood(tmp_path: Path) -> None:
    as_of = datetime(2022, 9, 8, 8, 55, tzinfo=CHINA)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert read_demo_marker(tmp_path) is None
    write_demo_marker(tmp_path, as_of, since)
    assert read_demo_marker(tmp_path) == DemoMarker(as_of, since)
    office = Office(Settings(home=tmp_path))
    assert office.is_demo
    assert office.now() >= as_of


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"as_of": 5}', '{"as_of": "x", "since": ""}'])
def test_a_broken_marker_is_no_demo(tmp_path: Path, content: str) -> None:
    (tmp_path / DEMO_MARKER).write_text(content)
    assert read_demo_marker(tmp_path) is None
    assert not Office(Settings(home=tmp_path)).is_demo


def test_it_must_be_said_who_acts() -> None:
    with pytest.raises(InputError) as caught:
        Office(Settings()).actor(None)
    assert "--by" in caught.value.mend
    with_default = Office(Settings(actor=" 张三 "))
    assert with_default.actor(None) == "张三"
    assert with_default.actor("李四") == "李四"
    assert with_default.operator(None) == "张三"


def test_the_clock_is_shown_in_the_offices_zone() -> None:
    office = Office(Settings(), now=lambda: datetime(2022, 9, 8, 0, 55, tzinfo=UTC))
    assert office.now().isoformat() == "2022-09-08T08:55:00+08:00"
