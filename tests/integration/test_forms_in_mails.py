"""Reminders bring the empty forms that are to be filled in: to those who fill them in."""

import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.i18n import using_language
from tests.support.form_office import HEAD, LISTS, LISTS_KEY, PROGRESS, PROGRESS_KEY, form_office
from tests.support.forms import Filling, fill
from tests.support.office import SampleOffice
from workflows.forms.empty import empty_form_of
from workflows.forms.export import FormFormat
from workflows.forms.owed import forms_of_each
from workflows.forms.reading import read_filled

LI = "li@example.org"
JUNE = "桥梁改造进展情况表（北城市，2022年6月）"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = form_office(tmp_path, "2022-05-20 10:00")
    yield office
    office.close()


def forms_in(mail: EmailMessage) -> dict[str, bytes]:
    return {
        str(one.get_filename()): one.get_payload(decode=True)  # type: ignore[misc]
        for one in mail.iter_attachments()
        if one.get_content_type() != "text/calendar"
    }


def mail_to(office: SampleOffice, address: str) -> EmailMessage:
    return next(one for one in reversed(office.mails()) if one["To"] == address)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_the_contact_and_the_office_get_their_own_forms(here: SampleOffice) -> None:
    here.add_contact("north", "deputy", "wang@example.org")
    here.tick("2022-06-17 09:00")
    got = forms_in(mail_to(here, LI))
    assert list(got) == [
        f"{JUNE}.xlsx", f"{JUNE}.docx", "检测单位名单（北城市）.xlsx", "联络员（北城市）.xlsx"
    ]  # fmt: skip
    for kind in ("plain", "html"):
        assert "the empty form to be filled in (files: 4)" in text_of(mail_to(here, LI), kind)
    # 南城市 has no contact: its office mailbox gets the forms of its own.
    assert all("南城市" in name for name in forms_in(mail_to(here, "south@example.org")))

    with here.database.read() as session:
        (owed,) = forms_of_each(session, [here.assignment(PROGRESS_KEY)])[
            here.assignment(PROGRESS_KEY).id or 0
        ]
        for form_format in FormFormat:
            cells = {("done", "work"): "累计改造桥梁12座。", ("done", "patrol"): "累计巡查3次。"}
            filling = Filling({"reporter": "李"}, cells=cells)
            sent = fill(owed, got[f"{JUNE}.{form_format}"], form_format, filling)
            filled = read_filled(session, sent, "f")
            assert filled.owed.identity == owed.identity
            assert filled.content["header"]["unit"] == "北城市"
            assert filled.content["blanks"] == {"bridges": 12, "patrols": 3}


def test_who_is_only_told_gets_no_forms(here: SampleOffice) -> None:
    here.add_contact("north", "lead", "chief@example.org")
    here.ticks(f"2022-06-{day} 09:00" for day in (17, 20, 22, 23))
    held = next(one for one in here.deliveries() if one.status.value == "held")
    here.release(held.id)
    here.tick("2022-06-23 10:00")
    leads = [one for one in here.mails() if one["To"] == "chief@example.org"]
    assert leads and all(forms_in(one) == {} for one in leads)
    assert forms_in(mail_to(here, LI))


def test_no_more_than_five_files_and_the_mail_says_so(tmp_path: Path) -> None:
    other = LISTS.replace("id: lists", "id: more").replace("id: platforms", "id: more-platforms")
    office = SampleOffice(tmp_path, "2022-05-20 10:00")
    office.apply(PROGRESS, LISTS, other, head=HEAD)
    office.tick("2022-06-17 09:00")
    mail = mail_to(office, "north@example.org")
    assert list(forms_in(mail))[2:] == [
        "检测单位名单（北城市）.xlsx", "联络员（北城市）.xlsx", "检测单位名单（北城市）（2）.xlsx"
    ]  # fmt: skip
    assert "1 more files did not go with this mail" in text_of(mail)
    office.close()


@pytest.mark.parametrize(("how", "count"), [({"attach_forms": False}, 0), ({}, 4)])
def test_the_setting(tmp_path: Path, how: dict[str, Any], count: int) -> None:
    office = form_office(tmp_path, "2022-05-20 10:00", **how)
    office.tick("2022-06-17 09:00")
    mail = mail_to(office, LI)
    assert len(forms_in(mail)) == count
    assert ("empty form" in text_of(mail)) is bool(count)
    office.close()


MAKE = """
import sys
from hashlib import sha256
from workflows.database import Database
from workflows.forms.empty import empty_form_of
from workflows.forms.empty import empty_form_of
from workflows.forms.export import FormFormat
from workflows.forms.owed import forms_of_each
from workflows.naming import find_assignment
database = Database(sys.argv[1])
with database.read() as session:
    for each in forms_of_each(session, [find_assignment(session, sys.argv[2])]).values():
        for owed in each:
            for one in FormFormat:
                print(sha256(empty_form_of(owed, one).content()).hexdigest())
"""


def test_a_form_is_the_same_bytes_in_every_process(here: SampleOffice) -> None:
    """So that a mail that is tried again, also after a restart, is the same mail."""
    made = subprocess.run(
        [sys.executable, "-c", MAKE, here.settings.resolved_database_url, PROGRESS_KEY],
        capture_output=True, text=True, check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7", "TZ": "America/Lima"},
    ).stdout.split()  # fmt: skip
    here.tick("2022-06-17 09:00")
    sent = [content for name, content in forms_in(mail_to(here, LI)).items() if "进展" in name]
    # The subprocess speaks Chinese, as an office does; so does the number in the file.
    with using_language("zh"), here.database.read() as session:
        (owed,) = next(iter(forms_of_each(session, [here.assignment(PROGRESS_KEY)]).values()))
        again = [empty_form_of(owed, one).content() for one in FormFormat]
    assert [sha256(one).hexdigest() for one in again] == made
    assert len(sent) == 2 and set(sent).isdisjoint(again), "these are English"


def test_a_settled_duty_brings_no_form(here: SampleOffice) -> None:
    here.remind("2022-06-17 09:00")
    here.act("submit", LISTS_KEY)
    here.send()
    assert [name for name in forms_in(mail_to(here, LI)) if "进展" not in name] == []
