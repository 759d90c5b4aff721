"""Who has seen it, put it off or is to be left alone hears nothing, and then hears again. The
referee looks on at the end.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import InputError, StateError
from notifications.explaining import explain_reminder
from tests.support.moments import ZONE, at, day, days
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN, with_ladder
from tests.support.referee import found, referee, watched
from workflows.answering import acknowledge as seen
from workflows.answering import snooze
from workflows.campaign_changing import change_status
from workflows.handing_in import Deed
from workflows.naming import find_assignment
from workflows.silencing import Wanted, add_silence, end_silence
from workflows.tables import Campaign, CampaignStatus

WANG, LEAD = "wang@north.example.org", "lead@north.example.org"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite; `on_both` is one on each kind of database."""
    yield from watched(SampleOffice(tmp_path))


@pytest.fixture
def on_both(tmp_path: Path, database_url: str) -> Iterator[SampleOffice]:
    """Where what is asked of the database is not the same for both kinds."""
    yield from watched(SampleOffice(tmp_path, database_url=database_url))


def acknowledge(office: SampleOffice) -> None:
    """The unit has seen it, now."""
    with office.database.write() as session:
        deed = Deed("王", office.clock(), office.clock())
        seen(session, find_assignment(session, PLAN_KEY), deed)


def put_off(office: SampleOffice, until: str, address: str = WANG) -> None:
    """A person wishes to be reminded on another day."""
    with office.database.write() as session:
        deed = Deed("王", office.clock(), office.clock())
        snooze(session, find_assignment(session, PLAN_KEY), deed, address, day(until))


def turn(office: SampleOffice, change: str) -> None:
    """Start, pause, resume or close the campaign."""
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        change_status(session, campaign, change, Deed("office", office.clock(), office.clock()))


def silence(office: SampleOffice, first: str, last: str) -> int:
    """The north is left alone."""
    with office.database.write() as session:
        wanted = Wanted("north", "", day(first), day(last), "floods")
        today = office.clock().date()
        one = add_silence(session, wanted, now=office.clock(), today=today, actor="office")
        return one.id or 0


@pytest.mark.parametrize("change", ["pause", "close"])
def test_a_campaign_on_hold_is_silent(office: SampleOffice, change: str) -> None:
    office.announce = True
    office.apply()
    office.remind("2022-06-13 09:00")
    turn(office, change)
    assert office.send("2022-06-13 09:01").sent == 0, "what was queued does not leave either"
    office.act("submit")
    office.act("return_for_correction", PLAN_KEY, day("2022-06-16"))
    assert sum(office.ticks(days("2022-06-14", "2022-06-21"))) == 0
    turn(office, "resume")
    assert office.ticks(days("2022-06-22", "2022-06-24")) == [1, 0, 1]
    fates = [one for one in office.fates() if one[2] == "sent"]
    assert fates == [("overdue", "north@example.org", "sent")] * 2, "nothing is made up for"


def test_a_digest_that_a_pause_emptied_is_used_again(office: SampleOffice) -> None:
    """What the pause took out of it gave way to a later rung, and that is no broken promise."""
    office.apply(
        with_ladder("[{id: day, when: on the day}, {id: last, when: on the day at 15:30}]")
    )
    office.remind("2022-06-15 09:00")
    turn(office, "pause")
    assert office.send("2022-06-15 09:01").sent == 0
    office.at("2022-06-15 10:00")
    turn(office, "resume")
    assert office.tick("2022-06-15 15:30").sent == 1
    assert office.statuses() == ["done"]
    assert [one[2] for one in office.fates()] == ["superseded", "sent"]


BOSS = with_ladder(
    "[{id: late, when: 1 working days after},"
    " {id: boss, when: 1 working days after, to: [lead], release: RELEASE}]"
)
FERRIES = CAMPAIGN.replace("bridges-2022", "ferries-2022").replace("桥梁隐患排查", "渡口整治")


def escalating(office: SampleOffice, release: str, *more: str) -> None:
    """A unit that was told on 16 June; its lead has not been yet."""
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", LEAD)
    office.apply(BOSS.replace("RELEASE", release), *more)
    assert office.tick("2022-06-16 09:00").sent == 1


def fate(office: SampleOffice, reason: str) -> str:
    """What became of the only reminder of that rung."""
    (status,) = [one.status.value for one in office.reminders() if one.reason == reason]
    return status


def explained(office: SampleOffice, reason: str) -> str:
    """Why that rung's only reminder went, waits or did not go."""
    (number,) = [one.id or 0 for one in office.reminders() if one.reason == reason]
    with office.database.read() as session:
        return explain_reminder(session, number, ZONE).why


