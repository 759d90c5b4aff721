"""The ranking over a small office: who stands where and why, the same for ever of a closed date."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import col, select

from config.errors import DubanError, InputError
from tests.support.command_line import command
from tests.support.fuzzing import fuzz
from tests.support.moments import at, day
from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, CAMPAIGN, MONTHLY, ORGANISATION, PLAN, organisation
from tests.support.targets import CAMPAIGN_ID, REPAIRS, report
from workflows.campaign_changing import change_status
from workflows.loading import check_source
from workflows.reporting.ranking import OverallRanking, RankingTable, make_ranking, rank_all
from workflows.tables import Assignment, Campaign
from workflows.transitions import Deed
from workflows.yaml_source import parse_yaml

EVERYBODY = PLAN.replace("[北城市]", "[北城市, 南城市, 山县, 省局]")
SUMMARY = EVERYBODY.replace("id: plan", "id: summary").replace("06-15", "06-20")
TOGETHER = CAMPAIGN.replace("milestones:", "ranking: {together: [[city, county]]}\nmilestones:")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite, for what no database answers in its own way."""
    here = SampleOffice(tmp_path)
    yield here
    here.close()


def table(office: SampleOffice, moment: str = "") -> RankingTable:
    """The ranking now, or as of a past moment."""
    with office.database.read() as session:
        campaign = session.get_one(Campaign, CAMPAIGN_ID)
        when = at(moment) if moment else office.clock()
        return make_ranking(session, campaign, when, as_of_past=bool(moment))


def shown(found: RankingTable | OverallRanking) -> list[list[tuple[str, int | None, str]]]:
    """Each group's units with place and score."""
    return [
        [
            (line.unit_id, line.place, "" if line.score is None else str(line.score))
            for line in group.lines
        ]
        for group in found.groups
    ]


def play(office: SampleOffice) -> None:
    """北城 in time, once returned; 南城 two days late; 山县 owes both on the 22nd."""
    office.at("2022-06-14 10:00")
    office.act("submit", "bridges-2022/plan/north")
    office.act("return_for_correction", "bridges-2022/plan/north", day("2022-06-24"))
    office.at("2022-06-17 10:00")
    office.act("submit", "bridges-2022/plan/south")
    office.at("2022-06-18 10:00")
    for unit in ("north", "south"):
        office.act("submit", f"bridges-2022/summary/{unit}")
    office.at("2022-06-22 18:00")


def test_who_stands_where_and_why(office: SampleOffice) -> None:
    office.apply(EVERYBODY, SUMMARY, BUREAU, head=TOGETHER)
    play(office)
    found = table(office)
    # 北城 50 + 20 + 10 × (1 − 1/2) of 80; 南城 50/2 + 20 × (1 − 2/2/10) + 10 of 80; 山县 was seven
    # and two days late so far: 20 × (1 − 9/2/10) of 70. The bureau gives the orders.
    assert shown(found) == [[("north", 1, "93.75"), ("south", 2, "66.25"), ("hill", 3, "15.71")]]
    hill = found.line("hill")
    assert hill is not None
    assert [(item.counting.value, item.days_late) for item in hill.items] == [
        ("overdue", 7), ("overdue", 2),
    ]  # fmt: skip
    # Before anything was due nobody has a place, and all stand in administrative order.
    early = table(office, "2022-06-14 23:59")
    assert shown(early) == [[("north", None, ""), ("south", None, ""), ("hill", None, "")]]


def test_a_closed_date_is_the_same_whenever_it_is_asked_for(office: SampleOffice) -> None:
    office.apply(EVERYBODY, SUMMARY, BUREAU, REPAIRS, MONTHLY)
    report(office, "bridges", "north", "4", "2022-05-20")
    play(office)
    office.at("2022-06-23 00:00")
    then = table(office)
    before = table(office, "2022-06-23 00:00")
    assert shown(then) == shown(before)
    assert then.line("north") is not None
    # Typed later, though it happened before; waived, extended, reported; another rule and plan.
    office.at("2022-06-24 09:00")
    office.act("submit", "bridges-2022/plan/hill", on=day("2022-06-14"))
    office.act("waive", "bridges-2022/summary/hill")
    office.act("reopen", "bridges-2022/plan/south")
    report(office, "bridges", "south", "4", "2022-06-10")
    head = CAMPAIGN.replace("milestones:", "ranking: {of: [山县, 省局], on_time: 1}\nmilestones:")
    office.apply(EVERYBODY, SUMMARY, BUREAU, REPAIRS, MONTHLY, head=head)
    assert table(office, "2022-06-23 00:00") == before
    assert [[line.unit_id for line in group.lines] for group in table(office).groups] == [
        ["hill"], ["bureau"],
    ]  # fmt: skip


ACTIONS = ("submit", "submit", "submit", "accept", "return_for_correction", "waive", "reopen",
           "approve_extension")  # fmt: skip


@fuzz(0.1)
@given(st.randoms(use_true_random=False))
def test_whatever_is_recorded_later_changes_no_earlier_ranking(chance: Random) -> None:
    with TemporaryDirectory() as folder:
        office = SampleOffice(Path(folder))
        office.apply(EVERYBODY, SUMMARY, MONTHLY)
        with office.database.read() as session:
            rows = session.exec(select(Assignment).order_by(col(Assignment.id))).all()
        names = ["/".join(filter(None, (CAMPAIGN_ID, one.milestone_id, one.unit_id, one.period)))
                 for one in rows]  # fmt: skip
        kept: dict[str, RankingTable] = {}
        for n in range(6):
            today = day("2022-06-12") + timedelta(days=4 * n)
            office.at(f"{today} 10:00")
            for _ in range(4):
                action = chance.choice(ACTIONS)
                more = [today + timedelta(days=chance.randint(1, 9))]
                try:
                    office.act(
                        action, chance.choice(names),
                        *(more if action.endswith(("correction", "extension")) else ()),
                        on=today - timedelta(days=chance.randint(0, 9)),
                    )  # fmt: skip
                except DubanError:
                    continue  # not possible now
            office.at(f"{today} 23:00")
            kept[f"{today} 23:00"] = table(office)
        assert {moment: table(office, moment) for moment in kept} == kept
        office.close()


