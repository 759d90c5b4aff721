"""The ladder: how offsets are read, and on which days rungs come due."""

from datetime import date, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from workflows.ladder import (
    DEFAULT_LADDER,
    Later,
    Release,
    Role,
    Rung,
    Until,
    late_after,
    occurrences,
)
from workflows.rung_times import Offset, parse_interval, parse_offset
from workflows.working_days import working_days

CALENDAR = working_days()
DUES = st.dates(date(2022, 1, 1), date(2023, 12, 31))


def days_of(due: date, *ladder: Rung, grace: bool = True) -> list[tuple[str, str]]:
    """Each occurrence as its rung's id and its day without the year."""
    late = late_after(due, CALENDAR, grace=grace)
    found = occurrences(ladder or DEFAULT_LADDER, due, late, CALENDAR)
    return [(one.rung.id, f"{one.on:%m-%d}") for one in found]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("10 working days before", Offset(-10, working=True)),
        ("1 working day before", Offset(-1, working=True)),
        ("2 calendar days after", Offset(2, working=False)),
        ("on the day", Offset(0, working=False)),
        ("到期当日", Offset(0, working=False)),
        ("到期前5个工作日", Offset(-5, working=True)),
        ("到期后3天", Offset(3, working=False)),
        ("on the day at 14:00", Offset(0, working=False, at=time(14))),
        ("到期当日9:05", Offset(0, working=False, at=time(9, 5))),
    ],
)
def test_offsets_are_read(text: str, offset: Offset) -> None:
    assert parse_offset(text) == offset


def test_intervals_are_read() -> None:
    assert parse_interval("2 working days") == Offset(2, working=True)
    assert parse_interval("每7天") == Offset(7, working=False)


@pytest.mark.parametrize("text", ["", "soon", "10 days before", "working days after", "-1 working"])
def test_an_offset_that_cannot_be_read_shows_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"write e\.g\. 10 working days before"):
        parse_offset(text)


@pytest.mark.parametrize("text", ["", "daily", "0 working days", "2 working days after"])
def test_an_interval_that_cannot_be_read_shows_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"write e\.g\. 2 working days"):
        parse_interval(text)


@pytest.mark.parametrize(
    "wrong",
    [{"when": "soon"}, {"every": "daily"}, {"times": 0}, {"times": 51}, {"to": []}, {"id": "A b"}],
)
def test_a_rung_refuses_what_makes_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rung.model_validate({"id": "rung", "when": "on the day"} | wrong)


@pytest.mark.parametrize(
    ("to", "release", "held"),
    [
        ((Role.CONTACT,), None, False),
        ((Role.CONTACT, Role.DEPUTY), None, False),
        ((Role.LEAD,), None, True),
        ((Role.CONTACT, Role.SUPERVISOR), None, True),
        ((Role.SUPERVISOR,), Release.AUTO, False),
        ((Role.CONTACT,), Release.HOLD, True),
    ],
)
def test_mail_above_the_contact_is_held_unless_told_otherwise(
    to: tuple[Role, ...], release: Release | None, held: bool
) -> None:
    assert Rung(id="rung", when="on the day", to=to, release=release).held is held


@pytest.mark.parametrize(
    ("due", "late", "before", "after"),
    [
        # Dragon Boat Festival, Friday to Sunday: all that comes before goes out by Thursday.
        ("2022-06-03", "06-06", ["05-20", "05-27", "06-01", "06-02"], ["06-07", "06-08", "06-10"]),
        ("2022-06-05", "06-06", ["05-20", "05-27", "06-01", "06-02"], ["06-07", "06-08", "06-10"]),
        ("2022-06-25", "06-27", ["06-13", "06-20", "06-23", "06-24"], ["06-28", "06-29", "07-01"]),
        # National Day, 1 to 7 October; the 8th and 9th are worked.
        ("2022-10-05", "10-08", ["09-19", "09-26", "09-29", "09-30"], ["10-09", "10-10", "10-12"]),
        ("2022-05-31", "05-31", ["05-17", "05-24", "05-27", "05-31"], ["06-02", "06-06", "06-08"]),
    ],
)
def test_the_default_ladder_around_the_holidays_of_2022(
    due: str, late: str, before: list[str], after: list[str]
) -> None:
    day = date.fromisoformat(due)
    assert f"{late_after(day, CALENDAR, grace=True):%m-%d}" == late
    firsts = dict(reversed(days_of(day)))
    ids = ("before-10", "before-5", "before-2", "due-day")
    assert [firsts[id_] for id_ in ids] == before
    assert [firsts[id_] for id_ in ("overdue", "lead", "supervisor")] == after


def test_chasing_ends_after_ten_times() -> None:
    chased = [on for id_, on in days_of(date(2022, 5, 31)) if id_ == "overdue"]
    assert chased == [
        "06-02", "06-07", "06-09", "06-13", "06-15", "06-17", "06-21", "06-23", "06-27", "06-29",
    ]  # fmt: skip


