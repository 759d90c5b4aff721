"""Incoming mail from end to end: read from a Maildir, confirmed, dismissed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from config.errors import InputError, ProblemsError, StateError
from tests.support.command_line import command
from tests.support.incoming import LI, digest, mail, maildir, read
from tests.support.moments import at, day
from tests.support.office import SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.referee import found
from workflows.states import State
from workflows.tables import Absence, InboxKind, InboxMail, InboxStatus

NOW = "2022-06-15 10:00"


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which north's contact has got its digest."""
    folder = tmp_path_factory.mktemp("seed")
    office = SampleOffice(folder)
    office.apply(PLAN, MONTHLY)
    office.add_contact("north", "contact", LI)
    office.tick("2022-06-13 10:00")
    office.close()
    return folder / "home"


@pytest.fixture
def here(seed: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    """An office in such a home; its mailbox is a Maildir."""
    shutil.copytree(seed, tmp_path / "home")
    office = SampleOffice(tmp_path, NOW, inbox_maildir=tmp_path / "inbox")
    yield office
    assert found(office) == []
    office.close()


def kept(office: SampleOffice) -> list[InboxMail]:
    with office.database.read() as session:
        return list(session.exec(select(InboxMail).order_by(col(InboxMail.id))))


def listed(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    command(office, "inbox", "list", "--all", "--format", "json")
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_seen_is_confirmed_at_the_time_of_the_mail(
    here: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command_mail = mail("您好，收到，谢谢。\n\n> 贵单位尚未报送", answers=digest(here))
    (one,) = read(here, command_mail)
    assert (one.kind, one.status) == (InboxKind.ACKNOWLEDGEMENT, InboxStatus.WAITING)
    june = here.assignment("bridges-2022/monthly/north/6")  # stands in the digest, too
    assert one.unit_id == "north" and one.assignments == [here.assignment().id, june.id]
    assert here.assignment().acknowledged_at is None  # by itself it changes nothing
    command(here, "inbox", "confirm", "1", "--by", "王")
    assert capsys.readouterr().err.count("; recorded as seen\n") == 2
    assert here.assignment().acknowledged_at == at("2022-06-14 10:00")
    assert kept(here)[0].status is InboxStatus.CONFIRMED
    with pytest.raises(StateError, match="no mail waits under the number 1"):
        command(here, "inbox", "dismiss", "1", "--by", "王")


def test_a_hand_in_with_its_files(here: SampleOffice) -> None:
    files = (
        ('filename="北城市排查方案.wps"', b"wps"),
        ("filename*=gb18030''%C5%C5%B2%E9.rar", b"rar"),
        ('filename="winmail.dat"', b"tnef"),
        ('filename="..\\..\\..\\照片.jpg"', b"jpg"),
    )
    (one,) = read(here, mail("排查方案已报送，请查收。", "排查方案", files=files))
    assert (one.kind, one.assignments) == (InboxKind.SUBMISSION, [here.assignment().id])
    names = [file["name"] for file in one.files]
    assert names == ["北城市排查方案.wps", "排查.rar", "winmail.dat", "照片.jpg"]
    assert here.assignment().state is State.OPEN
    command(here, "inbox", "confirm", "1", "--missing", "盖章件", "--by", "王")
    event = here.events()[-1]
    assert here.assignment().state is State.SUBMITTED
    assert here.assignment().missing == ["排查方案（盖章件）"]
    assert [file["name"] for file in event.data["files"]] == names
    assert (event.at, event.actor) == (at("2022-06-14 10:00"), "王")
    # The stamped copy comes in another mail.
    (more,) = read(here, mail("盖章件已报", files=(('filename="盖章件.pdf"', b"pdf"),)))
    command(here, "inbox", "confirm", str(more.id), "--by", "王")
    assert here.assignment().missing == []


def test_a_mail_that_names_a_milestone_and_one_that_may_be_several(here: SampleOffice) -> None:
    named, several = read(
        here,
        mail("北城市7月进展月报见正文：一切正常。", "进展月报（7月）"),
        mail("材料已报送。", "材料", headers="X-Second: 1\r\n"),
    )
    assert named.kind is InboxKind.SUBMISSION
    july = here.assignment("bridges-2022/monthly/north/7")
    assert named.assignments == [july.id]
    command(here, "inbox", "confirm", str(named.id), "--by", "王")
    assert here.assignment("bridges-2022/monthly/north/7").state is State.SUBMITTED
    with here.database.write() as session:
        row = session.get_one(InboxMail, several.id)
        monthly = here.assignment("bridges-2022/monthly/north/6")
        row.assignments = [here.assignment().id or 0, monthly.id or 0]
    with pytest.raises(InputError, match="may be about several"):
        command(here, "inbox", "confirm", str(several.id), "--by", "王")
    command(here, "inbox", "confirm", str(several.id), "--for", "月报", "--by", "王")
    assert here.assignment("bridges-2022/monthly/north/6").state is State.SUBMITTED


def test_what_a_mail_names_is_meant_whatever_else_is_owed(here: SampleOffice) -> None:
    plan, june = here.assignment(), here.assignment("bridges-2022/monthly/north/6")
    july = here.assignment("bridges-2022/monthly/north/7")
    files = (('filename="方案.wps"', b"wps"),)
    with here.database.write() as session:
        session.add(
            Absence(address=LI, first=day("2022-06-14"), last=day("2022-06-16"), deputy="",
                    actor="王", created_at=here.clock())
        )  # fmt: skip
    (away,) = read(here, mail("见附件", "报送排查方案", files=files))
    assert (away.kind, away.assignments) == (InboxKind.SUBMISSION, [plan.id])
    here.act("submit")
    here.act("submit", "bridges-2022/monthly/north/6")
    for text, subject, about in (
        ("见附件", "报送排查方案（修改稿）", plan.id),
        ("6月进展月报见附件", "材料", june.id),
    ):
        (one,) = read(here, mail(text, subject, files=files))
        assert (one.kind, one.status) == (InboxKind.OTHER, InboxStatus.WAITING)
        assert one.assignments == [about] and "(submitted)" in one.note
        with pytest.raises(StateError, match="is submitted"):
            command(here, "inbox", "confirm", str(one.id), "--as", "submitted", "--by", "王")
    (open_one,) = read(here, mail("进展月报见附件，6月14日", "材料", files=files))
    assert (open_one.kind, open_one.assignments) == (InboxKind.SUBMISSION, [july.id])


def test_a_mail_whose_confirmation_is_taken_back_waits_again(
    here: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (('filename="方案.wps"', b"wps"),)
    read(here, mail("排查方案已报送", files=files), mail("收到", answers=digest(here)))
    before = [(one.status, one.assignments) for one in kept(here)]
    for number, changed in (("1", "state"), ("2", "acknowledged_at")):
        command(here, "inbox", "confirm", number, "--by", "王")
        done = getattr(here.assignment(), changed)
        command(here, "undo", "--by", "王")
        assert getattr(here.assignment(), changed) != done
        assert f"mail {number}: it waits again" in capsys.readouterr().err
    assert [(one.status, one.assignments) for one in kept(here)] == before
    assert {(one.decided_by, one.decided_at) for one in kept(here)} == {("", None)}
    command(here, "inbox", "confirm", "1", "--for", "bridges-2022/monthly/north/6", "--by", "王")
    june = here.assignment("bridges-2022/monthly/north/6")
    assert (here.assignment().state, june.state) == (State.OPEN, State.SUBMITTED)
    assert [file["name"] for file in here.events()[-1].data["files"]] == ["方案.wps"]


def test_what_concerned_a_whole_campaign_is_not_taken_back(here: SampleOffice) -> None:
    command(here, "campaign", "pause", "bridges-2022", "--by", "王")
    with pytest.raises(StateError, match="concerned a whole campaign"):
        command(here, "undo", "--by", "王")
    command(here, "campaign", "resume", "bridges-2022", "--by", "王")


def test_several_at_once_all_or_none(here: SampleOffice) -> None:
    read(here, mail("收到", answers=digest(here)), mail("你们好", "问候"))
    with pytest.raises(ProblemsError, match="nothing was changed"):
        command(here, "inbox", "confirm", "1", "2", "--by", "王")
    assert here.assignment().acknowledged_at is None
    command(here, "inbox", "dismiss", "1", "2", "--why", "已电话", "--by", "王")
    assert {one.status for one in kept(here)} == {InboxStatus.DISMISSED}


def test_a_stranger_never_hands_in(here: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    files = (('filename="排查方案.pdf"', b"pdf"),)
    stranger, forwarded = read(
        here,
        mail("排查方案已报送", "报送排查方案", sender="x@example.net", files=files),
        mail("已报送", sender="y@example.net", answers=digest(here), files=files),
    )
    assert (stranger.kind, stranger.status) == (InboxKind.OTHER, InboxStatus.DONE)
    assert stranger.files == [] and stranger.assignments == []
    assert (forwarded.kind, forwarded.status) == (InboxKind.OTHER, InboxStatus.WAITING)
    with pytest.raises(InputError, match="not clear what it says"):
        command(here, "inbox", "confirm", str(forwarded.id), "--by", "王")
    assert here.assignment().id in forwarded.assignments  # of the mail that was answered
    assert here.assignment().state is State.OPEN
    assert "no contact of any unit" in listed(here, capsys)[1]["note"]


def test_what_waits_stands_in_today(here: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    read(here, mail("已报送", "报送排查方案"), mail("x", "自动回复"))
    command(here, "today", "--format", "json")
    sections = {one["section"]: one for one in json.loads(capsys.readouterr().out)["sections"]}
    (line,) = sections["inbox"]["lines"]
    assert (line["what"], line["unit"]) == ("报送排查方案", "北城市")
    assert line["command"] == "duban inbox confirm 1"


def test_a_mail_is_read_once_and_broken_ones_stop_no_other(here: SampleOffice) -> None:
    nested = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 2000
    mails = [b"", b"\xff\xfe\x00", b"From: " + LI.encode() + b"\r\n" + nested, mail("收到")]
    assert len(read(here, *mails)) == 4
    assert read(here) == []
    assert [one.kind for one in kept(here)][-1] is InboxKind.ACKNOWLEDGEMENT
    broken = kept(here)[2]
    assert (broken.kind, broken.status) == (InboxKind.OTHER, InboxStatus.WAITING)
    assert "too many parts" in broken.note


def test_automatic_answers_and_our_own_mails_ask_for_nothing(here: SampleOffice) -> None:
    read(
        here,
        mail("我在休假，收到您的邮件", "自动回复：【待办1项】"),
        mail("收到", headers="Auto-Submitted: auto-replied\r\n"),
        mail("贵单位", "x", headers=f"Message-ID: {digest(here)}\r\n"),
    )
    assert [one.status for one in kept(here)] == [InboxStatus.DONE] * 3
    assert [one.kind for one in kept(here)][:2] == [InboxKind.AUTOMATIC] * 2


def test_what_a_mail_holds_steers_nothing(
    here: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    files = (("filename=\"=cmd|' /C calc'!A0\x1b[2J.xls\"", b"x"),)
    read(
        here,
        mail("已报\x1b[31m", "=1+1\x1b[2J排查方案", files=files),
        mail("收到", "x" * 300_000, headers="X-Big: " + "y" * 300_000 + "\r\n"),
    )
    command(here, "inbox", "list", "--all")
    command(here, "inbox", "list", "--all", "--format", "csv")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert ",=1+1" not in out and ",=cmd" not in out
    assert max(len(one.subject) for one in kept(here)) <= 500


def test_a_large_attachment_is_named_at_once(
    here: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    link = "https://mail.qq.com/cgi-bin/ftnExs_download?k=abc&t=exs_ftn_download&code=1"
    file = "巡查照片.zip (1.2G, 2022年07月13日 10:20 到期)"
    text = f"已报送。\n从QQ邮箱发来的超大附件\n{file}进入下载页面：{link}"
    maildir(here, mail(text, "报送排查方案"))
    command(here, "inbox", "read")
    said = capsys.readouterr().err
    assert link in said and "until 2022-07-13" in said and "巡查照片.zip" in said
