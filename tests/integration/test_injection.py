"""Nobody gets in through a title, a note, a name or an address; a test for each way."""

import json
import re
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import icalendar
import pytest
import structlog
from markupsafe import escape

from calendars.options import FeedScope
from config.errors import InputError
from scheduler.cli.output import Format, print_line, say, write_rows
from scheduler.logs import configure_logs
from tests.support.command_line import command
from tests.support.feeds import feed_content
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import PLAN, declaration, organisation
from workflows.people.reading import read_contacts
from workflows.tables import Assignment, Campaign, Contact, MilestoneRow, UnitRow

HEAD = "name,unit,role,email\n"


def set_record(office: SampleOffice, **texts: str) -> None:
    """Put texts into the record past every door: as an older version may have let them in."""
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        campaign.title = texts.get("campaign", campaign.title)
        milestone = session.get_one(MilestoneRow, ("bridges-2022", "plan"))
        milestone.clause = texts.get("clause", milestone.clause)
        milestone.mailbox = texts.get("mailbox", milestone.mailbox)
        milestone.enquiries = [{"office": texts.get("enquiry", "公路处")}]
        milestone.deliverables = [{"name": texts.get("deliverable", "方案")}]
        unit = session.get_one(UnitRow, "north")
        unit.name = texts.get("unit", unit.name)
        assignment = session.get_one(Assignment, office.assignment().id)
        assignment.title = texts.get("title", assignment.title)
        for row in (campaign, milestone, unit, assignment):
            session.add(row)


def set_everywhere(office: SampleOffice, text: str) -> None:
    """The same text in all of them."""
    fields = ("campaign", "clause", "mailbox", "enquiry", "deliverable", "unit", "title")
    set_record(office, **dict.fromkeys(fields, text))


def one_mail(office: SampleOffice) -> EmailMessage:
    """The mail of the plan's reminder."""
    office.tick("2022-06-13 09:00")
    (mail,) = office.mails()
    return mail


def parts(mail: EmailMessage) -> tuple[str, str, bytes]:
    """A mail's text, page and calendar."""
    text, page, calendar = (one for one in mail.walk() if not one.is_multipart())
    return text.get_content(), page.get_content(), calendar.get_content().encode()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """What is written out is the same on every database: one is enough here."""
    here = SampleOffice(tmp_path)
    here.apply(PLAN)
    yield here
    here.close()


# Mail headers and addresses


@pytest.mark.parametrize(
    "cells",
    [
        '"王明\r\nBcc: x@example.org",北城市,contact,wang@example.org',
        '王明,北城市,contact,"wang@example.org\r\nBcc: x@example.org"',
        '王明,北城市,contact,"wang@example.org,x@example.org"',
        '王明,北城市,contact,"wang@example.org;x@example.org"',
        "王明,北城市,contact,<wang@example.org>",
        "王明,北城市,contact,王明 <wang@example.org>",
        '王明,北城市,contact,"""a b""@example.org"',
        "王明,北城市,contact,wang@example.org> ORCPT=x",
        "王明,北城市,contact,wang@[127.0.0.1]",
        "王明,北城市,contact,wang@exa\x00mple.org",
        "王\x1b[31m明,北城市,contact,wang@example.org",
    ],
)
def test_a_contact_list_brings_in_no_header_and_no_second_address(
    tmp_path: Path, cells: str
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes((HEAD + cells + "\n").encode())
    with pytest.raises(InputError):
        read_contacts(file, organisation(tmp_path), [])


def test_a_name_with_a_comma_or_angle_brackets_stays_a_name(office: SampleOffice) -> None:
    with office.database.write() as session:
        session.add(
            Contact(
                unit_id="north", role="contact", name='王, "明" <x@example.org>',
                address="wang@north.example.org",
            )
        )  # fmt: skip
    mail = one_mail(office)
    assert mail["To"] == "wang@north.example.org"
    assert [one.addr_spec for one in mail["To"].addresses] == ["wang@north.example.org"]
    assert "王, &#34;明&#34; &lt;x@example.org&gt;" in parts(mail)[1]


def test_a_line_break_in_the_record_ends_no_header(office: SampleOffice) -> None:
    set_everywhere(office, "x\r\nBcc: evil@example.org\r\n\r\n<p>body")
    mail = one_mail(office)
    assert mail["Bcc"] is None
    assert sorted(name.lower() for name in mail) == [
        "auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "reply-to",
        "subject", "to",
    ]  # fmt: skip
    assert "\n" not in mail["Subject"] and "\r" not in mail["Subject"]


def test_an_address_in_the_record_makes_no_second_header(office: SampleOffice) -> None:
    with office.database.write() as session:
        session.add(
            Contact(unit_id="north", role="contact", name="x", address="a@b.cn\r\nBcc: e@e.cn")
        )
    assert one_mail(office)["Bcc"] is None


# HTML and templates

EVIL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><h1>x", "{{ 7*7 }}",
    "{% for x in range(9) %}a{% endfor %}", "{# gone #}", "&lt;b&gt;", "\"><a href='x'>",
    "{{ self._TemplateReference__context }}", "%(name)s %s {0} {title}",
]  # fmt: skip


@pytest.mark.parametrize("text", EVIL)
def test_text_is_neither_page_nor_template(office: SampleOffice, text: str) -> None:
    set_everywhere(office, text)
    plain, page, _calendar = parts(one_mail(office))
    assert plain.count(text) >= 6  # letter for letter
    assert "49" not in plain and "aaa" not in plain
    assert not {"<script", "<img", "<h1", "<a "} & set(re.findall(r"<[a-z0-9]+ ?", page))
    assert page.count(str(escape(text))) >= 6


