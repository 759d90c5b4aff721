"""Feeds read back with the icalendar library, and their bytes by RFC 5545."""

import re
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest

from calendars.feed import FeedContent
from calendars.options import FeedScope
from config.i18n import language, set_language
from tests.support.feeds import feed_content
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN


def content(
    office: SampleOffice, scope: FeedScope = FeedScope.ALL, subject: str = ""
) -> FeedContent:
    return feed_content(office, scope, subject, language())


def entries(office: SampleOffice, scope: FeedScope = FeedScope.ALL, subject: str = "") -> list[Any]:
    calendar = icalendar.Calendar.from_ical(content(office, scope, subject).body)
    return [one for one in calendar.walk("VEVENT") if isinstance(one, icalendar.Event)]


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    office.apply(PLAN, MONTHLY)
    return office


def test_each_assignment_is_an_all_day_entry(applied: SampleOffice) -> None:
    found = entries(applied)
    assert len(found) == len({str(one["UID"]) for one in found}) == 10
    assert [one.errors for one in found] == [[]] * 10
    (entry,) = [one for one in found if "方案" in one["SUMMARY"]]
    assert entry["SUMMARY"] == "报送排查方案 · 北城市"
    assert entry["UID"] == applied.assignment().uid
    start, end = entry["DTSTART"].dt, entry["DTEND"].dt
    assert (type(start), start) == (date, day("2022-06-15"))
    assert end == start + timedelta(days=1)  # exclusive
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt == at("2022-05-20 10:00")
    assert (entry["STATUS"], entry["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
    assert "附件1" in entry["DESCRIPTION"] and "bridges@example.org" in entry["DESCRIPTION"]


@pytest.mark.parametrize(
    ("scope", "subject", "count", "name"),
    [
        (FeedScope.UNIT, "north", 4, "北城市"),
        (FeedScope.UNIT, "bureau", 0, "省局"),
        (FeedScope.CAMPAIGN, "bridges-2022", 10, "桥梁隐患排查"),
        (FeedScope.ALL, "", 10, "everything"),
    ],
)
def test_scopes(
    applied: SampleOffice, scope: FeedScope, subject: str, count: int, name: str
) -> None:
    assert len(entries(applied, scope, subject)) == count
    calendar = icalendar.Calendar.from_ical(content(applied, scope, subject).body)
    assert name in str(calendar["NAME"])
    assert calendar["NAME"] == calendar["X-WR-CALNAME"]


def test_a_change_raises_the_sequence_and_moves_the_entry(applied: SampleOffice) -> None:
    def entry() -> tuple[int, date, str, str]:
        (one,) = [one for one in entries(applied) if one["UID"] == applied.assignment().uid]
        return one["SEQUENCE"], one["DTSTART"].dt, str(one["STATUS"]), str(one["UID"])

    uid = applied.assignment().uid
    assert entry() == (0, day("2022-06-15"), "CONFIRMED", uid)
    applied.at("2022-06-01 10:00")
    applied.act("approve_extension", PLAN_KEY, day("2022-06-30"))
    assert entry() == (1, day("2022-06-30"), "CONFIRMED", uid)
    applied.act("waive")
    assert entry() == (2, day("2022-06-30"), "CANCELLED", uid)
    applied.act("reopen")
    assert entry() == (3, day("2022-06-30"), "CONFIRMED", uid)
    assert content(applied).last_modified == at("2022-06-01 10:00")


def test_the_same_record_gives_the_same_bytes(applied: SampleOffice) -> None:
    applied.at("2022-06-13 08:00")
    before = content(applied)
    applied.at("2022-06-13 09:00")
    applied.tick("2022-06-13 09:00")  # reminding is no change of the entry
    same = content(applied)
    assert (same.body, same.etag) == (before.body, before.etag)
    applied.act("submit")
    after = content(applied)
    assert after.etag != before.etag and after.body != before.body


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_bytes_on_the_wire(applied: SampleOffice, language: str) -> None:
    set_language(language)
    body = content(applied).body
    assert body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"END:VCALENDAR\r\n")
    assert b"\r\n\r\n" not in body
    assert b"\n" not in body.replace(b"\r\n", b"") and b"\r" not in body.replace(b"\r\n", b"")
    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # no character is torn apart
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert b"X-PUBLISHED-TTL:PT1H" in lines
    assert b"METHOD:PUBLISH" not in lines
    assert re.search(rb"\r\nPRODID:\S+", body) and b"VERSION:2.0" in lines


def test_special_characters_are_escaped_and_come_back(office: SampleOffice) -> None:
    office.apply(PLAN.replace("报送排查方案", '"报送; 排查, 方案\\\\n 一"'))
    (entry,) = entries(office)
    assert entry["SUMMARY"] == "报送; 排查, 方案\\n 一 · 北城市"
