"""A link that opens a person's page is nowhere on record, though people quote our mails."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import command
from tests.support.incoming import LI, mail, read
from tests.support.moments import at
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.pages import send_mails
from workflows.tables import InboxKind, InboxMail, InboxStatus

_TOKEN = re.compile(rb"answer/([\w-]+\.[\w-]+\.[\w-]{43})")


def test_a_reply_and_a_forward_leave_no_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = SampleOffice(tmp_path, inbox_maildir=tmp_path / "inbox")
    office.apply(PLAN)
    office.add_contact("north", "contact", LI)
    office.remind("2022-06-13 10:00")
    assert send_mails(office) == 1
    (sent,) = (office.settings.home / "mail" / "new").iterdir()
    ours = sent.read_bytes()
    (text,) = (part for part in office.mails() if part["To"] == LI)
    body = text.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    token = _TOKEN.search(quoted.replace("\n> ", "").encode())
    assert token is not None
    signature = token[1].rpartition(b".")[2]
    office.at("2022-06-15 10:00")
    seen, handed_in = read(
        office,
        mail(f"收到\n\n{quoted}"),
        mail("已报送", "报送排查方案", files=(('filename="提醒.eml"', ours),)),
    )
    assert "/answer/…" in seen.body
    assert [one["name"] for one in handed_in.files] == ["提醒.eml"]
    with office.database.write() as session:
        session.add(
            InboxMail(
                source="x", fingerprint="f", recorded_at=at("2022-06-14 10:00"),
                kind=InboxKind.OTHER, status=InboxStatus.WAITING, sender=LI, subject="旧件",
                body=f"kept by an older program: https://duban.example.org/answer/{token[1].decode()}",
            )
        )  # fmt: skip
    capsys.readouterr()
    for form in ("json", "csv", "table"):
        command(office, "inbox", "list", "--all", "--format", form)
    out = capsys.readouterr().out
    assert signature.decode() not in out and "answer/…" in out
    assert len(json.loads(out[: out.index("\n]") + 2])) == 3
    office.close()
    shutil.rmtree(office.settings.home / "mail")
    for file in office.settings.home.rglob("*"):
        if file.is_file() and file.suffix == "":
            assert signature not in file.read_bytes(), file