@pytest.mark.parametrize("grouped", [False, True])
def test_an_escalation_that_waits_in_a_pause_goes_after_it(
    on_both: SampleOffice, grouped: bool
) -> None:
    """Whether it stood in a mail already or not."""
    office = on_both
    escalating(office, "auto")
    if grouped:
        office.remind("2022-06-16 09:02")
    turn(office, "pause")
    made = len(office.deliveries())
    assert sum(office.ticks(["2022-06-16 09:03", *days("2022-06-17", "2022-06-21")])) == 0
    assert len(office.deliveries()) == made, "nothing is made for it meanwhile"
    assert fate(office, "boss") == "pending"
    assert explained(office, "boss").startswith("the campaign is paused")
    assert found(office) == []
    turn(office, "resume")
    assert office.ticks(days("2022-06-22", "2022-06-24")) == [1, 0, 0]
    assert office.letters()[-1] == ("06-22", LEAD)


def test_what_is_settled_in_a_pause_is_closed_after_it(office: SampleOffice) -> None:
    escalating(office, "auto")
    turn(office, "pause")
    office.tick("2022-06-17 09:00")
    office.act("submit")
    turn(office, "resume")
    assert sum(office.ticks(days("2022-06-18", "2022-06-21"))) == 0
    assert fate(office, "boss") == "suppressed"


def test_what_is_closed_after_a_pause_says_so(office: SampleOffice) -> None:
    escalating(office, "auto")
    turn(office, "pause")
    office.tick("2022-06-17 09:00")
    turn(office, "close")
    assert sum(office.ticks(days("2022-06-18", "2022-06-21"))) == 0
    assert explained(office, "boss") == "when it was to go, the campaign was closed"


def test_a_draft_waits_again_after_a_pause(on_both: SampleOffice) -> None:
    office = on_both
    escalating(office, "hold")
    office.tick("2022-06-16 09:02")
    assert [one.status.value for one in office.deliveries() if one.address == LEAD] == ["held"]
    turn(office, "pause")
    office.ticks(days("2022-06-17", "2022-06-21"))
    drafts = [one for one in office.deliveries() if one.address == LEAD]
    assert [one.status.value for one in drafts] == ["suppressed"], "nothing to decide on meanwhile"
    turn(office, "resume")
    office.tick("2022-06-22 09:00")
    draft = office.deliveries()[-1]
    assert (draft.address, draft.status.value) == (LEAD, "held")
    office.release(draft.id)
    assert office.tick("2022-06-22 09:05").sent == 1
    assert fate(office, "boss") == "sent"


def test_what_is_released_in_a_pause_waits_for_its_end(office: SampleOffice) -> None:
    escalating(office, "hold")
    office.tick("2022-06-16 09:02")
    turn(office, "pause")
    office.release(office.deliveries()[-1].id)
    assert sum(office.ticks(["2022-06-16 09:03", "2022-06-17 09:00"])) == 0
    turn(office, "resume")
    assert office.tick("2022-06-20 09:00").sent == 1


def test_a_pause_takes_its_own_out_of_a_digest_of_two_campaigns(office: SampleOffice) -> None:
    office.add_contact("north", "contact", WANG)
    office.apply(PLAN)
    office.apply(PLAN, head=FERRIES)
    office.remind("2022-06-15 09:00")
    turn(office, "pause")
    assert office.send("2022-06-15 09:01").sent == 1
    body = office.mails()[-1].get_body(("plain",))
    assert body is not None and "桥梁" not in body.get_content()
    turn(office, "resume")
    assert office.tick("2022-06-15 09:30").sent == 1, "its due date would pass otherwise"


def test_a_rung_in_a_pause_is_not_made_up_for(office: SampleOffice) -> None:
    """The day of the resume counts as a day under way, its own rungs go."""
    office.apply(
        with_ladder("[{id: first, when: 2 working days before}, {id: day, when: on the day}]")
    )
    office.at("2022-06-13 08:00")
    turn(office, "pause")
    office.ticks(["2022-06-13 09:00", "2022-06-14 09:00"])
    office.at("2022-06-15 08:00")
    turn(office, "resume")
    assert office.tick("2022-06-15 09:00").sent == 1
    assert [one[0] for one in office.fates()] == ["day"]


