"""What each feed shows, and how an entry follows its assignment through the year."""

from datetime import date, timedelta
from typing import Any

import icalendar
import pytest

from calendars.options import FeedScope, Phases
from tests.support.feeds import feed_content
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import (
    BUREAU,
    CAMPAIGN,
    MONTHLY,
    ORGANISATION,
    PLAN,
    organisation,
    with_ladder,
)
from workflows.applying import apply
from workflows.campaign_changing import change_status
from workflows.comparing import plan_apply
from workflows.events import events_of
from workflows.tables import Campaign, CampaignStatus
from workflows.transitions import Deed

LADDER = (
    "[{id: before, when: 2 working days before}, {id: day, when: on the day at 14:00}, "
    "{id: lead, when: 3 working days after, to: [lead]}]"
)
PHASE = """\
  - id: drive
    title: 集中整治
    kind: phase
    due: 5月30日至6月20日
    who: [北城市]
    clause: 三（一）
"""


@pytest.fixture
def applied(office: SampleOffice) -> SampleOffice:
    office.apply(PLAN, MONTHLY, BUREAU)
    return office


def shown(office: SampleOffice, *scope: Any, **options: Any) -> list[Any]:
    """The feed's entries as `icalendar` reads them."""
    calendar = icalendar.Calendar.from_ical(feed_content(office, *scope, **options).body)
    return [*calendar.walk("VEVENT"), *calendar.walk("VTODO")]


def plan_of(office: SampleOffice, **options: Any) -> Any:
    """The entry of the plan that the northern city has to hand in; None where it is gone."""
    uid = office.assignment().uid
    found = [one for one in shown(office, **options) if one["UID"] == uid]
    return found[0] if found else None


def titles(office: SampleOffice, scope: FeedScope, subject: str = "") -> set[str]:
    """The summaries without their marks."""
    return {str(one["SUMMARY"]).lstrip("!✓▲ ") for one in shown(office, scope, subject)}


def test_a_department_sees_what_names_it(applied: SampleOffice) -> None:
    assert titles(applied, FeedScope.DEPARTMENT, "公路处") == {
        "报送排查方案 · 北城市", "省局抽查 · 省局"
    }  # fmt: skip
    assert titles(applied, FeedScope.DEPARTMENT, "档案室") == {"省局抽查 · 省局"}
    assert titles(applied, FeedScope.DEPARTMENT, "财务处") == set()


def test_a_level_sees_its_units(applied: SampleOffice) -> None:
    assert {one.partition(" · ")[2] for one in titles(applied, FeedScope.LEVEL, "county")} == {
        "山县"
    }


def test_a_person_sees_what_reminders_would_tell(applied: SampleOffice) -> None:
    wang, zhao, roads = "wang@example.org", "zhao@example.org", "chen@example.org"
    applied.add_contact("north", "contact", wang)
    applied.add_contact("hill", "deputy", wang.upper())
    applied.add_contact("roads", "contact", roads)

    def units(address: str) -> set[str]:
        return {one.rpartition(" · ")[2] for one in titles(applied, FeedScope.PERSON, address)}

    assert units(wang) == {"北城市", "山县"}
    assert titles(applied, FeedScope.PERSON, roads) == {"省局抽查 · 省局"}
    # A campaign's own contact goes before the general one, in that campaign.
    applied.add_contact("north", "contact", zhao, "bridges-2022")
    assert units(zhao) == {"北城市"} and units(wang) == {"山县"}
    assert units("nobody@example.org") == set()


def test_everything_overdue_from_midnight_on(applied: SampleOffice) -> None:
    applied.at("2022-06-15 23:59")
    assert titles(applied, FeedScope.OVERDUE) == set()
    applied.at("2022-06-16 00:00")
    assert titles(applied, FeedScope.OVERDUE) == {"报送排查方案 · 北城市", "省局抽查 · 省局"}
    assert feed_content(applied, FeedScope.OVERDUE).last_modified == at("2022-06-16 00:00")
    applied.act("submit")
    assert titles(applied, FeedScope.OVERDUE) == {"省局抽查 · 省局"}
    rest(applied, "pause")
    assert titles(applied, FeedScope.OVERDUE) == set()


