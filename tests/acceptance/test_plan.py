"""The five campaigns compile to exactly what two independent readings of the plans found."""

import csv
import json
from pathlib import Path

from tests.acceptance.conftest import Duban

COLUMNS = (
    "campaign,milestone,title,kind,unit,period,start,due,departments,"
    "track,deliverable,clause,provisional"
)
CITIES = [
    "郑州市", "开封市", "洛阳市", "平顶山市", "安阳市", "鹤壁市",
    "新乡市", "焦作市", "濮阳市", "许昌市", "漯河市", "三门峡市",
    "南阳市", "商丘市", "信阳市", "周口市", "驻马店市", "济源市",
]  # fmt: skip
COUNTIES = [
    "巩义市", "永城市", "邓州市", "兰考县", "滑县", "长垣县",
    "鹿邑县", "汝州市", "固始县", "新蔡县",
]  # fmt: skip
GROUPS = {
    "28": [*CITIES, *COUNTIES],
    "10": COUNTIES,
    # 附件4: 滑县, 长垣县 and 鹿邑县 have no licensed platform.
    "25": [one for one in (*CITIES, *COUNTIES) if one not in {"滑县", "长垣县", "鹿邑县"}],
    "30": [*CITIES, *COUNTIES, "郑州航空港区", "高速中心"],
}
DUTIES = Path(__file__).with_name("duties_2022.csv")


def expected() -> set[tuple[str, ...]]:
    """Each duty of the reference list spread over its units and months."""
    rows: set[tuple[str, ...]] = set()
    with DUTIES.open(encoding="utf-8", newline="") as stream:
        for duty in csv.DictReader(stream):
            units = GROUPS.get(duty["units"]) or duty["units"].split("；")
            for due in duty["due"].split("；"):
                period = due[:7] if duty["kind"] == "monthly" else ""
                for unit in units:
                    rows.add(
                        (
                            duty["campaign"], duty["milestone"], duty["kind"], unit, period,
                            duty["start"], due, duty["departments"], duty["track"],
                            duty["clause"],
                        )
                    )  # fmt: skip
    return rows


def test_the_plan_is_the_reference(duban_installed: Duban) -> None:
    text = duban_installed.run("plan", "--format", "csv").stdout
    assert text.splitlines()[0] == COLUMNS
    found = [
        (
            row["campaign"], row["milestone"], row["kind"], row["unit"], row["period"],
            row["start"], row["due"], row["departments"], row["track"], row["clause"],
        )
        for row in csv.DictReader(text.splitlines())
    ]  # fmt: skip
    assert len(found) == len(set(found)) == 1785
    assert set(found) == expected()
    assert not duban_installed.home.exists(), "printing a plan needs no database"


def test_units_come_in_administrative_order(duban: Duban) -> None:
    rows = duban.json("plan", "--campaign", "cross-province-2022")
    units = [row["unit"] for row in rows if row["milestone"] == "liaison"]
    assert units == [*CITIES, *COUNTIES]


def test_json_has_the_ladder(duban: Duban) -> None:
    rows = duban.json("plan", "--campaign", "sunshine-2022", "--unit", "长垣市")
    assert {row["unit"] for row in rows} == {"长垣县"}
    report = next(row for row in rows if row["milestone"] == "deployment-report")
    assert list(report) == [*COLUMNS.split(","), "ladder"]
    # Due on Friday 2022-06-03, the Dragon Boat Festival: the last rung is the working day before.
    days = {one["rung"]: one["date"] for one in reversed(report["ladder"])}
    assert days["due-day"] == "2022-06-02"
    assert days["before-2"] == "2022-06-01"
    assert days["overdue"] == "2022-06-07"


def test_monthly_titles_name_the_month_covered(duban: Duban) -> None:
    rows = duban.json("plan", "--unit", "郑州")
    titles = {(row["milestone"], row["period"]): row["title"] for row in rows}
    assert "2022年5月" in titles["monthly-data", "2022-06"]
    assert "2022年6月" in titles["monthly-report", "2022-06"]


def test_a_csv_file_has_a_byte_order_mark_and_standard_output_none(
    duban: Duban, tmp_path: Path
) -> None:
    file = tmp_path / "plan.csv"
    duban.run("plan", "--unit", "省厅", "--format", "csv", "-o", file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf" + COLUMNS.encode())
    printed = duban.run("plan", "--unit", "省厅", "--format", "csv").stdout
    assert file.read_text(encoding="utf-8-sig") == printed


def test_an_unknown_unit_is_refused_with_a_suggestion(duban: Duban) -> None:
    done = duban.run("plan", "--unit", "郑洲市", code=2)
    assert "郑州市" in done.stderr


def test_the_checked_in_schemas_are_current(duban: Duban) -> None:
    config = Path(__file__).parents[2] / "config"
    for arguments, name in ((), "campaign"), (("--organisation",), "organisation"):
        printed = duban.run("schema", *arguments).stdout
        assert json.loads(printed)["properties"]
        assert (config / f"{name}.schema.json").read_text(encoding="utf-8") == printed
