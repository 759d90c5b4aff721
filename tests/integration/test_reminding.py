"""A tick over a real database: who is told when, once, and in which mail."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from config.i18n import set_language
from notifications import by_hand
from notifications.by_hand import hold
from tests.support.moments import day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, ON_HOLIDAY, PLAN
from workflows.applying import Past

NORTH_CONTACT, NORTH_LEAD = "wang@north.example.org", "lead@north.example.org"


def season(first: int, last: int, month: int = 6) -> list[str]:
    """Nine o'clock on each day."""
    return [f"2022-{month:02}-{one:02} 09:00" for one in range(first, last + 1)]


def test_the_ladder_of_one_duty(office: SampleOffice) -> None:
    office.add_contact("north", "contact", NORTH_CONTACT)
    office.apply()

    office.ticks([*season(23, 31, 5), *season(1, 24)])

    days = ["05-31", "06-08", "06-13", "06-15", "06-17", "06-21", "06-23"]
    assert office.letters() == [(one, NORTH_CONTACT) for one in days]


def test_what_a_mail_says(office: SampleOffice) -> None:
    set_language("zh")
    office.add_contact("north", "contact", NORTH_CONTACT)
    office.apply()
    office.tick("2022-06-13 09:00")

    (mail,) = office.mails()
    assert "北城市" in mail["Subject"]
    assert mail["Reply-To"] == "bridges@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == office.deliveries()[0].message_id
    text = mail.get_body(("plain",))
    assert text is not None and "排查方案" in text.get_content()
    (calendar,) = mail.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    assert "DTSTART;VALUE=DATE:20220615" in calendar.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_two_ticks_at_one_moment_remind_once(office: SampleOffice) -> None:
    office.apply()
    assert office.ticks(["2022-06-13 09:00"] * 3) == [1, 0, 0]
    assert [one for one in office.fates() if one[2] == "sent"] == [
        ("before-2", "north@example.org", "sent")
    ]
    assert len(office.reminders()) == 3 and len(office.deliveries()) == 1


def test_nothing_on_days_off_or_outside_the_window(office: SampleOffice) -> None:
    office.apply(ON_HOLIDAY)

    closed = ["2022-05-31 08:59", "2022-06-02 18:00", *season(3, 5)]
    assert office.ticks(closed) == [0] * 5
    assert office.reminders() == []


def test_the_last_mail_before_a_holiday_says_so(office: SampleOffice) -> None:
    office.apply(ON_HOLIDAY)
    office.ticks(season(2, 6))

    assert office.letters() == [("06-02", "north@example.org"), ("06-02", "south@example.org")]
    text = office.mails()[0].get_body(("plain",))
    assert text is not None and "before the days off" in text.get_content()


def test_after_downtime_one_mail_catches_up(office: SampleOffice) -> None:
    office.apply()

    assert office.ticks(["2022-06-14 09:00", "2022-06-14 10:00"]) == [1, 0]
    fates = {one.reason: one.status.value for one in office.reminders()}
    assert fates == {"before-10": "superseded", "before-5": "superseded", "before-2": "sent"}


def test_what_arises_after_the_digest_waits(office: SampleOffice) -> None:
    office.apply(PLAN)
    assert office.tick("2022-06-13 09:00").sent == 1

    far = CAMPAIGN.replace("bridges", "tunnels")
    office.at("2022-06-13 10:00")
    office.apply(PLAN.replace("06-15", "06-27"), head=far)
    assert office.ticks(["2022-06-13 11:00", "2022-06-14 09:00"]) == [0, 1]


def test_unless_its_due_date_would_pass(office: SampleOffice) -> None:
    office.apply(PLAN)
    assert office.tick("2022-06-13 09:00").sent == 1

    office.at("2022-06-13 10:00")
    office.apply(PLAN.replace("06-15", "06-13"), head=CAMPAIGN.replace("bridges", "tunnels"))
    assert office.ticks(["2022-06-13 11:00", "2022-06-13 12:00"]) == [1, 0]
    assert [one.kind.value for one in office.deliveries()] == ["digest", "notice"]


