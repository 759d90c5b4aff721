"""Loading declarations: what the model refuses, all problems in one run, several files."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.errors import InputError, ProblemsError
from config.fault_words import PATTERN_WORDS
from config.settings import BUNDLED_CAMPAIGNS, BUNDLED_ORGANISATION
from tests.unit.helpers import HEAD, check, declared, errors, milestone, organisation, place
from workflows.loading import (
    check_files,
    declaration_files,
    declaration_schema,
    load_declarations,
    organisation_schema,
)
from workflows.organisation_reading import read_organisation

FULL = declared(
    milestone("list", who="cities", more="stage: may\ndepartments: [运管处]\nstart: 2022-05-01"),
    milestone("report", "每月5日前", "[cities, 滑县]",
              "kind: monthly\nfirst: 2022-06\nlast: 2022-11\ncovers: previous\nafter: [list]"),
    milestone("check", "3 working days after list", "{where: platforms > 0}",
              "ladder: [{id: early, when: 5 working days before}]"),
    head=HEAD + "issued: 2022-05-10\ntracks: {bus: {title: 公交}}\n"
    "stages: [{id: may, title: 五月, end: 5月底前}]\ngroups: {cities: {levels: [prefecture]}}\n",
)  # fmt: skip


def test_a_sound_declaration_loads() -> None:
    checked = check(FULL)
    assert checked.errors == ()
    assert checked.declaration is not None
    assert [one.id for one in checked.declaration.milestones] == ["list", "report", "check"]


@pytest.mark.parametrize(
    ("old", "new", "field", "at", "message", "mend"),
    [
        ("  kind: mon", "  kinds: mon", "[1].kinds", "kinds", "unknown key “kinds”", "kind"),
        ("title: 公交", "titel: 公交", "tracks.bus.titel", "titel", "unknown key", "mailbox"),
        ("{levels:", "{level:", "groups.cities.level", "level:", "unknown key", "levels, where"),
        ("{where:", "{if: x, where:", "[2].who.if", "if:", "unknown key “if”", "union, except"),
        ("when: 5 working", "wen: 5 working", "[2].ladder[0].wen", "wen", "unknown key", "when"),
        ("year: 2022", "year: next", "year", "next", "a whole number is expected", "5"),
        ("year: 2022", "year: 1822", "year", "1822", "“1822” is too small", "at least 2000"),
        ("year: 2022", f"year: {'9' * 5000}", "year", "9999", "this number is too la", "small"),
        ("owner: 厅运管处", "owner: 7", "owner", "7", "text is expected here", "quotes"),
        ("title: 试行工作", "title: []", "title", "[]", "text is expected here", "write text"),
        ("mailbox: trial@example.org", "mailbox: trial", "mailbox", "trial\n", "e-mail", "@"),
        ("issued: 2022-05-10", "issued: 2022-02-30", "issued", "2022-02-30", "not a day", "2022-0"),
        ("issued: 2022-05-10", "issued: 20220510", "issued", "20220510", "not a date", "2022-05-2"),
        ("due: 2022-05-31", "due: 2022-02-30", "[0].due", "2022-02-30", "not a day", "5月底前"),
        ("due: 2022-05-31", "due: soon", "[0].due", "soon", "cannot read the date “soon”", "5月底"),
        ("due: 2022-05-31", "due: 5", "[0].due", "5\n    who", "text is expected", "write text"),
        ("start: 2022-05-01", "start: 5月", "[0].start", "5月\n", "“5月” is not one date", "8月底"),
        ("kind: monthly", "kind: weekly", "[1].kind", "weekly", "“weekly” is not allowed", "phase"),
        ("first: 2022-06", "first: 2022-13", "[1].first", "2022-13", "not a month", "2022-06"),
        ("first: 2022-06", "first: 6月", "[1].first", "6月", "“6月” is not a month", "as 2022-06"),
        ("first: 2022-06", "first: 6\n", "[1].first", "6\n", "“6” is not a month", "as 2022-06"),
        ("after: [list]", "after: list", "[1].after", "list\n  - id: check", "a list", "- "),
        ("who: cities", "who: 5", "[0].who", "5\n    clause", "a mapping is expected", "key"),
        ("who: cities", "who: {}", "[0].who", "{}", "a selector needs units", "levels: [pre"),
        ("platforms > 0", "platforms", "[2].who.where", "platforms", "cannot read the cond", "> 0"),
        ("when: 5 working days before", "when: early", "[2].ladder[0].when", "early}", "can", "w"),
        ("fore}", "fore, to: [boss]}", "[2].ladder[0].to[0]", "boss", "“boss” is nei", "or an add"),
        ("fore}", "fore, to: [{}]}", "[2].ladder[0].to[0]", "{}", "“…” is neither", "of contact, "),
        ("fore}", "fore, release: true}", "[2].ladder[0].release", "true", "“true” is", "auto, ho"),
        ("id: list", "id: List 1", "[0].id", "List 1", "“List 1” is not an id", "bridges-2022"),
        ("{bus: {", "{Bus 1: {", "tracks.Bus 1", "Bus 1", "“Bus 1” is not an", "small letters"),
        ("    clause: 四\n    stage", "    stage", "[0].clause", "id: list", "is missing", "add"),
        ("title: 试行工作\n", "", "title", "id: trial", "“title” is missing", "add it"),
    ],
)  # fmt: skip
def test_what_the_model_refuses_is_shown_where_it_stands(
    old: str, new: str, field: str, at: str, message: str, mend: str
) -> None:
    assert old in FULL
    text = FULL.replace(old, new, 1)
    found = errors(text)
    problem = found[0] if len(found) == 1 else next(p for p in found if field in p.field)
    assert problem.field == field.replace("[", "milestones[", 1) if field[0] == "[" else field
    assert problem.file == "trial.yaml"
    assert message in problem.message
    assert mend in problem.mend
    assert problem.mend
    assert (problem.line, problem.column) == place(text, at)


def test_everything_wrong_is_told_in_one_run_in_the_order_of_the_file() -> None:
    text = FULL
    for old, new in (
        ("title: 试行工作\n", ""),
        ("owner: 厅运管处", "owner: 厅运营处"),
        ("title: 五月, end: 5月底前", "titel: 五月"),
        ("title: 公交", "titel: 公交"),
        ("due: 2022-05-31", "due: soon"),
        ("[cities, 滑县]", "[cities, 华县]"),
        ("5 working days before", "early"),
    ):
        text = text.replace(old, new, 1)
    found = errors(text)
    assert [problem.field for problem in found] == [
        "title",
        "owner",
        "tracks.bus.title",
        "tracks.bus.titel",
        "stages[0].title",
        "stages[0].titel",
        "milestones[0].due",
        "milestones[1].who",
        "milestones[2].ladder[0].when",
    ]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert all(problem.line and problem.column and problem.mend for problem in found)


def test_a_broken_stage_does_not_shift_the_others() -> None:
    stages = "stages:\n  - {id: 1 a, title: 一}\n  - {id: b, title: 二, end: 2月29日}\n"
    text = declared(milestone(more="stage: b"), head=HEAD + stages)
    found = errors(text)
    assert [problem.field for problem in found] == ["stages[0].id", "stages[1].end"]
    assert found[1].line == place(text, "2月29日")[0]


@pytest.mark.parametrize("key", ["stages", "enquiries", "tracks", "groups", "ladder", "milestones"])
@pytest.mark.parametrize("value", ["5", "x", "[5]", "{a: 5}", "[]", "{}", "~", "[[]]", "[~]"])
def test_a_part_of_the_wrong_shape_is_a_problem_or_fine(key: str, value: str) -> None:
    text = (
        HEAD + ("" if key == "milestones" else "milestones:\n" + milestone()) + f"{key}: {value}\n"
    )
    for problem in errors(text):
        assert problem.field.startswith(key)
        assert problem.line == text.count("\n")


@pytest.mark.parametrize("text", ["5", "[a, b]", "~", "text"])
def test_a_file_that_is_no_mapping_says_so(text: str) -> None:
    (problem,) = errors(text)
    assert (problem.line, problem.column) == (1, 1)
    assert "a mapping is expected here" in problem.message


def test_a_campaign_id_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("# a comment\n" + declared(), encoding="utf-8")
    files = declaration_files(tmp_path)
    first, second = check_files(files, organisation())
    assert first.declaration is not None
    (problem,) = second.errors
    assert "“trial-2022” is also in" in problem.message
    assert (problem.field, problem.line, problem.column) == ("id", 2, 5)
    with pytest.raises(ProblemsError):
        load_declarations(files, organisation())


def test_the_errors_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(declared(milestone(due="soon")), encoding="utf-8")
    (tmp_path / "b.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_declarations(declaration_files(tmp_path), organisation())
    assert len(caught.value.problems) == 2
    assert caught.value.exit_code == 2


def test_a_folder_without_declarations_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are no declarations"):
        declaration_files(tmp_path)


def test_the_bundled_campaigns_have_no_error() -> None:
    here = read_organisation(BUNDLED_ORGANISATION)
    assert len(load_declarations(declaration_files(BUNDLED_CAMPAIGNS), here)) == 5


def test_the_schemas_name_every_key() -> None:
    for schema in (declaration_schema(), organisation_schema()):
        assert '"$schema": "https://json-schema.org/draft/2020-12/schema"' in schema
    assert '"except"' in declaration_schema()


SPOILS = st.text(max_size=3) | st.sampled_from(
    ["\t", "\0", "  - ", ": ", "[", "{", "&a ", "*a", "~", "'", "9" * 40, "二", "-", "\n", "!!int "]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(FULL)), st.integers(0, 6), SPOILS), max_size=3))
@example([(FULL.index("  last: 2022-11"), 18, "")])  # monthly, and never due
def test_a_spoilt_declaration_never_fails_in_another_way(
    edits: list[tuple[int, int, str]],
) -> None:
    text = FULL
    for index, length, put in edits:
        text = text[:index] + put + text[index + length :]
    checked = check(text)
    assert (checked.declaration is None) == bool(checked.errors)
    assert all(problem.line >= 1 and problem.message for problem in checked.problems)


@pytest.mark.parametrize("schema", [declaration_schema, organisation_schema])
def test_no_regular_expression_is_shown_to_who_writes_a_file(schema: Callable[[], str]) -> None:
    patterns = {json.loads(one) for one in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema())}
    assert patterns
    assert patterns <= PATTERN_WORDS.keys()