def test_what_a_closed_campaign_never_got_is_owed_no_more(applied: SampleOffice) -> None:
    applied.at("2022-06-16 08:00")
    late = plan_of(applied)
    assert late["SUMMARY"].startswith("! ") and plan_of(applied, only_open=True)
    rest(applied, "close")
    over = plan_of(applied)
    assert over["SUMMARY"] == "报送排查方案 · 北城市"
    assert over["LAST-MODIFIED"].dt > late["LAST-MODIFIED"].dt
    assert over["SEQUENCE"] == late["SEQUENCE"] + 1
    assert plan_of(applied, only_open=True) is None
    assert feed_content(applied, only_open=True).last_modified == at("2022-06-16 08:00")
    applied.at("2022-07-25 08:00")
    assert not [one for one in shown(applied) if one["SUMMARY"].startswith("!")]
    rest(applied, "resume")
    assert plan_of(applied)["SUMMARY"].startswith("! ") and plan_of(applied, only_open=True)


def test_a_draft_is_shown_to_who_asks_for_it(office: SampleOffice) -> None:
    with office.database.write() as session:
        planned = plan_apply(session, [office.declare(PLAN)], office.organisation, office.clock())
        apply(
            session, planned, office.organisation, now=office.clock(), actor="tester", past=None,
            status=CampaignStatus.DRAFT,
        )  # fmt: skip
    assert shown(office) == []
    assert len(shown(office, FeedScope.CAMPAIGN, "bridges-2022")) == 1


def test_marks_for_overdue_and_handed_in(applied: SampleOffice) -> None:
    applied.at("2022-06-09 23:59")
    early = plan_of(applied)
    assert early["SUMMARY"] == "报送排查方案 · 北城市" and "on course" in early["DESCRIPTION"]
    applied.at("2022-06-15 23:59")
    before = plan_of(applied)
    assert before["SUMMARY"] == "▲ 报送排查方案 · 北城市" and "due soon" in before["DESCRIPTION"]
    assert before["LAST-MODIFIED"].dt == at("2022-06-10 00:00")  # three working days before
    applied.at("2022-06-16 08:00")
    late = plan_of(applied)
    assert late["SUMMARY"] == "! 报送排查方案 · 北城市"
    assert late["LAST-MODIFIED"].dt == late["DTSTAMP"].dt == at("2022-06-16 00:00")
    assert late["SEQUENCE"] == before["SEQUENCE"] == early["SEQUENCE"]
    assert feed_content(applied).last_modified == at("2022-06-16 00:00")
    applied.at("2022-06-17 08:00")
    assert plan_of(applied).to_ical() == late.to_ical()  # only one midnight changes it
    applied.act("submit", missing=["盖章件"])
    assert plan_of(applied)["SUMMARY"] == "▲ 报送排查方案 · 北城市"  # something is still to come
    applied.act("submit")
    done = plan_of(applied)
    assert (done["SUMMARY"], done["SEQUENCE"]) == ("✓ 报送排查方案 · 北城市", 2)
    assert "submitted" in done["DESCRIPTION"]


def test_marks_are_a_setting(tmp_path: Any) -> None:
    office = SampleOffice(tmp_path, feed_marks=False)
    office.apply(PLAN)
    office.at("2022-06-16 08:00")
    assert plan_of(office)["SUMMARY"] == "报送排查方案 · 北城市"
    assert plan_of(office)["LAST-MODIFIED"].dt == at("2022-05-20 10:00")
    office.close()


