"""Whatever stands in a declaration: a campaign that compiles, or problems with place and mend."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DubanError, Problem, ProblemsError
from config.settings import BUNDLED_CAMPAIGNS, BUNDLED_ORGANISATION
from tests.support.fuzzing import fuzz
from tests.support.hostile import ends_within, spoilt, texts
from tests.unit.helpers import HEAD, check, declared, milestone
from tests.unit.helpers import organisation as small_organisation
from workflows.compile import compile_campaign
from workflows.dates import single_date
from workflows.lint_size import MAX_ASSIGNMENTS
from workflows.loading import Checked, check_file, check_source
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.phrases import Due, PhraseError, parse_due
from workflows.rung_times import Offset, parse_interval, parse_offset
from workflows.selectors import Selector, SelectorError, select
from workflows.yaml_source import parse_yaml

FILES = sorted(BUNDLED_CAMPAIGNS.glob("*.yaml"))
TEXTS = [file.read_text(encoding="utf-8") for file in FILES]
HERE = read_organisation(BUNDLED_ORGANISATION)
SMALL = small_organisation()


def plain(text: str) -> Any:
    """The data of a YAML text, with dates as text."""
    return parse_yaml(text, "f").data


CAMPAIGNS = [plain(text) for text in TEXTS]


def law(checked: Checked, here: Organisation) -> None:
    """Clean and compiled, or at least one clear error."""
    clear(checked.problems)
    if checked.declaration is None:
        assert checked.errors
        return
    assert not checked.errors
    compiled = compile_campaign(checked.declaration, here)
    assert len(compiled) <= MAX_ASSIGNMENTS
    assert all(one.ladder and one.late_after >= one.due for one in compiled)


def obey(data: Any, here: Organisation) -> None:
    """The law for data written down in a file. JSON is YAML 1.2, and its escapes bring in what
    the reader would refuse raw."""
    with ends_within(60):
        try:
            source = parse_yaml(json.dumps(data), "f.yaml")
        except ProblemsError as error:
            clear(error.problems)
        else:
            law(check_source(Path("f.yaml"), source, here), here)


def clear(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        assert problem.message and problem.mend and problem.line and problem.file
        assert str(problem).count("\n") < 10
        assert len(str(problem)) < 5000


@fuzz(0.5)
@given(st.sampled_from(CAMPAIGNS).flatmap(spoilt))
def test_a_plan_with_other_values_in_it(data: Any) -> None:
    obey(data, HERE)


@st.composite
def scrawled(draw: st.DrawFn, text: str) -> bytes:
    """`text` with a few of its bytes changed, taken away or moved, and in some encoding."""
    content = text
    for _time in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 30))
        put = draw(st.sampled_from(["", *"\t\n:-[]{}&*!|>%@`'\"?#,~\0\x85\ufeff", *YAML_PIECES]))
        content = content[:at] + put + content[at + length :]
    encoding = draw(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "gb18030", "utf-32"]))
    raw = bytearray(content.encode(encoding, "surrogatepass" if "utf" in encoding else "replace"))
    if raw and draw(st.integers(0, 4)) == 0:
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


YAML_PIECES = (
    "&a ", "*a", "<<: *a\n", "!!python/object/apply:os.system ['true']", "!!binary Zg==",
    "!!set {}", "!!timestamp 2022-06-15", "!!int x", "!!float y", "!<tag:yaml.org,2002:null> ",
    "%YAML 1.1\n---\n",
    "---\n", "...\n", "? [a, b]\n: c\n", "2022-06-15T10:00:00Z", "- - - - - - - ", "a: &x [*x]\n",
    "[" * 40, "{a: " * 40, "|\n  x\n", ">-\n", "9" * 5000, "x" * 3000, "\\u0000", '"\\ud800"',
)  # fmt: skip


@fuzz(0.5)
@given(st.sampled_from(TEXTS).flatmap(scrawled))
def test_a_plan_with_other_bytes_in_it(content: bytes) -> None:
    with TemporaryDirectory() as folder, ends_within(60):
        file = Path(folder) / "f.yaml"
        file.write_bytes(content)
        law(check_file(file, HERE), HERE)


@fuzz()
@given(
    st.fixed_dictionaries(
        {
            "due": texts
            | st.from_regex(
                r"每月[0-9]{1,3}日前|每季度(首月|末月)[0-9]{1,3}日前|[0-9]{4}-[01][0-9]-[0-3][0-9]"
                r"|印发之日起[0-9]{1,3}(日|个工作日|个月|年)内",
                fullmatch=True,
            ),
            "kind": st.sampled_from(["once", "phase", "monthly", "quarterly", "x"]),
        },
        optional={
            "start": texts,
            "first": st.from_regex(r"[0-9]{4}-[0-9]{2}", fullmatch=True),
            "last": st.from_regex(r"[0-9]{4}-[0-9]{2}", fullmatch=True),
            "covers": st.sampled_from(["previous", "current", "", None]),
            "if_holiday": st.sampled_from(["keep", "previous", "next", "x"]),
            "who": st.recursive(
                texts | st.sampled_from(["郑州市", "two", "one"]),
                lambda inner: st.fixed_dictionaries(
                    {},
                    optional={
                        "units": st.lists(inner, max_size=3),
                        "levels": st.lists(st.sampled_from(["county", "prefecture", "x"])),
                        "where": st.sampled_from(["platforms > 0", "zone < 5", "metro == true"]),
                        "union": st.lists(inner, max_size=3),
                        "except": inner,
                    },
                ),
                max_leaves=6,
            ),
            "after": st.lists(st.sampled_from(["plan", "second", "third"]), max_size=2),
            "ladder": st.lists(
                st.fixed_dictionaries(
                    {
                        "id": st.sampled_from(["a", "b"]),
                        "when": st.sampled_from(
                            [
                                "on the day",
                                "999 working days before",
                                "到期后999个工作日",
                                "light turns yellow",
                                "x",
                            ]
                        ),
                    },
                    optional={"every": st.sampled_from(["1 working day", "999 calendar days"])},
                )
            ),
        },
    ),
    st.integers(1999, 2101),
)
def test_a_plan_of_awkward_duties(duty: dict[str, Any], year: int) -> None:
    data = plain(declared(milestone("plan"), milestone("second", due="plan后3个工作日")))
    data |= {
        "year": year,
        "issued": f"{year}-05-20",
        "groups": {"one": ["two", "two"], "two": ["开封", "滑县"]},
    }
    data["milestones"][0] |= duty
    obey(data, SMALL)


@fuzz(5)
@given(
    texts
    | st.text(
        alphabet="0123456789年月日号前后至到底末旬上中下每个工作天内份- /~"
        "季度首次自印发收通知起半周一二十〇",
        max_size=20,
    )
)
def test_phrases_and_offsets(text: str) -> None:
    for year in (None, 2000, 2100):
        try:
            due: Due | None = parse_due(text, year)
        except PhraseError as error:
            assert str(error)
            due = None
        with suppress(PhraseError):
            assert single_date(text, year or 2022).year
        assert due is None or repr(due)
    for parse in (parse_offset, parse_interval):
        try:
            assert isinstance(parse(text), Offset)
        except ValueError as error:
            assert str(error)


@fuzz(2)
@given(texts | st.from_regex(r"(platforms|metro|zone|x) ?(==|!=|>=|<=|<|>) ?.*", fullmatch=True))
def test_conditions(where: str) -> None:
    try:
        picked = select(Selector(where=where), SMALL, {})
    except (SelectorError, ValueError) as error:
        assert str(error)
    else:
        assert len(picked) <= len(SMALL.units)


def bomb(levels: int, items: int) -> str:
    """The “billion laughs”: lists of aliases of lists of aliases."""
    lines = ["a0: &a0 [" + ", ".join(["x"] * items) + "]"]
    for n in range(1, levels):
        lines.append(f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * items) + "]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(20, 9),
        "a: &a " + "x" * 200_000 + "\nb: [" + "*a, " * 10_000 + "]",
        "a: &a {b: *a}",
        "[" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "{a: " * 50_000,
        "[" + "a, " * 40_000,
        "a: " + "9" * 900_000,
        'a: "' + "\\u0041" * 150_000 + '"',
        "milestones: [" + "{}, " * 10_000 + "]",
        "id: &a " + "é" * 100_000 + "\nmilestones: [" + "{who: *a}, " * 1_000 + "]",
        declared(*(milestone(f"m{n}", who=f"wrong{n}") for n in range(200))),
        declared(*(milestone(f"m{n}", due=f"m{n + 1}后3日") for n in range(200))),
        declared(milestone(more="after: [" + "plan, " * 5_000 + "]")),
        declared(milestone(due="每月5日前", more="kind: monthly\nfirst: 1990-01\nlast: 2110-12")),
        declared(milestone(who="{where: '" + "x" * 100_000 + "'}")),
        declared(milestone(who="{where: 'x > " + " " * 100_000 + "<'}")),
        declared(milestone(due="'" + "每" * 300_000 + "'")),
        declared(milestone(who="{except: " * 25 + "a" + "}" * 25)),
    ],
    ids=lambda text: text[:12].replace("\n", " "),
)
def test_what_would_take_all_time_or_memory_is_refused_at_once(text: str) -> None:
    with ends_within(60):
        try:
            source = parse_yaml(text, "f.yaml")
        except DubanError as error:
            assert len(str(error)) < 1000
            return
        checked = check_source(Path("f.yaml"), source, HERE)
        assert checked.errors
        assert len(str(checked.errors[0])) < 2500


def test_a_plan_may_not_compile_into_more_than_anybody_can_follow() -> None:
    units = "".join(
        f"  - {{id: u{n}, name: 单位{n}, level: a, mailbox: u{n}@example.org}}\n"
        for n in range(700)
    )
    here = Organisation.model_validate(plain(f"levels: {{a: 县}}\nunits:\n{units}"))
    monthly = "kind: monthly\nfirst: 2022-01\nlast: 2026-12\ncovers: current"
    text = declared(*(milestone(f"m{n}", "每月5日前", "{levels: [a]}", monthly) for n in range(3)))
    checked = check_source(Path("f.yaml"), parse_yaml(text, "f.yaml"), here)
    assert any("more than 100000 assignments" in one.message for one in checked.errors)


def test_a_ladder_may_not_come_due_without_end() -> None:
    rungs = "".join(
        f"{{id: r{n}, when: on the day, every: 1 working day, times: 50}}, " for n in range(5)
    )
    own = check(declared(milestone(more=f"ladder: [{rungs}]")))
    assert [one.field for one in own.errors] == ["milestones[0].ladder"]
    shared = check(declared(milestone("a"), milestone("b"), head=f"{HEAD}ladder: [{rungs}]\n"))
    assert [one.field for one in shared.errors] == ["ladder"]
    assert "more than 200 times" in shared.errors[0].message


def test_a_monthly_duty_may_not_last_for_ever() -> None:
    monthly = "kind: monthly\nfirst: 2022-01\nlast: %s\ncovers: current"
    assert not check(declared(milestone(due="每月5日前", more=monthly % "2026-12"))).errors
    (error,) = check(declared(milestone(due="每月5日前", more=monthly % "2027-01"))).errors
    assert error.field == "milestones[0].last" and "more than 60 months" in error.message
