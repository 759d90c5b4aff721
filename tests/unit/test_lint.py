"""What the linter says of a declaration: each error and warning at its place, with a mend."""

from pathlib import Path

import pytest

from config.errors import Problem
from tests.support.organisation import BUREAU, CAMPAIGN, organisation, with_ladder
from tests.unit.helpers import HEAD, check, declared, errors, milestone, place, warnings
from workflows.loading import check_source
from workflows.yaml_source import parse_yaml

GROUPS = HEAD + "groups:\n  cities: {levels: [prefecture]}\n"
MONTHLY = "kind: monthly\nfirst: 2022-06\nlast: 2022-11\ncovers: previous"
TARGET = "targets:\n  - {id: t, title: 数, unit_of_measure: 个"


def stands(problem: Problem, text: str, field: str, at: str, message: str) -> None:
    """The problem is complete, about `field`, and stands where `at` does."""
    assert message in problem.message
    assert problem.field == field
    assert problem.file == "trial.yaml"
    assert (problem.line, problem.column) == place(text, at)
    assert problem.mend


@pytest.mark.parametrize(
    ("text", "field", "at", "message"),
    [
        (declared(milestone(due="2月29日")), "due", "2月29日", "2022-2-29 is not a day"),
        (declared(milestone(due="3 working days after nil")), "due", "3 wor", "milestone “nil”"),
        (declared(milestone(more="start: 2022-06-01")), "due", "2022-05-31", "before it starts"),
        (declared(milestone(more="start: 2月29日")), "start", "2月29日", "is not a day"),
        (declared(milestone(who="郑洲市")), "who", "郑洲市", "unknown unit or group “郑洲市”"),
        (declared(milestone(who="{levels: [town]}")), "who", "{levels", "unknown level “town”"),
        (declared(milestone(who="{where: platforms > 99}")), "who", "{where", "selects no unit"),
        (declared(milestone(who="[]")), "who", "[]", "selects no unit"),
        (declared(milestone(more="after: [list]")), "after[0]", "list", "unknown milestone “list”"),
        (declared(milestone(more="stage: may")), "stage", "may", "unknown stage “may”"),
        (declared(milestone(more="track: bus")), "track", "bus", "unknown track “bus”"),
        (declared(milestone(more="departments: [厅]")), "departments[0]", "厅]", "unknown depart"),
        (declared(milestone(due="11月")), "kind", "id: plan", "not the due date of a once"),
        (declared(milestone(more="kind: monthly")), "kind", "monthly", "not the due date of a mon"),
        (declared(milestone(more="first: 2022-06")), "first", "2022-06", "is for monthly"),
        (
            declared(milestone(due="每月5日前", more=MONTHLY.replace("last: 2022", "last: 2021"))),
            "last",
            "2021-11",
            "the last month 2021-11 is before the first",
        ),
        (
            declared(milestone(due="每月5日前", more=MONTHLY.replace("2022-06", "0000-06"))),
            "first",
            "0000-06",
            "0 cannot be the year of a plan",
        ),
        (
            declared(milestone(due="11月", more="kind: phase\nstart: 2022-11-02")),
            "start",
            "2022-11-02",
            "already gives the start",
        ),
        (
            declared(milestone(more=f"{TARGET}}}")),
            "targets[0]",
            "{id: t",
            "either a value or point",
        ),
        (
            declared(milestone(more=f"{TARGET}, value: 5, scope: province, who: 郑州市}}")),
            "targets[0].who",
            "郑州市}",
            "binds no single units",
        ),
        (
            declared(milestone(more=f"{TARGET}, points: [{{by: 2月29日, value: 5}}]}}")),
            "targets[0].points[0].by",
            "2月29日",
            "is not a day",
        ),
        (
            declared(milestone(more="ladder:\n  - &r {id: r, when: on the day}\n  - *r")),
            "ladder[1].id",
            "r, when",
            "the rung id “r” stands twice",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_an_error_in_a_milestone(text: str, field: str, at: str, message: str) -> None:
    (problem,) = errors(text)
    stands(problem, text, f"milestones[0].{field}", at, message)


@pytest.mark.parametrize(
    ("head", "field", "at", "message"),
    [
        (HEAD + "time_zone: Asia/Luoyang\n", "time_zone", "Asia/Luo", "unknown time zone"),
        (
            HEAD.replace("厅运管处", "厅运营处"),
            "owner",
            "厅运营处",
            "unknown department “厅运营处”",
        ),
        (HEAD + "groups: {东部: 郑东}\n", "groups.东部", "郑东", "unknown unit or group “郑东”"),
        (HEAD + "groups: {a: [b], b: [b]}\n", "groups.b", "[b]}", "contains itself"),
        (
            HEAD + "groups: {郑州: 滑县}\n",
            "groups.郑州",
            "郑州:",
            "bears the name of the unit 郑州市",
        ),
        (
            HEAD + "stages: [{id: s, title: 一, end: 2月29日}]\n",
            "stages[0].end",
            "2月29",
            "not a day",
        ),
        (
            HEAD + "enquiries: [{office: 处, track: bus}]\n",
            "enquiries[0].track",
            "bus",
            "unknown tra",
        ),
        (
            HEAD + "stages: [{id: s, title: 一}, {id: s, title: 二}]\n",
            "stages[1].id",
            "s, title: 二",
            "the stage id “s” stands twice",
        ),
    ],
)
def test_an_error_in_the_campaign(head: str, field: str, at: str, message: str) -> None:
    text = declared(head=head)
    (problem,) = errors(text)
    stands(problem, text, field, at, message)


def test_a_hint_names_what_is_near() -> None:
    (problem,) = errors(declared(milestone(who="citties"), head=GROUPS))
    assert problem.mend == "did you mean cities?"


def test_a_fault_in_a_group_is_told_once() -> None:
    head = HEAD + "groups: {a: [nowhere]}\n"
    text = declared(*(milestone(f"m{n}", who="a") for n in range(5)), head=head)
    assert [problem.field for problem in errors(text)] == ["groups.a"]


def test_duplicate_ids_are_told_at_the_second() -> None:
    text = declared(milestone(), milestone(), milestone("other"))
    (problem,) = errors(text)
    assert problem.field == "milestones[1].id"
    assert (problem.line, problem.column) == place(text, "plan", 2)


def test_a_monthly_duty_needs_its_months_and_what_it_covers() -> None:
    assert "not the due date of a once" in errors(declared(milestone(due="每月5日前")))[0].message
    found = errors(declared(milestone(due="每月5日前", more="kind: monthly")))
    assert [problem.message.rpartition(" ")[2] for problem in found] == [
        "“first”",
        "“last”",
        "“covers”",
    ]


def test_a_quarterly_duty_needs_a_month_in_which_it_is_due() -> None:
    months = "kind: quarterly\nfirst: 2022-07\nlast: 2022-08\ncovers: current"
    assert "“covers”" in errors(declared(milestone(due="每季度末", more=months[:-16])))[0].message
    (found,) = errors(declared(milestone(due="每季度末", more=months)))
    assert (found.field, found.message) == (
        "milestones[0].last", "from 2022-07 to 2022-08 it is never due"
    )  # fmt: skip
    found = errors(declared(milestone(due="每月5日前", more=months)))[0]
    assert (found.field, "kind: monthly" in found.mend) == ("milestones[0].kind", True)


def test_what_the_words_of_a_recurring_duty_cover_is_held_against_what_is_declared() -> None:
    months = "kind: monthly\nfirst: 2022-06\nlast: 2022-08\ncovers: "
    text = declared(milestone(due="次月15日前", more=months + "current"))
    assert any("“次月15日前” says covers: previous" in one.message for one in warnings(text))
    text = declared(milestone(due="次月15日前", more=months + "previous"))
    assert not any("says covers" in one.message for one in warnings(text))


def test_the_day_of_issue_is_no_milestone() -> None:
    text = declared(
        milestone("issued"), milestone(due="3 working days after issued"),
        head=HEAD + "issued: 2022-05-20\n",
    )  # fmt: skip
    (found,) = errors(text)
    assert found.field == "milestones[1].due" and "another id" in found.mend


def test_what_counts_from_the_day_of_issue_needs_one() -> None:
    (found,) = errors(declared(milestone(due="印发之日起30日内")))
    assert found.field == "milestones[0].due" and "day of issue" in found.message
    assert "issued: 2022-05-20" in found.mend


@pytest.mark.parametrize(
    ("text", "field", "at"),
    [
        (
            declared(milestone("a", more="after: [b]"), milestone("b", more="after: [a]")),
            "milestones[0].after[0]",
            "b]",
        ),
        (
            declared(
                milestone("x"),
                milestone("a", due="1 working day after b", more="after: [x]"),
                milestone("b", due="b2后1日"),
                milestone("b2", more="after: [a]"),
            ),
            "milestones[1].due",
            "1 working",
        ),
        (declared(milestone("a", due="a后1日")), "milestones[0].due", "a后1日"),
    ],
)
def test_circles_are_shown(text: str, field: str, at: str) -> None:
    (problem,) = errors(text)
    stands(problem, text, field, at, "wait for each other in a circle")


def test_a_due_date_cannot_follow_from_a_monthly_duty() -> None:
    text = declared(
        milestone("monthly", due="每月5日前", more=MONTHLY),
        milestone("then", due="3 working days after monthly"),
    )
    (problem,) = errors(text)
    stands(problem, text, "milestones[1].due", "3 working", "“monthly” recurs")


def test_a_very_long_chain_of_due_dates_is_refused() -> None:
    chain = [milestone(f"m{n}", due=f"m{n - 1}后1日") for n in range(1, 400)]
    found = errors(declared(milestone("m0"), *chain))
    assert {problem.message for problem in found} == {
        "too many due dates follow one from the other"
    }


@pytest.mark.parametrize(
    ("text", "field", "at", "message"),
    [
        (declared(milestone(due="2023-01-10")), "due", "2023-", "outside the campaign's year 2022"),
        (declared(milestone(due="2022-06-03")), "due", "2022-06-03", "2022-06-03 Dragon Boat"),
        (
            declared(milestone("a", more="after: [b]"), milestone("b", due="2022-06-30")),
            "after[0]",
            "b]",
            "due on 2022-05-31, before its predecessor “b” on 2022-06-30",
        ),
        (
            declared(milestone(more=f"{TARGET}, points: [{{by: 6月底前, value: 5}}]}}")),
            "targets[0].points[0].by",
            "6月底前",
            "2022-06-30 is after the milestone's due date 2022-05-31",
        ),
    ],
)
def test_a_warning_does_not_stop_the_work(text: str, field: str, at: str, message: str) -> None:
    (problem,) = warnings(text)
    stands(problem, text, f"milestones[0].{field}", at, message)
    assert check(text).declaration is not None


def test_a_year_without_a_notice_is_warned_of() -> None:
    text = declared(milestone(due="2031-05-30"), head=HEAD.replace("year: 2022", "year: 2031"))
    stands(warnings(text)[0], text, "year", "2031\n", "holidays of 2031 are not published")
    assert not errors(text)


def test_29_february_is_a_day_in_a_leap_year() -> None:
    text = declared(milestone(due="2月29日前"), head=HEAD.replace("year: 2022", "year: 2024"))
    assert check(text).problems == ()


@pytest.mark.parametrize(
    ("due", "when", "more", "warned"),
    [
        ("2022-06-03", "2 working days after", "", True),
        ("2022-06-03", "3 calendar days after", "", True),
        ("2022-06-03", "3 working days after", "", False),
        ("2022-06-03", "2 working days after", "if_holiday: next", False),
        ("2022-06-02", "2 working days after", "", False),
    ],
)
def test_the_boss_on_the_first_late_day(due: str, when: str, more: str, warned: bool) -> None:
    """Due on Friday 3 June, a holiday, it is late from the 7th on: two working days after."""
    ladder = f"ladder: [{{id: a, when: on the day}}, {{id: boss, when: {when}, to: [lead]}}]"
    text = declared(milestone(due=due, more=f"{ladder}\n{more}".strip()))
    found = [one for one in warnings(text) if "boss" in one.message]
    assert len(found) == warned
    if warned:
        said = f"“boss” comes on 2022-06-07: “plan”, due on the day off {due}, is late only from"
        stands(found[0], text, "milestones[0].ladder[1].when", f"{when}, to", said)


@pytest.mark.parametrize(("after", "warned"), [(3, False), (4, True), (9, True)])
def test_a_later_interval_that_is_never_reached(after: int, warned: bool) -> None:
    then = f"then: {{after: {after}, every: 5 working days}}"
    rung = f"{{id: a, when: on the day, every: 2 working days, times: 4, {then}}}"
    text = declared(milestone(more=f"ladder: [{rung}]"))
    found = warnings(text)
    assert len(found) == warned and not errors(text)
    if warned:
        said = "“then” never comes: the rung ends after 4 times"
        stands(found[0], text, "milestones[0].ladder[0].then.after", f"{after}, every", said)


@pytest.mark.parametrize("to", ["lead", "owner"])
def test_a_ladder_without_a_rung_for_the_contact(to: str, tmp_path: Path) -> None:
    """An office may owe it itself, where the lead office answers for a unit."""
    ladder = f"[{{id: a, when: on the day, to: [{to}]}}]"
    found = [one.message for one in warnings(declared(milestone(more=f"ladder: {ladder}")))]
    said = ["“a” goes above the contact, who has no rung here"]
    assert found == said
    source = parse_yaml(CAMPAIGN + with_ladder(ladder, BUREAU), "trial.yaml")
    checked = check_source(Path("trial.yaml"), source, organisation(tmp_path))
    assert [one.message for one in checked.problems] == (said if to == "lead" else [])
