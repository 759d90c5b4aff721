"""Settings: what wins over what, and wrong values named with where they were set."""

from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.errors import InputError
from config.i18n import using_language
from config.settings import InDoubt, Settings, SmtpSecurity, load_settings
from workflows.database import Database


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DUBAN_CONFIG", raising=False)


def test_the_defaults_need_no_server() -> None:
    settings = load_settings()
    assert settings.home == Path("var")
    assert settings.resolved_database_url == "sqlite:///var/duban.db"
    assert settings.maildir == Path("var/mail")
    assert settings.smtp_is_local
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.window_start == time(9)
    assert (settings.in_doubt, settings.smtp_security) == (InDoubt.RESEND, SmtpSecurity.STARTTLS)


def test_flags_go_before_variables_before_the_file_before_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().http_port == 8822
    (tmp_path / "duban.toml").write_text("http_port = 1\n")
    assert load_settings().http_port == 1
    monkeypatch.setenv("DUBAN_HTTP_PORT", "2")
    assert load_settings().http_port == 2
    assert load_settings(http_port=3).http_port == 3
    assert load_settings(http_port=None).http_port == 2  # a flag that was not given


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "duban.toml").write_text("http_port = 1\n")
    (tmp_path / "office.toml").write_text('http_port = 4\nwindow_start = "08:30"\n')
    monkeypatch.setenv("DUBAN_CONFIG", "office.toml")
    assert load_settings().http_port == 4
    assert load_settings().window_start == time(8, 30)
    monkeypatch.setenv("DUBAN_CONFIG", "missing.toml")
    with pytest.raises(InputError, match=r"the settings file missing\.toml is missing"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("http_port", "many"),
        ("http_port", "65536"),
        ("time_zone", "Asia/Luoyang"),
        ("time_zone", "../secret"),
        ("time_zone", ""),
        ("language", "fr"),
        ("window_start", "25:00"),
        ("tick_seconds", "0"),
        ("public_url", "duban.example.org"),
        ("public_url", "ftp://duban.example.org"),
        ("smtp_security", "ssl"),
        ("in_doubt", "forget"),
        ("smtp_timeout", "-1"),
        ("smtp_timeout", "inf"),
        ("window_start", "08:00+08:00"),  # cannot be compared with a local time
        ("tick_seconds", "99999999999999999999"),
        ("mail_from", "duban@example.org>, <x@example.org"),
        ("mail_from", "duban"),
        ("http_host", "a" * 64),  # longer than a name's part may be
        ("trusted_proxies", "10.0.0.1, proxy.example.org"),
        ("trusted_proxies", "10.0.0.1/8"),  # a network's address ends in zeros
        ("actor", "office\\u001b[31m"),
        ("home", "var\\n"),
    ],
)
def test_a_wrong_value_is_named_with_where_it_was_set(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "duban.toml").write_text(f'{name} = "{value}"\n')
    with pytest.raises(InputError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"duban.toml:1: {name}: ")
    assert caught.value.mend
    assert caught.value.exit_code == 2
    monkeypatch.setenv(f"DUBAN_{name.upper()}", value.encode().decode("unicode_escape"))
    with pytest.raises(InputError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"DUBAN_{name.upper()}: ")


def test_all_wrong_values_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "duban.toml").write_text('http_port = 70000\ntime_zone = "Mars"\nhttpport = 5\n')
    monkeypatch.setenv("DUBAN_LANGUAGE", "fr")
    with pytest.raises(InputError) as caught:
        load_settings()
    places = {line.rpartition(": ")[0] for line in caught.value.message.splitlines()}
    assert len(places) == 4
    assert {"duban.toml:1: http_port", "duban.toml:3: httpport", "DUBAN_LANGUAGE"} <= places


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('smtp_profile = "gmail"', "smtp_profile: 请填写其中之一：plain、"),
        ("smtp_per_day = -3", "smtp_per_day: 不得小于0"),
        ('language = "fr"', "language: 请填写其中之一：zh、en"),
        ('window_start = "25:00"', "window_start: 请填写"),
        ('tick_seconds = "soon"', "tick_seconds: 写法示例：5"),
        ('morning_list = "perhaps"', "morning_list: 请填写"),
        ("home = 5", "home: 请填写"),
        ("public_url = 5", "public_url: 请填写"),
        ("windows_start = 5", "windows_start: 未知的键，是否要写“window_start”？"),
        ("[channels]\na = 5", "channels: 请填写"),
    ],
)
def test_a_wrong_value_is_told_in_the_language_in_force(
    line: str, said: str, tmp_path: Path
) -> None:
    """With the line, and what is allowed."""
    file = tmp_path / "duban.toml"
    file.write_text(f"# ours\n\n{line}\n")
    file.chmod(0o600)
    with using_language("zh"), pytest.raises(InputError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"duban.toml:3: {said}")


def test_a_broken_file_says_on_which_line(tmp_path: Path) -> None:
    (tmp_path / "duban.toml").write_text("http_port = 1\nhome = \n")
    with pytest.raises(InputError, match=r"duban\.toml is not valid TOML: .*line 2"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"http_port = " + b"9" * 5000, "is not valid TOML"),
        (b"home = " + b"[" * 5000, "is not valid TOML"),
        (b"language = '\xff'", "is not valid TOML"),
        (b"#" * 16_001, "is too large"),
    ],
)
def test_a_settings_file_beyond_all_measure(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "duban.toml").write_bytes(content)
    with pytest.raises(InputError, match=says):
        load_settings()


@pytest.mark.parametrize("name", ["a?b", "a#b", "100%", "a%20b", "办公室"])
def test_any_folder_can_be_the_home(tmp_path: Path, name: str) -> None:
    settings = load_settings(home=tmp_path / name)
    database = Database(settings.resolved_database_url)
    database.migrate()
    database.close()
    assert (tmp_path / name / "duban.db").is_file()


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    settings = load_settings(smtp_password="correct horse")
    assert settings.smtp_password.get_secret_value() == "correct horse"
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "correct horse" not in shown
    file = tmp_path / "duban.toml"
    file.write_text('smtp_password = ["correct horse"]\n')
    file.chmod(0o600)
    with pytest.raises(InputError) as caught:
        load_settings()
    assert "duban.toml:1: smtp_password" in caught.value.message
    assert "correct horse" not in str(caught.value)


def test_settings_are_frozen() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.http_port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("mail.example.org", False),
        ("localhost.example.org", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - a name to judge, nothing listens
    ],
)
def test_whether_mail_can_leave_this_machine(host: str, local: bool) -> None:
    assert Settings(smtp_host=host).smtp_is_local is local


def test_the_web_address_ends_without_a_slash() -> None:
    assert load_settings(public_url="https://duban.example.org/").public_url == (
        "https://duban.example.org"
    )


def test_a_byte_order_mark_is_taken(tmp_path: Path) -> None:
    (tmp_path / "duban.toml").write_bytes(b"\xef\xbb\xbfhttp_port = 1\r\n")
    assert load_settings().http_port == 1


def test_an_empty_path_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "duban.toml").write_text('campaigns_dir = ""\n')
    for name in ("INBOX_MAILDIR", "TEMPLATES_DIR", "HOME", "SMTP_PASSWORD_FILE"):
        monkeypatch.setenv(f"DUBAN_{name}", "")
    found = load_settings()
    assert (found.inbox_maildir, found.templates_dir, found.smtp_password_file) == (None,) * 3
    assert found.home == Path("var") and found.campaigns_dir == Settings().campaigns_dir != Path()
