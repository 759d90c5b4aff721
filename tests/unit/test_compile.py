"""Compiling: one assignment for each milestone × unit × period, with its dates."""

from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.helpers import HEAD, declared, loaded, milestone, organisation
from workflows.compile import (
    CompiledAssignment,
    assignment_key,
    calendar_uid,
    compile_campaign,
    compile_campaigns,
    title_for,
)
from workflows.ladder import DEFAULT_LADDER

MONTHLY = "kind: monthly\nfirst: 2022-06\nlast: 2022-08\ncovers: previous"


def compiled(*milestones: str, head: str = HEAD) -> list[CompiledAssignment]:
    """The assignments of a declaration with those milestones."""
    return compile_campaign(loaded(declared(*milestones, head=head)), organisation())


def test_one_assignment_for_each_milestone_and_unit_in_order() -> None:
    found = compiled(
        milestone("b", who="[滑县, 郑州市]"), milestone("a", who="{levels: [prefecture]}")
    )
    assert [one.key for one in found] == [
        "trial-2022/b/zhengzhou",
        "trial-2022/b/huaxian",
        "trial-2022/a/zhengzhou",
        "trial-2022/a/kaifeng",
    ]


def test_a_duty_once_has_its_date_and_the_offices_proper_names() -> None:
    (one,) = compiled(milestone(more="start: 5月10日\ndepartments: [运管处, centre]"))
    assert (one.period, one.start, one.due) == ("", date(2022, 5, 10), date(2022, 5, 31))
    assert one.nominal_due == one.due == one.late_after
    assert one.departments == ("厅运管处", "省运输中心")
    assert one.title == "报送方案"
    assert one.kind.value == "once"


def test_a_monthly_duty_has_a_period_and_says_what_it_covers() -> None:
    found = compiled(milestone(due="每月5日前", who="[郑州市, 滑县]", more=MONTHLY))
    assert [(one.period, one.unit.id, one.title) for one in found] == [
        ("2022-06", "zhengzhou", "报送方案（2022年5月）"),
        ("2022-06", "huaxian", "报送方案（2022年5月）"),
        ("2022-07", "zhengzhou", "报送方案（2022年6月）"),
        ("2022-07", "huaxian", "报送方案（2022年6月）"),
        ("2022-08", "zhengzhou", "报送方案（2022年7月）"),
        ("2022-08", "huaxian", "报送方案（2022年7月）"),
    ]
    assert [one.due.day for one in found] == [5] * 6
    assert found[0].key == "trial-2022/plan/zhengzhou/2022-06"


def test_a_quarterly_duty_has_the_month_it_is_due_in_and_says_its_quarter() -> None:
    months = "kind: quarterly\nfirst: 2022-05\nlast: 2023-01\ncovers: "
    found = compiled(milestone(due="每季度末月25日前", more=months + "current"))
    assert [(one.period, one.due.isoformat(), one.title) for one in found] == [
        ("2022-06", "2022-06-25", "报送方案（2022年第二季度）"),
        ("2022-09", "2022-09-25", "报送方案（2022年第三季度）"),
        ("2022-12", "2022-12-25", "报送方案（2022年第四季度）"),
    ]
    found = compiled(milestone(due="每季度结束后10日内", more=months + "previous"))
    assert [(one.due.isoformat(), one.title[5:-1]) for one in found] == [
        ("2022-07-10", "2022年第二季度"),
        ("2022-10-10", "2022年第三季度"),
        ("2023-01-10", "2022年第四季度"),
    ]


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("自印发之日起30日内", "2022-06-30"),
        ("收到通知后5个工作日内", "2022-06-08"),  # 3 to 5 June are days off
        ("3 months after issued", "2022-08-31"),
        ("1 working day after first", "2022-06-30"),
    ],
)
def test_a_due_date_may_count_from_the_day_of_issue(due: str, day: str) -> None:
    head = HEAD + "issued: 2022-05-31\n"
    found = compiled(
        milestone("first", due="29 calendar days after issued"), milestone(due=due), head=head
    )
    assert found[-1].due.isoformat() == day


def test_a_monthly_duty_goes_on_into_the_next_year_and_clips_to_the_month() -> None:
    more = "kind: monthly\nfirst: 2022-11\nlast: 2023-02\ncovers: current"
    found = compiled(milestone(due="每月30日前", more=more))
    assert [one.due.isoformat() for one in found] == [
        "2022-11-30",
        "2022-12-30",
        "2023-01-30",
        "2023-02-28",
    ]
    assert found[2].title == "报送方案（2023年1月）"
    january = MONTHLY.replace("2022-06", "2022-01")
    assert compiled(milestone(due="每月5日前", more=january))[0].title == "报送方案（2021年12月）"


