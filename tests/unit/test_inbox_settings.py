"""Settings of the mailbox: no password in clear text, none in a file that others read."""

from pathlib import Path

import pytest

from config.errors import InputError
from config.settings import load_settings

LOGIN = {"imap_host": "imap.example.org", "imap_username": "office@example.org"}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)


def test_clear_text_is_for_this_machine_alone() -> None:
    assert load_settings(imap_security="none", **LOGIN | {"imap_host": "127.0.0.1"})
    with pytest.raises(InputError, match="imap_security"):
        load_settings(imap_security="none", **LOGIN)
    with pytest.raises(InputError, match="imap_username"):
        load_settings(imap_host="imap.example.org")


def test_the_password_from_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "code"
    file.write_text("right-code\n")
    file.chmod(0o644)
    with pytest.raises(InputError, match="others can read"):
        load_settings(imap_password_file=file, **LOGIN)
    file.chmod(0o600)
    settings = load_settings(imap_password_file=file, **LOGIN)
    assert settings.imap_password.get_secret_value() == "right-code"
    assert "right-code" not in repr(settings)
    with pytest.raises(InputError, match="both --imap-password and --imap-password-file"):
        load_settings(imap_password_file=file, imap_password="other", **LOGIN)


def test_a_password_in_an_open_settings_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "duban.toml"
    file.write_text('imap_password = "right-code"\n')
    file.chmod(0o644)
    with pytest.raises(InputError, match="imap_password"):
        load_settings()
