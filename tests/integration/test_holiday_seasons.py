"""Seasons in whose middle notices of holidays come: the referee agrees after each."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from config.errors import DubanError
from tests.support.command_line import command
from tests.support.fuzzing import fuzz
from tests.support.moments import ZONE, day
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from tests.support.referee import found

HEAD = CAMPAIGN.replace("2022", "2027")
PREVIOUS = PLAN.replace("2022-06-15", "2027-02-15").replace("who", "if_holiday: previous\n    who")
KEPT = PLAN.replace("2022-06-15", "2027-02-06").replace("id: plan", "id: kept")
FOLLOWS = (
    PLAN.replace("2022-06-15", "6 working days after plan").replace("id: plan", "id: later")
    .replace("who", "if_holiday: next\n    who")
)  # fmt: skip
NAMES = ("plan", "kept", "later")
FIRST, LAST = day("2027-01-18"), day("2027-02-28")
DAYS = st.dates(FIRST, LAST)
NOTICES = st.tuples(st.just("notice"), st.sets(DAYS, min_size=1, max_size=12))
DEEDS = st.tuples(
    st.sampled_from(
        ("submit", "accept", "return_for_correction", "approve_extension", "waive",
         "reopen", "request_extension", "undo")
    ),
    st.tuples(st.sampled_from(NAMES), st.integers(1, 20)),
)  # fmt: skip
PAUSES = st.tuples(st.sampled_from(("pause", "resume", "close")), st.none())


@fuzz(0.15)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.one_of(NOTICES, DEEDS, DEEDS, PAUSES)),
        min_size=3, max_size=12,
    )
)  # fmt: skip
def test_the_referee_agrees_through_a_season_of_notices(
    steps: list[tuple[int, tuple[str, object]]],
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "own").mkdir()
        office = SampleOffice(folder, "2027-01-11 10:00", holidays_dir=folder / "own")
        office.add_contact("north", "contact", "li@north.example.org")
        office.apply(PREVIOUS, KEPT, FOLLOWS, head=HEAD)
        try:
            for days, (what, how) in steps:
                for _n in range(days):
                    office.tick(f"{today(office) + timedelta(days=1)} 09:30")
                office.clock.advance_to(office.clock() + timedelta(minutes=20))
                with suppress(DubanError):  # not possible now
                    _do(office, folder / "own" / "2027.yaml", what, how)
                assert found(office) == [], (what, how)
        finally:
            office.close()


def today(office: SampleOffice) -> date:
    """The local day."""
    return office.clock().astimezone(ZONE).date()


def _do(office: SampleOffice, file: Path, what: str, how: object) -> None:
    if what == "notice":
        assert isinstance(how, set)
        off = sorted(one for one in how if one.weekday() < 5)
        worked = sorted(one for one in how if one.weekday() >= 5)
        lines = [f"  - {{name: 春节, from: {one}}}" for one in off or [day("2027-01-01")]]
        file.write_text(
            "year: 2027\nsource: {notice: 国办, date: 2026-12-10}\ndays_off:\n"
            + "\n".join(lines)
            + f"\nworking_weekends: [{', '.join(map(str, worked))}]\n",
            encoding="utf-8",
        )
        command(office, "holidays", "update", "2027", "--yes", "--by", "office")
    elif how is None:
        more = ("--yes",) if what == "close" else ()
        command(office, "campaign", what, "bridges-2027", "--by", "office", *more)
    elif what == "undo":
        command(office, "undo", "--by", "tester")
    else:
        assert isinstance(how, tuple)
        name, ahead = how
        until = today(office) + timedelta(days=ahead)
        later = {"return_for_correction", "approve_extension", "request_extension"}
        office.act(what, f"bridges-2027/{name}/north", *([until] if what in later else []))
