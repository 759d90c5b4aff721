"""Seasons as they may happen to one duty, each played on an office in which it was applied."""

from datetime import timedelta

from notifications import by_hand
from notifications.outbox import Started, claim, mark_started
from scheduler.tick import sending_window
from tests.support.moments import ZONE, at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, MONTHLY, ON_HOLIDAY, PLAN
from tests.support.referee import found, referee

LEAD = "lead@north.example.org"
OWN_LADDER = """\
    ladder:
      - {id: early, when: 5 working days before}
      - {id: late, when: 1 calendar days after, every: 1 calendar days, times: 3}
"""


def through(office: SampleOffice, first: str, last: str) -> None:
    """A tick at nine on each weekday from the first to the last, whose afternoon it is then."""
    moment = at(first)
    while moment <= at(last):
        if moment.weekday() < 5:
            office.tick(f"{moment:%Y-%m-%d} 09:00")
        moment += timedelta(days=1)
    office.at(f"{last} 15:00")


def broken_off(office: SampleOffice, delivery_id: int) -> None:
    """A sender claims and starts a delivery, and is killed."""
    window = sending_window(office.settings)
    with office.database.write() as session:
        claim(
            session, office.clock(), window, limit=20, lease=timedelta(minutes=5), worker="killed"
        )
        started = [Started(delivery_id, "主题", "f" * 64)]
        mark_started(session, started, office.clock(), window, "killed")


def an_extension(office: SampleOffice) -> None:
    through(office, "2022-05-30", "2022-06-08")
    office.act("request_extension", PLAN_KEY, day("2022-06-24"))
    through(office, "2022-06-09", "2022-06-13")
    office.act("approve_extension")
    through(office, "2022-06-14", "2022-06-30")


def an_extension_on_a_rungs_day(office: SampleOffice) -> None:
    through(office, "2022-06-13", "2022-06-14")
    office.remind("2022-06-15 09:00")
    office.act("approve_extension", PLAN_KEY, day("2022-06-17"))
    through(office, "2022-06-15", "2022-06-24")


def a_return(office: SampleOffice) -> None:
    through(office, "2022-06-13", "2022-06-16")
    office.act("submit")
    through(office, "2022-06-17", "2022-06-20")
    office.act("return_for_correction", PLAN_KEY, day("2022-06-26"))
    through(office, "2022-06-21", "2022-06-30")
    office.act("submit", on=day("2022-06-28"))
    office.act("accept")
    through(office, "2022-07-01", "2022-07-02")


def a_second_return_to_the_same_day(office: SampleOffice) -> None:
    through(office, "2022-06-13", "2022-06-14")
    for _n in range(2):
        office.act("submit")
        office.act("return_for_correction", PLAN_KEY, day("2022-06-17"))
        local = office.clock().astimezone(ZONE) + timedelta(minutes=20)
        office.tick(f"{local:%Y-%m-%d %H:%M}")
    through(office, "2022-06-15", "2022-06-22")


def reopened_later(office: SampleOffice) -> None:
    through(office, "2022-06-13", "2022-06-14")
    office.act("submit")
    office.act("accept")
    through(office, "2022-06-15", "2022-06-20")
    office.act("reopen")
    through(office, "2022-06-21", "2022-06-24")


def reopened_on_the_same_day(office: SampleOffice) -> None:
    office.remind("2022-06-13 09:00")
    office.act("submit")
    office.send()
    office.at("2022-06-13 10:00")
    office.act("reopen")
    office.tick("2022-06-13 11:00")
    through(office, "2022-06-14", "2022-06-17")


def reopened_before_a_downtime(office: SampleOffice) -> None:
    office.remind("2022-06-13 09:00")
    office.act("waive")
    office.send()
    office.act("reopen")
    through(office, "2022-06-16", "2022-06-17")


def waived(office: SampleOffice) -> None:
    through(office, "2022-05-30", "2022-06-08")
    office.act("waive")
    through(office, "2022-06-09", "2022-06-20")


def handed_in_before_the_window_opens(office: SampleOffice) -> None:
    through(office, "2022-06-01", "2022-06-12")
    office.at("2022-06-13 08:30")
    office.act("submit")
    through(office, "2022-06-13", "2022-06-20")


def handed_in_a_moment_before_the_tick(office: SampleOffice) -> None:
    office.at("2022-06-13 08:59")
    office.act("submit")
    office.tick("2022-06-13 09:00")


def three_days_down(office: SampleOffice) -> None:
    through(office, "2022-05-30", "2022-06-12")
    through(office, "2022-06-16", "2022-06-20")


def forty_days_down(office: SampleOffice) -> None:
    through(office, "2022-05-23", "2022-05-31")
    through(office, "2022-07-11", "2022-07-12")


