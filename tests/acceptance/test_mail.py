"""Reminders over real SMTP with TLS and authentication, from `duban tick`."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar

from config.settings import SmtpSecurity
from tests.acceptance.conftest import Duban
from tests.support.certificates import Certificates
from tests.support.smtp import MailServer


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_a_morning_over_smtp(duban: Duban, tmp_path: Path, security: SmtpSecurity) -> None:
    certificates = Certificates()
    context = certificates.server_context("localhost", "127.0.0.1")
    with MailServer(security=security, context=context, login=("office", "s3cret")) as server:
        duban.settings |= {
            "DUBAN_LANGUAGE": "zh",
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": security.value,
            "DUBAN_SMTP_USERNAME": "office",
            "DUBAN_SMTP_PASSWORD": "s3cret",
            "DUBAN_SMTP_CA_FILE": str(certificates.write_ca(tmp_path)),
        }
        duban.begin()
        duban.run("submit", "sunshine-2022/deployment-report/滑县")
        duban.run("tick", "--at", "2022-06-02T08:00")
        assert server.received == [], "the window opens at nine"
        duban.run("tick", "--at", "2022-06-02T09:00")
        first = len(server.received)
        duban.run("tick", "--at", "2022-06-02T09:00")
        assert len(server.received) == first, "two ticks at the same moment remind once"
        mails = {(str(mail["To"]), _sort(mail)): mail for mail in server.mails}
        assert len(mails) == first
        digests = {one[0]: mails[one] for one in mails if one[1] in {"【待办", "【催报"}}
        assert len(digests) >= 28
        receipt = mails.pop(("huaxian@example.org", "【已收"))
        assert "报送工作部署情况" in _text(receipt)
        assert "已于5月20日收到，待审核" in _text(receipt)
        assert all(one.encrypted and one.login == "office" for one in server.received)
        _check_mail(digests["kaifeng@example.org"])
        assert "部署情况" not in _text(digests["huaxian@example.org"]), (
            "nothing that was handed in before"
        )
        owner = {sort for address, sort in mails if address == "transport-management@example.org"}
        assert len(owner) == 2, "its own digest, and the list of units without a contact"


def _check_mail(mail: EmailMessage) -> None:
    assert "开封市" in mail["Subject"]
    assert len(mail["Subject"]) <= 30
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.isoformat() == "2022-06-02T09:00:00+08:00"
    assert "sygjczc@126.com" in mail["Reply-To"]
    text = _text(mail)
    assert "6月3日星期五（端午节）" in text, "the last reminder before the days off says so"
    html = mail.get_body(("html",))
    assert html is not None
    assert "端午节" in html.get_content()
    attached, *forms = mail.iter_attachments()
    calendar = Calendar.from_ical(attached.get_content())
    assert attached.get_content_type() == "text/calendar"
    assert len(calendar.walk("VEVENT")) >= 2
    names = [str(one.get_filename()) for one in forms]
    assert names and all(
        name.endswith(("（开封市）.xlsx", "（开封市，2022年5月）.xlsx")) for name in names
    ), names


def _sort(mail: EmailMessage) -> str:
    """What sort of mail it is, by the beginning of its subject."""
    return str(mail["Subject"])[:3]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_wrong_password_on_monday_morning_loses_nothing(duban: Duban, tmp_path: Path) -> None:
    certificates = Certificates()
    context = certificates.server_context("localhost", "127.0.0.1")
    with MailServer(
        security=SmtpSecurity.STARTTLS, context=context, login=("office", "s3cret")
    ) as server:
        duban.settings |= {
            "DUBAN_SMTP_HOST": "127.0.0.1",
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_USERNAME": "office",
            "DUBAN_SMTP_PASSWORD": "last year's",
            "DUBAN_SMTP_CA_FILE": str(certificates.write_ca(tmp_path)),
        }
        duban.begin()
        failed = duban.run("tick", "--at", "2022-06-02T09:00", code=1)
        assert "no mail can go: 535 5.7.8 Authentication credentials invalid" in failed.stderr
        assert "check smtp_username and smtp_password" in failed.stderr
        assert failed.stderr.count("535") == 1 + 1, "in the log, and where the command ends"
        assert "last year's" not in failed.stderr
        waiting = duban.json("outbox", "list", "--status", "queued", "--limit", "1000")
        assert {one["attempts"] for one in waiting} == {0}

        duban.settings["DUBAN_SMTP_PASSWORD"] = "s3cret"
        duban.run("tick", "--at", "2022-06-02T09:01")
        assert len(server.received) == len(waiting) >= 28
        duban.settings |= {"DUBAN_SMTP_HOST": "mail.example.org", "DUBAN_SMTP_SECURITY": "none"}
        refused = duban.run("tick", "--at", "2022-06-02T09:02", code=2)
        assert "clear text" in refused.stderr


def test_simulated_time_never_reaches_a_real_server(duban: Duban) -> None:
    duban.begin()
    duban.settings["DUBAN_SMTP_HOST"] = "mail.example.org"
    assert "loopback" in duban.run("tick", "--at", "2022-06-02T09:00", code=2).stderr
    assert "loopback" in duban.run("serve", "--as-of", "2022-06-02T09:00", code=2).stderr
    assert "loopback" in duban.run("serve", code=2).stderr, "nor does a demo home"


def test_held_escalations_wait_for_release(duban_on_each: Duban) -> None:
    duban = duban_on_each
    duban.begin()
    duban.run("tick", "--at", "2022-06-08T09:00")
    assert duban.json("outbox", "list", "--status", "held") == [], "the units are told first"
    duban.run("tick", "--at", "2022-06-08T09:01")
    (held,) = duban.json("outbox", "list", "--status", "held")
    assert held["address"] == "supervisor@example.org"
    duban.run("outbox", "hold", str(held["id"]), code=1)
    duban.run("outbox", "release", "--all", "--by", "王工", "--why", "已核实")
    duban.run("tick", "--at", "2022-06-08T09:02")
    sent = duban.json("outbox", "list", "--status", "done", "--address", held["address"])
    assert len(sent) == 1
    assert "supervisor" in duban.run("outbox", "show", str(sent[0]["id"])).stdout
    (released,) = duban.json("outbox", "list", "--status", "released")
    assert (released["decided_by"], released["decision"]) == ("王工", "已核实")
    shown = duban.run("outbox", "show", str(held["id"])).stdout
    assert "decided by 王工 at 2022-05-20" in shown and "已核实" in shown


def test_what_is_not_wanted_is_dropped(duban: Duban) -> None:
    duban.begin()
    duban.run("submit", "sunshine-2022/liaison/滑县")
    duban.run("tick", "--at", "2022-06-08T09:00")
    notices = duban.json("outbox", "list", "--address", "huaxian@example.org")
    receipt = next(one for one in notices if one["kind"] == "notice")
    shown = duban.run("outbox", "show", str(receipt["id"])).stdout
    assert "handed in 报送“阳光行动”联络员 [huaxian] 滑县" in shown
    assert "not possible" in duban.run("outbox", "drop", str(receipt["id"]), code=1).stderr
    assert "--all-held" in duban.run("outbox", "drop", code=2).stderr
    duban.run("tick", "--at", "2022-06-08T09:01")
    duban.run("outbox", "drop", "--all-held", "--why", "领导出差")
    (dropped,) = duban.json("outbox", "list", "--status", "dropped")
    assert (dropped["decided_by"], dropped["decision"]) == ("office", "领导出差")
    assert "nothing to do" in duban.run("outbox", "release", "--all").stderr
    duban.run("verify")
