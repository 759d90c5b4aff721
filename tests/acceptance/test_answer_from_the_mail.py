"""From the link in a real mail to the record: `duban serve` sends, shows the page and takes the
answer."""

import mailbox
import re
import zipfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx

from tests.acceptance.conftest import Duban
from tests.support.organisation import CAMPAIGN, PLAN, write_organisation
from tests.support.serving import served
from tests.support.web import wait_for

PUBLIC_URL = "https://duban.example.org"


def links_in(maildir: Path, address: str) -> list[str]:
    """The links to pages for answers in the newest mail, without the public address."""
    mails = [message_from_bytes(one.as_bytes(), policy=default) for one in mailbox.Maildir(maildir)]
    texts = [mail.get_body(("plain",)) for mail in mails if mail["To"] == address]
    assert texts[-1] is not None
    return re.findall(rf"{PUBLIC_URL}(/(?:answer|decide)/\S+)", texts[-1].get_content())


def test_from_the_mail_to_the_record(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    plan = tmp_path / "plans" / "bridges-2022.yaml"
    plan.write_text(CAMPAIGN + PLAN, encoding="utf-8")
    duban.settings |= {
        "DUBAN_PUBLIC_URL": PUBLIC_URL,
        "DUBAN_CAMPAIGNS_DIR": str(plan.parent),
        "DUBAN_ORGANISATION": str(write_organisation(tmp_path)),
    }
    duban.set_clock("2022-06-13T09:30+08:00")
    duban.run("apply", "--yes")
    maildir = duban.home / "mail"
    with served(duban.environment(), cwd=tmp_path) as here, httpx.Client() as client:
        wait_for(lambda: maildir.exists() and list((maildir / "new").iterdir()))
        (path,) = links_in(maildir, "north@example.org")
        page = client.get(here.url + path)
        assert page.status_code == 200 and "报送排查方案" in page.text
        number = re.search(r'name="item" value="(\d+)"', page.text)
        assert number
        answer = client.post(
            here.url + path,
            data={"action": "handed-in", "item": number[1], "note": "见附件"},
            files={"file": ("方案.pdf", b"a" * 3_000_000)},
        )
        assert answer.status_code == 303
        assert client.get(here.url + path[:-1]).status_code == 403
    assert "方案.pdf" in duban.run("files", "bridges-2022/plan/north").stdout
    assert path.rpartition("/")[2] not in "".join(here.said), "no log holds a link"
    duban.run("verify")
    key = (duban.home / "secret.key").read_text(encoding="ascii").strip()
    duban.run("backup", tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert not any(key.encode() in archive.read(name) for name in archive.namelist())
