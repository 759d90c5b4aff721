"""The Maildir: mail as files that any mail program opens."""

import asyncio
import mailbox
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from config.errors import InputError
from notifications.transports.base import Verdict
from notifications.transports.maildir import MaildirTransport
from tests.integration.test_smtp_transport import NORTH, mail


@pytest.mark.parametrize("durable", [True, False])
def test_each_mail_is_one_file(tmp_path: Path, *, durable: bool) -> None:
    transport = MaildirTransport(tmp_path / "home" / "mail", durable=durable)

    async def run() -> set[Verdict]:
        results = await asyncio.gather(*(transport.send(mail()) for _n in range(10)))
        await transport.close()
        return {one[NORTH].verdict for one in results}

    assert asyncio.run(run()) == {Verdict.ACCEPTED}
    box = mailbox.Maildir(tmp_path / "home" / "mail", create=False)
    found = [message_from_bytes(box.get_bytes(key), policy=default) for key in box.iterkeys()]
    assert len(found) == 10
    assert {str(one["Subject"]) for one in found} == {"【待报送1项】排查方案 · 北城市"}
    assert list((tmp_path / "home" / "mail" / "tmp").iterdir()) == []


def test_an_existing_maildir_is_added_to(tmp_path: Path) -> None:
    for durable in (True, False, False):
        asyncio.run(MaildirTransport(tmp_path / "mail", durable=durable).send(mail()))
    found = [one.read_bytes() for one in (tmp_path / "mail" / "new").iterdir()]
    assert found == [mail().content.replace(b"\r\n", b"\n")] * 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot write mail to") as caught:
        MaildirTransport(tmp_path / "file" / "mail")
    assert "DUBAN_SMTP_HOST" in caught.value.mend


@pytest.mark.parametrize("durable", [True, False])
def test_a_folder_that_went_away_is_temporary(tmp_path: Path, *, durable: bool) -> None:
    transport = MaildirTransport(tmp_path / "mail", durable=durable)
    for part in ("tmp", "new", "cur"):
        (tmp_path / "mail" / part).rmdir()
    result = asyncio.run(transport.send(mail()))
    assert result[NORTH].verdict is Verdict.TEMPORARY