def test_what_goes_out_urgently_may_be_held_and_released_on_the_same_day(
    office: SampleOffice,
) -> None:
    office.apply(PLAN)
    assert office.tick("2022-06-13 09:00").sent == 1

    office.at("2022-06-13 10:00")
    office.apply(PLAN.replace("06-15", "06-13"), head=CAMPAIGN.replace("bridges", "tunnels"))
    office.remind("2022-06-13 11:00")
    urgent = office.deliveries()[-1].id or 0
    with office.database.write() as session:
        hold(session, urgent, office.decision())
    assert office.tick("2022-06-13 11:30").sent == 0
    office.release(urgent)
    assert office.ticks(["2022-06-13 12:00", "2022-06-13 13:00"]) == [1, 0]
    assert office.statuses() == ["done", "done"]


def test_several_campaigns_share_one_digest(office: SampleOffice) -> None:
    office.apply(PLAN)
    office.apply(PLAN, head=CAMPAIGN.replace("bridges", "tunnels"))
    assert office.tick("2022-06-13 09:00").sent == 1
    assert office.mails()[0]["Reply-To"] == "bridges@example.org, tunnels@example.org"


def test_without_a_contact_the_office_mailbox_is_told(office: SampleOffice) -> None:
    office.apply()
    office.tick("2022-06-13 09:00")
    assert office.letters() == [("06-13", "north@example.org")]
    assert office.reminders()[-1].role == "office"


def test_a_campaigns_own_contact_goes_before_the_general_one(office: SampleOffice) -> None:
    office.add_contact("north", "contact", NORTH_CONTACT)
    office.add_contact("north", "contact", "bridges@north.example.org", "bridges-2022")
    office.apply()
    office.tick("2022-06-13 09:00")
    assert office.letters() == [("06-13", "bridges@north.example.org")]


def test_nobody_to_tell_is_recorded(office: SampleOffice) -> None:
    office.apply()
    office.tick("2022-06-20 09:00")
    assert ("lead", "", "no_contact") in office.fates()


def test_the_bureaus_duties_go_to_the_offices(office: SampleOffice) -> None:
    office.add_contact("archive", "contact", "li@archive.example.org")
    office.apply(BUREAU)
    office.tick("2022-06-13 09:00")
    told = {one.address: one.role for one in office.reminders() if one.status.value == "sent"}
    assert told == {
        "roads@example.org": "contact",
        "safety@example.org": "copy",
        "li@archive.example.org": "copy",
    }


def test_nothing_goes_out_before_the_day_of_issue(office: SampleOffice) -> None:
    office.apply(head=CAMPAIGN.replace("owner:", "issued: 2022-06-09\nowner:"))
    assert office.ticks(season(1, 8)) == [0] * 8
    assert office.reminders() == []
    assert office.tick("2022-06-09 09:00").sent == 1
    assert [one.status.value for one in office.reminders()] == ["sent", "superseded"]


@pytest.mark.parametrize(("past", "sent"), [(Past.CHASE, 1), (Past.SILENT, 0), (Past.DONE, 0)])
def test_duties_that_were_past_when_applied(office: SampleOffice, past: Past, sent: int) -> None:
    office.at("2022-06-20 10:00")
    office.apply(past=past)
    assert office.tick("2022-06-21 09:00").sent == sent


def test_held_rungs_wait_for_their_release(office: SampleOffice) -> None:
    office.add_contact("north", "lead", NORTH_LEAD)
    office.apply()
    office.ticks(season(15, 22))

    assert {address for _day, address in office.letters()} == {"north@example.org"}
    held = [one for one in office.deliveries() if one.status.value == "held"]
    assert {one.address for one in held} == {NORTH_LEAD, "supervisor@example.org"}

    for one in held:
        office.release(one.id)
    assert office.tick("2022-06-22 10:00").sent == 2
    assert {one for one in office.letters() if one[1] != "north@example.org"} == {
        ("06-22", NORTH_LEAD),
        ("06-22", "supervisor@example.org"),
    }


