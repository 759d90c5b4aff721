"""What the linter says of forms: each mistake once, at its place, with a mend."""

import pytest

from tests.unit.helpers import HEAD, check, declared, errors, milestone, warnings

NEEDED = """\
deliverables: [{name: 表, form: 附件1}]
targets:
  - {id: t, title: 数, unit_of_measure: 个, value: 3}
  - {id: sorts, title: 类, unit_of_measure: 个, categories: {甲: 1}}
"""
LIST = """\
shape: rows
columns:
  - {id: name, title: 名称}
  - {id: size, title: 数量, type: number}
  - {id: sort, title: 类型, type: choice, choices: [甲, 乙]}
"""
GRID = """\
shape: grid
columns: [{id: a, title: 甲}, {id: b, title: 乙}]
rows:
  - {id: done, title: 进展, cells: {a: '累计建成{x}个，改造{y}个'}}
blanks: {x: {targets: [t]}, y: {}}
"""
RECORD = """\
shape: record
fields: [{id: name, title: 名称}, {id: size, title: 数量, type: number, targets: [t]}]
"""


def with_form(body: str, attachment: str = "附件1") -> str:
    lines = [f"    {line}" for line in body.rstrip("\n").splitlines()]
    head = f"{HEAD}forms:\n  - id: f\n    title: '{{unit}}表'\n    attachment: {attachment}\n"
    return declared(milestone(more=NEEDED), head=head + "\n".join(lines) + "\n")


@pytest.mark.parametrize("body", [LIST, GRID, RECORD])
def test_what_is_right_is_not_found_fault_with(body: str) -> None:
    assert check(with_form(body)).problems == ()


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (LIST.replace("rows", "record", 1), "", "needs “fields”"),
        (LIST + "fields: [{id: x, title: 某}]\n", ".fields", "has no “fields”"),
        (GRID.replace("blanks", "numbered: true\nblanks"), ".numbered", "has no “numbered”"),
        (LIST.replace("id: size", "id: name"), ".columns[1].id", "“name” stands twice"),
        (LIST.replace("数量", "名 称"), ".columns[1].title", "“名称” stands twice"),
        (LIST.replace(", choices: [甲, 乙]", ""), ".columns[2]", "needs its choices"),
        (LIST.replace("type: number", "choices: [甲]"), ".columns[1].choices", "only a fie"),
        (LIST.replace("[甲, 乙]", "[甲, 甲]"), ".columns[2].choices[1]", "“甲” stands twice"),
        (LIST.replace("type: number", "type: number, targets: [t]"),
         ".columns[1].targets", "is no figure"),
        (LIST.replace("名称}", "名称, who: 某市}"), ".columns[0].who", "unknown unit or gr"),
        (LIST + "computed: [{where: [size > 1]}]\n", ".computed[0]", "of no target"),
        (LIST + "computed: [{targets: [z]}]\n", ".computed[0].targets[0]", "target “z”"),
        (LIST + "computed: [{targets: [sorts]}]\n", ".computed[0]", "needs its category"),
        (LIST + "computed: [{targets: [t], category: 丙}]\n", ".computed[0].category",
         "has no categories"),
        (LIST + "computed: [{targets: [t], part: whole}]\n", ".computed[0].part", "no share"),
        (LIST + "computed: [{targets: [t], sum: sise}]\n", ".computed[0].sum", "“sise”"),
        (LIST + "computed: [{targets: [t], sum: sort}]\n", ".computed[0].sum", "no numbers"),
        (LIST + "computed: [{targets: [t], where: [sort == 丙]}]\n",
         ".computed[0].where[0]", "“类型” is never 丙"),
        (LIST + "computed: [{targets: [t], where: [size == 多]}]\n",
         ".computed[0].where[0]", "“数量” is never 多"),
        (LIST + "computed: [{targets: [t], where: [kind == 甲]}]\n",
         ".computed[0].where[0]", "unknown column “kind”"),
        (GRID.replace("title: 甲", "title: 甲, type: number"), ".columns[0].type", "free text"),
        (GRID.replace("cells: {a", "cells: {c"), ".rows[0].cells.c", "unknown column “c”"),
        (GRID.replace("进展,", "进展, merged: true,"), ".rows[0].cells.a", "column “a”"),
        (GRID.replace("blanks: {x: {targets: [t]}, ", "blanks: {"), ".rows[0].cells.a",
         "unknown blank “x”"),
        (GRID.replace("y: {}", "y: {}, z: {}"), ".blanks.z", "stands in no cell"),
        (GRID.replace("改造{y}", "建成{x}"), ".rows[0].cells.a", "“x” stands twice"),
        (GRID.replace("改造{y}", "累计建成{y}"), ".rows[0].cells.a", "told apart: x, y"),
        (GRID.replace("[t]", "[none]"), ".blanks.x.targets[0]", "unknown target “none”"),
        (GRID.replace("{id: b", "{id: all"), ".columns[1].id", "of a merged row"),
        (RECORD.replace("number", "text"), ".fields[1].targets", "is no figure"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_at_its_place(body: str, field: str, message: str) -> None:
    field = f"forms[0]{field}"
    found = errors(with_form(body))
    assert [(one.field, message in one.message) for one in found if one.field == field] == [
        (field, True)
    ], [str(one) for one in found]
    assert all(one.mend and one.line for one in found)


def test_a_word_that_no_title_has() -> None:
    text = with_form(LIST).replace("{unit}表", "{city}表")
    assert [one.field for one in errors(text)] == ["forms[0].title"]


def test_a_form_that_nobody_asks_for_is_warned_about() -> None:
    found = warnings(with_form(LIST, "附件9"))
    assert [(one.field, "no deliverable" in one.message) for one in found] == [
        ("forms[0].attachment", True)
    ]


def test_a_broken_milestone_makes_no_form_wrong() -> None:
    text = with_form(GRID).replace("due: 2022-05-31", "due: nonsense")
    assert len(errors(text)) == 1