def test_what_is_waived_stays_struck_through_for_ninety_days(applied: SampleOffice) -> None:
    applied.at("2022-06-01 10:00")
    applied.act("waive")
    assert plan_of(applied)["STATUS"] == "CANCELLED"
    applied.at("2022-08-30 23:59")
    assert plan_of(applied)["STATUS"] == "CANCELLED"
    assert plan_of(applied, only_open=True) is None
    applied.at("2022-08-31 00:00")
    assert plan_of(applied) is None
    # The later of the changes: the monthly report of August has been overdue since the 23rd.
    assert feed_content(applied).last_modified == at("2022-08-31 00:00")
    applied.apply(PLAN.replace("附件1", "附件2"), MONTHLY, BUREAU)
    assert plan_of(applied) is None, "what has gone does not come back for other words"
    applied.act("reopen")
    assert (plan_of(applied)["STATUS"], plan_of(applied)["SEQUENCE"]) == ("CONFIRMED", 3)


def test_alarms_on_the_ladders_days(office: SampleOffice) -> None:
    office.apply(with_ladder(LADDER))
    assert not plan_of(office).walk("VALARM")

    def rings(**options: Any) -> list[date]:
        entry = plan_of(office, alarms=True, **options)
        alarms = entry.walk("VALARM")
        assert all(one["ACTION"] == "DISPLAY" and one["DESCRIPTION"] for one in alarms)
        begin = at("2022-06-15 00:00").replace(tzinfo=None)  # all-day entries float
        return [begin + one["TRIGGER"].dt for one in alarms]

    nine = timedelta(hours=9)
    days = [at(f"2022-06-{one} 00:00").replace(tzinfo=None) + nine for one in (13, 15)]
    assert rings() == days  # not for whom it is escalated to
    assert rings(tasks=True) == days
    before = plan_of(office)["SEQUENCE"]
    rest(office, "pause")
    assert rings() == [] and plan_of(office)["SEQUENCE"] == before + 1
    rest(office, "resume")
    assert rings() == days
    office.act("submit")
    assert rings() == []


def test_tasks_tell_how_far_a_unit_is(applied: SampleOffice) -> None:
    def state() -> tuple[str, int, Any]:
        entry = plan_of(applied, tasks=True)
        done = entry.get("COMPLETED")
        return str(entry["STATUS"]), int(entry["PERCENT-COMPLETE"]), done and done.dt

    entry = plan_of(applied, tasks=True)
    assert (entry.name, entry["DUE"].dt) == ("VTODO", day("2022-06-15"))
    assert "DTSTART" not in entry and state() == ("NEEDS-ACTION", 0, None)
    applied.at("2022-06-10 10:00")
    applied.act("submit", missing=["盖章件"])
    assert state() == ("IN-PROCESS", 50, None)
    applied.act("submit")
    assert state() == ("COMPLETED", 100, at("2022-06-10 10:00"))
    applied.act("return_for_correction", PLAN_KEY, day("2022-06-20"))
    assert state() == ("IN-PROCESS", 50, None)
    assert plan_of(applied, tasks=True)["DUE"].dt == day("2022-06-20")
    applied.act("waive")
    assert state() == ("CANCELLED", 0, None)


@pytest.mark.parametrize("tasks", [False, True])
def test_phases_as_spans_or_by_their_end(office: SampleOffice, tasks: bool) -> None:
    office.apply(PHASE)
    (end,) = shown(office, tasks=tasks)
    (span,) = shown(office, tasks=tasks, phases=Phases.SPAN, alarms=True)
    last = "DUE" if tasks else "DTEND"
    assert span["DTSTART"].dt == day("2022-05-30")
    assert span[last].dt == end[last].dt == day("2022-06-20" if tasks else "2022-06-21")
    assert tasks or end["DTSTART"].dt == day("2022-06-20")
    start_of_it = at("2022-05-30 00:00").replace(tzinfo=None)  # some programs know no RELATED
    rings = [start_of_it + one["TRIGGER"].dt for one in span.walk("VALARM")]
    assert at("2022-06-20 09:00").replace(tzinfo=None) in rings
    assert not any("RELATED" in one["TRIGGER"].params for one in span.walk("VALARM"))


