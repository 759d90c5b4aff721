"""The machine was down, or its clock was wrong: nothing stuck, doubled or silenced."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from notifications.outbox import Started, claim, mark_started
from scheduler.tick import sending_window
from tests.support.moments import ZONE, at, day
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, MONTHLY, PLAN
from tests.support.referee import found
from tests.support.soaking import on, report, rounds
from workflows.tables import Delivery, ReminderStatus
from workflows.working_days import working_days

NORTH, LEAD, SUPERVISOR = "north@example.org", "lead@north.example.org", "supervisor@example.org"


def turn_clock(office: SampleOffice, moment: str) -> None:
    """Set the clock, back as well."""
    office.clock.moment = at(moment)


def tick(office: SampleOffice, *moments: str) -> list[int]:
    """Ticks at these moments, in whichever order; how many mails each sent."""
    sent = []
    for moment in moments:
        turn_clock(office, moment)
        sent.append(office.tick(moment).sent)
    return sent


def mornings(first: str, last: str) -> list[str]:
    """Nine o'clock on each working day."""
    start, end = day(first), day(last)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    return [f"{one} 09:00" for one in days if working_days().is_working_day(one)]


def sent_once_each(office: SampleOffice) -> bool:
    """Whether no mail and no reminder went out twice."""
    mails = Counter(mail["Message-ID"] for mail in office.mails())
    rungs = Counter(
        (one.assignment_id, one.address, one.reason, one.occurrence)
        for one in office.reminders()
        if one.status is ReminderStatus.SENT
    )
    return set(mails.values()) <= {1} and set(rungs.values()) <= {1}


@pytest.mark.parametrize(
    ("back", "fates"),
    [
        ("2022-06-13 10:00", {"before-2": ["sent"]}),
        ("2022-06-16 09:00", {"before-2": ["sent"], "due-day": ["sent"]}),
        (
            "2022-07-23 09:00",  # a Saturday: nothing yet
            {"before-2": ["sent"]},
        ),
        (
            "2022-07-25 09:00",
            {
                "before-2": ["sent"],
                "due-day": ["superseded"],
                "overdue": [*["superseded"] * 9, "sent"],
                "lead": ["pending"],
                "supervisor": ["pending"],
            },
        ),
    ],
)
def test_down_for_an_hour_three_days_forty_days(
    office: SampleOffice, back: str, fates: dict[str, list[str]]
) -> None:
    office.add_contact("north", "lead", LEAD)
    office.apply(PLAN)
    office.apply(PLAN, head=CAMPAIGN.replace("bridges", "tunnels"))
    assert tick(office, "2022-06-13 09:00") == [1]
    before = len(office.reminders())
    sent = tick(office, back, back)[0]
    seen: dict[str, list[str]] = {}
    for one in office.reminders()[before:]:
        if one.assignment_id == 1:
            seen.setdefault(one.reason, []).append(one.status.value)
    expected = {reason: each for reason, each in fates.items() if reason != "before-2"}
    assert {reason: sorted(each) for reason, each in seen.items()} == {
        reason: sorted(each) for reason, each in expected.items()
    }
    assert sent == (1 if expected else 0), "one digest, whatever it holds"
    assert sent_once_each(office)
    held = [one for one in office.deliveries() if one.status.value == "held"]
    assert {one.address for one in held} == ({LEAD, SUPERVISOR} if "lead" in expected else set())


def test_a_clock_that_was_ahead_silences_nothing(office: SampleOffice) -> None:
    """Forty days ahead for an hour: one mail too early, and then each rung on its own day."""
    office.add_contact("north", "lead", LEAD)
    office.apply()
    assert tick(office, "2022-05-31 09:00", "2022-06-01 09:00") == [1, 0]
    assert tick(office, "2022-07-11 09:10", "2022-07-11 09:40") == [1, 0]
    early = [one for one in office.reminders() if one.status is ReminderStatus.SENT][1:]
    assert [(one.reason, str(one.occurrence)) for one in early] == [("overdue", "2022-07-11")]

    tick(office, "2022-06-01 10:10")
    assert [one.status.value for one in office.reminders()] == ["sent", "sent"]
    assert "held" not in office.statuses()
    tick(office, *mornings("2022-06-02", "2022-06-27"), *mornings("2022-07-07", "2022-07-13"))
    days = ["05-31", "06-08", "06-13", "06-15", "06-17", "06-21", "06-23", "06-27"]
    days += ["07-07", "07-11", "07-13"]
    letters = [on for on, address in office.letters() if address == NORTH]
    assert letters == days, "11 July was reminded on 1 June, by a clock that said 11 July"
    assert sent_once_each(office)
    assert {one.address for one in office.deliveries() if one.status.value == "held"} == {
        LEAD,
        SUPERVISOR,
    }


def test_a_clock_that_was_behind_catches_up_once(office: SampleOffice) -> None:
    office.apply()
    assert tick(office, "2022-06-13 09:00", "2022-06-06 09:00", "2022-06-07 09:00") == [1, 0, 0]
    assert tick(office, *mornings("2022-06-13", "2022-06-15")) == [0, 0, 1]
    assert sent_once_each(office)


