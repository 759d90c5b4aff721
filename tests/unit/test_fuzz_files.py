"""Whatever stands in an organisation, a contact list or the settings: read, or said clearly."""

import csv
import io
import json
from datetime import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DubanError, InputError, ProblemsError
from config.plain_text import EMAIL
from config.settings import BUNDLED_ORGANISATION, Settings, load_settings
from tests.support.fuzzing import fuzz
from tests.support.hostile import AWKWARD, ends_within, spoilt, texts, values
from tests.unit.helpers import ORGANISATION, organisation
from workflows.engines import parse_url, shown_url
from workflows.naming import Named
from workflows.organisation_reading import read_organisation
from workflows.people.reading import read_contacts
from workflows.people.rows import ContactRow
from workflows.yaml_source import parse_yaml

SOUND = [
    parse_yaml(ORGANISATION, "f").data,
    parse_yaml(BUNDLED_ORGANISATION.read_text(encoding="utf-8"), "f").data,
]
HERE = organisation()
CAMPAIGNS = [Named("trial-2022", ("试行工作",))]
SETTINGS = sorted(Settings.model_fields)


@fuzz(0.5)
@given(st.sampled_from(SOUND).flatmap(spoilt))
def test_organisations(data: Any) -> None:
    with TemporaryDirectory() as folder, ends_within(60):
        file = Path(folder) / "organisation.yaml"
        file.write_text(json.dumps(data), encoding="utf-8")
        try:
            here = read_organisation(file)
        except ProblemsError as error:
            assert error.problems
            assert all(one.message and one.mend and one.line for one in error.problems)
        else:
            assert here.in_order(here.by_id) == list(here.units)


def test_a_long_chain_and_a_long_circle_of_parents(tmp_path: Path) -> None:
    chain = "".join(
        f"  - {{id: u{n}, name: 单位{n}, level: a, mailbox: u@example.org, parent: u{n + 1}}}\n"
        for n in range(300)
    )
    last = "  - {id: u300, name: 省, level: a, mailbox: u@example.org%s}\n"
    file = tmp_path / "organisation.yaml"
    with ends_within(60):
        file.write_text(f"levels: {{a: 县}}\nunits:\n{chain}{last % ''}", encoding="utf-8")
        assert len(read_organisation(file).units) == 301
        file.write_text(f"levels: {{a: 县}}\nunits:\n{chain}{last % ', parent: u0'}", "utf-8")
        with pytest.raises(ProblemsError, match="more problems") as caught:
            read_organisation(file)
        assert "u0 → u1 → u2" in str(caught.value)
        assert len(str(caught.value)) < 50_000


cells = texts | st.sampled_from(
    ["郑州市", "联络员", "contact", "lead", "a@example.org", "试行工作", "trial-2022", "王明"]
)


@fuzz(2)
@given(
    st.lists(st.lists(cells, min_size=3, max_size=6), max_size=4),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(
        ["name,unit,role,email,campaign\n", "姓名,单位,角色,邮箱\n", "name,name\n", ""]
    ),
)
def test_contact_lists(rows: list[list[str]], encoding: str, head: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    check_contacts((head + buffer.getvalue()).encode(encoding, "replace"))


@fuzz()
@given(st.binary(max_size=200))
def test_anything_as_a_contact_list(content: bytes) -> None:
    check_contacts(content)
    check_contacts(b"name,unit,role,email\n" + content)


def check_contacts(content: bytes) -> None:
    with TemporaryDirectory() as folder, ends_within(60):
        file = Path(folder) / "contacts.csv"
        file.write_bytes(content)
        try:
            found = read_contacts(file, HERE, CAMPAIGNS)
        except ProblemsError as error:
            assert all(one.message and one.mend and one.line for one in error.problems)
        except InputError as error:
            assert error.message and error.mend
        else:
            assert all(usable(one) for one in found)


def usable(row: ContactRow) -> bool:
    """Whether nothing in the row can end a line, start a header or name two mailboxes."""
    return bool(
        row.name.isprintable()
        and EMAIL.fullmatch(row.address)
        and (HERE.unit(row.unit_id) or HERE.department(row.unit_id))
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name,unit,role,email\n" + b"x,y,z,w\n" * 30_000, "more than 20000 rows"),
        (b"name,unit,role,email\n" + b"x,\xe9\x83\x91,z,w\n" * 15_000, "more problems"),
        (b"x" * 10_000_001, "is too large"),
        (b'name,unit,role,email\n"' + b"x\n" * 100_000, "cannot be read as CSV"),
        (b"name,unit,role,email\n" + b'"' * 9_000_000, "cannot be read as CSV"),
    ],
    ids=["rows", "wrong rows", "bytes", "one open quote", "quotes"],
)
def test_a_contact_list_beyond_all_measure(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes(content)
    with ends_within(60), pytest.raises(InputError, match=says) as caught:
        read_contacts(file, HERE, [])
    assert len(str(caught.value)) < 50_000


variables = st.dictionaries(
    st.sampled_from(SETTINGS),
    st.sampled_from([text for text in AWKWARD if "\0" not in text and "\ud800" not in text])
    | st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=30)
    | st.sampled_from(
        ["http://[", "09:00+08:00", "23:59:59.999999", "nan", "inf", "1e400", "0", "-1", "Asia",
         "Asia/Shanghai", "postgresql://u:secret-word@h:x/d", "sqlite://", "mysql://h/d", "http:",
         "https://u:p@h/?#", "a" * 300, "xn--", "é.example", "/", "/dev/null", "a@b", "true"]
    ),
    max_size=4,
)  # fmt: skip


@fuzz(2)
@given(variables)
def test_variables(given_values: dict[str, str]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in given_values.items():
            patch.setenv(f"DUBAN_{name.upper()}", value)
        check_settings()


@fuzz()
@given(st.dictionaries(st.sampled_from(SETTINGS), values, max_size=4))
def test_a_settings_file(content: dict[str, Any]) -> None:
    check_file("".join(f"{name} = {toml(value)}\n" for name, value in content.items()).encode())


@fuzz()
@given(
    st.binary(max_size=100)
    | st.sampled_from(
        [b"a=" + b"[" * 10_000, b"[" * 10_000, b"a." * 7_000 + b"a = 1", b"home = 1" * 900,
         b"\xff\xfeh\0o\0", b"a = " + b"9" * 9_000, b"a = '''" + b"x" * 9_000, b"#" * 200_000,
         b"[home]\na = 1", b"home = 2022-06-01T00:00:00Z", b"smtp_password = {a = 1}"]
    )
)  # fmt: skip
def test_anything_as_a_settings_file(content: bytes) -> None:
    check_file(content)


def toml(value: Any) -> str:
    """A value as TOML writes it, nearly: what does not fit is part of the trial."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def check_file(content: bytes) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        file = Path("duban.toml")
        file.touch(mode=0o600)
        file.write_bytes(content)
        check_settings()


def check_settings() -> None:
    """Settings whose every answer can be had, or one clear error."""
    with ends_within(60):
        try:
            settings = load_settings()
        except InputError as error:
            assert error.message and error.mend
            assert "secret-word" not in str(error)
            assert len(error.message) < 3000
            return
        assert settings.zone.key and settings.maildir.name
        assert isinstance(settings.smtp_is_local, bool)
        assert settings.window_start < settings.window_end <= time.max
        assert EMAIL.fullmatch(settings.mail_from)
        try:
            parse_url(settings.resolved_database_url)
            assert "secret-word" not in shown_url(settings.resolved_database_url)
        except DubanError as error:
            assert "secret-word" not in str(error)
