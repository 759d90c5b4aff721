"""SMTP settings that would give a password away or lose a mail's lease are refused when read."""

from pathlib import Path

import pytest

from config.errors import InputError
from config.settings import Settings, load_settings
from notifications.sender import make_transport

FAR = "mail.example.org"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a `duban.toml`."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("host", [FAR, "10.0.0.1", "localhost.example.org"])
def test_a_password_never_crosses_the_network_in_clear_text(host: str) -> None:
    with pytest.raises(InputError) as caught:
        load_settings(
            smtp_host=host, smtp_security="none", smtp_username="office", smtp_password="s3cret"
        )
    assert "clear text" in caught.value.message
    assert "starttls" in caught.value.message
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", ""])
def test_but_may_be_said_to_this_machine(host: str) -> None:
    assert load_settings(smtp_host=host, smtp_security="none", smtp_username="office")


def test_and_a_server_without_a_login_needs_no_tls() -> None:
    assert load_settings(smtp_host=FAR, smtp_security="none")


def test_a_lease_is_longer_than_a_mail_may_take() -> None:
    with pytest.raises(InputError, match="lease_seconds must be at least six times smtp_timeout"):
        load_settings(smtp_host=FAR, smtp_timeout=30, lease_seconds=179)
    assert load_settings(smtp_host=FAR, smtp_timeout=30, lease_seconds=180)
    assert load_settings(smtp_host="", lease_seconds=1), "a Maildir has no time-out"
    assert load_settings(smtp_host=FAR), "the defaults fit"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_cannot_be_used_is_said_at_once(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=r"smtp_ca_file: cannot use .*ca\.pem") as caught:
        make_transport(Settings(smtp_host=FAR, smtp_ca_file=file))
    assert "PEM" in caught.value.mend
