"""A small office whose plan declares forms of each shape, as mails and pages bring them."""

from pathlib import Path

from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN

HEAD = CAMPAIGN.replace(
    "milestones:\n",
    """\
forms:
  - id: progress
    title: '{unit}{month}桥梁改造进展情况表'
    attachment: 附件2
    shape: grid
    header:
      - {id: unit, title: 填报单位, prefilled: unit, required: true}
      - {id: reporter, title: 填报人, required: true}
      - {id: day, title: 填报日期, type: date}
    columns:
      - {id: work, title: 改造}
      - {id: patrol, title: 巡查}
    rows:
      - id: done
        title: 工作进展
        required: true
        cells:
          work: 累计改造桥梁{bridges}座。
          patrol: 累计巡查{patrols}次。
      - {id: trouble, title: 困难和问题, merged: true}
    blanks:
      bridges: {targets: [bridges]}
      patrols: {}
  - id: platforms
    title: 检测单位名单
    attachment: 附件3
    shape: rows
    blank_rows: 5
    columns:
      - {id: name, title: 单位, required: true}
      - {id: kind, title: 类型, type: choice, choices: [检测, 设计], required: true}
      - {id: people, title: 人数, type: number}
      - {id: since, title: 起始日期, type: date}
      - {id: licensed, title: 是否持证, type: yes_no}
      - {id: share, title: 完成比例, type: percent}
    computed:
      - {targets: [platforms], where: [kind == 检测]}
  - id: liaison
    title: 联络员
    attachment: 附件4
    shape: record
    fields:
      - {id: name, title: 姓名, required: true}
      - {id: phone, title: 手机, required: true}
milestones:
""",
)

PROGRESS = """\
  - id: progress
    title: 报送进展情况表
    kind: monthly
    due: 每月20日前
    first: 2022-06
    last: 2022-08
    covers: current
    who: {levels: [city]}
    departments: [安全处]
    deliverables: [{name: 进展情况表, form: 附件2, stamped: true, formats: [WORD]}]
    targets:
      - {id: bridges, title: 改造桥梁, unit_of_measure: 座, value: 40, maximum: 100}
    clause: 三
"""
LISTS = """\
  - id: lists
    title: 报送检测单位和联络员
    due: 2022-06-20
    who: {levels: [city]}
    departments: [公路处]
    deliverables: [{name: 检测单位名单, form: 附件3}, {name: 联络员, form: 附件4}]
    targets:
      - {id: platforms, title: 检测单位, unit_of_measure: 家, value: 3}
    clause: 四
"""
PROGRESS_KEY = "bridges-2022/progress/north/2022-06"
LISTS_KEY = "bridges-2022/lists/north"


def form_office(folder: Path, start: str = "2022-06-13 10:00", **settings: object) -> SampleOffice:
    """The office with its plan applied; 北城市 has a contact, li@example.org."""
    office = SampleOffice(folder, start, **settings)  # type: ignore[arg-type]
    office.apply(PROGRESS, LISTS, head=HEAD)
    office.add_contact("north", "contact", "li@example.org")
    return office
