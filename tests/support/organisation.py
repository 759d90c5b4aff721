"""A small organisation and declarations made for the tests, as YAML text.

Working days around the usual due date, Wednesday 2022-06-15: 3 to 5 June are days off (Dragon
Boat Festival), so the default ladder falls on 31 May, 8, 13, 15, 17, 20 (lead), 21, 22
(supervisor) and 23 June.
"""

from pathlib import Path

from workflows.declaration import Declaration
from workflows.loading import check_source
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.yaml_source import parse_yaml

ORGANISATION = """\
levels: {province: 省局, city: 市, county: 县}
units:
  - {id: north, name: 北城市, aliases: [北城, 北城市交通局], level: city,
     mailbox: north@example.org, attributes: {platforms: 2}}
  - {id: south, name: 南城市, aliases: [南城], level: city,
     mailbox: south@example.org, attributes: {platforms: 0}}
  - {id: hill, name: 山县, aliases: [山县交通局], level: county, parent: south,
     mailbox: hill@example.org}
  - {id: bureau, name: 省局, level: province, mailbox: bureau@example.org,
     reminded_through: departments}
departments:
  - {id: roads, name: 公路处, aliases: [省局公路处], mailbox: roads@example.org}
  - {id: safety, name: 安全处, mailbox: safety@example.org}
  - {id: archive, name: 档案室, mailbox: archive@example.org}
supervisors:
  - {name: 督查室, mailbox: supervisor@example.org}
"""

CAMPAIGN = """\
id: bridges-2022
title: 桥梁隐患排查
year: 2022
owner: 公路处
mailbox: bridges@example.org
enquiries: [{office: 公路处}]
milestones:
"""

PLAN = """\
  - id: plan
    title: 报送排查方案
    due: 2022-06-15
    who: [北城市]
    departments: [公路处]
    deliverables: [{name: 排查方案, form: 附件1, stamped: true, formats: [PDF, WORD]}]
    clause: 二（一）
"""

MONTHLY = """\
  - id: monthly
    title: 报送进展月报
    kind: monthly
    due: 每月20日前
    first: 2022-06
    last: 2022-08
    covers: current
    who: {levels: [city, county]}
    departments: [安全处]
    clause: 二（二）
"""

BUREAU = """\
  - id: spot-check
    title: 省局抽查
    due: 2022-06-15
    who: 省局
    departments: [公路处, 安全处, 档案室]
    clause: 二（三）
"""

ON_HOLIDAY = """\
  - id: festival
    title: 报送节日值守情况
    due: 2022-06-05
    who: {levels: [city]}
    departments: [安全处]
    clause: 二（四）
"""


def write_organisation(folder: Path, text: str = ORGANISATION) -> Path:
    """The organisation as a file in `folder`."""
    file = folder / "organisation.yaml"
    if not file.exists() or file.read_text(encoding="utf-8") != text:  # others may be reading it
        file.write_text(text, encoding="utf-8")
    return file


def organisation(folder: Path, text: str = ORGANISATION) -> Organisation:
    """The organisation, read from a file in `folder`. It is frozen, and read once for each text."""
    file = write_organisation(folder, text)
    if text not in _READ:
        _READ[text] = read_organisation(file)
    return _READ[text]


_READ: dict[str, Organisation] = {}


def declaration(here: Organisation, *milestones: str, head: str = CAMPAIGN) -> Declaration:
    """A campaign of these milestones, checked as a file is, once for each organisation."""
    key = (id(here), head + "".join(milestones or (PLAN,)))
    if key not in _CHECKED:
        source = parse_yaml(key[1], "bridges-2022.yaml")
        checked = check_source(Path("bridges-2022.yaml"), source, here)
        assert checked.declaration is not None, [str(one) for one in checked.problems]
        _CHECKED[key] = (checked.declaration, here)  # kept, so that its id is no other's
    return _CHECKED[key][0]


_CHECKED: dict[tuple[int, str], tuple[Declaration, Organisation]] = {}


def with_ladder(ladder: str, milestone: str = PLAN) -> str:
    """The milestone with a ladder of its own, in YAML's short form."""
    return milestone + f"    ladder: {ladder}\n"
