"""A small organisation and small declarations, built from text as a user writes them."""

from pathlib import Path
from textwrap import dedent, indent

from config.errors import Problem, ProblemsError, Severity
from workflows.declaration import Declaration
from workflows.loading import Checked, check_source
from workflows.organisation import Organisation
from workflows.yaml_source import parse_yaml

ORGANISATION = """
levels: {province: 省厅, prefecture: 省辖市, county: 省直管县（市）}
units:
  - {id: hall, name: 省厅, level: province, mailbox: hall@example.org}
  - id: zhengzhou
    name: 郑州市
    aliases: [郑州, 郑州市交通运输局]
    level: prefecture
    parent: hall
    mailbox: zhengzhou@example.org
    attributes: {platforms: 29, metro: true}
  - id: kaifeng
    name: 开封市
    aliases: [开封]
    level: prefecture
    mailbox: kaifeng@example.org
    attributes: {platforms: 0, zone: east}
  - {id: huaxian, name: 滑县, level: county, parent: kaifeng, mailbox: huaxian@example.org}
departments:
  - {id: transport, name: 厅运管处, aliases: [运管处], mailbox: transport@example.org}
  - {id: centre, name: 省运输中心, mailbox: centre@example.org}
supervisors:
  - {name: 督查办, mailbox: supervisor@example.org}
"""

HEAD = """\
id: trial-2022
title: 试行工作
year: 2022
owner: 厅运管处
mailbox: trial@example.org
"""


def organisation() -> Organisation:
    """Four units at three levels, two departments."""
    return Organisation.model_validate(parse_yaml(ORGANISATION, "organisation.yaml").data)


def milestone(
    id_: str = "plan", due: str = "2022-05-31", who: str = "郑州市", more: str = ""
) -> str:
    """One milestone; `more` adds lines to it."""
    item = f"- id: {id_}\n  title: 报送方案\n  due: {due}\n  who: {who}\n  clause: 四\n"
    return indent(item + indent(dedent(more).strip("\n"), "  ").rstrip() + "\n", "  ")


def declared(*milestones: str, head: str = HEAD) -> str:
    """The text of a declaration; its milestones start on the line after the head's last + 1."""
    return head + "milestones:\n" + "".join(milestones or (milestone(),))


def check(text: str) -> Checked:
    """Check `text` as the file trial.yaml."""
    try:
        source = parse_yaml(text, "trial.yaml")
    except ProblemsError as error:
        return Checked(Path("trial.yaml"), None, error.problems)
    return check_source(Path("trial.yaml"), source, organisation())


def errors(text: str) -> list[Problem]:
    """The errors found in `text`."""
    return list(check(text).errors)


def warnings(text: str) -> list[Problem]:
    """The warnings found in `text`."""
    return [one for one in check(text).problems if one.severity is Severity.WARNING]


def loaded(text: str) -> Declaration:
    """The declaration in `text`, which must be free of errors."""
    checked = check(text)
    assert checked.declaration is not None, [str(one) for one in checked.errors]
    return checked.declaration


def place(text: str, marker: str, occurrence: int = 1) -> tuple[int, int]:
    """The line and column, from 1, at which `marker` stands in `text`."""
    index = -1
    for _time in range(occurrence):
        index = text.index(marker, index + 1)
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
