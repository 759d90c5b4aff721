"""What targets come to, by the figures that were reported: sums, shares, categories, lights."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from tests.support.command_line import command
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.targets import CAMPAIGN_ID, REPAIRS, numbers, report, share
from workflows.lights import Light
from workflows.tables import Campaign
from workflows.targets.figures import Figure
from workflows.targets.measuring import added
from workflows.targets.numbers import numbers_at
from workflows.targets.views import PROVINCE


@pytest.fixture
def repairing(office: SampleOffice) -> SampleOffice:
    """The office with a milestone that has a target of each kind, on 8 June."""
    office.apply(REPAIRS)
    office.at("2022-06-08 09:00")
    return office


def test_pace_runs_by_working_days_between_the_points(repairing: SampleOffice) -> None:
    assert numbers(repairing).units["bridges", "north"].light is Light.GREY
    report(repairing, "bridges", "north", "2", "2022-06-08")
    report(repairing, "bridges", "south", "1", "2022-06-08")
    now = numbers(repairing, "2022-06-10 09:00")
    # 4 of 7 working days to the first point are gone.
    assert now.units["bridges", "north"].expected == Decimal(16) / 7
    assert now.units["bridges", "north"].light is Light.YELLOW  # 2 is less than 2.3
    report(repairing, "bridges", "north", "3", "2022-06-10")
    now = numbers(repairing)
    assert (now.units["bridges", "north"].light, now.units["bridges", "south"].behind) == (
        Light.YELLOW,  # 15 June is three working days away, and it is not 4 yet
        True,
    )
    report(repairing, "bridges", "north", "4", "2022-06-10")
    assert numbers(repairing).units["bridges", "north"].light is Light.GREEN


def test_a_point_that_is_past_turns_red_and_the_goal_ends_it(repairing: SampleOffice) -> None:
    report(repairing, "bridges", "north", "3", "2022-06-08")
    report(repairing, "wished", "north", "3", "2022-06-08")
    assert numbers(repairing, "2022-06-15 18:00").units["bridges", "north"].light is Light.YELLOW
    assert numbers(repairing, "2022-06-16 09:00").units["bridges", "north"].light is Light.RED
    assert numbers(repairing, "2022-07-01 09:00").units["wished", "north"].light is Light.YELLOW
    report(repairing, "bridges", "north", "10", "2022-07-01")
    assert numbers(repairing).units["bridges", "north"].light is Light.DONE


def test_a_province_s_figure_is_the_sum_and_says_who_is_missing(repairing: SampleOffice) -> None:
    report(repairing, "bridges", "north", "2", "2022-06-08")
    report(repairing, "bridges", "hill", "3", "2022-06-07")
    total = numbers(repairing).totals["all-bridges"]
    assert (total.figure, total.reported, total.missing) == (
        Decimal(5),
        ("north", "hill"),
        ("south",),
    )


def test_a_share_of_the_province_is_no_mean_of_means(repairing: SampleOffice) -> None:
    report(repairing, "surveyed", "north", "1", "2022-06-08", "1")
    report(repairing, "surveyed", "south", "40", "2022-06-08", "99")
    now = numbers(repairing)
    assert now.units["surveyed", "north"].level == 100
    assert now.totals["surveyed"].level == 41


def test_a_share_or_an_answer_is_not_expected_bit_by_bit(repairing: SampleOffice) -> None:
    report(repairing, "surveyed", "north", "1", "2022-06-08", "10")
    report(repairing, "opened", "north", "0", "2022-06-08")
    now = numbers(repairing, "2022-06-20 09:00")
    for target in ("surveyed", "opened"):
        standing = now.units[target, "north"]
        assert (standing.expected, standing.light) == (None, Light.GREEN)
    assert numbers(repairing, "2022-06-28 09:00").units["opened", "north"].light is Light.YELLOW


def test_all_of_n_takes_n_from_the_unit_or_the_report(repairing: SampleOffice) -> None:
    report(repairing, "signs", "north", "7", "2022-06-08", "8")
    now = numbers(repairing)
    assert (now.units["signs", "north"].goal, now.units["signs", "north"].reached) == (
        Decimal(8),
        False,
    )
    report(repairing, "signs", "north", "8", "2022-06-08", "8")
    assert numbers(repairing).units["signs", "north"].light is Light.DONE


def test_each_category_or_any_one_of_them(repairing: SampleOffice) -> None:
    report(repairing, "sorts", "north", "2", "2022-06-08", category="涵洞")
    report(repairing, "either", "hill", "1", "2022-06-08", category="护栏")
    now = numbers(repairing)
    assert not now.units["sorts", "north"].reached
    assert now.units["either", "hill"].light is Light.DONE
    report(repairing, "sorts", "north", "1", "2022-06-08", category="护栏")
    assert numbers(repairing).units["sorts", "north"].light is Light.DONE


def test_a_multiple_of_an_earlier_figure_and_yes_or_no(repairing: SampleOffice) -> None:
    report(repairing, "fourfold", PROVINCE, "199", "2022-06-08")
    report(repairing, "opened", "north", "1", "2022-06-08")
    now = numbers(repairing)
    assert (now.totals["fourfold"].goal, now.totals["fourfold"].reached) == (Decimal(200), False)
    assert now.units["opened", "north"].light is Light.DONE


def test_what_the_province_had_before_is_the_sum_of_what_units_had(office: SampleOffice) -> None:
    office.apply(
        REPAIRS
        + """\
      - {id: cases, title: 受理, scope: province, unit_of_measure: 件, value: 1000,
         reporters: {levels: [city, county]}, reported: increment}
      - {id: fourfold-of-units, title: 四倍, scope: province, unit_of_measure: 件,
         sum_of: [cases], baseline: {times: 4, attribute: handled_2021}}
