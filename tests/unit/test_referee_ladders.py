"""Two readings of a ladder, written apart, say the same: the program's and the referee's."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import fuzz
from tests.support.moments import ZONE, at, day
from workflows.ladder import CORRECTION_LADDER, DEFAULT_LADDER, Later, Rung, late_after, occurrences
from workflows.referee.awake import Awake
from workflows.referee.calendar import Calendars, unnoted
from workflows.referee.ladders import CORRECTION, DEFAULT, next_working_day, planned, read_ladder
from workflows.tables import TickSpan
from workflows.working_days import working_days

SORTS = st.sampled_from(["working days", "calendar days"])
ZH_SORTS = st.sampled_from(["个工作日", "日", "天"])
OFFSETS = st.one_of(
    st.sampled_from(["on the day", "到期当日", "到期当天", "on the day at 15:30", "到期当日9:05"]),
    st.builds("{} {} {}".format, st.integers(0, 40), SORTS, st.sampled_from(["before", "after"])),
    st.builds("到期{}{}{}".format, st.sampled_from("前后"), st.integers(0, 40), ZH_SORTS),
)
INTERVALS = st.one_of(
    st.none(),
    st.builds("{} {}".format, st.integers(1, 9), SORTS),
    st.builds("每{}{}".format, st.integers(1, 9), ZH_SORTS),
)
NAMES, TIMES = st.sampled_from(["a", "b", "c"]), st.integers(1, 12)
LATER = st.builds(
    Later, after=st.integers(1, 6), every=st.sampled_from(["5 working days", "每7个工作日"])
)
RUNGS = st.one_of(
    st.builds(Rung, id=NAMES, when=OFFSETS, every=INTERVALS, times=TIMES),
    st.builds(
        Rung,
        id=NAMES,
        when=st.sampled_from(["light turns yellow", "亮黄灯时", "light turns red", "亮红灯时"]),
    ),
    st.builds(
        Rung, id=NAMES, when=OFFSETS, every=st.just("2 working days"), times=TIMES, then=LATER
    ),
)


@fuzz(3)
@given(
    st.lists(RUNGS, max_size=4),
    st.dates(date(2021, 6, 1), date(2023, 6, 1)),
    st.booleans(),
    st.none() | st.integers(-30, 5),
)
def test_two_readings_of_a_ladder(
    ladder: list[Rung], due: date, grace: bool, issued_after: int | None
) -> None:
    issued = None if issued_after is None else due + timedelta(days=issued_after)
    late = late_after(due, working_days(), grace=grace)
    assert late == (next_working_day(due, unnoted()) if grace else due)
    theirs = {
        (one.rung.id, max(one.on, issued) if issued else one.on)
        for one in occurrences(ladder, due, late, working_days())
    }
    stored = [rung.model_dump(mode="json", exclude_none=True) for rung in ladder]
    read = read_ladder(stored)
    assert planned(read, due, late, issued, unnoted()) == theirs
    for mine, one in zip(read, ladder, strict=True):
        assert (mine.gentle, mine.held, mine.hour, mine.turns) == (
            one.gentle,
            one.held,
            one.offset.at or time(),
            one.turns,
        )


def test_the_ladder_that_holds_where_none_is_declared() -> None:
    stored = [rung.model_dump(mode="json", exclude_none=True) for rung in DEFAULT_LADDER]
    assert read_ladder(stored) == DEFAULT
    short = [rung.model_dump(mode="json", exclude_none=True) for rung in CORRECTION_LADDER]
    assert read_ladder(short) == CORRECTION


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"id": "a", "when": "soon"},
        {"id": "a", "when": 5},
        {"id": "a", "when": "1000000 working days before"},
        {"id": "a", "when": "on the day", "every": "1 calendar days", "times": 10**9},
    ],
)
def test_a_rung_that_makes_no_sense(stored: dict[str, object]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        read_ladder([stored])


def awake(*spans: tuple[str, str]) -> Awake:
    """What one worker's spans prove, by a window from nine to six."""
    recorded = [
        TickSpan(id=number, worker="one", first_at=at(first), last_at=at(last))
        for number, (first, last) in enumerate(spans)
    ]
    window = (time(9), time(18))
    return Awake(recorded, ZONE, window, at("2022-05-01"), at("2022-07-01"), Calendars(()))


@pytest.mark.parametrize(
    ("first", "last", "surely"),
    [
        ("2022-06-13 09:00", "2022-06-13 09:10", True),
        ("2022-06-13 09:00", "2022-06-13 09:09", False),  # a span need not tick in less than ten
        ("2022-06-13 17:55", "2022-06-14 09:05", False),  # five minutes each evening and morning
        ("2022-06-13 18:00", "2022-06-14 09:00", False),
        ("2022-06-14 11:55", "2022-06-14 12:00", True),  # its last one, for certain
        ("2022-06-14 12:01", "2022-06-20 09:00", False),
        ("2022-06-18 00:00", "2022-06-20 08:00", False),  # a weekend
    ],
)
def test_when_a_tick_surely_ran(first: str, last: str, surely: bool) -> None:
    served = awake(("2022-06-12 23:00", "2022-06-14 12:00"))
    assert served.surely_ticked(at(first), at(last)) is surely


def test_single_ticks_are_certain() -> None:
    ticks = awake(("2022-06-13 09:00", "2022-06-13 09:00"), ("2022-06-19 10:00",) * 2)
    assert ticks.surely_ticked(at("2022-06-13 09:00"), at("2022-06-13 09:00"))
    assert not ticks.surely_ticked(at("2022-06-13 09:01"), at("2022-06-30"))  # then on a Sunday
    assert ticks.days == [day("2022-06-13")]


def test_what_a_clock_set_back_said_before_counts_for_nothing() -> None:
    ahead = awake(("2022-06-13 10:00", "2022-06-16 10:00"), ("2022-06-14 09:00",) * 2)
    assert ahead.days_after(day("2022-06-13")) == [day("2022-06-14")]
    moment: datetime = at("2022-06-16 09:00")
    assert not ahead.surely_ticked(moment, moment + timedelta(hours=1))
