"""A small campaign whose plan has a form, and what the commands do with it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.command_line import command
from tests.support.forms import Filling, fill
from tests.support.moments import at, day
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, declaration, organisation
from workflows.forms.export import FormFormat
from workflows.forms.owed import Owed, owed_forms
from workflows.tables import Assignment, Campaign, UnitRow

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


@cache
def owed_alone() -> Owed:
    """The form as 北城市 owes it, without a record."""
    with TemporaryDirectory() as folder:
        plan = declaration(organisation(Path(folder)), PLAN, head=HEAD)
    form = plan.forms[0]
    moment = at("2022-06-01 10:00")
    campaign = Campaign(
        id=plan.id, title=plan.title, year=2022, time_zone=plan.time_zone, owner=plan.owner,
        mailbox=plan.mailbox, version=1, digest="", applied_at=moment, changed_at=moment,
    )  # fmt: skip
    due = day("2022-06-15")
    assignment = Assignment(
        campaign_id=plan.id, milestone_id="plan", unit_id="north", uid="u", title="报送排查方案",
        nominal_due=due, due=due, effective_due=due, late_after=due, created_at=moment,
        changed_at=moment,
    )  # fmt: skip
    unit = UnitRow(id="north", name="北城市", aliases=[], level="city", position=0, attributes={})
    return Owed(campaign, plan, form, assignment, unit, "排查方案", None, form.header, form.columns)
