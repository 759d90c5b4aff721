"""The office's May to July, played with files as real offices make them (docs/office.md).

It starts late, with two duties past; each step ends with the referee.
"""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.acceptance.conftest import Duban

CAMPAIGNS = Path(__file__).parents[2] / "config" / "campaigns"
USED = ("sunshine-2022", "e-certificates-2022", "drivers-home-2022")
LIAISON, DEPLOYMENT = "sunshine-2022/liaison", "sunshine-2022/deployment-report"


class Story:
    """One office, its files and its clock."""

    def __init__(self, duban: Duban) -> None:
        self.duban = duban
        self.folder = duban.home.parent
        campaigns = self.folder / "campaigns"
        campaigns.mkdir()
        for name in USED:
            text = (CAMPAIGNS / f"{name}.yaml").read_text(encoding="utf-8")
            (campaigns / f"{name}.yaml").write_text(text, encoding="utf-8")
        duban.settings["DUBAN_CAMPAIGNS_DIR"] = str(campaigns)

    def at(self, moment: str) -> None:
        """Set the office's clock, local."""
        self.duban.set_clock(f"{moment}+08:00")

    def run(self, *arguments: str | Path, code: int = 0, text: str = "") -> str:
        """Run a command; return all that it said."""
        done = self.duban.run(*arguments, code=code, text=text)
        return done.stdout + done.stderr

    def judged(self) -> None:
        """Nothing is wrong with the record."""
        assert "everything is as it should be" in self.run("verify")

    def counts(self, campaign: str) -> dict[str, Any]:
        """The four counts of a campaign."""
        board = self.duban.json("status", "--campaign", campaign)
        found: dict[str, Any] = board["campaigns"][0]["counts"]
        return found

    def mails(self) -> list[dict[str, Any]]:
        """Every delivery, the oldest first."""
        rows = self.duban.json("outbox", "list", "--limit", "10000")
        return list(reversed(rows))

    def subjects(self, address: str) -> list[str]:
        """The subjects of what went to an address."""
        return [one["subject"] for one in self.mails() if one["address"] == address]


def liaison_list(file: Path) -> Path:
    """附件1 as an office collects it: a title, a merged unit, spaces in the headings."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["“阳光行动”联络员信息表"])
    sheet.merge_cells("A1:H1")
    sheet.append(["填报单位（盖章）：督办办", None, None, None, None, None, None, "2022年6月1日"])
    sheet.append(
        ["序号", "单   位", "姓名", "职  务", "联系方式\n（手机）", "电子邮箱", "角色", "备注"]
    )
    people = [
        (1, "郑州市交通运输局", "联络员甲", "科长", "000-1", "jia@zz.example.org", "", ""),
        ("", None, "副联络员乙", "科员", "000-2", "yi@zz.example.org", "B角", "甲外出时"),
        (2, "开封市", "联络员丙", "科长", "000-3", "bing＠kf.example.org", "联络员", ""),
        (3, "滑县", "联络员丁", "股长", "000-4", "ding@hx.example.org", "联络员", ""),
    ]
    for row in people:
        sheet.append(list(row))
    sheet.merge_cells("B4:B5")
    sheet.append(["备注：1.每单位至少一名联络员。"])
    book.save(file)
    return file


def certificate_list(file: Path) -> Path:
    """The e-certificates' list: two people a row, county rows under their city."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["电子证照工作联络人统计表"])
    sheet.append(
        ["序号", "省辖市名称", "县区名称", "单位名称", "分管工作\n负责人", "职务", "邮箱",
         "具体工作\n联系人", "职务", "邮箱", "备注"]
    )  # fmt: skip
    sheet.append(
        [1, "洛阳市", None, "洛阳市交通运输局", "负责人甲", "副局长", "lead@ly.example.org",
         "联系人甲", "科长", "a@ly.example.org", None]
    )  # fmt: skip
    sheet.append(
        [2, None, "栾川县", "栾川县交通运输局", "负责人乙", "副局长", "lead@lc.example.org",
         "联系人乙", "股长", "b@lc.example.org", None]
    )  # fmt: skip
    sheet.merge_cells("A1:K1")
    sheet.merge_cells("B3:B4")
    book.save(file)
    return file


