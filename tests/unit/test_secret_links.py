"""Links that open our pages are found in mails however mail programs write them."""

import quopri
import re
from base64 import b64encode
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.inbox.received import Received, take_apart
from notifications.inbox.secret_links import without_secrets
from notifications.links import LinkKind, Links
from tests.support.fuzzing import fuzz
from tests.support.incoming import LI
from tests.support.moments import at

LINKS = Links(bytes(range(32)), "https://duban.example.org", 30)
NOW = at("2022-06-13 09:00")
URL = LINKS.answer(LI, NOW)
TOKEN = URL.rpartition("/")[2]
PARTS = TOKEN.split(".")


def broken(text: str, end: str, width: int = 40) -> str:
    """`text` in lines of `width` characters."""
    return end.join(text[place : place + width] for place in range(0, len(text), width))


@pytest.mark.parametrize(
    "written",
    [
        URL,
        URL.replace("/", "%2F").replace(":", "%3A"),
        URL.replace("/", "%252f").replace(".", "%252e"),
        f"https://mail.example.net/go?u={URL.replace('/', '%2F')}&k=1",
        URL.replace(".", "=2E"),
        URL.replace("/", "&#x2F;"),
        broken(URL, "=\r\n"),
        broken(URL, "\n> "),
        broken(URL, "\r\n>> > "),
        broken(URL, "\n"),
        broken(URL, " \n| ", 13),
        LINKS.decide("office@example.org", NOW),
        LINKS.subscribe("li@example.org", NOW),
        broken(LINKS.subscribe("li@example.org", NOW), "=\r\n> "),
    ],
)
def test_no_part_of_a_link_is_left(written: str) -> None:
    text = f"前文\n> 点击链接：{written}\n后文 thanks"
    shown = without_secrets(text)
    assert (
        shown.startswith("前文\n> 点击链接：") and shown.endswith("/…\n后文 thanks")
    ) or "&k=1" in shown
    assert re.search("(answer|decide|subscribe)/…", shown)
    for part in PARTS:
        for place in range(0, len(part) - 8, 4):
            assert part[place : place + 8] not in shown


def test_a_link_that_is_cut_off_goes_too_and_other_texts_stay() -> None:
    assert without_secrets(URL[:-20]) == "https://duban.example.org/answer/…"
    for text in (
        "https://www.zhihu.com/question/1/answer/123456",
        "请见 /answer/ 下的说明，/decide/ 亦同。",
        "and/or answer.it",
    ):
        assert without_secrets(text) == text


@fuzz(0.3)
@given(
    st.emails().filter(lambda one: len(one) <= 254), st.sampled_from(LinkKind), st.integers(8, 99)
)
def test_any_link_however_it_is_broken(address: str, kind: LinkKind, width: int) -> None:
    url = f"https://duban.example.org/{kind.value}/{LINKS.token(kind, address, NOW)}"
    signature = url.rpartition(".")[2]
    shown = without_secrets(broken(url, "\r\n> ", width))
    assert shown.replace("\r\n> ", "") == f"https://duban.example.org/{kind.value}/…"
    assert signature[-6:] not in shown


def held(mail: Received) -> bytes:
    """All that may be kept of a mail, its files decoded."""
    texts = [mail.subject, mail.text, *mail.statuses, *mail.returned]
    found = "\n".join(texts).encode()
    for one in mail.attachments:
        found += one.content + quopri.decodestring(one.content)
        for part in message_from_bytes(one.content).walk():
            content = part.get_payload(decode=True)
            found += content if isinstance(content, bytes) else b""
    return found


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_every_part_that_is_text_or_a_mail(encoding: str) -> None:
    page = f'<p><a href="{URL}">{URL}</a></p>'
    ours = EmailMessage()
    ours["Subject"] = "Reminder"
    ours.set_content(f"Open this page:\n{URL}\n", cte=encoding)
    ours.add_alternative(page, subtype="html", cte=encoding)
    answer = EmailMessage()
    answer["From"], answer["Subject"] = LI, f"Fw: {URL}"
    answer.set_content(f"done\n\n> {URL}\n", cte=encoding)
    answer.add_alternative(page, subtype="html", cte=encoding)
    answer.add_attachment(ours)
    answer.add_attachment(ours.as_bytes(), "application", "octet-stream", filename="提醒.eml")
    answer.add_attachment(page.encode(), "application", "octet-stream", filename="page.html")
    answer.add_attachment(f"note {URL}", filename="note.txt")
    mail = take_apart(answer.as_bytes())
    assert mail.fault == ""
    assert [one.name for one in mail.attachments] == [
        "mail.eml",
        "提醒.eml",
        "page.html",
        "note.txt",
    ]
    for part in (*PARTS, TOKEN):
        assert part.encode() not in held(mail)
    assert held(mail).count(b"/answer/...") >= 6 and mail.text.count("/answer/…") >= 2
    assert b"Open this page:" in held(mail)


def test_a_file_without_links_is_kept_byte_for_byte() -> None:
    eml = b"Subject: x\nX-Odd:  y \nContent-Type: text/plain; charset=gbk\n\n" + "说明".encode(
        "gbk"
    )
    raw = (
        b"From: li@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b'Content-Type: application/octet-stream; name="a.eml"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(eml) + b"\r\n--b--\r\n"
    )
    (one,) = take_apart(raw).attachments
    assert one.content == eml