def test_what_is_released_together_stands_as_if_released_one_by_one(tmp_path: Path) -> None:
    def released(name: str, *, together: bool) -> tuple[object, ...]:
        office = SampleOffice(tmp_path / name, announce=True)
        office.add_contact("north", "lead", NORTH_LEAD)
        office.apply(PLAN.replace("[北城市]", "[北城市, 南城市]"))
        office.ticks(season(15, 22))
        office.act("submit", PLAN_KEY.replace("north", "south"))
        office.remind("2022-06-22 10:00")
        with office.database.write() as session:
            notice = next(one.id for one in office.deliveries() if one.status.value == "queued")
            by_hand.hold(session, notice or 0, office.decision())
        with office.database.write() as session:
            held = by_hand.held_ids(session)
            assert len(held) > 2
            if together:
                by_hand.release_all(session, held, office.decision())
            else:
                for one in held:
                    by_hand.release(session, one, office.decision())
        stands = [one.model_dump(exclude={"worker", "outcome"}) for one in office.deliveries()]
        waiting = [(one.held, one.delivery_id, one.status) for one in office.reminders()]
        office.close()
        return stands, waiting

    assert released("one", together=False) == released("all", together=True)


def test_two_channels_of_one_address_wait_in_one_draft(office: SampleOffice) -> None:
    channels = {"group": SecretStr("json://127.0.0.1:9")}
    office.settings = office.settings.model_copy(update={"channels": channels})
    ladder = (
        "ladder: [{id: day, when: on the day},"
        " {id: mail, when: 1 working days after, to: [desk@example.org]},"
        " {id: chat, when: 1 working days after, to: [desk@example.org], channel: group}]"
    )
    office.apply(f"{PLAN.rstrip()}\n    {ladder}\n")
    office.ticks(["2022-06-15 09:00", "2022-06-16 09:00"])
    (draft,) = [one for one in office.deliveries() if one.status.value == "held"]
    assert [one.delivery_id for one in office.reminders()].count(draft.id) == 2

    office.release(draft.id)
    office.remind("2022-06-16 10:00")
    queued = [one.channel for one in office.deliveries() if one.status.value == "queued"]
    assert sorted(queued) == ["", "group"]


def test_a_held_rung_is_not_released_into_what_was_handed_in(office: SampleOffice) -> None:
    office.apply()
    office.ticks(season(20, 22))
    (held,) = [one for one in office.deliveries() if one.status.value == "held"]
    office.act("submit")
    office.release(held.id)
    assert office.tick("2022-06-23 09:00").sent == 0
    assert ("supervisor", "supervisor@example.org", "suppressed") in office.fates()


def test_a_submission_before_the_claim_stops_the_mail(office: SampleOffice) -> None:
    office.apply()
    office.remind("2022-06-13 09:00")
    office.act("submit")
    report = office.send()
    assert report.sent == 0
    assert office.statuses() == ["suppressed"]
    assert office.reminders()[0].status.value == "suppressed"


def test_an_extension_before_the_claim_stops_the_old_reminder(office: SampleOffice) -> None:
    office.apply()
    office.remind("2022-06-15 09:00")
    office.act("approve_extension", PLAN_KEY, day("2022-06-30"))
    assert office.send().sent == 0
    assert office.ticks(season(16, 29)).count(1) == 3
    assert [one for one, _address in office.letters()] == ["06-16", "06-23", "06-28"]


def test_one_settled_line_leaves_the_digest_and_the_other_stays(office: SampleOffice) -> None:
    office.apply(PLAN, PLAN.replace("id: plan", "id: map").replace("排查方案", "桥梁一张图"))
    office.remind("2022-06-13 09:00")
    office.act("submit")
    assert office.send().sent == 1
    text = office.mails()[0].get_body(("plain",))
    assert text is not None
    assert "桥梁一张图" in text.get_content() and "排查方案" not in text.get_content()


def test_a_stale_digest_is_grouped_again_next_morning(office: SampleOffice) -> None:
    office.apply()
    office.remind("2022-06-13 09:00")  # and no sender runs that day

    assert office.tick("2022-06-14 09:00").sent == 1
    assert office.statuses() == ["superseded", "done"]
    assert [one for one, _address in office.letters()] == ["06-14"]
