"""A mail that came back is seen wherever it is told of; a notice counts for that mail alone."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from config.errors import StateError
from notifications import failing
from tests.support.command_line import command
from tests.support.incoming import LI, bounce, digest, mail, read
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import PLAN
from tests.support.referee import found
from workflows.tables import FailedTry, InboxKind, InboxStatus

BOSS = "chief@example.org"
DONE, WAITING = InboxStatus.DONE, InboxStatus.WAITING


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which north's contact has got its digest."""
    folder = tmp_path_factory.mktemp("seed")
    office = SampleOffice(folder)
    office.apply(PLAN)
    office.add_contact("north", "contact", LI)
    office.add_contact("north", "lead", BOSS)
    office.tick("2022-06-13 10:00")
    office.close()
    return folder / "home"


@pytest.fixture
def here(seed: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    shutil.copytree(seed, tmp_path / "home")
    office = SampleOffice(tmp_path, "2022-06-14 10:00", inbox_maildir=tmp_path / "inbox")
    yield office
    assert found(office) == []
    office.close()


def marked(office: SampleOffice) -> dict[str, str]:
    """The addresses that fail, with the server's words."""
    with office.database.read() as session:
        return {one.address: one.text for one in failing.list_failing(session)}


def came_back(office: SampleOffice) -> list[str]:
    """What was said of the mails that came back."""
    with office.database.read() as session:
        rows = session.exec(select(FailedTry).order_by(col(FailedTry.id))).all()
    return [one.text for one in rows]


def test_it_is_told_in_the_ledger_and_where_somebody_else_is_asked(
    here: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = read(here, bounce(LI.upper(), about=digest(here)))
    assert (one.kind, one.status) == (InboxKind.BOUNCE, DONE)
    assert one.assignments == [here.assignment().id]
    words = "550 Mailbox not found"
    assert marked(here) == {LI: words} and came_back(here) == [words]
    capsys.readouterr()
    command(here, "outbox", "list", "--failed", "--format", "json")
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["status"], row["came_back"]) == ("done", words)
    command(here, "outbox", "list")
    command(here, "outbox", "show", str(row["id"]))
    shown = capsys.readouterr().out
    assert f"→ {LI}: came back" in shown and f"came back {words}" in shown
    command(here, "outbox", "export", str(tmp_path / "ledger.csv"))
    with (tmp_path / "ledger.csv").open(encoding="utf-8-sig") as file:
        (line,) = (one for one in csv.DictReader(file) if one["address"] == LI)
    assert line["status"] == "came back" and f"came back {words}" in line["answers of the server"]
    capsys.readouterr()
    command(here, "show", PLAN_KEY)
    assert f"came back: {words}" in capsys.readouterr().out
    command(here, "explain", "1")
    assert f"and came back: {words}" in capsys.readouterr().out
    here.tick("2022-06-20 10:00")
    for delivery in here.deliveries():
        if delivery.address == BOSS:
            here.release(delivery.id)
    here.tick("2022-06-21 10:00")
    (letter,) = (one for one in here.mails() if one["To"] == BOSS)
    body = letter.get_body(("plain",))
    assert body is not None
    assert "13 June: to li (contact), came back" in body.get_content()


def test_what_says_frequency_or_may_still_arrive_marks_no_address(here: SampleOffice) -> None:
    ours = digest(here)
    read(
        here,
        bounce(LI, "smtp; 550 Ip frequency limited", about=ours),
        bounce(LI, "smtp; 554 DT:SPM", status="5.0.0", about=ours),
        bounce(LI, "smtp; 451 try later", action="delayed", status="4.4.1", about=ours),
    )
    assert marked(here) == {}
    assert came_back(here) == ["550 Ip frequency limited", "554 DT:SPM"]


def test_a_notice_in_chinese_sentences_with_the_mail_beside_it(here: SampleOffice) -> None:
    text = f"抱歉，您的邮件被退回。\n收件人：{LI}\n退信原因：550 Mailbox not found 收件人不存在"
    eml = f"Message-ID: {digest(here)}\r\nSubject: x\r\n\r\nx".encode()
    files = (('filename="原邮件.eml"', eml),)
    (one,) = read(here, mail(text, "系统退信", sender="postmaster@163.com", files=files))
    assert one.kind is InboxKind.BOUNCE
    assert "550 Mailbox not found" in marked(here)[LI] and len(came_back(here)) == 1


@pytest.mark.parametrize(
    ("address", "ours", "about", "status"),
    [
        (BOSS, True, "", WAITING),  # who was never written to
        ("stranger@example.org", True, "", WAITING),  # where our mail was passed on to
        (LI, False, "<made-up@office.example.org>", WAITING),
        (LI, False, "", WAITING),
        ("stranger@example.org", False, "<x@example.net>", DONE),  # nothing of ours at all
    ],
)
def test_a_notice_about_nothing_that_we_sent_there_marks_nobody(
    here: SampleOffice, address: str, ours: bool, about: str, status: InboxStatus,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (one,) = read(here, bounce(address, about=digest(here) if ours else about))
    assert (one.kind, one.status) == (InboxKind.BOUNCE, status)
    assert "nothing was marked" in one.note and "550 Mailbox not found" in one.note
    assert marked(here) == {} and came_back(here) == []
    if status is WAITING:
        command(here, "today")
        assert "duban inbox list" in capsys.readouterr().out
        command(here, "inbox", "dismiss", str(one.id), "--by", "王")


def test_a_mail_that_has_not_left_cannot_come_back(here: SampleOffice) -> None:
    here.remind("2022-06-20 10:00")
    (waiting,) = (one for one in here.deliveries() if not one.attempts and one.address == LI)
    (one,) = read(here, bounce(LI, about=waiting.message_id))
    assert one.status is WAITING and marked(here) == {}


def plain(*addresses: str, reason: str = "550 Mailbox not found. 邮箱不存在") -> bytes:
    """A notice as QQ writes it: no mail is named."""
    text = f"抱歉，您的邮件被退回来了……\n收件人：{'、'.join(addresses)}\n退信原因：{reason}"
    return mail(text, "系统退信/Systems bounce", sender="PostMaster@qq.com")


def test_a_notice_that_names_no_mail_marks_an_address_once_it_is_confirmed(
    here: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = read(here, plain(LI))
    assert (one.kind, one.status, marked(here)) == (InboxKind.BOUNCE, WAITING, {})
    assert f"one went to {LI} on 2022-06-13. Nothing was marked" in one.note
    assert f"duban inbox confirm {one.id}" in one.note
    command(here, "inbox", "confirm", str(one.id), "--by", "王")
    assert f"came back: {LI}" in capsys.readouterr().err
    assert "550 Mailbox not found" in marked(here)[LI] and len(came_back(here)) == 1


@pytest.mark.parametrize(
    ("notice", "day"),
    [
        (plain(LI), "2022-06-19 10:00"),  # nothing went there lately
        (plain(BOSS), "2022-06-14 10:00"),  # nothing ever did
        (bounce(LI, about="<made-up@example.net>").replace(b"It did", f"550 {LI} It did".encode()),
         "2022-06-14 10:00"),
    ],
)  # fmt: skip
def test_a_notice_that_may_be_about_anything_is_not_confirmed(
    here: SampleOffice, notice: bytes, day: str
) -> None:
    here.at(day)
    (one,) = read(here, notice)
    assert one.status is WAITING and "inbox confirm" not in one.note
    with pytest.raises(StateError, match="lately"):
        command(here, "inbox", "confirm", str(one.id), "--by", "王")
    assert marked(here) == {} and came_back(here) == []


def test_frequency_in_plain_words_marks_no_address_even_when_confirmed(here: SampleOffice) -> None:
    (one,) = read(here, plain(LI, reason="550 Ip frequency limited"))
    command(here, "inbox", "confirm", str(one.id), "--by", "王")
    assert marked(here) == {} and len(came_back(here)) == 1