def test_a_note_is_no_template_either(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    command(
        office, "submit", PLAN_KEY, "--by", "{{ 7*7 }}", "--why", "{0} %(x)s <b>\nerror: forged"
    )
    command(office, "show", PLAN_KEY)
    out = capsys.readouterr().out
    assert "{{ 7*7 }} · {0} %(x)s <b>\\nerror: forged" in out  # in one line


# iCalendar


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM", "x\nEND:VEVENT\nBEGIN:VEVENT",
        "x\rATTENDEE:mailto:x@example.org", "x\x0bURL:http://example.org", "x\x85ATTACH:x",
        "x\u2028ORGANIZER:x", "a;b,c\\,d\\n:e", "x" * 74 + "\r\nBEGIN:VALARM",
    ],
)  # fmt: skip
def test_text_adds_nothing_to_a_calendar(office: SampleOffice, text: str) -> None:
    set_everywhere(office, text)
    bodies = [parts(one_mail(office))[2].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")]
    bodies += [
        feed_content(office, scope, subject, alarms=True, tasks=tasks).body
        for scope, subject, tasks in (
            (FeedScope.ALL, "", False), (FeedScope.UNIT, "north", True),
            (FeedScope.CAMPAIGN, "bridges-2022", False),
        )
    ]  # fmt: skip
    known = {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "UID",
        "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE",
        "SUMMARY", "DESCRIPTION", "CATEGORIES", "STATUS", "TRANSP", "X-PUBLISHED-TTL",
        "REFRESH-INTERVAL;VALUE=DURATION", "X-WR-CALDESC", "COLOR", "X-APPLE-CALENDAR-COLOR",
        "ACTION", "TRIGGER", "TRIGGER;RELATED=END", "DUE;VALUE=DATE", "PERCENT-COMPLETE",
    }  # fmt: skip
    for body in bodies:
        calendar = icalendar.Calendar.from_ical(body)
        entries = calendar.walk("VEVENT") + calendar.walk("VTODO")
        assert entries
        assert len(calendar.walk()) == 1 + len(entries) + len(calendar.walk("VALARM"))
        # As the laxest reader would: any line break is one.
        lines = body.replace(b"\r\n ", b"").decode().splitlines()
        assert {line.partition(":")[0] for line in lines} <= known


def test_separators_come_back_as_text(office: SampleOffice) -> None:
    set_record(office, title="a;b,c\\d", campaign="e;f,g")
    body = feed_content(office).body
    event: Any
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert event["SUMMARY"].startswith("a;b,c\\d")
    assert [str(one) for one in event["CATEGORIES"].cats] == ["e;f,g"]


# Paths


@pytest.mark.parametrize("subject", ["../../x", "/etc/passwd", "..", "x/../../y", "a\\..\\b"])
def test_ids_lead_out_of_no_folder(tmp_path: Path, subject: str) -> None:
    text = PLAN.replace("id: plan", f"id: {json.dumps(subject)}")
    with pytest.raises(AssertionError, match="is not an identifier"):
        declaration(organisation(tmp_path), text)


def test_an_export_writes_the_one_file_it_is_told_to(office: SampleOffice, tmp_path: Path) -> None:
    set_record(office, unit="../../../x", title="/etc/x", campaign="..\\x")
    before = {one for one in tmp_path.rglob("*") if "home" not in one.parts}
    target = tmp_path / "feed.ics"
    command(office, "feed", "export", "--unit", "north", "--output", str(target))
    after = {one for one in tmp_path.rglob("*") if "home" not in one.parts}
    assert after - before == {target}


def test_a_mail_becomes_one_file_in_its_folder(office: SampleOffice, tmp_path: Path) -> None:
    with office.database.write() as session:
        session.add(Contact(unit_id="north", role="contact", name="x", address="../../x@b.cn"))
    office.tick("2022-06-13 09:00")
    (file,) = (office.settings.maildir / "new").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == "../../x@b.cn"
    assert not list(tmp_path.glob("x@*"))


# Terminals and logs

ESCAPES = "a\x1b[2J\x1b]0;owned\x07b\x9b31mc\r\x08\u202ed\x00"


def test_the_record_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for form in (Format.TABLE, Format.CSV, Format.JSON):
        write_rows([{"a": ESCAPES, "b": [ESCAPES]}], form, None, {"a": "A", "b": "B"}, title="T")
    print_line(ESCAPES + "\nsecond")
    say(ESCAPES)
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert not set(ESCAPES) & set(text) - set("abcd[]2J0;ownedm31")
    assert "a\\x1b[2J\\x1b]0;owned\\x07b\\x9b31mc\\r\\x08\\u202ed\\x00" in printed.err
    assert "\\nsecond" in printed.out


def test_json_is_still_json(capsys: pytest.CaptureFixture[str]) -> None:
    write_rows([{"a": ESCAPES}], Format.JSON, None, {"a": "A"})
    assert json.loads(capsys.readouterr().out) == [{"a": ESCAPES}]


def test_a_line_break_forges_no_log_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        log = structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
        log.info("mail", to="a@b.cn\n2022 error event='forged'", text=ESCAPES)
        try:
            raise ValueError("x\nforged: yes\x1b[2J")
        except ValueError:
            log.exception("failed\nforged")
    finally:
        structlog.reset_defaults()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "\x1b" not in "".join(lines) and "\\x1b[2J" in lines[0]
