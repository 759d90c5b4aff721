"""The laws of the ranking: exact, the same whatever the order, and never against handing in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import fuzz
from tests.support.moments import ZONE, ZONE_NAME, day
from workflows.reporting.counting import Counting, Item, Term, Yardstick, item_of
from workflows.reporting.declared import Extensions, Ranking
from workflows.reporting.gathering import TargetItem
from workflows.reporting.ranked import Among, merged
from workflows.reporting.ranking import ranked
from workflows.reporting.scoring import Tally, average, parts_of, places, rounded, score_of, tally
from workflows.states import Action, State
from workflows.tables import Event, UnitRow
from workflows.working_days import working_days

TODAY = day("2022-06-30")
RULE = Ranking()


def event(kind: str, state: State, on: date, due: date) -> Event:
    """An event as the record keeps it, of what matters here."""
    moment = datetime.combine(on, datetime.min.time(), ZONE).replace(hour=10)
    return Event(
        campaign_id="x", kind=kind, at=moment, recorded_at=moment, actor="a", hash="",
        data={"state": state.value, "effective_due": due.isoformat()},
    )  # fmt: skip


def by(rule: Ranking = RULE, today: date = TODAY) -> Yardstick:
    return Yardstick(rule, today, ZONE_NAME, working_days())


def counted(
    due: str, *events: tuple[str, State, str, str], rule: Ranking = RULE, today: date = TODAY
) -> Item | None:
    """How an assignment counts; each event is kind, state after it, day and the date it leaves."""
    made = [event(kind, state, day(on), day(date_)) for kind, state, on, date_ in events]
    return item_of("n", "t", day(due), State.OPEN, made, by(rule, today), grace=True)


SUBMIT, ACCEPT, RETURN, EXTEND = (
    Action.SUBMIT.value, Action.ACCEPT.value, Action.RETURN.value, Action.APPROVE_EXTENSION.value,
)  # fmt: skip
IN = State.SUBMITTED


@pytest.mark.parametrize(
    ("due", "events", "rule", "counting", "days", "returns"),
    [
        # 3 to 5 June 2022 are days off: due on the 5th, in time until the 6th.
        ("2022-06-05", [(SUBMIT, IN, "2022-06-06", "2022-06-05")], {}, "on_time", 0, 0),
        ("2022-06-05", [(SUBMIT, IN, "2022-06-07", "2022-06-05")], {}, "late", 2, 0),
        ("2022-06-05", [(SUBMIT, IN, "2022-06-06", "2022-06-05")], {"grace": False}, "late", 1, 0),
        ("2022-06-15", [], {}, "overdue", 15, 0),
        ("2022-06-30", [], {}, "still_time", 0, 0),
        ("2022-06-30", [(SUBMIT, IN, "2022-06-30", "2022-06-30")], {}, "on_time", 0, 0),
        # Extended by five days, and handed in on the last of them.
        ("2022-06-15", [(EXTEND, State.OPEN, "2022-06-10", "2022-06-20"),
                        (SUBMIT, IN, "2022-06-20", "2022-06-20")], {}, "on_time", 0, 0),
        ("2022-06-15", [(EXTEND, State.OPEN, "2022-06-10", "2022-06-20"),
                        (SUBMIT, IN, "2022-06-20", "2022-06-20")],
         {"extensions": "original"}, "late", 5, 0),
        # In time, returned, and two days after the correction date still owed.
        ("2022-06-15", [(SUBMIT, IN, "2022-06-15", "2022-06-15"),
                        (RETURN, State.RETURNED, "2022-06-20", "2022-06-28")], {}, "overdue", 2, 1),
        ("2022-06-15", [(SUBMIT, IN, "2022-06-16", "2022-06-15"),
                        (RETURN, State.RETURNED, "2022-06-20", "2022-06-28"),
                        (SUBMIT, IN, "2022-06-30", "2022-06-28")], {}, "late", 3, 1),
        # More time for the correction does not make the first date another one.
        ("2022-06-15", [(SUBMIT, IN, "2022-06-15", "2022-06-15"),
                        (RETURN, State.RETURNED, "2022-06-20", "2022-06-28"),
                        (EXTEND, State.RETURNED, "2022-06-27", "2022-07-20")], {}, "on_time", 0, 1),
        ("2022-06-15", [("waive", State.WAIVED, "2022-06-29", "2022-06-15")], {}, "waived", 0, 0),
        ("2022-06-15", [("waive", State.WAIVED, "2022-06-29", "2022-06-15")],
         {"waived": "on_time"}, "waived_on_time", 0, 0),
        # Reopened: it begins anew.
        ("2022-06-15", [(SUBMIT, IN, "2022-06-10", "2022-06-15"),
                        ("reopen", State.OPEN, "2022-06-20", "2022-06-15")], {}, "overdue", 15, 0),
        # What was undone never was.
        ("2022-06-15", [(SUBMIT, IN, "2022-06-10", "2022-06-15"),
                        ("undo", State.OPEN, "2022-06-20", "2022-06-15")], {}, "overdue", 15, 0),
    ],
)  # fmt: skip
def test_how_an_assignment_counts(
    due: str,
    events: list[tuple[str, State, str, str]],
    rule: dict[str, object],
    counting: str,
    days: int,
    returns: int,
) -> None:
    item = counted(due, *events, rule=Ranking.model_validate(rule))
    assert item is not None
    assert (item.counting.value, item.days_late, item.returns) == (counting, days, returns)


def test_what_is_not_due_or_cancelled_is_in_no_ranking() -> None:
    early = (SUBMIT, IN, "2022-06-01", "2022-07-01")
    assert counted("2022-07-01", early) is None
    assert counted("2022-06-15", ("cancel", State.CANCELLED, "2022-06-10", "2022-06-15")) is None
    settled = item_of("n", "t", day("2022-06-01"), State.ACCEPTED, (), by(), grace=True)
    assert settled is not None
    assert settled.counting is Counting.SETTLED_BEFORE


def test_a_score_can_be_worked_out_by_hand() -> None:
    count = Tally(counted=3, on_time=2, late=1, days_late=4, handed_in=3, returns=1, targets=3,
                  reached=2)  # fmt: skip
    # 50 × 2/3 + 20 × (1 − 4/3/10) + 10 × (1 − 1/3) + 20 × 2/3 = 33.33 + 17.33 + 6.67 + 13.33
    assert score_of(parts_of(count, RULE)) == Decimal("70.67")
    # Without targets their weight is out of the sum: 57.33 of 80.
    assert score_of(parts_of(replace(count, targets=0, reached=0), RULE)) == Decimal("71.67")
    assert score_of(parts_of(Tally(), RULE)) is None
    assert average([Decimal("70.67"), Decimal("71.68")]) == Decimal("71.18")  # half up
    assert rounded(Fraction(1, 8)) == Decimal("0.13")


def test_ties_share_the_place_and_the_next_is_left_out() -> None:
    scores = [Decimal(one) for one in ("90.00", "95.00", "90.00", "80.00")]
    assert places([*scores, None]) == [2, 1, 2, 4, None]


def test_levels_together_anywhere_are_together_in_the_mean() -> None:
    cities, counties = Among({"city": "市"}, ("north",)), Among({"county": "县"}, ("hill",))
    zone = Among({"city": "市", "zone": "区"}, ("north", "port"))
    order = {"north": 0, "hill": 1, "port": 2}
    groups = merged([[cities, counties], [zone]], order)
    assert [one.units for one in groups] == [("north", "port"), ("hill",)]
    assert groups == merged([[zone], [counties, cities]], order)


near = st.integers(-30, 10).map(lambda n: TODAY + timedelta(days=n))


@dataclass(frozen=True)
class Owed:
    """One generated assignment: due, handed in (or never), and returned until (or not)."""

    due: date
    handed_in: date | None
    returned: date | None

    def events(self) -> list[Event]:
        found = []
        if self.handed_in is not None and self.handed_in <= TODAY:
            found.append(event(SUBMIT, IN, self.handed_in, self.due))
            if self.returned is not None:
                until = max(self.returned, self.handed_in)
                found.append(event(RETURN, State.RETURNED, TODAY, until))
        return found

    def item(self, rule: Ranking) -> Item | None:
        return item_of("n", "t", self.due, State.OPEN, self.events(), by(rule), grace=True)


owed = st.builds(Owed, near, st.none() | near, st.none() | near)
rules = st.builds(
    Ranking,
    on_time=st.integers(0, 100).map(float),
    days_late=st.integers(0, 100).map(float),
    returned=st.integers(0, 100).map(float),
    targets=st.floats(0.1, 100),
    most_days_late=st.integers(1, 60),
    extensions=st.sampled_from(Extensions),
    grace=st.booleans(),
)


def score(owes: Sequence[Owed], reached: Sequence[bool], rule: Ranking) -> Decimal | None:
    items = [one for each in owes if (one := each.item(rule)) is not None]
    return score_of(parts_of(tally(items, reached), rule))


@fuzz(4)
@given(st.lists(owed, min_size=1, max_size=8), st.lists(st.booleans(), max_size=3), rules,
       st.data())  # fmt: skip
def test_handing_in_earlier_never_lowers_a_score(
    owes: list[Owed], reached: list[bool], rule: Ranking, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(owes) - 1))
    # With a return behind it, it is another deed that would have been returned.
    one = replace(owes[index], returned=None)
    latest = one.handed_in or TODAY + timedelta(days=1)
    sooner = replace(one, handed_in=latest - timedelta(days=data.draw(st.integers(0, 40))))
    before = score([*owes[:index], one, *owes[index + 1 :]], reached, rule)
    after = score([*owes[:index], sooner, *owes[index + 1 :]], reached, rule)
    assert before is None or (after is not None and after >= before)


UNITS = [
    UnitRow(id=f"u{n}", name=f"单位{n}", aliases=[], level="city" if n % 3 else "county",
            position=n, attributes={})
    for n in range(7)
]  # fmt: skip
GROUPS = [
    Among({"city": "市"}, tuple(one.id for one in UNITS if one.level == "city")),
    Among({"county": "县"}, tuple(one.id for one in UNITS if one.level == "county")),
]
terms = st.builds(Term, near, near, st.none() | near, st.integers(0, 30))
items = st.builds(
    Item, st.just("n"), st.just("t"), near, st.sampled_from(Counting),
    st.lists(terms, max_size=2).map(tuple), st.integers(0, 3),
)  # fmt: skip
aims = st.builds(
    TargetItem, st.just("t"), st.just("t"), st.just("座"), near, st.none(), st.none(), st.booleans()
)


@fuzz(2)
@given(st.lists(st.tuples(st.sampled_from(UNITS), items), max_size=30),
       st.lists(st.tuples(st.sampled_from(UNITS), aims), max_size=10), rules,
       st.randoms(use_true_random=False))  # fmt: skip
def test_a_ranking_does_not_depend_on_the_order_of_rows(
    owes: list[tuple[UnitRow, Item]], targets: list[tuple[UnitRow, TargetItem]], rule: Ranking,
    chance: Random,
) -> None:  # fmt: skip
    def shown(shuffled: bool) -> list[list[tuple[str, int | None, Decimal | None, Tally]]]:
        units, own, aim = list(UNITS), list(owes), list(targets)
        if shuffled:
            for each in (units, own, aim):
                chance.shuffle(each)
        groups = ranked(
            GROUPS,
            {one.id: one for one in units},
            {one.id: [item for unit, item in own if unit is one] for one in units},
            {one.id: [item for unit, item in aim if unit is one] for one in units},
            rule,
        )
        return [
            [(line.unit_id, line.place, line.score, line.tally) for line in group.lines]
            for group in groups
        ]

    found = shown(shuffled=False)
    assert shown(shuffled=True) == found
    for group in found:
        _agrees(group)


def _agrees(group: list[tuple[str, int | None, Decimal | None, Tally]]) -> None:
    """Places follow the scores, equal ones share theirs and stand in administrative order."""
    for (unit, place, points, _t), (other, following, fewer, _u) in pairwise(group):
        if points is None or place is None:
            assert (points, place, fewer, following) == (None, None, None, None)
        elif fewer is not None and following is not None:
            assert (points > fewer, place < following) in {(True, True), (False, False)}
        if place == following:
            assert points == fewer
            assert unit < other
    for index, (_unit, place, points, count) in enumerate(group, start=1):
        assert place is None or place <= index
        assert points is None or 0 <= points <= 100
        assert count.on_time + count.late + count.overdue == count.counted
