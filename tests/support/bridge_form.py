"""A small campaign whose plan has a form, and what the commands do with it."""

from pathlib import Path

from tests.support.command_line import command
from tests.support.forms import Filling, fill
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN
from workflows.forms.export import FormFormat
from workflows.forms.owed import owed_forms

HEAD = CAMPAIGN.replace(
    "milestones:\n",
    """\
forms:
  - id: bridges
    title: '{unit}桥梁排查表'
    attachment: 附件1
    shape: rows
    numbered: true
    header: [{id: unit, title: 填报单位, prefilled: unit}, {id: by, title: 填报人, required: true}]
    columns:
      - {id: name, title: 桥名, required: true}
      - {id: length, title: 长度（米）, type: number}
      - {id: sort, title: 类型, type: choice, choices: [梁桥, 拱桥]}
      - {id: done, title: 进度, type: percent}
      - {id: day, title: 完工日期, type: date}
      - {id: safe, title: 是否安全, type: yes_no, who: [北城市]}
    computed:
      - {targets: [bridges], where: [done == 100]}
milestones:
""",
)
PLAN = """\
  - id: plan
    title: 报送排查方案
    due: 2022-06-15
    who: {levels: [city]}
    departments: [公路处]
    deliverables: [{name: 排查方案, form: 附件1, stamped: true}, {name: 说明}]
    targets: [{id: bridges, title: 加固桥梁, unit_of_measure: 座, value: 10}]
    clause: 二（一）
"""


def exported(here: SampleOffice, folder: Path, unit: str = "north", ending: str = "xlsx") -> Path:
    command(here, "form", "export", "桥梁", "附件1", "--unit", unit, "-o",
            str(folder / f"{unit}.{ending}"), "--format", ending)  # fmt: skip
    return folder / f"{unit}.{ending}"


def fill_in(here: SampleOffice, file: Path, filling: Filling, unit: str = "north") -> Path:
    with here.database.read() as session:
        owed = owed_forms(session, "bridges-2022", "bridges", unit_id=unit)[0]
    file.write_bytes(fill(owed, file.read_bytes(), FormFormat(file.suffix[1:]), filling))
    return file


def take(here: SampleOffice, *files: Path | str) -> None:
    command(here, "form", "import", *map(str, files), "--by", "甲")


GOOD = Filling({"by": "某人"}, [
    {"name": "东桥", "length": "12.5米", "sort": "拱", "done": "100%", "day": "6月1日",
     "safe": "是"},
    {"name": "西桥", "done": "50"},
])  # fmt: skip