def who_has_reported(file: Path) -> Path:
    """The spreadsheet that the office kept until today: units down, duties across."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2022年“阳光行动”报送情况（截至6月1日）"])
    sheet.append(["单位", "摸排本地注册的货运平台公司", "报送“阳光行动”联络员"])
    sheet.append(["郑州市", "5月30日", "√"])
    sheet.append(["开封市", "2022-05-31", None])
    sheet.append(["滑县", "零报告", "2022-06-01"])
    book.save(file)
    return file


@pytest.fixture
def story(duban: Duban) -> Story:
    """The office on the day on which it begins to use Duban: Thursday, 2 June 2022."""
    return Story(duban)


def test_may_to_july(story: Story, tmp_path: Path) -> None:
    story.at("2022-06-02T08:40")
    story.run("apply", "--yes", "--past", "chase")
    story.judged()

    # Who is told.
    liaison = liaison_list(tmp_path / "联络员.xlsx")
    shown = story.run("contacts", "import", liaison, "--campaign", "sunshine-2022", code=2)
    assert "副联络员乙" in shown
    assert not story.duban.json("contacts", "list"), "shown first, and nothing is changed"
    story.run("contacts", "import", liaison, "--campaign", "sunshine-2022", "--yes")
    certificates = certificate_list(tmp_path / "电子证照.xlsx")
    story.run("contacts", "import", certificates, "--campaign", "e-certificates-2022", "--yes")
    gbk = tmp_path / "司机之家.csv"
    gbk.write_bytes("姓名,单位,邮箱\n联络员戊,汝州市,wu@rz.example.org\n".encode("gbk"))
    story.run("contacts", "import", gbk, "--campaign", "drivers-home-2022", "--yes")
    contacts = story.duban.json("contacts", "list")
    assert {(one["name"], one["role"]) for one in contacts} >= {
        ("联络员甲", "contact"), ("副联络员乙", "deputy"), ("负责人甲", "lead"),
        ("联系人乙", "contact"), ("联络员戊", "contact"),
    }  # fmt: skip
    assert {one["email"] for one in contacts} >= {"bing@kf.example.org"}

    # Who has reported already: no receipts for what is past.
    reported = who_has_reported(tmp_path / "报送情况.xlsx")
    story.run(
        "submissions", "import", reported, "--campaign", "sunshine-2022",
        "--on", "2022-05-31", "--yes",
    )  # fmt: skip
    assert story.counts("sunshine-2022")["reported"] >= 5
    story.judged()
    story.at("2022-06-02T09:00")
    story.run("tick")
    assert len(story.subjects("jia@zz.example.org")) == 1
    story.judged()

    # A batch of ten, pasted from the chat; one name is wrong, and nothing is lost.
    story.at("2022-06-03T17:30")
    ten = "郑州、开封、洛阳、安阳、鹤壁、新乡、焦作、濮阳、许昌、漯何"
    assert "漯河" in story.run("submit", DEPLOYMENT, "--unit", ten, code=2)
    ten = ten.replace("漯何", "漯河")
    assert "10 done" in story.run("submit", DEPLOYMENT, "--unit", ten, "--on", "2022-06-02")
    story.judged()

    # Checking on Monday: nine are good, one goes back; a nil report; one company-less county.
    story.at("2022-06-06T08:55")
    agenda = story.run("today")
    assert "duban accept" in agenda
    story.run(
        "return", f"{DEPLOYMENT}/开封", "--until", "2022-06-10", "--why", "缺少加盖公章的一页"
    )
    assert "9 done" in story.run("accept", DEPLOYMENT, "--unit", "all")
    story.run("submit", f"{LIAISON}/洛阳", "--nil", "--by", "值班员")
    story.run("accept", f"{LIAISON}/洛阳", "--by", "值班员")
    story.run("undo", "--by", "值班员")
    assert "4 waived" in story.run("units", "set", "滑县", "freight_platforms=0")
    story.run("tick")
    story.at("2022-06-06T09:05")
    story.run("tick")
    told = story.subjects("bing@kf.example.org")
    assert len(told) == 3, "two digests and one notice of the return"
    assert story.counts("sunshine-2022")["late"] == 1  # 洛阳's nil report
    story.judged()

    # Two changes of person, and an absence.
    story.run(
        "contacts", "replace", "jia@zz.example.org", "xin@zz.example.org", "--name", "联络员新",
        "--from", "2022-06-08",
    )  # fmt: skip
    story.run(
        "contacts", "replace", "ding@hx.example.org", "ji@hx.example.org", "--name", "联络员己",
        "--from", "2022-06-06",
    )  # fmt: skip
    story.run(
        "contacts", "absent", "bing@kf.example.org", "--from", "2022-06-07", "--to", "2022-06-09",
    )  # fmt: skip
    story.judged()
    for day in ("08", "10", "13"):
        story.at(f"2022-06-{day}T09:00")
        story.run("tick")
    assert story.subjects("xin@zz.example.org"), "the successor is told"
    assert not [
        one
        for one in story.mails()
        if one["address"] == "jia@zz.example.org" and one["day"] >= "2022-06-08"
    ]
    story.judged()

    # A problem found on the spot: opened, handed in, struck off.
    story.at("2022-07-04T10:00")
    story.run(
        "assign", "汝州市", "--title", "整改停车区照明不足", "--due", "2022-07-15",
        "--parent", "drivers-home-2022/rectification", "--hand-in", "整改报告",
    )  # fmt: skip
    story.run("tick")
    rectified = "drivers-home-2022/assigned-1/汝州"
    photo = tmp_path / "整改照片.jpg"
    photo.write_bytes(b"\xff\xd8 light")
    story.at("2022-07-14T16:00")
    story.run("submit", rectified, "--file", photo)
    story.run("accept", rectified)
    assert "整改照片.jpg" in story.run("files", rectified)
    story.judged()

    # What the supervisors are told, and what is held for the office.
    story.at("2022-07-15T09:00")
    story.run("tick")
    paragraph = story.run("overdue", "--campaign", "sunshine-2022", "--format", "text")
    (about,) = [one for one in paragraph.split("\n") if "报送工作部署情况" in one]
    assert "郑州市" not in about
    assert 0 < about.index("平顶山市") < about.index("漯河市" if "漯河市" in about else "滑县")
    story.run("outbox", "release", "--all", "--why", "已电话核实")
    story.at("2022-07-18T09:00")
    story.run("tick")
    story.judged()
    for form in ("xlsx", "html"):
        target = tmp_path / f"status.{form}"
        story.run("status", "--format", form, "-o", target)
        assert target.stat().st_size > 1000
    assert "开封市" in story.run("history", f"{DEPLOYMENT}/开封")
