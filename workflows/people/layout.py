"""Which column of a list means what: found from its headings, wherever and in whatever order
they stand, in one row or in two, for one person a row or for several."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from workflows.people.words import field_of, role_of

_OF_PERSON = frozenset({"gender", "position", "phone", "email", "role"})
_SUFFICIENT = frozenset({"unit", "city", "position", "phone", "email", "role", "gender"})


@dataclass(slots=True)
class PersonColumns:
    """The columns of one of the people in a row, by field; `role` is its group heading's."""

    role: str
    fields: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    """A list's columns: `shared` ones say something of the whole row."""

    height: int  # of the heading, in rows
    headings: Sequence[str]  # as they are written
    shared: dict[str, list[int]]
    people: list[PersonColumns]

    def columns(self, name: str, person: PersonColumns) -> list[int]:
        """Where a field of a person stands; the first one with something in it counts."""
        return person.fields.get(name) or self.shared.get(name, [])


def find_layout(first: Sequence[str], second: Sequence[str]) -> Layout | None:
    """The layout whose heading is `first`, or `first` and `second`; None where it is no heading."""
    upper, lower = _labels(first), _labels(second)
    groups = _groups(first)
    # A line of headings above 姓名 itself: no title, and no person with a role.
    known = sum(1 for n, label in enumerate(upper) if label or n in groups)
    unknown = sum(1 for one in first if one) - known
    if "name" in lower and "name" not in upper and known > unknown:
        labels, headings = _under(upper, lower), _under(first, second)
        if _is_heading(labels):
            return _build(labels, headings, groups, height=2)
    named = ["name" if groups.get(n, "") and not label else label for n, label in enumerate(upper)]
    if not _is_heading(named):
        return None
    of_names = {n: role for n, role in groups.items() if named[n] == "name"}
    return _build(named, first, of_names, height=1)


def _under(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Each column's lower one, or the upper where it has none."""
    return [below or above for above, below in zip_longest(upper, lower, fillvalue="")]


def _labels(cells: Sequence[str]) -> list[str]:
    return [field_of(one) if one else "" for one in cells]


def _groups(cells: Sequence[str]) -> dict[int, str]:
    return {n: role for n, one in enumerate(cells) if one and (role := role_of(one))}


def _is_heading(labels: Sequence[str]) -> bool:
    return "name" in labels and bool(_SUFFICIENT & set(labels))


def _build(
    labels: Sequence[str], headings: Sequence[str], groups: dict[int, str], *, height: int
) -> Layout:
    layout = Layout(height, headings, {}, [])
    several = labels.count("name") > 1
    role = ""
    person: PersonColumns | None = None
    for column, label in enumerate(labels):
        if column in groups and groups[column] != role:
            role, person = groups[column], None
        if label == "name" or (several and label in _OF_PERSON):
            if person and label in person.fields and "name" not in labels[column:]:
                person.fields[label].append(column)  # 手机 and 办公电话 of the last of them
                continue
            if person is None or label in person.fields:
                person = PersonColumns(role)
                layout.people.append(person)
            person.fields[label] = [column]
        elif label:
            layout.shared.setdefault(label, []).append(column)
    layout.people = [one for one in layout.people if "name" in one.fields]
    return layout
