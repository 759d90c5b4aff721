"""Incoming mail over IMAP: read once, left where it is, and said where it cannot be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.errors import InputError, StateError
from config.inbox_settings import ImapSecurity
from notifications.inbox.imap import ImapSource
from notifications.inbox.reading import Reader
from scheduler.inbox import RegularReading
from scheduler.office import Office
from tests.support.command_line import command
from tests.support.imap import PASSWORD, FakeImap, fake_imap
from tests.support.incoming import LI, digest, mail
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.referee import found
from workflows.tables import InboxKind, InboxMail, InboxStatus

NOW = "2022-06-15 10:00"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office in which north's contact has got its digest."""
    office = SampleOffice(tmp_path, inbox_maildir=tmp_path / "inbox")
    office.apply(PLAN, MONTHLY)
    office.add_contact("north", "contact", LI)
    office.tick("2022-06-13 10:00")
    office.at(NOW)
    yield office
    assert found(office) == []
    office.close()


def imap_settings(office: SampleOffice, server: FakeImap, **changes: Any) -> ImapSource:
    values = {
        "imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": ImapSecurity.NONE,
        "imap_username": "office@example.org", "imap_password": SecretStr(PASSWORD), **changes,
    }  # fmt: skip
    return ImapSource(office.settings.model_copy(update=values))


def read_imap(office: SampleOffice, source: ImapSource) -> list[InboxMail]:
    reader = Reader(office.database, office.organisation, office.settings, office.clock)
    return reader.read(source).mails


def test_over_imap_as_163_demands(here: SampleOffice) -> None:
    with fake_imap() as server:
        source = imap_settings(here, server)
        assert read_imap(here, source) == []
        server.mails = {3: mail("收到", answers=digest(here)), 5: mail("你们好", "问候")}
        assert [one.kind for one in read_imap(here, source)] == [
            InboxKind.ACKNOWLEDGEMENT, InboxKind.OTHER,
        ]  # fmt: skip
        assert read_imap(here, source) == []  # though “6:*” gives number 5 again
        server.mails[6] = mail("已阅", "新")
        assert len(read_imap(here, source)) == 1
        assert "UID SEARCH UID 6:*" in server.commands
        server.validity, server.mails = 8, {1: server.mails[6], 2: mail("知悉", "另")}
        assert [one.subject for one in read_imap(here, source)] == ["另"]
        said = "\n".join(server.commands)
        assert "EXAMINE" in said and "SELECT" not in said and "STORE" not in said
        assert "BODY.PEEK[]" in said


def test_a_mail_that_is_too_large_is_noted(here: SampleOffice) -> None:
    with fake_imap() as server:
        server.mails = {1: mail("已报送" + "x" * 1000, "报送排查方案")}
        server.claimed_size = 60_000_000
        (one,) = read_imap(here, imap_settings(here, server))
    assert (one.kind, one.status) == (InboxKind.OTHER, InboxStatus.WAITING)
    assert "larger than 50 MB" in one.note and one.body == ""
    assert not any("BODY.PEEK[]" in said for said in server.commands)


def test_what_goes_wrong_over_imap_is_said(here: SampleOffice) -> None:
    with fake_imap() as server:
        wrong = imap_settings(here, server, imap_password=SecretStr("s3cret"))
        with pytest.raises(InputError, match=r"refused the login: .*password error") as caught:
            read_imap(here, wrong)
        assert "authorisation code" in caught.value.mend and "s3cret" not in str(caught.value)
        with pytest.raises(InputError, match="folder Old cannot be opened"):
            read_imap(here, imap_settings(here, server, imap_folder="Old"))
    with pytest.raises(StateError, match="cannot be reached"):
        read_imap(here, imap_settings(here, server))
    with pytest.raises(StateError, match="there is no machine named"):
        read_imap(here, imap_settings(here, server, imap_host="nowhere.invalid"))
    with pytest.raises(InputError, match=r"Maildir .* cannot be read"):
        command(here, "inbox", "read")


def test_a_refused_login_is_not_tried_again_and_again(here: SampleOffice) -> None:
    with fake_imap() as server:
        settings = here.settings.model_copy(
            update={
                "inbox_maildir": None, "imap_host": "127.0.0.1", "imap_port": server.port,
                "imap_security": ImapSecurity.NONE, "imap_username": "office@example.org",
            }
        )  # fmt: skip
        office = Office(settings, here.clock)
        office.__dict__["database"] = here.database
        regular = RegularReading(office)
        for moment in (NOW, "2022-06-15 10:10", "2022-06-15 10:59", "2022-06-15 11:00"):
            here.at(moment)
            regular.run()
        assert sum(said.startswith("LOGIN") for said in server.commands) == 2
