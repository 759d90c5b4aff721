"""Makes a drafted tree one that passes `duban check`: what the check refuses is taken away, and
told with the reason. A draft that a person cannot check is no help; nothing is taken in silence."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.errors import Problem, ProblemsError, Severity
from workflows.drafting.yaml_text import Node, nodes, plain, yaml_text
from workflows.loading import check_source
from workflows.organisation import Organisation
from workflows.yaml_source import parse_yaml

_PASSES = 60
_FEW = 50  # milestones: so many fit, whatever they hold
_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
# What its holder cannot be without: the holder goes.
_NEEDED = frozenset({"id", "title", "due", "who", "clause", "name", "office", "unit_of_measure",
                     "attachment", "shape", "kind"})  # fmt: skip

Tree = dict[str, Node]
Path_ = tuple[str | int, ...]
Told = Callable[[Path_, Node, Problem], None]


def mend(
    tree: Tree, organisation: Organisation, stand_in: Callable[[Path_], Any], told: Told
) -> bool:
    """Take away or replace what `duban check` refuses, until it passes; whether it does.

    `stand_in` gives the value for a place that must hold one, None where the part goes; `told`
    hears of each part that went: its place, what it was, why.
    """
    for number in range(_PASSES):
        errors = check(tree, organisation)
        if not errors:
            return True
        paths = sorted({_path(one.field): one for one in errors}.items(), key=_order, reverse=True)
        if number > _PASSES // 2 and len(paths) == 1 and paths[0][0][:1] == ("milestones",):
            paths = _all_from(tree, *paths[0])  # too much in all: the rest goes at once
        gone: list[Path_] = []
        for path, problem in paths:  # the last first, so that numbers before it stay what they are
            if not any(path[: len(one)] == one for one in gone):
                gone.append(_take(tree, path, stand_in, told, problem))
        if not any(gone) and not _shorter(tree, told, errors[0]):
            return False
    return False


def _shorter(tree: Tree, told: Told, problem: Problem) -> bool:
    """Take the last quarter of the milestones away where the whole is too much for a file."""
    milestones = tree["milestones"].value if "milestones" in tree else []
    if problem.field or len(milestones) < _FEW:
        return False
    for n in reversed(range(len(milestones) * 3 // 4, len(milestones))):
        told(("milestones", n), milestones[n], problem)
        del milestones[n]
    return True


def _order(item: tuple[Path_, Problem]) -> list[str]:
    return [f"{part:06}" if isinstance(part, int) else part for part in item[0]]


def _all_from(tree: Tree, path: Path_, problem: Problem) -> list[tuple[Path_, Problem]]:
    milestones = _at(tree, ("milestones",))
    first = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
    return [(("milestones", n), problem) for n in reversed(range(first, len(milestones)))]


def check(tree: Tree, organisation: Organisation) -> list[Problem]:
    """The errors of a tree, as `duban check` finds them."""
    try:
        source = parse_yaml(yaml_text(tree), "draft.yaml")
    except ProblemsError as error:
        return list(error.problems)
    checked = check_source(Path("draft.yaml"), source, organisation)
    return [one for one in checked.problems if one.severity is Severity.ERROR]


def _path(name: str) -> Path_:
    return tuple(int(number) if number else word for number, word in _PART.findall(name))


def _take(
    tree: Tree, path: Path_, stand_in: Callable[[Path_], Any], told: Told, problem: Problem
) -> Path_:
    """Take away the smallest part at `path` that can go; where it stood."""
    while path:
        holder, key = _at(tree, path[:-1]), path[-1]
        present = (
            key in holder
            if isinstance(holder, dict)
            else isinstance(holder, list) and isinstance(key, int) and key < len(holder)
        )
        if present:
            value = stand_in(path)
            if value is not None:
                old = holder[key]
                if plain(old) != value:
                    holder[key] = Node(nodes(value), old.note, old.above, flow=True)
                    told(path, old, problem)
                    return path
            elif len(path) == 1 or not (isinstance(key, str) and key in _NEEDED):
                told(path, holder[key], problem)
                del holder[key]
                _drop_empty(tree, path[:-1])
                return path
        path = path[:-1]
    return ()


def _at(tree: Tree, path: Path_) -> Any:
    here: Any = tree
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
        here = here.value if isinstance(here, Node) else here
    return here


def _drop_empty(tree: Tree, path: Path_) -> None:
    """A list or mapping with nothing in it any more goes too, but the milestones'."""
    if path and path != ("milestones",) and _at(tree, path) in ([], {}):
        holder = _at(tree, path[:-1])
        if isinstance(holder, dict):
            del holder[path[-1]]