def test_what_nobody_takes_up_after_a_pause_is_forgotten(tmp_path: Path) -> None:
    """The referee lets it wait in the pause, and no longer."""
    office = SampleOffice(tmp_path)
    escalating(office, "auto")
    turn(office, "pause")
    office.tick("2022-06-17 09:00")
    turn(office, "resume")
    office.ticks(days("2022-06-18", "2022-06-22"))
    assert found(office) == []
    with office.database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE reminder SET status = 'pending', delivery_id = NULL WHERE reason = 'boss'"
        )
        session.connection().exec_driver_sql(f"DELETE FROM delivery WHERE address = '{LEAD}'")  # noqa: S608
    assert [one.code.value for one in referee(office).errors] == ["reminder-forgotten"]
    office.close()


def test_a_draft_is_silent_until_it_is_started(office: SampleOffice) -> None:
    office.apply(PLAN, status=CampaignStatus.DRAFT)
    assert sum(office.ticks(days("2022-05-23", "2022-06-09"))) == 0
    with pytest.raises(StateError, match="is draft"):
        turn(office, "pause")
    turn(office, "start")
    assert [one > 0 for one in office.ticks(days("2022-06-10", "2022-06-13"))] == [
        False, False, False, True,
    ]  # fmt: skip


def test_seen_stops_the_gentle_rungs_and_no_others(office: SampleOffice) -> None:
    office.apply()
    office.tick("2022-06-08 09:00")
    acknowledge(office)
    office.ticks(days("2022-06-09", "2022-06-17"))
    assert [one for one, _to in office.letters()] == ["06-08", "06-15", "06-17"]
    assert ("before-2", "north@example.org", "acknowledged") in office.fates()


def test_what_is_seen_while_it_waits_does_not_leave(office: SampleOffice) -> None:
    office.apply()
    office.remind("2022-06-08 09:00")
    acknowledge(office)
    assert office.send("2022-06-08 09:05").sent == 0
    assert "acknowledged" in {one[2] for one in office.fates()}


def test_seen_is_of_one_date(office: SampleOffice) -> None:
    office.apply()
    office.at("2022-06-06 10:00")
    acknowledge(office)
    office.act("request_extension", PLAN_KEY, day("2022-06-29"))
    office.act("approve_extension")
    office.ticks(days("2022-06-07", "2022-06-27"))
    assert [one for one, _to in office.letters()] == ["06-15", "06-22", "06-27"]


def test_put_off_to_a_day(on_both: SampleOffice) -> None:
    office = on_both
    office.add_contact("north", "contact", WANG)
    office.apply()
    office.at("2022-06-07 10:00")
    put_off(office, "2022-06-12")  # a Sunday: the Friday before it
    office.ticks(days("2022-06-08", "2022-06-15"))
    assert [one for one, _to in office.letters()] == ["06-10", "06-13", "06-15"]
    assert ("before-5", WANG, "snoozed") in office.fates()
    assert ("snooze", WANG, "sent") in office.fates()


@pytest.mark.parametrize("until", ["2022-06-16", "2022-06-07", "2022-06-05"])
def test_it_cannot_be_put_off_past_its_date_or_into_the_past(
    office: SampleOffice, until: str
) -> None:
    office.apply()
    office.at("2022-06-07 10:00")
    with pytest.raises(InputError):
        put_off(office, until)
    office.at("2022-06-15 08:00")
    with pytest.raises(StateError, match="cannot be put off"):
        put_off(office, "2022-06-15")


def test_a_silence_is_kept_and_ends(on_both: SampleOffice) -> None:
    office = on_both
    office.add_contact("north", "lead", LEAD)
    office.apply()
    office.remind("2022-06-13 09:00")
    number = silence(office, "2022-06-13", "2022-06-21")
    assert office.send("2022-06-13 09:30").sent == 0, "what was queued does not leave either"
    assert sum(office.ticks(days("2022-06-14", "2022-06-20"))) == 0
    with office.database.write() as session:
        end_silence(
            session, number, now=at("2022-06-20 10:00"), today=day("2022-06-20"), actor="office"
        )
    assert office.ticks(days("2022-06-21", "2022-06-21")) == [1]
    assert {one[2] for one in office.fates()[:-1]} >= {"silenced"}


def test_nobody_above_hears_before_the_unit(office: SampleOffice) -> None:
    """Every own rung fell into a silence; then the escalation is due."""
    office.add_contact("north", "contact", WANG)
    office.add_contact("north", "lead", LEAD)
    office.apply(
        with_ladder(
            "[{id: day, when: on the day}, {id: boss, when: 3 working days after, to: [lead],"
            " release: auto}]"
        )
    )
    office.at("2022-06-14 12:00")
    silence(office, "2022-06-14", "2022-06-17")
    assert office.ticks(["2022-06-15 09:00", "2022-06-20 09:00", "2022-06-20 09:01"]) == [0, 1, 1]
    assert office.letters() == [("06-20", WANG), ("06-20", LEAD)]
