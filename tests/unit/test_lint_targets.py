"""What the linter says of targets: each error once, at its place, with a mend."""

import pytest

from tests.unit.helpers import check, declared, errors, milestone, place

NUMBER = "{id: t, title: 数, unit_of_measure: 个, "
PARTS = """\
targets:
  - {id: a, title: 甲, unit_of_measure: 个, value: 1}
  - {id: b, title: 乙, unit_of_measure: '%', measure: share, value: 90}
  - {id: c, title: 丙, unit_of_measure: 个, value: 1, scope: province, sum_of: [a]}
  - {id: d, title: 丁, unit_of_measure: 条, value: 1}
  - """


def one(fields: str) -> str:
    """A declaration whose only target has these fields."""
    return declared(milestone(more=f"targets:\n  - {NUMBER}{fields}}}"))


def summed(fields: str) -> str:
    """A declaration with targets of several sorts, and a province target with these fields."""
    return declared(milestone(more=f"{PARTS}{NUMBER}value: 9, {fields}}}"))


@pytest.mark.parametrize(
    ("fields", "field", "at", "message"),
    [
        ("note: 无", "", "{id: t", "either a value or points"),
        ("value: 1, points: [{by: 5月底前, value: 1}]", ".points", "[{by", "“value” or “points”"),
        ("value: 1, baseline: {times: 2, value: 3}", ".baseline", "{times", "or “baseline”"),
        ("value: 1, categories: {甲: 1}", ".categories", "{甲", "“value” or “categories”"),
        ("measure: yes_no, value: 1", ".value", "1}", "says itself"),
        ("measure: all, categories: {甲: 1}", ".categories", "{甲", "says itself"),
        (
            "points: [{by: 2022-05-01, value: 9}, {by: 2022-05-31, value: 3}]",
            ".points", "[{by", "the points fall",
        ),
        ("points: [{by: 2月29日, value: 9}]", ".points[0].by", "2月29日", "is not a day"),
        ("value: 1, curve: [{by: 2月29日, value: 9}]", ".curve[0].by", "2月29日", "is not a day"),
        ("value: 1, start: 2月29日", ".start", "2月29日", "is not a day"),
        ("measure: share, value: 101", "", "{id: t", "more than 100%"),
        ("value: 1, of: metro", ".of", "metro", "belongs to a share"),
        ("baseline: {times: 4}", ".baseline", "{times", "either a value or an attribute"),
        (
            "baseline: {times: 4, value: 1, attribute: cases_2021}",
            ".baseline", "{times", "either a value or an attribute",
        ),
        (
            "value: 9, pace: none, curve: [{by: 2022-05-05, value: 3}]",
            ".curve", "[{by", "itself what is expected",
        ),
        ("value: 1, scope: province, who: 郑州市", ".who", "郑州市}", "binds no single units"),
        ("value: 1, who: 郑洲市", ".who", "郑洲市", "unknown unit"),
        ("value: 1, reporters: 郑州市", ".reporters", "郑州市}", "belongs to a province target"),
        ("value: 1, sum_of: [t]", ".sum_of", "[t]", "belongs to a province target"),
        ("value: 1, scope: province, reporters: 郑洲市", ".reporters", "郑洲市", "unknown unit"),
        ("value: 1, operator: '>'", ".operator", "'>'", "is not allowed here"),
        ("measure: all, of: a-b", ".of", "a-b", "not the name of an attribute"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)  # fmt: skip
def test_an_error_in_a_target(fields: str, field: str, at: str, message: str) -> None:
    text = one(fields)
    (problem,) = errors(text)
    assert message in problem.message
    assert problem.field == f"milestones[0].targets[0]{field}"
    assert (problem.line, problem.column) == place(text, at)
    assert problem.mend


@pytest.mark.parametrize(
    ("fields", "field", "at", "message"),
    [
        ("sum_of: [z]", ".sum_of[0]", "z]", "unknown target “z”"),
        ("sum_of: [a, c]", ".sum_of[1]", "c]", "“c” is itself added up"),
        ("sum_of: [t]", ".sum_of[0]", "t]", "“t” is itself added up"),
        ("sum_of: [a, b]", ".sum_of[1]", "b]", "“b” is measured otherwise"),
        ("sum_of: [a, d]", ".sum_of[1]", "d]", "“d” is measured otherwise"),
        ("sum_of: [a], reporters: 郑州市", ".reporters", "郑州市}", "either “reporters” or"),
    ],
)
def test_an_error_in_a_sum(fields: str, field: str, at: str, message: str) -> None:
    text = summed(f"scope: province, {fields}")
    (problem,) = errors(text)
    assert message in problem.message
    assert problem.field == f"milestones[0].targets[4]{field}"
    before = text[: text.rindex(NUMBER)]  # what stands above may be written alike
    start = before.rindex("\n") + 1
    assert problem.line == text.count("\n", 0, start) + 1
    assert text[start + problem.column - 1 :].startswith(at)
    assert problem.mend


@pytest.mark.parametrize(
    "fields",
    [
        "value: 0",
        "measure: yes_no",
        "measure: all, of: platforms",
        "measure: all, points: [{by: 2022-05-31, value: 3}]",
        "measure: share, of: platforms, value: 100",
        "baseline: {times: 4, attribute: cases_2021}",
        "categories: {甲: 1, 乙: 2}, need: any",
        "operator: <=, points: [{by: 2022-05-01, value: 9}, {by: 2022-05-31, value: 3}]",
        "value: 9, curve: [{by: 2022-05-05, value: 3}, {by: 2022-05-31, value: 9}]",
        "value: 9, scope: province, reporters: [郑州市, 滑县], maximum: 90, reported: increment",
        "value: 9, pace: none, binding: strive, start: 2022-05-01",
    ],
)
def test_what_may_stand_together(fields: str) -> None:
    assert check(one(fields)).errors == ()


def test_two_targets_of_one_id() -> None:
    text = declared(milestone(more=f"targets:\n  - {NUMBER}value: 1}}\n  - {NUMBER}value: 2}}"))
    (problem,) = errors(text)
    assert "“t”" in problem.message and problem.mend
