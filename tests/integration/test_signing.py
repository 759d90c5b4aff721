"""DKIM: what the server receives verifies, and no byte of it can be changed."""

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest

from config.errors import InputError
from config.settings import Settings, SmtpSecurity
from notifications.sender import make_transport
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.smtp import MailServer

Dns = Callable[..., bytes]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An RSA key in PEM form."""
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", file, "1024"], check=True, capture_output=True)
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def dns(key: Path) -> Dns:
    """The office's DNS, with the public key."""
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"],
        check=True,
        capture_output=True,
    ).stdout

    def answer(name: bytes, timeout: float = 5) -> bytes:
        assert name == b"d2022._domainkey.office.example.org."
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    return answer


def given(key: Path | None, **more: Any) -> dict[str, Any]:
    """The settings of a signing office."""
    return {
        "dkim_domain": "office.example.org", "dkim_selector": "d2022", "dkim_key_file": key
    } | more  # fmt: skip


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory, key: Path) -> bytes:
    """A digest as the server received it."""
    with MailServer() as server:
        office = SampleOffice(
            tmp_path_factory.mktemp("office"), smtp_host=server.host, smtp_port=server.port,
            smtp_security=SmtpSecurity.NONE, **given(key),
        )  # fmt: skip
        office.add_contact("north", "contact", "wang@north.example.org")
        office.apply(PLAN)
        assert office.tick("2022-06-13 09:00").sent == 1
        office.close()
        return server.received[0].content


def test_what_arrives_verifies_and_no_byte_can_be_changed(mail: bytes, dns: Dns) -> None:
    assert dkim.verify(mail, dnsfunc=dns)
    assert b"\n" not in mail.replace(b"\r\n", b"")
    head, _blank, body = mail.partition(b"\r\n\r\n")
    signature = head[: head.index(b"\r\nContent-Type")]
    assert b"d=office.example.org" in signature and b"s=d2022" in signature
    start = len(head) + 4
    places = [*range(start, len(mail), max(1, len(body) // 60)), start, len(mail) - 3]
    for place in places:
        changed = mail[:place] + bytes([mail[place] ^ 1]) + mail[place + 1 :]
        assert not dkim.verify(changed, dnsfunc=dns), place


@pytest.mark.parametrize(
    "name", ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
             "Auto-Submitted"],
)  # fmt: skip
def test_no_header_can_be_changed_taken_away_or_put_above(mail: bytes, dns: Dns, name: str) -> None:
    line = f"\r\n{name}: ".encode()
    assert mail.partition(b"\r\n\r\n")[0].count(line) == 1
    start = mail.index(line) + len(line)
    end = mail.index(b"\r\n", start)
    for place in range(start, end):
        if mail[place : place + 1].strip():
            changed = mail[:place] + bytes([mail[place] ^ 1]) + mail[place + 1 :]
            assert not dkim.verify(changed, dnsfunc=dns), changed[start:end]
    assert not dkim.verify(mail.replace(line, b"\r\nX-Old: ", 1), dnsfunc=dns)


@pytest.mark.parametrize("name", ["From", "Reply-To", "Cc", "Subject"])
def test_none_can_be_added(mail: bytes, dns: Dns, name: str) -> None:
    assert not dkim.verify(f"{name}: boss@example.org\r\n".encode() + mail, dnsfunc=dns)


def test_a_mail_whose_headers_were_folded_on_the_way_still_verifies(mail: bytes, dns: Dns) -> None:
    assert dkim.verify(mail.replace(b"\r\nTo: ", b"\r\nto:\r\n\t", 1), dnsfunc=dns)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda file: None, "cannot read"),
        (lambda file: file.write_text("no key"), "holds no RSA key in PEM form"),
        (lambda file: file.write_text("-----BEGIN X-----\nAAAA\n-----END X-----\n"), "no RSA key"),
        (lambda file: (file.write_text("x"), file.chmod(0o644)), "others can read"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_said_at_the_start(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    file = tmp_path / "key.pem"
    file.touch(mode=0o600) if "cannot" not in words else None
    make(file)
    with pytest.raises(InputError, match=words):
        make_transport(Settings(smtp_host="mail.example.org", **given(file)))


@pytest.mark.parametrize(
    "wrong",
    [{"dkim_key_file": None}, {"dkim_domain": ""}, {"dkim_selector": "two words"},
     {"dkim_domain": "x;d=y"}],
)  # fmt: skip
def test_the_three_settings_go_together(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"together|write a name"):
        Settings(**given(tmp_path / "key.pem", **wrong))
