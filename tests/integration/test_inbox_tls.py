"""Incoming mail over TLS: real certificates, of the office's own authority as on inner networks."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from config.errors import InputError
from config.settings import Settings
from notifications.inbox.imap import ImapSource
from tests.support.certificates import Certificates
from tests.support.imap import PASSWORD, FakeImap, fake_imap
from tests.support.incoming import mail
from tests.support.moments import at


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    """The office's own authority."""
    return Certificates()


@pytest.fixture
def ca_file(certificates: Certificates, tmp_path: Path) -> Path:
    """Its certificate."""
    return certificates.write_ca(tmp_path)


def read(server: FakeImap, ca_file: Path | None, host: str = "127.0.0.1") -> list[bytes | None]:
    settings = Settings(
        imap_host=host,
        imap_port=server.port,
        imap_username="office@example.org",
        imap_password=SecretStr(PASSWORD),
        imap_ca_file=ca_file,
    )
    found = ImapSource(settings).mails((0, 0), at("2022-06-15 10:00"))
    return [one.content for one in found]


def test_a_server_of_the_office_s_own_authority(certificates: Certificates, ca_file: Path) -> None:
    with fake_imap(certificates.server_context()) as server:
        server.mails = {1: mail("收到")}
        assert read(server, ca_file) == [server.mails[1]]


def test_an_unknown_authority_is_not_trusted(certificates: Certificates, tmp_path: Path) -> None:
    other = Certificates().write_ca(tmp_path)
    with fake_imap(certificates.server_context()) as server:
        for file in (None, other):
            with pytest.raises(InputError, match=r"certificate of 127\.0\.0\.1 .*issuer") as caught:
                read(server, file)
            assert caught.value.mend.startswith("set imap_ca_file to the certificate")
    assert server.commands == [], "no password before it is known whose server it is"


def test_a_certificate_for_another_name(certificates: Certificates, ca_file: Path) -> None:
    with fake_imap(certificates.server_context("mail.example.org")) as server:
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(InputError, match=f"certificate of {host} .*mismatch") as caught:
                read(server, ca_file, host)
            assert caught.value.mend == "set imap_host to the name that the certificate is for"


def test_an_expired_certificate(certificates: Certificates, ca_file: Path) -> None:
    with (
        fake_imap(certificates.server_context(expired=True)) as server,
        pytest.raises(InputError, match="expired") as caught,
    ):
        read(server, ca_file)
    assert "renewed" in caught.value.mend


def test_a_server_without_tls(ca_file: Path) -> None:
    with (
        fake_imap() as server,
        pytest.raises(InputError, match="no secure connection") as caught,
    ):
        read(server, ca_file)
    assert "993" in caught.value.mend


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_s_file_that_cannot_be_used(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with (
        fake_imap() as server,
        pytest.raises(InputError, match=r"imap_ca_file: cannot use .*ca\.pem") as caught,
    ):
        read(server, file)
    assert "PEM" in caught.value.mend
    assert server.commands == []
