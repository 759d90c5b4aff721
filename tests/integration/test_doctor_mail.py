"""The doctor on mail: the server, a message to try it, the mailboxes read, the sender's address."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.inbox_settings import ImapSecurity
from config.settings import Settings
from scheduler.doctor.finding import Finding, Level
from scheduler.doctor.mail import check_sender
from tests.support.doctor import findings, ill, reaching
from tests.support.imap import PASSWORD, fake_imap
from tests.support.incoming import mail, maildir
from tests.support.office import SampleOffice
from tests.support.smtp import MailServer


@pytest.mark.parametrize(
    ("spoil", "words", "mend"),
    [
        (lambda one: one.answers.update(GREETING="421 busy"), "busy", "operator"),
        (lambda one: setattr(one, "login", ("office", "other")), "", "smtp_password"),
        (lambda one: setattr(one, "port", 1), "onnect", "smtp_security"),
    ],
)
def test_a_mail_server_that_does_not_let_us_in(
    spoil: Callable[[MailServer], Any], words: str, mend: str, tmp_path: Path
) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    with MailServer(login=("office", "s3cret")) as server:
        spoil(server)
        level, message, said = ill(office, **reaching(server))["mail server"]
        server.answers.clear()
    assert level is Level.ERROR
    assert words in message
    assert mend in said
    assert "s3cret" not in message + said
    office.close()


def test_a_test_message(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    with MailServer(login=("office", "s3cret")) as server:
        found = findings(office, "boss@example.org", **reaching(server))
        assert {one.check: one.level for one in found}["test message"] is Level.OK
        (mail,) = server.mails
        assert (mail["To"], mail["From"]) == ("boss@example.org", office.settings.mail_from)
        assert "test message" in mail["Subject"]
        assert mail["Date"].datetime == office.clock()
        server.answers["RCPT:boss@example.org"] = "550 no such user"
        refused = findings(office, "boss@example.org", **reaching(server))
    (one,) = [one for one in refused if one.check == "test message"]
    assert (one.level, "no such user" in one.message) == (Level.ERROR, True)
    found = findings(office, "boss@example.org\nBcc: x@example.org")
    assert "no e-mail address" in {one.check: one.message for one in found}["test message"]
    assert len(findings(office)) == len(found) - 1, "only where it is asked for"
    office.close()


def test_the_mailboxes_that_answers_come_into(tmp_path: Path) -> None:
    office = SampleOffice(tmp_path)
    office.apply()
    assert not of_the_inbox(office), "no line where none is named"
    with fake_imap() as server:
        server.mails = {1: mail("收到"), 2: mail("已阅")}
        imap = {
            "imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": ImapSecurity.NONE,
            "imap_username": "office@example.org", "imap_password": SecretStr(PASSWORD),
        }  # fmt: skip
        missing = tmp_path / "inbox"
        absent, there = of_the_inbox(office, inbox_maildir=missing, **imap)
        assert (absent.level, there.level) == (Level.ERROR, Level.OK)
        assert str(missing) in absent.message and "new/ and cur/" in absent.mend
        assert there.message == "imap:office@example.org@127.0.0.1/INBOX can be read: 2 mails"
        named = next(at for at, said in enumerate(server.commands) if said.startswith("ID "))
        assert server.commands[named + 1] == 'EXAMINE "INBOX"', "as 163 demands, to read alone"
        assert not any("FETCH" in said or "STORE" in said for said in server.commands)
        (refused,) = of_the_inbox(office, **imap | {"imap_password": SecretStr("s3cret")})
        (closed,) = of_the_inbox(office, **imap | {"imap_folder": "Old"})
    assert refused.level is Level.ERROR and "refused the login" in refused.message
    assert "authorisation code" in refused.mend and "s3cret" not in str(refused)
    assert closed.mend == "check imap_folder"
    (unreached,) = of_the_inbox(office, **imap)
    assert unreached.level is Level.ERROR and "cannot be reached" in unreached.message
    office.settings = office.settings.model_copy(update={"inbox_maildir": missing})
    maildir(office, mail("收到"))
    (found,) = of_the_inbox(office)
    assert (found.level, found.message) == (Level.OK, f"maildir:{missing} can be read: 1 mails")
    assert [file.parent.name for file in missing.glob("*/*")] == ["new"], "nothing is moved"
    office.close()


def of_the_inbox(office: SampleOffice, **settings: Any) -> list[Finding]:
    return [one for one in findings(office, **settings) if one.check == "inbox"]


@pytest.mark.parametrize(
    ("host", "account", "sender", "level"),
    [
        ("smtp.163.com", "duban@163.com", "duban@163.com", Level.OK),
        ("smtp.163.com", "duban", "Duban@163.com", Level.OK),
        ("smtp.exmail.qq.com", "a@office.cn", "b@office.cn", Level.WARNING),
        ("SMTP.QQ.COM", "a@qq.com", "b@qq.com", Level.WARNING),
        ("smtp.notqq.com", "a@office.cn", "b@office.cn", Level.OK),
        ("smtp.office.cn", "a@office.cn", "b@office.cn", Level.OK),
        ("smtp.office.cn", "", "duban@localhost", Level.ERROR),
        ("127.0.0.1", "", "duban@localhost", Level.OK),
    ],
)
def test_the_senders_address(
    host: str, account: str, sender: str, level: Level, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, smtp_host=host, smtp_username=account, mail_from=sender)
    (found,) = check_sender(settings)
    assert found.level is level
    assert bool(found.mend) is (level is not Level.OK)