def down_while_it_was_owed(office: SampleOffice) -> None:
    through(office, "2022-05-23", "2022-05-25")
    office.at("2022-06-20 10:00")
    office.act("submit")
    through(office, "2022-06-21", "2022-06-22")


def held_and_released(office: SampleOffice) -> None:
    office.add_contact("north", "lead", LEAD)
    through(office, "2022-06-13", "2022-06-22")
    for one in office.deliveries():
        if one.status.value == "held":
            office.release(one.id)
            assert found(office) == []
    through(office, "2022-06-23", "2022-06-24")


def held_until_it_was_handed_in(office: SampleOffice) -> None:
    through(office, "2022-06-13", "2022-06-22")
    office.act("submit")
    for one in office.deliveries():
        if one.status.value == "held":
            office.release(one.id)
    through(office, "2022-06-23", "2022-06-24")


def a_digest_kept_back_by_hand(office: SampleOffice) -> None:
    office.remind("2022-06-13 09:00")
    with office.database.write() as session:
        by_hand.hold(session, 1, office.decision())
    through(office, "2022-06-14", "2022-06-20")
    office.release(1)
    through(office, "2022-06-21", "2022-06-22")


def no_sender_for_a_day(office: SampleOffice) -> None:
    office.remind("2022-06-13 09:00")
    through(office, "2022-06-14", "2022-06-16")


def killed_while_sending(office: SampleOffice) -> None:
    office.remind("2022-06-13 09:00")
    broken_off(office, 1)
    assert found(office) == []
    through(office, "2022-06-13", "2022-06-16")
    assert [one.delivery_id for one in referee(office).in_doubt] == [1]


def killed_between_claim_and_start(office: SampleOffice) -> None:
    office.at("2022-06-13 17:58")
    office.remind("2022-06-13 17:58")
    with office.database.write() as session:
        claim(
            session, office.clock(), sending_window(office.settings), limit=20,
            lease=timedelta(minutes=5), worker="killed",
        )  # fmt: skip
    for morning in ("2022-06-14 09:00", "2022-06-15 09:00", "2022-06-16 09:00"):
        office.tick(morning)
        assert found(office) == []


def killed_and_handed_in_over_night(office: SampleOffice) -> None:
    office.remind("2022-06-13 09:00")
    broken_off(office, 1)
    office.at("2022-06-13 20:00")
    office.act("submit")
    through(office, "2022-06-14", "2022-06-16")
    assert office.statuses() == ["suppressed"]


def several_campaigns(office: SampleOffice) -> None:
    office.apply(MONTHLY, BUREAU, ON_HOLIDAY, head=CAMPAIGN.replace("bridges", "tunnels"))
    through(office, "2022-05-31", "2022-06-10")
    office.act("submit", "tunnels-2022/spot-check/bureau")
    through(office, "2022-06-11", "2022-06-21")


def another_ladder(office: SampleOffice) -> None:
    through(office, "2022-05-30", "2022-06-09")
    office.apply(PLAN + OWN_LADDER, ON_HOLIDAY.replace("06-05", "06-29"))
    through(office, "2022-06-10", "2022-06-24")
    office.apply(PLAN, ON_HOLIDAY.replace("06-05", "06-29"))
    through(office, "2022-06-25", "2022-07-01")


def another_day_of_issue(office: SampleOffice) -> None:
    through(office, "2022-05-30", "2022-06-02")
    office.apply(head=CAMPAIGN.replace("owner:", "issued: 2022-06-14\nowner:"))
    through(office, "2022-06-03", "2022-06-20")


def new_contacts_in_between(office: SampleOffice) -> None:
    through(office, "2022-06-13", "2022-06-15")
    office.add_contact("north", "contact", "wang@north.example.org")
    through(office, "2022-06-16", "2022-06-20")


def a_clock_that_was_ahead(office: SampleOffice) -> None:
    office.tick("2022-06-13 09:00")
    ahead, office.clock = office.clock, type(office.clock)(at("2022-06-16 10:00"))
    office.tick("2022-06-16 10:00")
    office.clock = ahead
    office.at("2022-06-13 11:00")
    office.act("approve_extension", PLAN_KEY, day("2022-06-20"))
    assert found(office) == []
    through(office, "2022-06-14", "2022-06-24")


SEASONS = [
    an_extension, an_extension_on_a_rungs_day, a_return, a_second_return_to_the_same_day,
    reopened_later, reopened_on_the_same_day, reopened_before_a_downtime, waived,
    handed_in_before_the_window_opens, handed_in_a_moment_before_the_tick, three_days_down,
    forty_days_down, down_while_it_was_owed, held_and_released, held_until_it_was_handed_in,
    a_digest_kept_back_by_hand, no_sender_for_a_day, killed_while_sending,
    killed_between_claim_and_start, killed_and_handed_in_over_night, several_campaigns,
    another_ladder, another_day_of_issue, new_contacts_in_between, a_clock_that_was_ahead,
]  # fmt: skip