"""
    )
    office.at("2022-06-08 09:00")
    report(office, "cases", "north", "30", "2022-06-07")
    report(office, "cases", "north", "50", "2022-06-08")
    for unit in ("北城", "南城"):
        command(office, "units", "set", unit, "handled_2021=10", "--by", "甲")
    assert numbers(office).totals["fourfold-of-units"].goal is None  # 山县 has not said
    command(office, "units", "set", "山县", "handled_2021=0", "--by", "甲")
    total = numbers(office).totals["fourfold-of-units"]
    assert (total.figure, total.goal, total.reached) == (Decimal(80), Decimal(80), True)


def test_all_of_none_is_reached_and_a_share_of_some_is_not_the_province_s(
    repairing: SampleOffice,
) -> None:
    command(repairing, "units", "set", "北城", "signs=0", "--by", "甲")
    report(repairing, "surveyed", "north", "9", "2022-06-08", "9")
    now = numbers(repairing)
    assert now.units["signs", "north"].light is Light.DONE
    assert (now.units["surveyed", "north"].reached, now.totals["surveyed"].reached) == (True, False)


def test_a_province_target_is_nobody_s_until_it_is_split(repairing: SampleOffice) -> None:
    report(repairing, "lamps", "north", "100", "2022-06-08")
    assert ("lamps", "north") not in numbers(repairing).units
    share(repairing, "lamps", north=100, south=600)
    now = numbers(repairing)
    assert now.units["lamps", "north"].light is Light.DONE
    assert now.units["lamps", "south"].goal == 600
    assert now.totals["lamps"].goal == 700


def test_what_was_recorded_later_was_not_known(repairing: SampleOffice) -> None:
    report(repairing, "bridges", "north", "2", "2022-06-08")
    repairing.at("2022-06-20 09:00")
    report(repairing, "bridges", "north", "9", "2022-06-08")
    assert numbers(repairing).units["bridges", "north"].figure == 9
    past = numbers(repairing, "2022-06-10 09:00", as_of_past=True)
    assert past.units["bridges", "north"].figure == 2


def test_a_forecast_goes_on_at_the_rate_of_the_figures(repairing: SampleOffice) -> None:
    report(repairing, "bridges", "north", "1", "2022-06-07")
    report(repairing, "bridges", "north", "2", "2022-06-08")
    repairing.at("2022-06-09 09:00")
    forecast = numbers(repairing).units["bridges", "north"].forecast
    assert forecast is not None
    assert (forecast.value, forecast.day) == (Decimal(18), date(2022, 6, 30))
    assert forecast.reached_on == date(2022, 6, 20)


@pytest.mark.parametrize(
    ("target", "unit", "value", "day", "why"),
    [
        ("bridges", "bureau", "1", "2022-06-08", "does not report"),
        ("all-bridges", PROVINCE, "1", "2022-06-08", "added up"),
        ("bridges", "north", "-1", "2022-06-08", "cannot be"),
        ("bridges", "north", "1", "2022-06-09", "still to come"),
        ("opened", "north", "2", "2022-06-08", "yes or no"),
        ("surveyed", "north", "2", "2022-06-08", "both numbers"),
        ("sorts", "north", "2", "2022-06-08", "category"),
        ("bridges", "north", "0.1234", "2022-06-08", "decimal places"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    repairing: SampleOffice, target: str, unit: str, value: str, day: str, why: str
) -> None:
    with pytest.raises(InputError, match=why):
        report(repairing, target, unit, value, day)


_DAYS = st.dates(date(2022, 6, 1), date(2022, 6, 30))
_LINES = st.lists(
    st.dictionaries(_DAYS, st.decimals(0, 10**9, places=3)).map(
        lambda days: tuple(Figure(day, days[day]) for day in sorted(days))
    ),
    max_size=8,
)


@given(_LINES)
def test_a_sum_is_the_sum_of_its_parts(lines: list[tuple[Figure, ...]]) -> None:
    total = added(lines)
    last = [line[-1].value for line in lines if line]
    assert (total[-1].value if total else 0) == sum(last, Decimal(0))
    assert added(list(reversed(lines))) == total


def test_what_is_waived_is_no_target_of_the_unit(repairing: SampleOffice) -> None:
    """Neither late nor missing beside the sum; a past day is told as it was then."""
    report(repairing, "bridges", "north", "10", "2022-06-08")
    repairing.at("2022-07-04 09:00")
    before = repairing.clock()
    late = numbers(repairing)
    assert late.units["bridges", "hill"].light is Light.RED
    assert late.totals["bridges"].missing == ("south", "hill")
    for unit in ("south", "hill"):
        repairing.act("waive", f"bridges-2022/repairs/{unit}")
    repairing.at("2022-07-05 09:00")
    now = numbers(repairing)
    assert {unit for _target, unit in now.units} == {"north"}
    assert now.totals["bridges"].light is Light.DONE
    assert now.totals["bridges"].goal == 10 and not now.totals["bridges"].missing
    assert now.totals["all-bridges"].missing == ()
    with repairing.database.read() as session:
        campaign = session.get_one(Campaign, CAMPAIGN_ID)
        then = numbers_at(session, campaign, before, as_of_past=True)
        still = numbers_at(session, campaign, repairing.clock(), as_of_past=True)
    assert then.units.keys() == late.units.keys() and then.totals["bridges"].missing
    assert still.units.keys() == now.units.keys()
    repairing.act("reopen", "bridges-2022/repairs/hill")
    assert numbers(repairing).units["bridges", "hill"].light is Light.RED


def test_entries_are_not_revised_for_targets_that_stayed(repairing: SampleOffice) -> None:
    name = f"{CAMPAIGN_ID}/repairs/north"
    repairing.apply(REPAIRS, PLAN)
    assert repairing.assignment(name).reworded == 0
    repairing.apply(REPAIRS.replace("value: 90", "value: 95"), PLAN)
    assert repairing.assignment(name).reworded == 1


def test_more_than_all_that_the_unit_has_is_asked_about(repairing: SampleOffice) -> None:
    command(repairing, "units", "set", "north", "signs=6", "--by", "甲")
    said = ("progress", "set", "bridges-2022", "signs", "north", "9", "--by", "甲")
    with pytest.raises(InputError, match="nobody can be asked"):
        command(repairing, *said)
    assert ("signs", "north", "") not in numbers(repairing).lines
    command(repairing, *said, "--yes")
    assert numbers(repairing).units["signs", "north"].figure == 9


def test_who_has_none_has_nothing_to_report(repairing: SampleOffice) -> None:
    command(repairing, "units", "set", "hill", "signs=0", "--by", "甲")
    assert numbers(repairing).totals["signs"].missing == ("north", "south")


def test_what_falls_is_not_foreseen_below_zero(repairing: SampleOffice) -> None:
    report(repairing, "bridges", "north", "9", "2022-06-07")
    report(repairing, "bridges", "north", "1", "2022-06-08")
    forecast = numbers(repairing).units["bridges", "north"].forecast
    assert forecast is not None
    assert forecast.value == 0 and forecast.reached_on is None


def test_a_share_just_below_its_goal_does_not_read_as_the_goal(
    repairing: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    report(repairing, "surveyed", "north", "8999", "2022-06-08", "10000")
    command(repairing, "progress", "show", "桥梁", "--unit", "北城", "--target", "surveyed")
    assert "(89.9%)" in capsys.readouterr().out


def test_an_answer_that_is_none_is_asked_for_in_words(repairing: SampleOffice) -> None:
    with pytest.raises(InputError, match="answered by yes or no"):
        command(repairing, "progress", "set", "bridges-2022", "opened", "north", "有", "--by", "甲")