def test_without_grace_a_duty_is_late_at_once() -> None:
    chase = Rung(id="chase", when="1 working day after")
    assert late_after(date(2022, 6, 3), CALENDAR, grace=False) == date(2022, 6, 3)
    assert days_of(date(2022, 6, 3), chase, grace=False) == [("chase", "06-06")]
    assert days_of(date(2022, 6, 3), chase, grace=True) == [("chase", "06-07")]


def test_calendar_offsets_move_off_days_off() -> None:
    early = Rung(id="early", when="2 calendar days before")
    late = Rung(id="late", when="4 calendar days after", every="7 calendar days", times=2)
    assert days_of(date(2022, 6, 7), early) == [("early", "06-02")]  # from Sunday 5 June, back
    assert days_of(date(2022, 5, 31), late) == [("late", "06-06"), ("late", "06-13")]


@given(DUES, st.booleans())
def test_nothing_of_the_default_ladder_falls_on_a_day_off(due: date, grace: bool) -> None:
    late = late_after(due, CALENDAR, grace=grace)
    assert late >= due
    for one in occurrences(DEFAULT_LADDER, due, late, CALENDAR):
        assert CALENDAR.is_working_day(one.on)
        if one.rung.offset.days <= 0:
            assert one.on <= due
        else:
            assert one.on > late


@given(
    DUES,
    st.integers(1, 20),
    st.integers(1, 10),
    st.integers(1, 12),
    st.booleans(),
    st.booleans(),
)
def test_each_repeat_is_counted_from_the_due_date(
    due: date, first: int, every: int, times: int, working: bool, grace: bool
) -> None:
    sort = "working" if working else "calendar"
    rung = Rung(
        id="r", when=f"{first} {sort} days after", every=f"{every} {sort} days", times=times
    )
    late = late_after(due, CALENDAR, grace=grace)
    found = occurrences([rung], due, late, CALENDAR)
    assert len(found) <= times
    assert len({one.on for one in found}) == len(found)
    for one in found:
        count = first + every * (one.number - 1)
        planned = CALENDAR.shift(due, count) if working else due + timedelta(days=count)
        planned = CALENDAR.on_or_after(planned)
        assert one.on == (planned if planned > late else CALENDAR.shift(late, 1))


@given(DUES, DUES)
def test_a_later_due_date_brings_no_rung_forward(one: date, other: date) -> None:
    assume(one < other)
    early, late = (
        occurrences(DEFAULT_LADDER, due, late_after(due, CALENDAR, grace=True), CALENDAR)
        for due in (one, other)
    )
    places = {(each.rung.id, each.number): each.on for each in early}
    for each in late:
        assert places.get((each.rung.id, each.number), each.on) <= each.on


def test_a_later_interval() -> None:
    rung = Rung(
        id="overdue", when="2 working days after", every="2 working days", times=5,
        then=Later(after=2, every="5 working days"),
    )  # fmt: skip
    found = [one for _id, one in days_of(date(2022, 6, 15), rung)]
    assert found == ["06-17", "06-21", "06-28", "07-05", "07-12"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"when": "on the day at 25:00"}, "cannot read"),
        ({"when": "2 working days after at 9:00"}, "cannot read"),
        ({"then": {"after": 1, "every": "2 working days"}}, "“then” goes on from “every”"),
        (
            {"every": "2 working days", "then": {"after": 1, "every": "2 calendar days"}},
            "count different days",
        ),
        ({"id": "snooze"}, "choose another id"),
        ({"to": ["everybody"]}, "everybody"),
    ],
)
def test_a_rung_that_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Rung.model_validate({"id": "a", "when": "on the day", **fields})
    assert said in str(caught.value)


def test_what_is_gentle_and_what_is_above() -> None:
    assert [rung.id for rung in DEFAULT_LADDER if rung.gentle] == [
        "before-10",
        "before-5",
        "before-2",
    ]
    assert [rung.id for rung in DEFAULT_LADDER if rung.above] == ["lead", "supervisor"]
    desk = Rung(id="desk", when="on the day", to=("desk@example.org",))
    owner = Rung(id="desk", when="on the day", to=(Role.OWNER,))
    assert desk.held and owner.above and not owner.held
    assert not Rung(id="a", when="2 working days before", until=Until.SUBMITTED).gentle


@pytest.mark.parametrize(
    ("when", "turns"),
    [
        ("light turns yellow", "yellow"),
        ("light turns red", "red"),
        ("亮黄灯时", "yellow"),
        ("亮红灯时", "red"),
    ],
)
def test_a_rung_may_wait_for_a_light(when: str, turns: str) -> None:
    rung = Rung(id="a", when=when)
    assert (rung.turns, rung.gentle, rung.above) == (turns, False, False)
    assert days_of(date(2022, 6, 15), rung) == []


@pytest.mark.parametrize(
    "more", [{"every": "2 working days"}, {"times": 2}, {"then": {"after": 1, "every": "每2天"}}]
)
def test_a_turn_is_not_repeated(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="once for each turn"):
        Rung.model_validate({"id": "a", "when": "light turns red", **more})
