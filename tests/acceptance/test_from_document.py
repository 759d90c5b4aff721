"""From a plan document to a running campaign, with nothing written by hand: drafted, checked,
played ahead, applied, reminded; and the plan's amendment in mid-season, drafted again."""

from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from icalendar import Calendar

from tests.acceptance.conftest import Duban

ID = "ferries-2022"
REPORT = f"{ID}/baosong-dukou-anquan-paicha-baogao"
FERRIES = (
    ("Heading 1", "一、工作目标"),
    ("", "2022年10月底前，全省完成不少于40个渡口的安全改造。"),
    ("Heading 1", "二、重点任务"),
    ("", "（一）摸清底数。6月20日前，各省辖市交通运输主管部门对辖区渡口进行排查，"
         "形成《渡口安全排查报告》报送省厅。（责任部门：厅运管处，省运输中心）"),
    ("", "（二）落实整改。8月底前，郑州市、洛阳市完成问题渡口整改；鼓励各地采用新技术。"
         "（责任部门：厅运管处）"),
    ("Heading 1", "三、信息报送"),
    ("", "各省辖市交通运输主管部门于每月10日前（7月开始）报送工作进展情况，"
         "10月25日前报送工作总结。"),
    ("", "联系人：厅运管处"),
    ("", "邮箱：ferries@example.org"),
)  # fmt: skip
AMENDED = {
    "6月20日前": "6月30日前",  # later
    "8月底前，郑州市": "8月20日前，郑州市",  # earlier
    "10月25日前报送工作总结": "9月15日前报送阶段总结，10月25日前报送工作总结",  # one more
}
MOVED = {
    "报送渡口安全排查报告 · 洛阳市": date(2022, 6, 30),
    "完成问题渡口整改 · 洛阳市": date(2022, 8, 20),
}


def as_word(file: Path, edits: dict[str, str]) -> Path:
    """The plan as a Word file, as it was issued or with edits."""
    document: Any = Document()
    document.add_paragraph("2022年渡口安全提升行动实施方案").alignment = 1
    for style, text in FERRIES:
        for old, new in edits.items():
            text = text.replace(old, new)
        document.add_paragraph(text, style=style or None)
    document.save(file)
    return file


def drafted(duban: Duban, file: Path) -> Path:
    """The declaration drafted from a document; it passes the check as it is."""
    draft = file.with_suffix(".yaml")
    duban.run("draft", file, "--id", ID, "-o", draft)
    assert ": 0 errors" in duban.run("check", draft).stderr
    return draft


def sent_at(duban: Duban, moment: str) -> dict[str, str]:
    """What a tick at a local moment sends: each subject by its address, none of which gets two."""
    before = {one["id"] for one in duban.json("outbox", "list", "--limit", "1000")}
    duban.set_clock(f"{moment}+08:00")
    duban.run("tick")
    rows = [
        one for one in duban.json("outbox", "list", "--limit", "1000") if one["id"] not in before
    ]
    found = {one["address"]: one["subject"] for one in rows}
    assert len(found) == len(rows)
    assert {one["status"] for one in rows} <= {"done"}
    return found


def calendar(duban: Duban, unit: str, folder: Path) -> dict[str, tuple[str, int, date]]:
    """A unit's calendar: of each entry its UID, how often it was changed, its day; by title."""
    file = folder / f"{unit}.ics"
    duban.run("feed", "export", "--unit", unit, "-o", file)
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    return {
        str(one["SUMMARY"]): (str(one["UID"]), int(one.decoded("SEQUENCE")), one.decoded("DTSTART"))
        for one in events
    }


def test_a_document_becomes_a_running_campaign_and_its_amendment_a_new_version(
    duban: Duban, tmp_path: Path
) -> None:
    duban.set_clock("2022-06-01T08:30+08:00")
    draft = drafted(duban, as_word(tmp_path / "plan.docx", {}))
    foretold = duban.json("replay", "--declaration", draft)["days"][0]
    duban.run("apply", draft, "--yes", "--by", "厅运管处")
    assert (foretold["day"], foretold["addresses"]) == ("2022-06-06", 18)
    first = sent_at(duban, "2022-06-06T09:00")
    assert first["zhengzhou@example.org"] == "[Due 1] next 20 Jun · 郑州市"
    assert len([one for one in first.values() if one.startswith("[Due")]) == 18

    # In the middle of the season the plan is amended; one city has already handed in.
    duban.run("submit", REPORT, "--unit", "郑州市")
    before = calendar(duban, "洛阳市", tmp_path)
    duban.set_clock("2022-06-15T10:00+08:00")
    amended = drafted(duban, as_word(tmp_path / "amended.docx", AMENDED))
    plan = duban.json("apply", amended, "--plan")
    assert [(one["difference"], one["class"], one["assignments"]) for one in plan] == [
        ("later", "safe", 18), ("earlier", "decision", 2), ("added", "safe", 18),
    ]  # fmt: skip
    assert "to be decided" in duban.run("apply", amended, "--yes", code=2).stderr
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text(f"{plan[1]['key']}: take\n", encoding="utf-8")
    duban.run("apply", amended, "--decisions", decisions, "--yes", "--note", "来函更正")
    assert "来函更正" in duban.run("campaign", "history", ID).stdout

    # Who is concerned is told once, in the calendar the same entries lie on their new days.
    told = sent_at(duban, "2022-06-15T10:05")
    assert told["kaifeng@example.org"] == "[new date: 1] new: 1 · 开封市"
    assert told["luoyang@example.org"] == "[new date: 2] new: 1 · 洛阳市"
    assert len(told) == 18 and all(one.startswith("[new date") for one in told.values())
    after = calendar(duban, "洛阳市", tmp_path)
    assert {title: after[title] for title in before} == {
        title: (uid, 1, MOVED[title]) if title in MOVED else (uid, number, day)
        for title, (uid, number, day) in before.items()
    }
    assert [*after.keys() - before.keys()] == ["报送阶段总结 · 洛阳市"]
    assert "everything is as it should be" in duban.run("verify").stderr
