"""The offices that a plan names for a duty: 责任部门, 责任单位, 牵头单位; the lead first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from workflows.organisation import Organisation

_SPLIT = re.compile(r"[、，,；;/\s　]+|(?<=[局处室办科部委院站校心])(?:和|及|与|会同|配合)")
_FIRST_LETTERS = re.compile(r"^(?:厅|省|市|局|委|县|区)")
_ROLE = re.compile(
    r"[（(](?:牵头|负责|主办|配合|协办|排名第一)[^（）()]*[）)]|^(?:由|为|：|:)|(?:牵头|负责|配合|等)$"
)


@dataclass(slots=True)
class Offices:
    """Names as the organisation has them, the lead first; and those that it does not have."""

    departments: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)  # names of single units
    others: list[str] = field(default_factory=list)  # words that may name levels: 各县区教育局


def read_offices(texts: Iterable[str], organisation: Organisation) -> Offices:
    """The offices in such lists: 厅运管处、执法局，省运输中心. Later lists stand after."""
    found = Offices()
    for text in texts:
        before = ""
        for name in _names(text):
            office = _department(name, before, organisation)
            unit = organisation.unit(name)
            if office is not None:
                _add(found.departments, office)
            if unit is not None and (office is None or unit.reminded_through == "unit"):
                _add(found.units, unit.name)
            if office is None and unit is None:
                _add(found.others, name)
            letters = _FIRST_LETTERS.match(name)
            before = letters[0] if letters else before
    return found


def _names(text: str) -> list[str]:
    names = (_ROLE.sub("", name.strip()).strip(" ：:") for name in _SPLIT.split(text))
    return [name for name in names if name]


def _department(name: str, before: str, organisation: Organisation) -> str | None:
    """The department of that name; it may share the first letters of the one before it."""
    for key in (name, f"{before}{name}"):
        if (known := organisation.department(key)) is not None:
            return known.name
    if len(name) < 3:
        return None
    matches = {
        one.name
        for one in organisation.departments
        for known_name in (one.name, *one.aliases)
        if known_name.endswith(name) or name.endswith(known_name)
    }
    return matches.pop() if len(matches) == 1 else None


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
