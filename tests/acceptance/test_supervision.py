"""A supervision notice as the office makes one: drafted, looked at, released, answered."""

import mailbox
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

from docx import Document

from tests.acceptance.conftest import Duban
from tests.support.smtp import MailServer


def test_from_the_draft_to_the_receipt(duban: Duban, tmp_path: Path) -> None:
    duban.begin()
    duban.set_clock("2022-06-08T09:30+08:00")
    refused = duban.run("notice", "draft", "河南省交通运输厅", code=1)
    assert "supervises and is not supervised" in refused.stderr
    duban.run("tick")
    drafted = duban.run("notice", "draft", "滑县", "--campaign", "sunshine-2022", "--by", "wang")
    assert "Notice 2022-1: letter of reminder to 滑县" in drafted.stdout
    assert "to be answered by 2022-06-15" in drafted.stdout
    assert "duban notice release 2022-1" in drafted.stderr
    (section,) = [one for one in duban.json("today")["sections"] if one["section"] == "notices"]
    assert section["lines"][0]["command"] == "duban notice show 2022-1"
    shown = duban.run("notice", "show", "1")
    assert "would go to: 滑县 huaxian@example.org" in shown.stderr
    assert "drafted by wang" in shown.stderr and "still waits for you" in shown.stdout
    released = duban.run("notice", "release", "1", "--by", "li", "--why", "同意")
    assert released.stdout == "Notice 2022-1 goes to 滑县 huaxian@example.org\n"
    assert "“release” is not possible" in duban.run("notice", "release", "1", code=1).stderr
    duban.run("tick")
    (mail,) = [one for one in _maildir(duban) if "Notice 2022-1" in str(one["Subject"])]
    assert mail["To"] == "huaxian@example.org"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Notice 2022-1.docx"
    document = tmp_path / "out.docx"
    duban.run("notice", "export", "1", "-o", document)
    assert document.read_bytes() == attached.get_content()
    words = [one.text for one in Document(BytesIO(document.read_bytes())).element.iter("{*}t")]
    assert "Receipt slip" in words
    duban.run("notice", "export", "1", "-o", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text("utf-8") == shown.stdout
    assert duban.run("notice", "export", "1", "-o", tmp_path / "out.pdf", code=2)
    shipped = duban.run("outbox", "list", "--unit", "滑县", "--format", "csv").stdout
    assert "Notice 2022-1" in shipped
    history = duban.run("history", "滑县").stdout
    assert "Notice 2022-1 released (letter of reminder), to be answered by 15 June" in history
    duban.set_clock("2022-06-20T10:00+08:00")
    (row,) = duban.json("notice", "list")
    assert (row["answer_overdue"], row["decided_by"]) == (True, "li")
    assert "receipts overdue: 1" in duban.run("notice", "list").stderr
    again = duban.run("notice", "draft", "滑县", "--campaign", "sunshine-2022")
    assert "Notice 2022-2: supervision notice to 滑县" in again.stdout
    duban.run("notice", "drop", "2", "--why", "已电话联系")
    duban.run("notice", "answer", "1", "--on", "2022-06-17", "--note", "6月底前报送")
    assert duban.json("notice", "list") == []
    assert [one["status"] for one in duban.json("notice", "list", "--all")] == [
        "dropped", "answered",
    ]  # fmt: skip
    duban.run("verify")


def test_over_smtp_in_chinese(duban: Duban) -> None:
    with MailServer() as server:
        duban.settings |= {
            "DUBAN_LANGUAGE": "zh",
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": "none",
            "DUBAN_PUBLIC_URL": "https://duban.example.org",
        }
        duban.begin()
        duban.set_clock("2022-06-08T09:30+08:00")
        duban.run("notice", "draft", "滑县", "--degree", "supervision", "--note", "请电话告知。")
        duban.run("notice", "release", "督办〔2022〕1号")
        duban.run("tick")
        (mail,) = [one for one in server.mails if "督办〔2022〕1号" in str(one["Subject"])]
        text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert "现予督办" in text and "请电话告知。" in text
        assert "https://duban.example.org/answer/" in text
        (attached,) = mail.iter_attachments()
        assert attached.get_filename() == "督办〔2022〕1号.docx"


def _maildir(duban: Duban) -> list[EmailMessage]:
    box = mailbox.Maildir(duban.home / "mail", create=False)
    return [message_from_bytes(box.get_bytes(key), policy=default) for key in box.iterkeys()]
