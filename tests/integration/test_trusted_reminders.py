"""What people complain of in other tools cannot happen here. The referee looks on at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import load_settings
from scheduler.tick import sending_window
from tests.support.moments import at, day, days
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN, with_ladder
from tests.support.referee import watched

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite; `on_both` is one on each kind of database."""
    yield from watched(SampleOffice(tmp_path))


@pytest.fixture
def on_both(tmp_path: Path, database_url: str) -> Iterator[SampleOffice]:
    """Where what is asked of the database is not the same for both kinds."""
    yield from watched(SampleOffice(tmp_path, database_url=database_url))


def test_my_boss_only_when_i_am_two_days_late(office: SampleOffice) -> None:
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", LEAD)
    office.apply(
        with_ladder(
            "[{id: day, when: on the day}, {id: boss, when: 2 working days after, to: [lead],"
            " release: auto}]"
        )
    )
    office.ticks(days("2022-06-13", "2022-06-24"))
    assert office.letters() == [("06-15", WANG), ("06-17", LEAD)]


def test_reminders_heed_an_extension_and_tell_of_it_once(office: SampleOffice) -> None:
    office.announce = True
    office.add_contact("north", "contact", WANG)
    office.apply()
    office.tick("2022-06-13 09:00")
    office.act("request_extension", PLAN_KEY, day("2022-06-29"))
    office.act("approve_extension")
    office.ticks([*days("2022-06-13", "2022-06-30", "10:00")])
    mails = [mail for mail in office.mails() if mail["To"] == WANG]
    told = [f"{mail['Date'].datetime:%m-%d}" for mail in mails]
    # before-10 of the new date lies on the 15th, before-5 on the 22nd, before-2 on the 27th
    assert told == ["06-13", "06-13", "06-15", "06-22", "06-27", "06-29"]
    body = mails[1].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Wednesday 29 June" in text and "Wednesday 15 June" in text
    (asked,) = [one for one in office.deliveries() if one.purpose.startswith("asked-")]
    assert asked.status.value == "suppressed", "it was decided before the office was asked"


def test_the_owner_office_is_asked_for_more_time(office: SampleOffice) -> None:
    office.announce = True
    office.apply()
    office.tick("2022-06-13 09:00")
    office.act("request_extension", PLAN_KEY, day("2022-06-29"), note="桥梁检测车未到")
    office.tick("2022-06-13 10:00")
    (mail,) = [one for one in office.mails() if one["To"] == "roads@example.org"]
    body = mail.get_body(("plain",))
    assert body is not None and "桥梁检测车未到" in body.get_content()
    assert f"duban extend {PLAN_KEY} --approve" in body.get_content(), "there is no public_url"
    office.act("reject_extension", note="不能再等")
    office.tick("2022-06-13 11:00")
    told = [one for one in office.mails() if one["To"] == "north@example.org"][-1]
    body = told.get_body(("plain",))
    assert body is not None and "不能再等" in body.get_content()


def test_a_return_has_a_short_ladder_of_its_own(office: SampleOffice) -> None:
    office.apply()
    office.at("2022-06-06 10:00")
    office.act("submit")
    office.act("return_for_correction", PLAN_KEY, day("2022-06-15"))
    office.ticks(days("2022-06-07", "2022-06-17"))
    assert [one for one, _to in office.letters()] == ["06-13", "06-15", "06-17"]


def test_two_roles_make_one_mail(office: SampleOffice) -> None:
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "deputy", WANG.upper())
    office.apply(
        with_ladder("[{id: both, when: 2 working days before, to: [contact, deputy]}]"), MONTHLY
    )
    office.tick("2022-06-13 09:00")
    assert [to for _day, to in office.letters()].count(WANG) == 1
    (mail,) = [one for one in office.mails() if one["To"] == WANG]
    body = mail.get_body(("plain",))
    assert body is not None and body.get_content().count("报送排查方案") == 1


def test_an_escalation_waits_for_what_did_not_get_through(on_both: SampleOffice) -> None:
    """After a standstill both are due at once: the unit's goes first."""
    office = on_both
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", LEAD)
    office.apply(
        with_ladder(
            "[{id: late, when: 2 working days after}, {id: boss, when: 3 working days after,"
            " to: [lead], release: auto}]"
        )
    )
    office.remind("2022-06-20 09:00")
    assert [one.address for one in office.deliveries()] == [WANG]
    office.send()
    office.tick("2022-06-20 09:01")
    assert [to for _day, to in office.letters()] == [WANG, LEAD]


def test_where_nobody_could_be_told_the_escalation_goes(office: SampleOffice) -> None:
    office.add_contact("north", "lead", LEAD)
    office.apply(
        with_ladder(
            "[{id: late, when: 2 working days after, to: [deputy]}, {id: boss, to: [lead],"
            " when: 3 working days after, release: auto}]"
        )
    )
    office.ticks(days("2022-06-15", "2022-06-21"))
    assert ("late", "", "no_contact") in office.fates()
    assert office.letters() == [("06-20", LEAD)]


def test_an_hour_on_the_day(office: SampleOffice) -> None:
    """It comes after the morning's digest, since its date would pass."""
    office.apply(
        with_ladder("[{id: day, when: on the day}, {id: last, when: on the day at 15:30}]")
    )
    moments = [f"2022-06-15 {hour}" for hour in ("09:00", "15:29", "15:30", "17:00")]
    assert office.ticks(moments) == [1, 0, 1, 0]
    assert office.ticks(["2022-06-16 09:00"]) == [0]


def test_a_fixed_address_is_held_unless_it_is_said(office: SampleOffice) -> None:
    office.apply(
        with_ladder(
            "[{id: day, when: on the day}, {id: desk, when: 1 working days after,"
            " to: [desk@example.org]}]"
        )
    )
    office.ticks(days("2022-06-15", "2022-06-16"))
    held = [one for one in office.deliveries() if one.address == "desk@example.org"]
    assert [one.status.value for one in held] == ["held"]


def test_a_ladder_for_single_units(office: SampleOffice) -> None:
    both = PLAN.replace("[北城市]", "[北城市, 南城市]")
    head = CAMPAIGN.replace(
        "milestones:",
        "ladder_for: [{who: 南城, ladder: [{id: early, when: 10 calendar days before}]}]\n"
        "milestones:",
    )
    office.apply(both, head=head)
    office.ticks(days("2022-06-01", "2022-06-17"))
    south = [one for one, to in office.letters() if to == "south@example.org"]
    assert south == ["06-02"], "the 5th is a day off"
    assert len(office.letters()) > len(south) + 3


def test_the_window_is_shared_out() -> None:
    """Each address has its own moment in the first minutes, the same at each look."""
    window = sending_window(load_settings(spread_minutes=10))
    now = at("2022-06-13 09:00")
    slots = [window.slot(f"{n}@example.org", now) for n in range(200)]
    assert slots == [window.slot(f"{n}@example.org", now) for n in range(200)]
    assert min(slots) >= now and max(slots) < at("2022-06-13 09:10")
    assert len(set(slots)) > 100
    assert window.slot("1@example.org", at("2022-06-13 11:00")) == at("2022-06-13 11:00")


def test_a_digest_leaves_at_its_moment(office: SampleOffice) -> None:
    office.settings = office.settings.model_copy(update={"spread_minutes": 10})
    office.apply()
    first = office.tick("2022-06-13 09:00").sent
    assert first + office.tick("2022-06-13 09:10").sent == 1
    assert office.deliveries()[0].not_before > at("2022-06-13 09:00")