@pytest.mark.parametrize(
    ("due", "start", "end"),
    [
        ("11月", "2022-11-01", "2022-11-30"),
        ("5月30日至6月20日", "2022-05-30", "2022-06-20"),
        ("2022-05-30/2022-06-20", "2022-05-30", "2022-06-20"),
    ],
)
def test_a_phase_has_a_start_and_an_end(due: str, start: str, end: str) -> None:
    (one,) = compiled(milestone(due=due, more="kind: phase"))
    assert one.start is not None
    assert (one.start.isoformat(), one.due.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ("3 working days after plan", "2022-06-06"),  # over Dragon Boat Festival
        ("3 calendar days after plan", "2022-06-03"),
        ("plan后5个工作日内", "2022-06-08"),
        ("1 working day after third", "2022-06-07"),
    ],
)
def test_a_relative_due_date_follows_the_nominal_one(rule: str, due: str) -> None:
    found = compiled(
        milestone(more="if_holiday: next"),
        milestone("third", due="3 working days after plan"),
        milestone("then", due=rule),
    )
    assert found[-1].due.isoformat() == due


def test_a_relative_due_date_does_not_follow_a_moved_one() -> None:
    found = compiled(
        milestone(due="2022-06-03", more="if_holiday: previous"),
        milestone("then", due="1 calendar day after plan"),
    )
    assert [one.due.isoformat() for one in found] == ["2022-06-02", "2022-06-04"]


@pytest.mark.parametrize(
    ("campaign", "own", "due", "late"),
    [
        ("", "", "06-03", "06-06"),  # keep
        ("if_holiday: previous\n", "", "06-02", "06-02"),
        ("if_holiday: next\n", "", "06-06", "06-06"),
        ("if_holiday: next\n", "if_holiday: keep", "06-03", "06-06"),
        ("holiday_grace: false\n", "", "06-03", "06-03"),
        ("holiday_grace: false\nif_holiday: next\n", "", "06-06", "06-06"),
    ],
)
def test_a_due_date_on_a_day_off(campaign: str, own: str, due: str, late: str) -> None:
    (one,) = compiled(milestone(due="2022-06-03", more=own), head=HEAD + campaign)
    assert one.nominal_due == date(2022, 6, 3)
    assert (f"{one.due:%m-%d}", f"{one.late_after:%m-%d}") == (due, late)


def test_the_milestones_ladder_goes_before_the_campaigns() -> None:
    head = HEAD + "ladder: [{id: week, when: 7 calendar days before}]\n"
    own = "ladder: [{id: eve, when: 1 working day before}]"
    found = compiled(milestone("a"), milestone("b", more=own), head=head)
    assert [[rung.rung.id for rung in one.ladder] for one in found] == [["week"], ["eve"]]
    (default,) = compiled(milestone())
    assert {rung.rung.id for rung in default.ladder} == {rung.id for rung in DEFAULT_LADDER}


def test_campaigns_are_compiled_one_after_the_other() -> None:
    one = loaded(declared())
    other = loaded(declared(head=HEAD.replace("trial-2022", "second-2022")))
    keys = [each.key for each in compile_campaigns([other, one], organisation())]
    assert keys == ["second-2022/plan/zhengzhou", "trial-2022/plan/zhengzhou"]


def test_names_in_calendars_never_change() -> None:
    key = assignment_key("trial-2022", "plan", "zhengzhou", "2022-06")
    assert key == "trial-2022/plan/zhengzhou/2022-06"
    assert assignment_key("trial-2022", "plan", "zhengzhou", "") == "trial-2022/plan/zhengzhou"
    assert calendar_uid(key) == calendar_uid(key) != calendar_uid(key.removesuffix("/2022-06"))
    assert calendar_uid("trial-2022/plan/zhengzhou") == "c7ee6096-f394-57ae-92b8-80b3fb78f7e1"
    assert title_for("月报", None) == "月报"


@given(st.text(min_size=1))
def test_names_in_calendars_are_uuids_of_their_key(key: str) -> None:
    """RFC 9562, section 5.5, as the standard library has it."""
    assert calendar_uid(key) == str(uuid5(UUID("6d4b5fc1-0a52-5c6e-9f0e-3d9b0c1c7a11"), key))


@given(st.integers(1, 31), st.integers(2022, 2024), st.integers(1, 12), st.integers(0, 18))
def test_a_monthly_duty_comes_once_a_month(day: int, year: int, month: int, more: int) -> None:
    months = [divmod(year * 12 + month - 1 + n, 12) for n in range(more + 1)]
    periods = [f"{y:04}-{m + 1:02}" for y, m in months]
    rule = f"kind: monthly\nfirst: {periods[0]}\nlast: {periods[-1]}\ncovers: current"
    found = compiled(milestone(due=f"每月{day}日前", more=rule))
    assert [one.period for one in found] == periods
    assert [f"{one.due:%Y-%m}" for one in found] == periods
    assert all(one.due.day <= day for one in found)
