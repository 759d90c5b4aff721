"""A quarterly duty, and one that counts from the day of issue, on their whole way: checked,
planned, applied, reminded of, shown in feeds, filled in, seen by the referee."""

import json
from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest

from tests.support.bridge_form import HEAD
from tests.support.command_line import command
from tests.support.feeds import feed_content
from tests.support.incoming import LI, mail, read
from tests.support.office import SampleOffice
from tests.support.referee import found
from workflows.forms.empty import sent_name
from workflows.forms.export import FormFormat
from workflows.forms.owed import owed_forms

PLAN = HEAD.replace("year: 2022\n", "year: 2022\nissued: 2022-05-20\n") + """\
  - id: quarterly
    title: 报送季度小结
    kind: quarterly
    due: 每季度末前
    first: 2022-06
    last: 2022-12
    covers: current
    who: [北城市]
    departments: [安全处]
    deliverables: [{name: 排查表, form: 附件1}]
    targets: [{id: bridges, title: 加固桥梁, unit_of_measure: 座, value: 10}]
    clause: 二（二）
  - id: liaison
    title: 报送联络员
    due: 收到通知后5个工作日内
    who: [北城市]
    clause: 二（三）
"""  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path, "2022-05-20 10:00", inbox_maildir=tmp_path / "inbox")
    yield office
    office.close()


def test_a_quarterly_duty_on_its_whole_way(
    office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bridges-2022.yaml"
    file.write_text(PLAN, encoding="utf-8")
    command(office, "check", str(file))
    capsys.readouterr()
    command(office, "plan", str(file), "--format", "json")
    planned = [
        (one["kind"], one["period"], one["due"], one["title"])
        for one in json.loads(capsys.readouterr().out)
    ]
    assert planned == [
        ("quarterly", "2022-06", "2022-06-30", "报送季度小结（2022年第二季度）"),
        ("quarterly", "2022-09", "2022-09-30", "报送季度小结（2022年第三季度）"),
        ("quarterly", "2022-12", "2022-12-31", "报送季度小结（2022年第四季度）"),
        ("once", "", "2022-05-27", "报送联络员"),
    ]
    command(office, "apply", str(file), "--yes")

    office.tick("2022-06-30 09:00")
    text = office.mails()[-1].get_body(("plain",))
    assert text is not None and "报送季度小结（2022年第二季度）" in text.get_content()
    entries = icalendar.Calendar.from_ical(feed_content(office).body).walk("VEVENT")
    assert {str(one["SUMMARY"]).strip("!✓▲ ").partition("（")[2][:9] for one in entries} >= {
        "2022年第二季度", "2022年第三季度", "2022年第四季度"
    }  # fmt: skip

    with office.database.read() as session:
        june = owed_forms(session, "bridges-2022", "bridges", period="6月")[0]
        assert sent_name(june, FormFormat.XLSX) == "桥梁排查表（北城市，2022年第二季度）.xlsx"
    office.add_contact("north", "contact", LI)
    office.at("2022-09-28 10:00")
    (one,) = read(
        office, mail("二季度小结见附件，迟报请谅", "材料", files=(('filename="a.wps"', b"x"),))
    )
    assert one.assignments == [office.assignment("bridges-2022/quarterly/north/6").id]
    command(office, "submit", "bridges-2022/quarterly/north/2022-06", "--by", "甲")
    assert found(office) == []
