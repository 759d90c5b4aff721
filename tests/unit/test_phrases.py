"""Deadline phrases: each form that plans use, and what is said of those that cannot be read."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.phrases import (
    After,
    Due,
    EachMonth,
    OnDate,
    PhraseError,
    Span,
    parse_due,
    phrase_mend,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("2022-05-31", OnDate(date(2022, 5, 31))),
        ("2022-5-1", OnDate(date(2022, 5, 1))),
        ("5月底前", OnDate(date(2022, 5, 31))),
        ("6月底前", OnDate(date(2022, 6, 30))),
        ("2月底前", OnDate(date(2022, 2, 28))),
        ("2024年2月底前", OnDate(date(2024, 2, 29))),
        ("5月末", OnDate(date(2022, 5, 31))),
        ("6月上旬前", OnDate(date(2022, 6, 10))),
        ("6月中旬前", OnDate(date(2022, 6, 20))),
        ("6月下旬前", OnDate(date(2022, 6, 30))),
        ("8月20日前", OnDate(date(2022, 8, 20))),
        ("8月20日之前", OnDate(date(2022, 8, 20))),
        ("8月20号以前", OnDate(date(2022, 8, 20))),
        ("2023年1月10日", OnDate(date(2023, 1, 10))),
        ("年底前", OnDate(date(2022, 12, 31))),
        ("年底", OnDate(date(2022, 12, 31))),
        ("2022年底", OnDate(date(2022, 12, 31))),
        ("2023年末前", OnDate(date(2023, 12, 31))),
        ("每月5日前", EachMonth(5)),
        ("每月25日前", EachMonth(25)),
        ("每月底前", EachMonth(31)),
        ("11月", Span(date(2022, 11, 1), date(2022, 11, 30))),
        ("2024年2月份", Span(date(2024, 2, 1), date(2024, 2, 29))),
        ("5月30日至6月20日", Span(date(2022, 5, 30), date(2022, 6, 20))),
        ("5月3日至20日", Span(date(2022, 5, 3), date(2022, 5, 20))),
        ("2022年12月20日至2023年1月10日", Span(date(2022, 12, 20), date(2023, 1, 10))),
        ("2022-05-30/2022-06-20", Span(date(2022, 5, 30), date(2022, 6, 20))),
        ("2022-05-30 至 2022-06-20", Span(date(2022, 5, 30), date(2022, 6, 20))),
        ("3 working days after project-list", After("project-list", 3, working=True)),
        ("1 working day after project-list", After("project-list", 1, working=True)),
        ("10 calendar days after project-list", After("project-list", 10, working=False)),
        ("project-list后3个工作日内", After("project-list", 3, working=True)),
        ("project-list后10日", After("project-list", 10, working=False)),
    ],
)
def test_every_form_of_a_plan_is_read(phrase: str, due: Due) -> None:
    assert parse_due(phrase, 2022) == due


@pytest.mark.parametrize(
    "phrase", [" 5月底前 ", "5 月 底前", "5月\u3000底前", "5月\t底前", "５月底前"]
)
def test_blanks_and_wide_digits_do_not_matter(phrase: str) -> None:
    assert parse_due(phrase, 2022) == OnDate(date(2022, 5, 31))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("2022-02-30", "2022-02-30 is not a day of the calendar"),
        ("2月30日前", "2022-2-30 is not a day"),
        ("2月29日前", "2022-2-29 is not a day"),
        ("13月底前", "2022-13-1 is not a day"),
        ("0月", "not a day of the calendar"),
        ("每月32日前", "no month has a day 32"),
        ("每月0日前", "no month has a day 0"),
        ("6月20日至5月30日", "it ends on 05-30, before it starts on 06-20"),
        ("2022年6月至2021年5月", "it ends on 2021-05-31, before it starts on 2022-06-01"),
        ("0222-05-31", "0222 cannot be the year of a plan"),
        ("9999-12-31", "9999 cannot be the year of a plan"),
        ("soon", "cannot read the date “soon”"),
        ("5月底后", "cannot read the date “5月底后”"),
        ("working days after list", "cannot read"),
        ("", "cannot read the date “”"),
    ],
)
def test_a_wrong_phrase_says_what_is_wrong(phrase: str, said: str) -> None:
    with pytest.raises(PhraseError) as caught:
        parse_due(phrase, 2022)
    assert said in str(caught.value)


def test_the_mend_names_only_forms_that_can_be_read() -> None:
    examples = phrase_mend().removeprefix("write e.g. ").split(", ")[:-1]
    assert len(examples) >= 6
    for example in examples:
        parse_due(example, 2022)


@given(DAYS)
def test_a_date_survives_being_written_in_each_way(day: date) -> None:
    for phrase in (
        day.isoformat(),
        f"{day.month}月{day.day}日前",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.month:02}月{day.day:02}日",
    ):
        assert parse_due(phrase, day.year) == OnDate(day)


@given(DAYS, DAYS)
def test_a_phase_survives_unless_it_ends_before_it_starts(start: date, end: date) -> None:
    phrase = "至".join(f"{day.year}年{day.month}月{day.day}日" for day in (start, end))
    if end < start:
        with pytest.raises(PhraseError):
            parse_due(phrase, 2022)
    else:
        assert parse_due(phrase, 2022) == Span(start, end)


@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(1, 31))
def test_each_month_has_its_day_or_its_last(year: int, month: int, day: int) -> None:
    length = calendar.monthrange(year, month)[1]
    each = parse_due(f"每月{day}日前", year)
    assert isinstance(each, EachMonth)
    assert each.in_month(year, month) == date(year, month, min(day, length))
    assert parse_due(f"{month}月底前", year) == OnDate(date(year, month, length))


@given(st.text(max_size=30) | st.from_regex(r"[0-9年月日前后至每底末旬 -]{0,16}", fullmatch=True))
def test_no_text_does_worse_than_a_phrase_error(text: str) -> None:
    try:
        due = parse_due(text, 2022)
    except PhraseError as error:
        assert str(error)
    else:
        assert isinstance(due, Due)


def test_where_the_year_is_not_known_none_is_named() -> None:
    assert isinstance(parse_due("11月至次年3月", None), Span)
    with pytest.raises(PhraseError, match="no year has a day 2-30"):
        parse_due("2月30日前", None)
    assert isinstance(parse_due("2月29日前", None), OnDate)
    with pytest.raises(PhraseError, match="it ends on 03-31, before it starts on 07-01"):
        parse_due("第三季度至第一季度", None)