def test_targets_count_by_the_point_whose_day_has_come(sqlite: SampleOffice) -> None:
    office = sqlite
    office.apply(REPAIRS)
    office.at("2022-06-15 09:00")
    report(office, "bridges", "north", "4", "2022-06-15")
    office.at("2022-06-16 09:00")
    found = table(office)
    assert {
        line.unit_id: [(one.id, one.reached) for one in line.targets]
        for group in found.groups
        for line in group.lines
    } == {"north": [("bridges", True)], "south": [("bridges", False)], "hill": [("bridges", False)]}
    # The working says what was to be reached by that day, not by the last.
    (own,) = found.groups[0].lines[0].targets
    assert (own.figure, own.goal, own.day) == (Decimal(4), Decimal(4), date(2022, 6, 15))
    # Nothing but a target was due: it is all there is to go by.
    assert shown(found) == [[("north", 1, "100.00"), ("south", 2, "0.00")], [("hill", 1, "0.00")]]


def test_the_days_of_a_closed_campaign_stand_still(sqlite: SampleOffice) -> None:
    office = sqlite
    office.apply(EVERYBODY)
    office.at("2022-06-17 10:00")
    then = table(office)
    with office.database.write() as session:
        deed = Deed("tester", office.clock(), office.clock())
        change_status(session, session.get_one(Campaign, CAMPAIGN_ID), "close", deed)
    office.at("2022-08-17 10:00")
    assert table(office).groups == then.groups


def test_all_campaigns_together_are_the_mean_of_their_scores(sqlite: SampleOffice) -> None:
    office = sqlite
    office.apply(EVERYBODY, SUMMARY)
    head = TOGETHER.replace("bridges-2022", "tunnels-2022")
    office.apply(PLAN, head=head)
    play(office)
    with office.database.read() as session:
        found = rank_all(session, office.clock())
    # 北城 owes the second plan since seven days: 20 × (1 − 7/10) of 70. 县 and 市 are together
    # there, and so here.
    assert shown(found) == [[("south", 1, "66.25"), ("north", 2, "51.16"), ("hill", 3, "15.71")]]
    assert found.groups[0].lines[1].scores == {
        "bridges-2022": Decimal("93.75"), "tunnels-2022": Decimal("8.57"),
    }  # fmt: skip


def test_the_command_prints_and_explains(
    sqlite: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = sqlite
    office.apply(EVERYBODY, SUMMARY, BUREAU)
    play(office)

    def ran(*words: str) -> str:
        command(office, "ranking", *words)
        return capsys.readouterr().out

    assert "│市    │     1 │ 北城市" in ran("桥梁")
    rows = json.loads(ran("桥梁", "--format", "json", "--level", "county"))
    assert [(row["unit"], row["place"], row["score"]) for row in rows] == [("山县", 1, 15.71)]
    assert rows[0]["average_days_late"] == 4.5
    file = tmp_path / "ranking.xlsx"
    ran("--all", "--format", "xlsx", "-o", str(file))
    sheet = load_workbook(file)["市"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[1] == "北城市"]
    assert rows[0][:4] == (1, "北城市", 93.75, 2) and rows[0][-1] == 93.75
    assert any("桥梁" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "The mean of 1 campaigns: 桥梁" in ran("--all", "--explain", "南城")
    text = ran("桥梁", "--explain", "南城", "--at", "2022-06-21")
    for part in (
        "南城市: place 2 of 2 (市), 66.25 points", "on-time rate: 1 / 2 → 25.00 / 50",
        "average days late: 1 − 2 / 2 / 10 → 18.00 / 20", "targets reached: nothing to go by",
        "late; due 2022-06-15, handed in 2022-06-17, 2 days late",
    ):  # fmt: skip
        assert part in text
    data = json.loads(ran("桥梁", "--explain", "南城", "--format", "json"))
    assert [one["how"] for one in data["campaigns"][0]["assignments"]] == ["late", "on_time"]
    assert "late" in ran("--all", "--explain", "南城", "--format", "csv")
    for wrong in (["桥梁", "--explain", "省局"], [], ["桥梁", "--all"], ["桥梁", "--level", "x"]):
        with pytest.raises(InputError):
            ran(*wrong)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("of: [北县]", "unknown unit or group “北县”"),
        ("together: [[city, town]]", "unknown level “town”"),
        ("together: [[city], [county, city]]", "the level “city” stands twice"),
        ("{on_time: 0, days_late: 0, returned: 0, targets: 0}", "all weights of the ranking are 0"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(tmp_path: Path, rule: str, says: str) -> None:
    rule = rule if rule.startswith("{") else f"{{{rule}}}"
    text = CAMPAIGN.replace("milestones:", f"ranking: {rule}\nmilestones:") + PLAN
    source = parse_yaml(text, "bridges-2022.yaml")
    checked = check_source(Path("bridges-2022.yaml"), source, organisation(tmp_path, ORGANISATION))
    assert says in str([str(one) for one in checked.problems])