def test_other_words_raise_the_sequence(applied: SampleOffice) -> None:
    others = {str(one["UID"]): one.to_ical() for one in shown(applied)}
    uid = str(plan_of(applied)["UID"])
    applied.at("2022-05-20 11:00")
    applied.apply(PLAN.replace("报送排查方案", "报送工作方案"), MONTHLY, BUREAU)
    after = plan_of(applied)
    assert (after["SUMMARY"], after["SEQUENCE"]) == ("报送工作方案 · 北城市", 1)
    assert after["LAST-MODIFIED"].dt == at("2022-05-20 11:00")
    rest = {str(one["UID"]): one.to_ical() for one in shown(applied)}
    assert {key for key, value in rest.items() if others[key] != value} == {uid}
    head = CAMPAIGN.replace("桥梁隐患排查", "桥梁排查")
    applied.apply(PLAN.replace("报送排查方案", "报送工作方案"), MONTHLY, BUREAU, head=head)
    assert {int(one["SEQUENCE"]) for one in shown(applied)} == {1, 2}
    assert {str(one["CATEGORIES"].to_ical().decode()) for one in shown(applied)} == {"桥梁排查"}


def test_each_feed_has_its_own_name_language_and_colour(applied: SampleOffice) -> None:
    def calendar(**options: Any) -> Any:
        scope = FeedScope.CAMPAIGN, "bridges-2022"
        return icalendar.Calendar.from_ical(feed_content(applied, *scope, **options).body)

    assert calendar(name="我的日程")["X-WR-CALNAME"] == "我的日程"
    assert "二（一）" in str(calendar(language="zh").walk("VEVENT")[0]["DESCRIPTION"])
    assert "对应条款" in str(calendar(language="zh").walk("VEVENT")[0]["DESCRIPTION"])
    assert "Clause" in str(calendar(language="en").walk("VEVENT")[0]["DESCRIPTION"])
    whole = calendar()
    assert whole["COLOR"] == whole.walk("VEVENT")[0]["COLOR"]
    assert str(whole["X-APPLE-CALENDAR-COLOR"]).startswith("#")
    everything = icalendar.Calendar.from_ical(feed_content(applied).body)
    assert "COLOR" not in everything and "UID" not in everything


def rest(office: SampleOffice, change: str) -> None:
    """Pause or resume the campaign."""
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, change, Deed("tester", office.clock(), office.clock()))


def test_a_clock_that_was_set_back_makes_no_entry_older(applied: SampleOffice) -> None:
    applied.at("2022-06-01 10:10")
    applied.act("approve_extension", PLAN_KEY, day("2022-06-20"))
    first = plan_of(applied)
    applied.clock.moment = at("2022-06-01 10:05")
    applied.act("approve_extension", PLAN_KEY, day("2022-06-30"))
    second = plan_of(applied)
    assert int(second["SEQUENCE"]) == int(first["SEQUENCE"]) + 1
    assert second["LAST-MODIFIED"].dt == first["LAST-MODIFIED"].dt == at("2022-06-01 10:10")
    applied.clock.moment = at("2022-06-01 10:08")
    with applied.database.write() as session:
        event = events_of(session, applied.assignment().id)[-1]
    applied.act("undo", PLAN_KEY, event)
    assert plan_of(applied)["LAST-MODIFIED"].dt == at("2022-06-01 10:10")


def test_a_units_new_name_comes_without_a_new_plan(applied: SampleOffice) -> None:
    before = {str(one["UID"]): int(one["SEQUENCE"]) for one in shown(applied)}
    renamed = ORGANISATION.replace("name: 山县", "name: 山城县")
    applied.organisation = organisation(applied.settings.organisation.parent, renamed)
    applied.at("2022-05-21 10:00")
    assert applied.apply(PLAN, MONTHLY, BUREAU) == 0
    of_hill = {str(one["UID"]) for one in shown(applied, FeedScope.UNIT, "hill")}
    assert all("山城县" in one["SUMMARY"] for one in shown(applied, FeedScope.UNIT, "hill"))
    after = {str(one["UID"]): int(one["SEQUENCE"]) for one in shown(applied)}
    assert after == {key: value + (key in of_hill) for key, value in before.items()}
