"""Reading YAML: places that are right, and hostile files that end in a clear problem."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError, ProblemsError
from tests.unit.helpers import declared, place
from workflows.yaml_source import COUNTRY, field_name, parse_yaml, read_yaml

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_each_value_and_key_has_its_place() -> None:
    text = "id: x\nwho:\n  - 郑州市\n  - {levels: [a, b]}\n"
    source = parse_yaml(text, "f.yaml")
    assert source.data == {"id": "x", "who": ["郑州市", {"levels": ["a", "b"]}]}
    assert source.places[("who", 0)] == place(text, "郑州市")
    assert source.places[("who", 1, "levels", 1)] == place(text, "b]")
    assert source.keys[("who",)] == place(text, "who")


def test_a_problem_without_a_value_stands_at_the_nearest_one() -> None:
    text = "id: x\nlist:\n  - a: 1\n"
    source = parse_yaml(text, "f.yaml")
    missing = source.problem(("list", 0, "due"), "“due” is missing")
    assert (missing.line, missing.column) == place(text, "a: 1")
    assert missing.field == "list[0].due"
    assert str(missing) == "f.yaml:3:5: list[0].due: “due” is missing"
    empty = parse_yaml("id: x\ntitle:\n", "f.yaml").problem(("title",), "empty")
    assert (empty.line, empty.column) == (2, 1)


def test_values_stay_what_the_user_wrote() -> None:
    text = "a: 2022-02-30\nb: 007\nc: 1_000\nd: true\ne: ~\nf: 0.5\ng: yes\nh: '5'\ni: 0x10\n"
    assert parse_yaml(text, "f").data == {
        "a": "2022-02-30",
        "b": 7,
        "c": 1000,
        "d": True,
        "e": None,
        "f": 0.5,
        "g": "yes",
        "h": "5",
        "i": 16,
    }


@pytest.mark.parametrize(
    "number", ["9" * 5000, "0x" + "f" * 5000, "1e999", ".inf", ".nan", "-.inf"]
)
def test_numbers_that_cannot_be_kept_stay_text(number: str) -> None:
    assert parse_yaml(f"a: {number}", "f").data == {"a": number}


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: 1\n\tb: 2\n", 2, 1, "not valid YAML"),
        ("a: 1\nb: \0x\n", 2, 4, "control character"),
        ('a: 1\nb: "\\0"\n', 2, 4, "control character"),
        ('a: 1\nb: "\\ud800"\n', 2, 4, "control character"),
        ("a: [1, 2\nb: 3\n", 2, 2, "not valid YAML"),
        ("a: 'open\n", 2, 1, "not valid YAML"),
        ("a: *nothing\n", 1, 4, "undefined alias"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key “a” stands twice"),
        ("a: 1\n? [b, c]\n: d\n", 2, 3, "a key must be plain text"),
        ("a: 1\n---\nb: 2\n", 2, 1, "another document"),
        ("%YAML 3.0\n---\na: 1\n", 1, 1, "incompatible"),
        ("", 1, 1, "the file is empty"),
        ("# nothing\n", 1, 1, "the file is empty"),
        ("a: " + "[" * 50 + "]" * 50, 1, 34, "nests or repeats too deeply"),
        ("[" * 2000, 1, 32, "nests or repeats too deeply"),
        ("a: &a [*a]\n", 1, 4, "nests or repeats too deeply"),
        ("- x\n" * 40_000, 30_000, 3, "nests or repeats too deeply"),
        ('a: "\\x9b31m"', 1, 4, "control character"),  # steers a terminal
        ('a: "\\u202e"', 1, 4, "control character"),  # turns what follows it round
        (BOMB, 1, 26, "nests or repeats too deeply"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else str(value),
)
def test_a_hostile_or_broken_file_ends_in_one_clear_problem(
    text: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        parse_yaml(text, "f.yaml")
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.mend
    assert (problem.file, problem.line, problem.column) == ("f.yaml", line, column)


def test_an_anchor_may_be_used_again() -> None:
    assert parse_yaml("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "f").data == {
        "a": 1, "b": 1, "c": 2, "d": 2,
    }  # fmt: skip


def test_every_double_key_is_found_in_one_run() -> None:
    with pytest.raises(ProblemsError) as caught:
        parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\nb: 3\n", "f")
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("a: 1\nb: 郑州".encode("gb18030"), 2, 5),
        ("标题: 郑州\n".encode() + b"b: \xff\n", 2, 4),
        ("a: 1\n".encode("utf-16"), 1, 1),
    ],
)
def test_a_file_that_is_not_utf_8_says_where(
    tmp_path: Path, content: bytes, line: int, column: int
) -> None:
    file = tmp_path / "trial.yaml"
    file.write_bytes(content)
    with pytest.raises(ProblemsError) as caught:
        read_yaml(file)
    (problem,) = caught.value.problems
    assert "not UTF-8" in problem.message
    assert "save it as UTF-8" in problem.mend
    assert (problem.line, problem.column) == (line, column)


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "trial.yaml"
    file.write_bytes("标题: 郑州\n".encode("utf-8-sig"))
    assert read_yaml(file).data == {"标题": "郑州"}


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    circle = tmp_path / "circle.yaml"
    circle.symlink_to(circle)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 1_000_001)
    wrong = [tmp_path / "missing.yaml", tmp_path, circle, large, Path("nul\0.yaml")]
    if Path(os.devnull).with_name("zero").exists():
        wrong.append(Path(os.devnull).with_name("zero"))  # a file without an end
    for file in wrong:
        with pytest.raises(InputError) as caught:
            read_yaml(file)
        assert caught.value.mend


def test_a_field_is_named_as_people_write_it() -> None:
    assert field_name(("milestones", 3, "who", "except")) == "milestones[3].who.except"
    assert field_name(()) == ""


@given(
    st.text(max_size=60)
    | st.text(alphabet="ab:-[]{}&*!|>%@`'\"?#,~ \t\n\0\\<=", max_size=40)
    | st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "replace"))
)
def test_any_text_is_data_or_problems_with_a_place(text: str) -> None:
    try:
        source = parse_yaml(text, "f.yaml")
    except ProblemsError as error:
        lines = text.count("\n") + text.count("\r") + text.count("\x85") + 2
        assert all(1 <= problem.line <= lines + text.count("\u2028") for problem in error.problems)
        assert all(problem.column >= 1 and problem.mend for problem in error.problems)
    else:
        assert source.places[()]


@given(
    st.integers(0, 400), st.sampled_from(["\0", "\t", "[", "&a ", "*a", "!!int ", '"', "\ud800"])
)
def test_a_spoilt_declaration_is_data_or_problems(index: int, spoil: str) -> None:
    text = declared()
    try:
        parse_yaml(text[:index] + spoil + text[index:], "f.yaml")
    except ProblemsError as error:
        assert error.problems


def test_an_organisation_may_be_a_country(tmp_path: Path) -> None:
    file = tmp_path / "organisation.yaml"
    file.write_text("- x\n" * 40_000, encoding="utf-8")
    assert len(read_yaml(file, COUNTRY).data) == 40_000
    with pytest.raises(ProblemsError, match="nests or repeats too deeply"):
        read_yaml(file)
