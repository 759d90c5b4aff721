"""A law: the report of a closed moment is the same whenever it is made, whatever is recorded
after that moment, also of the days before it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DubanError
from tests.support.fuzzing import fuzz
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from tests.support.reports import JUNE, made, play_june
from tests.support.targets import REPAIRS, report, share
from workflows.campaign_changing import change_status
from workflows.reporting.model import Report
from workflows.tables import Campaign
from workflows.transitions import Deed
from workflows.undoing import undo_last

CLOSED = "2022-06-21 23:59"
NAMES = (PLAN_KEY, *(JUNE.format(unit) for unit in ("north", "south", "hill")))
Later = Callable[[SampleOffice, int], object]


@dataclass
class Closed:
    """A record at a moment after the closed one, and the report that was made then."""

    seed: Path
    folder: Path
    report: Report = field(repr=False)

    def office(self) -> SampleOffice:
        """An office with the record as it was."""
        home = self.folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.seed / "home", home)
        return SampleOffice(self.folder, "2022-06-22 09:00")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    """Made once."""
    folder = tmp_path_factory.mktemp("closed")
    office = SampleOffice(folder)
    play_june(office)
    report_then = made(office, CLOSED)
    office.close()
    yield Closed(folder, tmp_path_factory.mktemp("again"), report_then)


def _deed(office: SampleOffice) -> Deed:
    return Deed("tester", office.clock(), office.clock(), "后来")


def _figure(office: SampleOffice, n: int) -> object:
    """Of a day before the closed moment as well as after it."""
    target, unit = (("bridges", "north"), ("bridges", "south"), ("lamps", "hill"))[n % 3]
    return report(office, target, unit, str(n), f"2022-06-{10 + n % 12:02}")


def _worded(office: SampleOffice, n: int) -> object:
    """A new version of the plan: other titles, other lights, another target, one more duty."""
    more = PLAN.replace("id: plan", f"id: more-{n}").replace("2022-06-15", "2022-08-15")
    return office.apply(
        PLAN.replace("报送排查方案", f"报送方案{n}"), MONTHLY.replace("报送进展", f"报{n}次进展"),
        ON_HOLIDAY, REPAIRS.replace("value: 25,", f"value: {25 + n},"), more,
    )  # fmt: skip


def _shared(office: SampleOffice, n: int) -> None:
    share(office, "lamps", north=100 + n, south=10 * n)


def _undone(office: SampleOffice, _n: int) -> object:
    with office.database.write() as session:
        return undo_last(session, _deed(office))


CHANGES = ("pause", "resume", "close", "archive", "unarchive")


def _rested(office: SampleOffice, n: int) -> object:
    with office.database.write() as session:
        campaign = session.get_one(Campaign, "bridges-2022")
        return change_status(session, campaign, CHANGES[n % 5], _deed(office))


def _acted(action: str, *days: int) -> Later:
    def act(office: SampleOffice, n: int) -> object:
        until = [office.clock().date() + timedelta(days=n % 9 + one) for one in days]
        on = date(2022, 6, 1 + n) if n % 2 and not days else None
        return office.act(action, NAMES[n % len(NAMES)], *until, on=on, note=f"第{n}次")

    return act


DEEDS: tuple[Later, ...] = (
    *map(_acted, ("submit", "submit", "accept", "waive", "reopen", "approve_extension",
                  "reject_extension")),
    _acted("return_for_correction", 0), _acted("request_extension", 1),
    _acted("approve_extension", 1), _figure, _figure, _worded, _shared, _undone, _rested,
)  # fmt: skip
LATER = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 20), st.integers(0, 3000)),
    min_size=1, max_size=8,
)  # fmt: skip


@fuzz()
@given(LATER)
def test_a_closed_moment_stays_as_it_was(
    closed: Closed, later: list[tuple[Later, int, int]]
) -> None:
    office = closed.office()
    try:
        for deed, number, minutes in later:
            office.clock.advance_to(office.clock() + timedelta(minutes=minutes))
            with suppress(DubanError):  # what is not possible then
                deed(office, number)
        assert made(office, CLOSED) == closed.report
    finally:
        office.close()
