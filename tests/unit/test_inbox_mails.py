"""Taking mails apart and understanding them: Chinese mail programs, bounces, short answers."""

from base64 import b64encode
from datetime import date, datetime
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from notifications.inbox.bounces import is_bounce, refusals_of
from notifications.inbox.large_links import large_links
from notifications.inbox.phrases import is_automatic, own_words, says_handed_in, says_seen
from notifications.inbox.received import take_apart
from tests.support.incoming import LI, bounce, mail
from tests.support.moments import at


def word(text: str, charset: str = "gbk") -> str:
    return f"=?{charset}?B?{b64encode(text.encode('gbk')).decode()}?="


@pytest.mark.parametrize(
    "subject",
    [
        word("排查方案").encode(),
        word("排查方案", "GB2312").encode(),
        word("排查方案", "x-unknown").encode(),
        "排查方案".encode("gbk"),  # raw bytes
        "排查方案".encode(),
        # A character broken over two words, as many programs do.
        b"=?gbk?B?" + b64encode("排查方案".encode("gbk")[:3]) + b"?=\r\n =?gbk?B?"
        + b64encode("排查方案".encode("gbk")[3:]) + b"?=",
    ],
)  # fmt: skip
def test_subjects(subject: bytes) -> None:
    assert take_apart(b"Subject: " + subject + b"\r\n\r\n").subject == "排查方案"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('filename="排查方案.et"', "排查方案.et"),  # raw GBK, a backslash among its second bytes
        ('filename="乗誠.rar"', "乗誠.rar"),
        (f'filename="{word("照片.jpg")}"', "照片.jpg"),
        ("filename*=gbk''%D5%D5%C6%AC.jpg", "照片.jpg"),
        ("filename*0*=utf-8''%E7%85%A7; filename*1*=%E7%89%87.jpg", "照片.jpg"),
        ("filename=a.pdf; filename*=utf-8''%E7%85%A7.pdf", "照.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="a\\\\b\\\\c.doc"', "c.doc"),
    ],
)
def test_file_names(header: str, name: str) -> None:
    (one,) = take_apart(mail("见附件", files=((header, b"x"),))).attachments
    assert (one.name, one.content) == (name, b"x")


def test_what_the_standard_library_makes_is_read_back() -> None:
    made = MIMEMultipart()
    made["From"], made["Subject"] = f"李 <{LI.upper()}>", "报送材料"
    made.attach(
        MIMEText("<p>已报送</p><script>x</script><a href='https://u.163.com/a'>下</a>", "html")
    )
    part = MIMEApplication(b"\x00\xff")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "方案.wps"))
    made.attach(part)
    read = take_apart(made.as_bytes())
    assert (read.sender, read.subject) == (LI, "报送材料")
    assert read.text == "已报送\n下 <https://u.163.com/a>"
    assert [(one.name, one.content) for one in read.attachments] == [("方案.wps", b"\x00\xff")]


def test_a_date_that_the_server_does_not_bear_out_is_not_believed() -> None:
    taken = "Received: from a by b; Thu, 16 Jun 2022 09:00:00 +0800\r\n"
    early = take_apart(mail("x", headers=taken, day="Mon, 13 Jun 2022 10:00:00 +0800"))
    assert early.sent_at == at("2022-06-16 09:00")
    near = take_apart(mail("x", headers=taken, day="Wed, 15 Jun 2022 23:00:00 +0800"))
    assert near.sent_at == at("2022-06-15 23:00")
    arrived: datetime = at("2022-06-17 09:00")
    assert take_apart(mail("x", day="nonsense"), arrived).sent_at == arrived


@pytest.mark.parametrize(
    ("text", "seen", "handed_in"),
    [
        ("收到。", True, False),
        ("您好！邮件已收悉，我们会按时办理。", True, False),
        ("已阅", True, False),
        ("Noted, thank you.", True, False),
        ("没有收到附件，请重发", False, False),
        ("材料已报送，收到请回复", False, True),
        ("请问是否收到？", False, False),
        ("现将6月进展情况报送如下：", False, True),
        ("已上报，请查收", False, True),
        ("我市尚未上报，将于20日前报送", False, False),
        ("申请延期至6月20日报送", False, False),
        ("已报名参加培训", False, False),
        ("你好\n> 收到请回复\n> 已报送", False, False),
        ("在 2022年6月14日，“督办” <a@example.org> 写道：\n已报送，收到", False, False),
    ],
)
def test_short_answers(text: str, seen: bool, handed_in: bool) -> None:
    one = take_apart(mail(text))
    assert (says_seen(one), says_handed_in(one)) == (seen, handed_in)


@pytest.mark.parametrize(
    "mark",
    ["------------------ 原始邮件 ------------------", "发件人：督办", "-----Original Message-----",
     "On Tue, 14 Jun 2022, Duban wrote:", "---- 回复的原邮件 ----", "> a"],
)  # fmt: skip
def test_what_is_quoted_is_not_the_senders(mark: str) -> None:
    assert own_words(take_apart(mail(f"收到\n\n{mark}\n请于6月15日前报送"))) == "收到"


def test_automatic_answers() -> None:
    assert is_automatic(take_apart(mail("x", "自动回复: y")))
    assert is_automatic(take_apart(mail("x", headers="X-Autoreply: yes\r\n")))
    assert is_automatic(take_apart(mail("x", headers="Precedence: auto_reply\r\n")))
    assert not is_automatic(take_apart(mail("x", headers="Auto-Submitted: no\r\n")))


@pytest.mark.parametrize(
    ("words", "action", "status", "marks"),
    [
        ("smtp; 550 Mailbox not found", "failed", "5.1.1", True),
        ("smtp; 550 Connection frequency limited", "failed", "5.0.0", False),
        ("smtp; 554 5.7.1 message content rejected", "failed", "5.7.1", False),
        ("smtp; 552 mailbox full", "failed", "5.2.2", False),
        ("smtp; 451 later", "delayed", "4.4.1", False),
        ("smtp; 250 ok", "delivered", "2.0.0", False),
    ],
)
def test_notices(words: str, action: str, status: str, marks: bool) -> None:
    one = take_apart(bounce(LI, words, action=action, status=status))
    assert is_bounce(one)
    (refusal,) = refusals_of(one, {LI})
    assert (refusal.address, refusal.marks) == (LI, marks)
    assert refusal.words == words.removeprefix("smtp; ")
    assert refusals_of(one, {"other@example.org"}) == []


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        (
            "https://mail.qq.com/cgi-bin/ftnExs_download?k=1 (2022年7月13日 10:20 过期)",
            "2022-07-13",
        ),
        ("有效期至：2022-07-01\nhttps://u.163.com/AbC1", "2022-07-01"),
        ("https://wx.mail.qq.com/ftn/download?key=a 剩余 29 天", "2022-07-13"),
        ("https://mail.163.com/large-attachment-download/index.html?file=a", ""),
        ("https://u.163.com/a 有效期至 2022-02-31", ""),
    ],
)
def test_large_attachments(text: str, expires: str) -> None:
    (link,) = large_links(take_apart(mail(text)), date(2022, 6, 14))
    assert link["url"] in text and link["expires"] == expires


def test_other_links_are_none() -> None:
    text = "https://example.org/x https://mail.qq.com/ https://evil.example/mail.qq.com/ftn/x"
    assert large_links(take_apart(mail(text)), date(2022, 6, 14)) == []
