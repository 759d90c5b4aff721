"""Secrets are refused where others can read them, and no message repeats one."""

import json
from pathlib import Path

import pytest

from tests.support.program import run_here

SECRET = "Tr0ub4dor&3-纸鹤"
Capture = pytest.CaptureFixture[bytes]


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and English from the first message on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")


def refused(capture: Capture, *arguments: str) -> str:
    """What the program says where it refuses to run; the secret is not in it."""
    code, out, err = run_here(capture, *arguments)
    assert code == 2 and "→" in err
    assert SECRET not in out + err
    return err


def setting(capture: Capture, name: str, *arguments: str) -> tuple[str, str]:
    """A setting's value and origin, as `config show` says; no secret is in any of its formats."""
    for form in ("table", "csv", "xlsx"):
        code, out, err = run_here(capture, *arguments, "config", "show", "--format", form)
        assert code == 0 and SECRET not in out + err
    _code, out, _err = run_here(capture, *arguments, "config", "show", "--format", "json")
    assert SECRET not in out
    (row,) = [one for one in json.loads(out) if one["setting"] == name]
    return row["value"], row["origin"]


@pytest.mark.parametrize(
    ("mode", "content", "says"),
    [
        (0o644, SECRET, "chmod 600 password"),
        (0o640, SECRET, "chmod 600 password"),
        (0o602, SECRET, "chmod 600 password"),
        (0o600, "", "one line"),
        (0o600, f"{SECRET}\n{SECRET}\n", "one line"),
        (0o600, SECRET * 1000, "too large"),
        (0o600, "", "cannot read"),
    ],
)
def test_a_password_file_that_will_not_do(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture, mode: int, content: str, says: str
) -> None:
    file = Path("password")
    file.write_text(content, encoding="utf-8")
    file.chmod(mode)
    if says == "cannot read":
        file.unlink()
    monkeypatch.setenv("DUBAN_SMTP_PASSWORD_FILE", "password")
    assert says in refused(capsysbinary, "overdue")


def test_a_password_comes_from_one_place(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    file = Path("password")
    file.touch(mode=0o600)
    file.write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("DUBAN_SMTP_PASSWORD_FILE", "password")
    assert setting(capsysbinary, "smtp_password") == ("••••••", "DUBAN_SMTP_PASSWORD_FILE")
    monkeypatch.setenv("DUBAN_SMTP_PASSWORD", SECRET)
    said = refused(capsysbinary, "overdue")
    assert "both DUBAN_SMTP_PASSWORD and DUBAN_SMTP_PASSWORD_FILE are set" in said


@pytest.mark.parametrize(
    "line",
    [
        f'smtp_password = "{SECRET}"',
        f'database_url = "postgresql://duban:{SECRET}@127.0.0.1:1/duban"',
        f'database_url = "postgresql://127.0.0.1:1/duban?password={SECRET}"',
    ],
)
def test_a_settings_file_with_a_password_must_be_private(capsysbinary: Capture, line: str) -> None:
    file = Path("duban.toml")
    file.write_text(f"{line}\n", encoding="utf-8")
    file.chmod(0o644)
    said = refused(capsysbinary, "config", "show")
    assert "others can read it" in said and "chmod 600 duban.toml" in said
    file.chmod(0o600)
    name = line.partition(" ")[0]
    assert setting(capsysbinary, name)[1] == f"duban.toml: {name}"


def test_a_settings_file_without_a_password_may_be_read_by_all(capsysbinary: Capture) -> None:
    file = Path("duban.toml")
    file.write_text(
        'http_port = 9001\nsmtp_password = ""\ndatabase_url = "postgresql://duban@127.0.0.1/duban"\n',
        encoding="utf-8",
    )
    file.chmod(0o644)
    assert setting(capsysbinary, "http_port") == ("9001", "duban.toml: http_port")


def test_config_show_says_where_each_setting_comes_from(capsysbinary: Capture) -> None:
    assert setting(capsysbinary, "language") == ("en", "DUBAN_LANGUAGE")
    assert setting(capsysbinary, "tick_seconds") == ("30", "default")
    assert setting(capsysbinary, "home", "--home", "elsewhere") == ("elsewhere", "--home")
    assert setting(capsysbinary, "database_url") == ("sqlite:///var/duban.db", "default")
    assert setting(capsysbinary, "smtp_password") == ("", "default")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://duban:{SECRET}@127.0.0.1:1/duban",
        f"postgresql://duban:x/{SECRET}@127.0.0.1:1/duban?sslmode=disable&password={SECRET}",
        f"postgresql://duban:{SECRET}@127.0.0.1:x/duban",
        f"postgresql://duban:{SECRET}@[127.0.0.1/duban",
        f"mysql://duban:{SECRET}@127.0.0.1/duban",
        f"postgresql://duban@127.0.0.1:1/duban?password={SECRET}&nonsense={SECRET}",
        f"sqlite:///nowhere/?password={SECRET}",
        SECRET,
    ],
)
def test_no_command_shows_the_database_password(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture, url: str
) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", url)
    for arguments in ("overdue", "apply --yes --past chase", "config show", "tick"):
        _code, out, err = run_here(capsysbinary, *arguments.split())
        assert (out + err).strip()
        assert "Tr0ub" not in out + err


def test_no_wrong_setting_is_repeated(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    names = ["TIME_ZONE", "PUBLIC_URL", "HTTP_PORT", "WINDOW_START", "MAIL_FROM", "SMTP_SECURITY",
             "SMTP_TIMEOUT", "IN_DOUBT", "SMTP_CONNECTIONS"]  # fmt: skip
    for name in names:
        monkeypatch.setenv(f"DUBAN_{name}", SECRET)
    said = refused(capsysbinary, "overdue")
    assert all(f"DUBAN_{name}: " in said for name in names)