@pytest.mark.parametrize("got", ["queued", "claimed", "started"])
@pytest.mark.parametrize(
    "turn", ["2022-06-10 09:00", "2022-06-13 08:50", "2022-06-13 14:00", "2022-06-14 09:00"]
)
def test_what_was_under_way_when_the_clock_was_turned(tmp_path: Path, got: str, turn: str) -> None:
    """A process died with it, or not; the clock was turned: it goes out on its day, and once."""
    office = SampleOffice(tmp_path)
    office.apply()
    office.remind("2022-06-13 09:00")
    window = sending_window(office.settings)
    if got != "queued":
        with office.database.write() as session:
            lease = timedelta(minutes=5)
            claims = claim(session, office.clock(), window, limit=9, lease=lease, worker="dead")
        assert len(claims.contents) == 1
    if got == "started":
        with office.database.write() as session:
            started = Started(claims.contents[0].delivery_id, "主题", "f" * 64)
            mark_started(session, [started], office.clock(), window, "dead")
    start = at(turn)
    later = [start + timedelta(minutes=n) for n in (0, 11, 25, 100)]
    sent = sum(tick(office, *(f"{one:%Y-%m-%d %H:%M}" for one in later)))
    before_its_day = turn < "2022-06-13" and got != "started"  # what is in doubt is sent at once
    assert sent == (0 if before_its_day else 1)
    assert sum(tick(office, *mornings("2022-06-13", "2022-06-15"))) == 2 - sent
    assert sent_once_each(office) and found(office) == []
    assert [one.status.value for one in office.reminders() if one.reason == "before-2"] == ["sent"]
    office.close()


def test_backing_off_ends_with_the_wrong_clock(office: SampleOffice) -> None:
    """A try that failed while the clock was ahead does not wait until that day comes."""
    office.apply()
    office.remind("2022-06-13 09:00")
    with office.database.write() as session:
        session.get_one(Delivery, 1).not_before = at("2022-07-30 09:00")
    assert tick(office, "2022-06-13 09:01") == [1]


def test_clocks_turned_at_random(office: SampleOffice) -> None:
    """Any turns, then a right clock until the end: every rung was sent or passed over, none twice.

    A machine may die after any half of a tick as well.
    """
    monthly = MONTHLY.replace("{levels: [city, county]}", "[北城市]")
    office.apply(PLAN, monthly.replace("last: 2022-08", "last: 2022-06"))
    turns = 6 * rounds(1)
    chance = Random(turns)  # noqa: S311 - a pattern, not a secret
    right = at("2022-05-30 09:00")
    for _turn in range(turns):
        wrong = right + timedelta(days=chance.choice([0, 0, 1, 3, 40, -1, -3, -40]))
        wrong += timedelta(minutes=chance.randint(0, 500))
        moment = f"{wrong.astimezone(ZONE):%Y-%m-%d %H:%M}"
        turn_clock(office, moment)
        office.remind(moment)
        if chance.random() < 0.7:
            office.send()
        right += timedelta(hours=chance.choice([1, 5, 24]))
    end = working_days().shift(max(right.date(), day("2022-07-19")), 1)
    tick(office, *mornings(f"{right.date()}", f"{end}"))
    assert sent_once_each(office)
    fates = {one.status for one in office.reminders() if not one.held and one.address}
    assert fates <= {ReminderStatus.SENT, ReminderStatus.SUPERSEDED}
    assert {one.value for one in {each.status for each in office.deliveries()}} <= {
        "done", "superseded", "suppressed", "held",
    }  # fmt: skip
    name = f"the clock set back and ahead at random, {on(office.database.url)}"
    report(name, runs=turns, mails=len(office.mails()), lost=0, doubled=0)


@pytest.mark.parametrize(
    ("zone", "due", "first", "days"),
    [
        ("Europe/Berlin", "2022-03-29", "2022-03-24", ["03-25", "03-29"]),
        ("America/New_York", "2022-11-08", "2022-11-03", ["11-04", "11-08"]),
        ("America/Sao_Paulo", "2018-11-06", "2018-11-01", ["11-02", "11-06"]),
    ],
)
def test_an_office_with_summer_time(
    tmp_path: Path, zone: str, due: str, first: str, days: list[str]
) -> None:
    """Over the weekend of the switch: mail leaves at nine by the clock on the wall."""
    office = SampleOffice(tmp_path, f"{first} 00:00", time_zone=zone)
    head = CAMPAIGN.replace("year: 2022", f"year: {due[:4]}\ntime_zone: {zone}")
    office.apply(PLAN.replace("2022-06-15", due), head=head)
    for hour in range(24 * 6):
        moment = at(f"{first} 00:00") + timedelta(hours=hour)
        if moment.astimezone(ZoneInfo(zone)).hour in {7, 8, 9, 10}:
            office.tick(f"{moment:%Y-%m-%d %H:%M}")
    nine = [
        f"{mail['Date'].datetime.astimezone(ZoneInfo(zone)):%m-%d %H}" for mail in office.mails()
    ]
    assert nine[-2:] == [f"{on} 09" for on in days]
    assert found(office) == []
    office.close()
