"""Reports that go out by themselves: when, to whom, held or not, and once."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from pydantic import ValidationError

from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from workflows.reporting.declared import ScheduledReport, parse_when, planned_before, planned_day
from workflows.working_days import working_days


def planned(*reports: str) -> str:
    """The campaign's head with reports."""
    return CAMPAIGN.replace("milestones:", "reports:\n" + "".join(reports) + "milestones:")


EACH_MONDAY = "  - {id: late, what: overdue, when: 每周一, to: [supervisor]}\n"
TO_OWNER = "  - {id: own, what: overdue, when: every Monday, to: [owner, chief@example.org]}\n"


@pytest.mark.parametrize(
    ("when", "today", "day"),
    [
        ("每周一", "2022-06-20", "2022-06-20"),
        ("every Monday", "2022-06-24", "2022-06-20"),
        ("每周日", "2022-06-27", "2022-06-27"),  # Sunday is a day off
        ("每周五", "2022-06-06", "2022-06-06"),  # Friday 3 June is the Dragon Boat Festival
        ("每月6日", "2022-06-05", "2022-05-06"),
        ("day 6 of each month", "2022-06-06", "2022-06-06"),
        ("每月31日", "2022-06-30", "2022-06-30"),
        ("每月1日", "2022-10-07", "2022-09-01"),  # National Day: 1 to 7 October
        ("每月1日", "2022-10-08", "2022-10-08"),
    ],
)
def test_the_last_day_for_which_a_report_is_planned(when: str, today: str, day: str) -> None:
    found = planned_day(when, date.fromisoformat(today), working_days())
    assert found == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("when", "today", "day"),
    [
        ("每周一", "2022-06-22", "2022-06-13"),
        ("每周五", "2022-06-06", "2022-05-27"),
        ("每月1日", "2022-10-08", "2022-09-01"),
        ("每月31日", "2022-06-30", "2022-05-31"),
    ],
)
def test_what_has_changed_is_told_since_the_one_before(when: str, today: str, day: str) -> None:
    found = planned_before(when, date.fromisoformat(today), working_days())
    assert found == date.fromisoformat(day)


def test_what_is_no_circular_cannot_be_one() -> None:
    values = {"id": "x", "what": "ranking", "when": "每周一", "to": ["owner"], "format": "docx"}
    with pytest.raises(ValidationError, match="is for “what: report”"):
        ScheduledReport.model_validate(values)


@pytest.mark.parametrize("wrong", ["每周八", "every monday", "每月32日", "每月0日", "daily", ""])
def test_a_rhythm_that_cannot_be_read(wrong: str) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        parse_when(wrong)


def test_a_monthly_report_tells_what_has_changed_in_a_month(office: SampleOffice) -> None:
    monthly = "  - {id: m, what: report, when: 每月20日, to: [owner]}\n"
    office.apply(PLAN, head=planned(monthly))
    office.tick("2022-06-20 09:00")
    office.tick("2022-07-20 09:00")
    mails = [one for one in office.mails() if one["To"] == "roads@example.org"]
    said = [str(one.get_body(("plain",)).get_content()) for one in mails]  # type: ignore[union-attr]
    assert any("Since 20 June 2022" in one for one in said)


def reports(office: SampleOffice) -> list[tuple[str, str, str]]:
    """Address, day and status of each report."""
    return [
        (one.address, f"{one.local_date:%m-%d}", one.status.value)
        for one in office.deliveries()
        if one.purpose.startswith("report-")
    ]


def test_supervisors_get_the_overdue_list_when_the_owner_releases_it(office: SampleOffice) -> None:
    office.apply(PLAN, head=planned(EACH_MONDAY))
    office.tick("2022-06-13 09:00")  # a Monday: nothing is overdue yet
    assert reports(office) == []
    office.tick("2022-06-20 09:00")
    assert reports(office) == [("supervisor@example.org", "06-20", "held")]
    office.release(next(one.id for one in office.deliveries() if one.purpose.startswith("report-")))
    office.tick("2022-06-20 10:00")
    office.tick("2022-06-21 09:00")
    assert reports(office) == [("supervisor@example.org", "06-20", "done")]
    (mail,) = [one for one in office.mails() if one["To"] == "supervisor@example.org"]
    assert mail["Subject"] == "[Overdue list: 1 overdue] 20 Jun"
    assert "报送排查方案" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_owner_s_own_goes_at_once_and_others_wait(office: SampleOffice) -> None:
    office.apply(PLAN, head=planned(TO_OWNER))
    office.tick("2022-06-21 09:00")  # nothing ran on Monday: it goes on Tuesday
    assert sorted(reports(office)) == [
        ("chief@example.org", "06-21", "held"),
        ("roads@example.org", "06-21", "done"),
    ]
    office.tick("2022-06-27 09:00")  # the next week's takes the place of what nobody released
    assert sorted(reports(office)) == [
        ("chief@example.org", "06-21", "superseded"),
        ("chief@example.org", "06-27", "held"),
        ("roads@example.org", "06-21", "done"),
        ("roads@example.org", "06-27", "done"),
    ]


FORM = """\
forms:
  - {id: table, title: 进展表, attachment: 附件1, shape: record,
     fields: [{id: count, title: 数量, type: number}]}
"""


@pytest.mark.parametrize(
    ("what", "file", "line"),
    [
        ("report", "桥梁隐患排查（2022-06-20）.xlsx", "1 hand-ins were due"),
        ("report, format: docx", "桥梁隐患排查（2022-06-20）.docx", "1 hand-ins were due"),
        ("ranking", "Ranking-桥梁隐患排查（2022-06-20）.xlsx", "北城市"),
        ("form, form: table", "报送排查方案（2022-06-20）.xlsx", "not handed in: 北城市"),
    ],
)
def test_each_sort_of_report_says_it_in_short_and_brings_the_whole(
    office: SampleOffice, what: str, file: str, line: str
) -> None:
    report = f"  - {{id: one, what: {what}, when: 每周一, to: [owner]}}\n"
    office.apply(PLAN, head=planned(report).replace("milestones:", FORM + "milestones:"))
    office.tick("2022-06-20 09:00")
    (mail,) = [one for one in office.mails() if one["To"] == "roads@example.org"]
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == file
    assert line in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    content = BytesIO(attached.get_content())
    assert load_workbook(content).worksheets if file.endswith("xlsx") else Document(content).tables


def test_what_is_settled_meanwhile_needs_no_list(office: SampleOffice) -> None:
    office.apply(PLAN, head=planned(EACH_MONDAY))
    office.tick("2022-06-20 09:00")
    office.act("submit")
    office.release(next(one.id for one in office.deliveries() if one.purpose.startswith("report-")))
    office.tick("2022-06-20 11:00")
    assert reports(office) == [("supervisor@example.org", "06-20", "suppressed")]


def test_the_owner_s_morning_list_names_the_report_that_waits(office: SampleOffice) -> None:
    office.settings = office.settings.model_copy(update={"morning_list": True})
    office.apply(PLAN, head=planned(EACH_MONDAY))
    office.tick("2022-06-20 09:00")
    (mail,) = [one for one in office.mails() if one["To"] == "roads@example.org"]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "the scheduled report “Overdue list” of 桥梁隐患排查" in text
