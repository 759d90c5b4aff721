"""What the office reads each day: the text for the chat, today, timeline, lives in sentences."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli.main import main
from scheduler.cli.output import Format, write_rows
from tests.support.command_line import command
from tests.support.moments import at, day
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, ON_HOLIDAY, PLAN
from workflows import handing_in
from workflows.events import append_event
from workflows.naming import find_assignment
from workflows.tables import Delivery, DeliveryKind, DeliveryStatus
from workflows.transitions import Deed

FESTIVAL = "bridges-2022/festival"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite, with a plan, monthly reports and a duty due on a holiday."""
    here = SampleOffice(tmp_path)
    here.apply(PLAN, MONTHLY, ON_HOLIDAY)
    yield here
    here.close()


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command prints; with `json=True` as data."""

    def printed(office: SampleOffice, *words: str, data: bool = False) -> Any:
        capsys.readouterr()
        command(office, *words, *(["--format", "json"] if data else []))
        text = capsys.readouterr().out
        return json.loads(text) if data else text

    return printed


def test_the_paragraph_for_the_chat(sqlite: SampleOffice, out: Any) -> None:
    sqlite.at("2022-06-09 09:00")  # the duty of the 5th holds until Monday the 6th
    assert out(sqlite, "overdue", "--format", "text") == (
        "As of 9 June, 9:00, “报送节日值守情况” was due from 2 units; 0 have reported; not yet "
        "received from: 北城市, 南城市 (each 4 days overdue). Would these units please hand in by "
        "the end of today; if you have, please ignore this.\n"
    )
    sqlite.act("submit", f"{FESTIVAL}/north")
    sqlite.act("return_for_correction", f"{FESTIVAL}/north", day("2022-06-10"))
    sqlite.at("2022-06-10 18:30")
    text = out(sqlite, "overdue", "--format", "text")
    assert "not yet received from: 南城市 (5 days overdue). 1 more still have time" in text
    assert "please hand in soon" in text, "the office has closed"
    sqlite.at("2022-06-13 10:05")
    text = out(sqlite, "overdue", "--format", "text", "--campaign", "bridges-2022")
    assert "As of 13 June, 10:05" in text
    assert "北城市 [returned] (3 days overdue), 南城市 (8 days overdue)." in text
    assert out(sqlite, "overdue", "--format", "text", "--level", "county") == (
        "As of 13 June, 10:05, nothing is overdue.\n"
    )
    past = out(sqlite, "overdue", "--format", "text", "--at", "2022-06-09")
    assert past.startswith("As of 9 June, ") and "hand in soon" in past


def test_today_says_what_to_do_and_how(sqlite: SampleOffice, out: Any) -> None:
    sqlite.add_contact("north", "contact", "wang@north.example.org")
    sqlite.at("2022-06-10 09:00")
    with sqlite.database.write() as session:
        deed = Deed("tester", sqlite.clock(), sqlite.clock())
        one = find_assignment(session, PLAN_KEY)
        handing_in.submit(session, one, deed, missing=["盖章件"])
        for number, status in enumerate((DeliveryStatus.HELD, DeliveryStatus.FAILED)):
            session.add(
                Delivery(
                    kind=DeliveryKind.DIGEST, address=f"a{number}@example.org",
                    local_date=day("2022-06-10"), status=status, message_id=f"<{number}@x>",
                    not_before=sqlite.clock(), created_at=sqlite.clock(), error="550 no such user",
                )
            )  # fmt: skip
    sqlite.act("request_extension", "bridges-2022/monthly/hill/2022-06", day("2022-06-25"))
    sqlite.at("2022-06-14 09:00")
    sqlite.act("submit", f"{FESTIVAL}/south")
    found = {one["section"]: one for one in out(sqlite, "today", data=True)["sections"]}
    check = found["check"]["lines"]
    assert [line["command"] for line in check] == [
        f"duban submit {PLAN_KEY}", f"duban accept {FESTIVAL}/south",
    ]  # fmt: skip
    assert "盖章件" in check[0]["note"]
    assert found["decide"]["lines"][0]["command"] == (
        "duban extend bridges-2022/monthly/hill/2022-06 --approve"
    )
    assert found["release"]["lines"][0]["command"] == "duban outbox release 1"
    assert found["mend"]["lines"][0]["command"] == "duban outbox retry 2"
    assert "550" in found["mend"]["lines"][0]["note"]
    assert [line["unit"] for line in found["contacts"]["lines"]] == ["南城市", "山县"]
    coming = [(line["day"], line["note"]) for line in found["coming"]["lines"]]
    assert coming == [("2022-06-20", "3 of 3 not handed in yet")]
    assert found["overdue"]["count"] == 1
    table = out(sqlite, "today")
    assert "Hand-ins to check: 2" in table
    text = out(sqlite, "today", "--format", "text")
    assert f"  duban accept {FESTIVAL}/south\n" in text
    rows = list(csv.DictReader(io.StringIO(out(sqlite, "today", "--format", "csv"))))
    assert {row["section"] for row in rows} == set(found) - {
        "inbox",
        "absent",
        "notices",
    }  # nothing there


def test_today_with_nothing_to_do(sqlite: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    for unit in ("north", "south", "hill"):
        sqlite.add_contact(unit, "contact", f"{unit}@{unit}.example.org")
    command(sqlite, "today")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "nothing to do\n")


def test_the_life_of_an_assignment_in_sentences(sqlite: SampleOffice, out: Any) -> None:
    sqlite.add_contact("north", "contact", "wang@north.example.org")
    sqlite.tick("2022-06-08 09:00")
    sqlite.at("2022-06-14 10:00")
    with sqlite.database.write() as session:
        one = find_assignment(session, PLAN_KEY)
        earlier = Deed("张三", at("2022-06-13 00:00"), sqlite.clock(), "传真")
        handing_in.submit(session, one, earlier, missing=["盖章件"])
        handing_in.submit(session, one, Deed("张三", sqlite.clock(), sqlite.clock()))
    sqlite.act("return_for_correction", PLAN_KEY, day("2022-06-21"))
    sqlite.at("2022-06-15 10:00")
    with sqlite.database.write() as session:
        one = find_assignment(session, PLAN_KEY)
        append_event(
            session, campaign_id=one.campaign_id, assignment_id=one.id, kind="photographed",
            at=sqlite.clock(), now=sqlite.clock(), actor="李四", note="a\nb",
        )  # fmt: skip
    told = [row["what"] for row in out(sqlite, "history", PLAN_KEY, data=True)]
    assert told == [
        "北城市 is to hand it in by 15 June",
        "reminder sent to wang@north.example.org (contact)",
        "北城市 handed in, missing: 排查方案（盖章件）: 传真 (recorded by 张三 on 14 June)",
        "北城市 handed in more, now complete (recorded by 张三)",
        "returned, to be handed in again by 21 June (recorded by tester)",
        "北城市: photographed: a\\nb (recorded by 李四)",
    ]
    lines = out(sqlite, "history", "北城")
    assert "报送节日值守情况" in lines and "2022-06-13 00:00" in lines
    rows = out(sqlite, "history", "北城", data=True)
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


def test_the_timeline_joins_units_and_says_who_still_owes(sqlite: SampleOffice, out: Any) -> None:
    sqlite.at("2022-06-07 09:00")
    sqlite.act("submit", f"{FESTIVAL}/south", on=day("2022-06-05"))
    sqlite.act("submit", f"{FESTIVAL}/north")
    sqlite.act("accept", f"{FESTIVAL}/north")
    found = out(sqlite, "timeline", "--from", "2022-06-05", "--to", "2022-06-20", data=True)
    assert [(row["day"], row["what"], row["units"], row["owing"]) for row in found] == [
        ("2022-06-05", "due", ["北城市", "南城市"], 0),
        ("2022-06-05", "submit", ["南城市"], None),
        ("2022-06-07", "submit", ["北城市"], None),
        ("2022-06-07", "accept", ["北城市"], None),
        ("2022-06-15", "due", ["北城市"], 1),
        ("2022-06-20", "due", ["北城市", "南城市", "山县"], 3),
    ]
    only = out(sqlite, "timeline", "--unit", "山县", data=True)
    assert [(row["day"], row["units"]) for row in only] == [("2022-06-20", ["山县"])]


def test_a_narrow_terminal_gets_fewer_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"a": "one", "b": "two"}
    monkeypatch.setattr("scheduler.cli.output.table_width", lambda **_words: 80)
    write_rows([row], Format.TABLE, None, {"a": "A", "b": "B"}, narrow=("a",))
    assert "one" in (shown := capsys.readouterr().out) and "two" not in shown
    write_rows([row], Format.CSV, None, {"a": "A", "b": "B"}, narrow=("a",))
    assert "two" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("duban history bri", ["bridges-2022/"]),
        ("duban history bridges-2022/", ["bridges-2022/plan/", "bridges-2022/monthly/",
                                         "bridges-2022/festival/"]),
        ("duban show bridges-2022/monthly/山",
         [f"bridges-2022/monthly/山县/2022-0{n}" for n in (6, 7, 8)]),
        ("duban history bridges-2022/festival/", [f"{FESTIVAL}/北城市", f"{FESTIVAL}/南城市"]),
        ("duban status --campaign b", ["bridges-2022"]),
        ("duban overdue --unit 南", ["南城市"]),
        ("duban overdue --unit sou", ["south"]),
        ("duban history nowhere/x/", []),
        ("duban stat", ["status"]),
    ],
)  # fmt: skip
def test_a_shell_completes_from_the_record(
    sqlite: SampleOffice, line: str, offered: list[str],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert complete(line, sqlite.settings.home, monkeypatch, capsys) == offered


def test_completing_makes_no_database_and_shows_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complete("duban overdue --unit x", tmp_path / "none", monkeypatch, capsys) == []
    assert not (tmp_path / "none").exists()
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "duban.db").write_bytes(b"no database at all" * 100)
    assert complete("duban history x", damaged, monkeypatch, capsys) == []


def complete(
    line: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """Ask as the installed bash script asks."""
    monkeypatch.setattr("sys.argv", ["duban"])
    words = line.split(" ")
    for name, value in {
        "_DUBAN_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1),
        "DUBAN_HOME": str(home), "DUBAN_LANGUAGE": "en",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert (ended.value.code or 0) == 0 and printed.err == ""
    return printed.out.split()
