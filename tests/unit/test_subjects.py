"""Subjects fit into a telephone's list: at most 30 characters, the essential whole and first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.i18n import using_language
from notifications.subjects import LONGEST, subject, subject_day
from tests.support.hostile import texts

LANGUAGES = st.sampled_from(["zh", "en"])
# Each sort of letter's own beginning, as the templates put it together.
BEGINNINGS = st.sampled_from(
    ["【催报{count}项】{day}起逾期", "【待办{count}项】最近{day}到期", "【待放行{count}件】{day}",
     "[Overdue {count}] since {day}", "[Due {count}] next {day}", "[To decide: {count}] {day}",
     "[to be corrected: {count}]", "【退回补正{count}项】"]
)  # fmt: skip
TODAY = date(2022, 6, 1)
NAMES = st.lists(st.text(max_size=60) | texts, max_size=3)


@given(BEGINNINGS, st.integers(1, 99_999), st.dates(), NAMES, NAMES, LANGUAGES)
def test_it_is_short_and_begins_with_the_essential(
    beginning: str, count: int, day: date, names: list[str], also: list[str], language: str
) -> None:
    with using_language(language):
        essential = beginning.format(count=count, day=subject_day(day, TODAY))
        line = subject(essential, *names, also=also)
    assert len(line) <= LONGEST or line == essential
    assert line.startswith(essential) and line[0] in "【["
    assert len(line.splitlines()) == 1


@given(
    BEGINNINGS, st.integers(1, 9_999), st.dates() | st.dates(date(2022, 1, 1), date(2022, 12, 31))
)
def test_no_essential_is_longer(beginning: str, count: int, day: date) -> None:
    with using_language("zh" if beginning.startswith("【") else "en"):
        assert len(beginning.format(count=count, day=subject_day(day, TODAY))) <= LONGEST


@pytest.mark.parametrize(
    ("names", "also", "rest"),
    [
        (["北城市"], [], "北城市"),
        (["伊犁州交通运输综合行政执法支队直属大队"], [], "伊犁州交通运输综合行政执法支…"),
        (["报送工作部署情况及联络员名单", "北城市"], [], "报送工作部署情况及联…·北城市"),
        (["北城市"], ["已收到2项"], "已收到2项·北城市"),
        (["北城市"], ["已收到2项", "审核通过12项"], "已收到2项·北城市"),
    ],
)
def test_names_give_way_and_numbers_do_not(names: list[str], also: list[str], rest: str) -> None:
    with using_language("zh"):
        line = subject("【催报2项】5月31日起逾期", *names, also=also)
    assert line == f"【催报2项】5月31日起逾期·{rest}"


def test_without_a_name_the_essential_stands_alone() -> None:
    assert subject("[Overdue 2] since 31 May", "", " ") == "[Overdue 2] since 31 May"
