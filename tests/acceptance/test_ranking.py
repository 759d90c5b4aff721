"""The ranking of the bundled campaigns, through the program."""

from pathlib import Path

from openpyxl import load_workbook

from tests.acceptance.conftest import Duban

CAMPAIGN = "sunshine-2022"


def test_a_season_is_ranked_and_explained(duban: Duban, tmp_path: Path) -> None:
    duban.begin()
    duban.set_clock("2022-06-01T09:00+08:00")
    duban.run("submit", f"{CAMPAIGN}/liaison", "--unit", "郑州、开封")
    duban.set_clock("2022-06-08T09:00+08:00")
    duban.run("submit", f"{CAMPAIGN}/liaison", "--unit", "洛阳")
    duban.set_clock("2022-06-30T09:00+08:00")
    then = duban.json("ranking", CAMPAIGN, "--at", "2022-06-10")
    cities = [row for row in then if row["level"] == "prefecture"]
    assert [(row["unit"], row["place"]) for row in cities[:4]] == [
        ("郑州市", 1), ("开封市", 1), ("洛阳市", 3), ("平顶山市", 4),
    ]  # fmt: skip
    assert {row["level"] for row in then} == {"prefecture", "county"}  # 省厅 gives the orders
    assert cities[0]["place"] == 1

    # What is typed later, though it happened before, does not change that day's ranking.
    duban.run("submit", f"{CAMPAIGN}/liaison", "--unit", "all", "--on", "2022-06-01")
    assert duban.json("ranking", CAMPAIGN, "--at", "2022-06-10") == then
    assert duban.json("ranking", CAMPAIGN) != then

    said = duban.run("ranking", CAMPAIGN, "--at", "2022-06-10", "--explain", "洛阳").stdout
    assert "洛阳市: place 3 of 18" in said
    assert "late; due 2022-06-01, handed in 2022-06-08, 7 days late" in said
    refused = duban.run("ranking", CAMPAIGN, "--explain", "省厅", code=2)
    assert "省厅 is not ranked here" in refused.stderr

    file = tmp_path / "ranking.xlsx"
    duban.run("ranking", "--all", "--level", "county", "--format", "xlsx", "-o", file)
    sheet = load_workbook(file).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert len(rows) == 10
    assert all(isinstance(row[3], float | int) for row in rows)
