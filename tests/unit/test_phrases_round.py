"""Laws of the phrase grammar: what is written in the words of plans is read as the same again,
alone and in the middle of any sentence."""

import re
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from workflows.phrases import (
    After,
    Due,
    EachMonth,
    EachQuarter,
    OnDate,
    PhraseError,
    SinceIssued,
    Span,
    Unit,
    find_phrases,
    parse_due,
    to_phrase,
)

YEARS = st.integers(2000, 2100)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTH_DAYS = st.integers(1, 31)
IN_TEXT = st.one_of(
    DAYS.map(OnDate),
    st.tuples(DAYS, DAYS).map(lambda pair: Span(min(pair), max(pair))),
    st.builds(lambda day: Span(day.replace(day=1), month_end(day)), DAYS),
    MONTH_DAYS.map(EachMonth),
    st.builds(EachQuarter, st.integers(1, 3), MONTH_DAYS),
    st.builds(SinceIssued, st.integers(0, 999), st.sampled_from(Unit)),
)
DUES = IN_TEXT | st.builds(
    After, st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)?", fullmatch=True), st.integers(0, 999),
    st.booleans(),
).filter(lambda due: due.milestone != "issued")  # fmt: skip

# What official sentences are made of, numbers that are no dates among it.
WORDS = st.lists(
    st.sampled_from(
        [
            "各地", "要认真组织", "报送工作方案", "《2022年6月底前要点》", "某文〔2022〕495号",
            "98%以上",
            "不少于12个", "电话0371-87166202", "24小时", "GB50763-2012", "以上年为基数", "截至目前",
            "全省范围内", "（含附件2）", "第三方机构", "，", "。", "；", "一是",
            "进一步", "统一标准",
        ]
    ),
    max_size=5,
).map("".join)  # fmt: skip


def month_end(day: date) -> date:
    return EachMonth(31).in_month(day.year, day.month)


@given(DUES, YEARS)
@example(Span(date(2022, 2, 1), date(2022, 5, 31)), 2022)  # February has no 31st
def test_a_due_date_survives_being_written_and_read(due: Due, year: int) -> None:
    assert parse_due(to_phrase(due, year), year) == due


@given(WORDS, IN_TEXT, WORDS, YEARS)
def test_it_is_found_in_any_sentence_and_nothing_else(
    before: str, due: Due, behind: str, year: int
) -> None:
    phrase = to_phrase(due, year)
    text = f"{before}，于{phrase}{behind or '报送'}"
    (one,) = find_phrases(text, year)
    assert (one.due, one.words.removeprefix("于")) == (due, phrase)
    assert parse_due(one.phrase, year) == due
    assert one.start == len(before) + 1


CHINESE = "〇一二三四五六七八九"
SPELLINGS = st.sampled_from(
    [
        lambda text: text,
        lambda text: re.sub(r"(\d+)", r" \1 ", text),
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: re.sub(r"(月\d+)日", r"\1号", text),
        lambda text: text.replace("前", "之前"),
        lambda text: text.replace("前", "以前"),
        lambda text: text.replace("至", "—"),
        lambda text: text.replace("至", "～"),
        lambda text: f"截至{text}",
        lambda text: f"不晚于{text}",
    ]
)


@given(IN_TEXT, YEARS, SPELLINGS)
def test_how_it_is_spelt_does_not_matter(due: Due, year: int, spelling: object) -> None:
    written = spelling(to_phrase(due, year))  # type: ignore[operator]
    assert parse_due(written, year) == due
    (one,) = find_phrases(f"请{written}", year)
    assert one.due == due


def chinese(number: int) -> str:
    """21 as 二十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else CHINESE[tens] + "十") + (
        CHINESE[ones] if ones or not tens else ""
    )


@given(DAYS)
def test_chinese_numerals_are_numbers(day: date) -> None:
    year = "".join(CHINESE[int(one)] for one in str(day.year))
    written = f"{year}年{chinese(day.month)}月{chinese(day.day)}日前"
    assert parse_due(written, 2022) == OnDate(day)
    (one,) = find_phrases(f"请{written}报送", 2022)
    assert (one.words, one.due) == (written, OnDate(day))


@given(st.lists(DAYS, min_size=1, max_size=5, unique=True), st.sampled_from(["、", "和", "，"]))
def test_a_list_is_its_dates(days: list[date], comma: str) -> None:
    year = 2022
    listed = [f"{one.year}年{one.month}月{one.day}日" for one in sorted(days)]
    found = find_phrases(f"请于{comma.join(listed)}前报送", year)
    assert [one.due for one in found] == [OnDate(one) for one in sorted(days)]
    assert all(one.before for one in found)


@given(st.sets(st.integers(1, 12), min_size=2), st.booleans())
def test_months_of_a_list_share_their_last_words(months: set[int], bare: bool) -> None:
    listed = [str(one) for one in sorted(months)]
    text = "、".join(listed) + "月底前" if bare else "月、".join(listed) + "月底前"
    found = find_phrases(f"请于{text}报送", 2022)
    ends = [OnDate(month_end(date(2022, int(one), 1))) for one in listed]
    assert [one.due for one in found] == ends
    assert [parse_due(one.phrase, 2022) for one in found] == ends


@given(st.text(max_size=40), st.none() | YEARS)
def test_only_a_phrase_error_comes_of_any_text(text: str, year: int | None) -> None:
    try:
        due = parse_due(text, year)
    except PhraseError as error:
        assert str(error)
    else:
        assert isinstance(due, Due)
