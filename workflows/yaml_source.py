"""Reads a YAML file into plain data and remembers where each value stands.

Dates stay text, so that an impossible one (2022-02-30) is reported with its place like any other
mistake. Duplicate keys, which YAML forbids (YAML 1.2, section 3.2.1.3), are problems too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.errors import InputError, Problem, ProblemsError, Severity
from config.i18n import _

FieldPath = tuple[int | str, ...]

_MAX_BYTES = 1_000_000  # a plan is some tens of kilobytes; more is a wrong file
_MAX_DEPTH = 30


@dataclass(slots=True)
class YamlSource:
    """The data of one file, with the place (line, column) of each value."""

    file: str
    data: Any = None
    places: dict[FieldPath, tuple[int, int]] = field(default_factory=dict)

    def problem(
        self,
        path: Sequence[int | str],
        message: str,
        mend: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem at `path`, placed at the nearest value that the file really has."""
        place = tuple(path)
        while place and place not in self.places:
            place = place[:-1]
        line, column = self.places.get(place, (1, 1))
        return Problem(message, mend, self.file, line, column, field_name(path), severity)


def field_name(path: Sequence[int | str]) -> str:
    """A path as people write it: `milestones[3].due`."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def read_yaml(file: Path) -> YamlSource:
    """Read `file`.

    Raises ProblemsError for YAML that cannot be parsed, InputError for a file that cannot be read.
    """
    shown = _shown(file)
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError(
                _("{file} is too large for a declaration").format(file=shown),
                _("is it the right file? 1 MB is the limit"),
            )
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            _("cannot read {file}: {reason}").format(file=shown, reason=error.strerror),
            _("check the path and its permissions"),
        ) from None
    except UnicodeDecodeError:
        raise ProblemsError(
            [Problem(_("the file is not UTF-8 text"), _("save it as UTF-8"), shown, 1, 1)]
        ) from None
    return parse_yaml(text, shown)


def parse_yaml(text: str, file: str) -> YamlSource:
    """Parse `text`; `file` is the name that problems show. Raises ProblemsError."""
    source = YamlSource(file)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        fault = str(error.problem or error.context or "").splitlines()[0]
        raise ProblemsError(
            [
                Problem(
                    _("not valid YAML: {fault}").format(fault=fault),
                    _("check indentation, colons and quotes on this line and the one above"),
                    file,
                    line,
                    column,
                )
            ]
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        fault = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ProblemsError(
            [Problem(_("not valid YAML: {fault}").format(fault=fault), "", file, 1, 1)]
        ) from None
    if node is None:
        raise ProblemsError(
            [Problem(_("the file is empty"), _("see docs/declarations.md"), file, 1, 1)]
        )
    problems: list[Problem] = []
    source.data = _build(node, (), source, problems)
    if problems:
        raise ProblemsError(problems)
    return source


def _build(node: Node, path: FieldPath, source: YamlSource, problems: list[Problem]) -> Any:
    source.places.setdefault(path, _place(node))
    if len(path) > _MAX_DEPTH or len(source.places) > 100_000:
        if not problems:
            problems.append(source.problem(path, _("the file nests or repeats too deeply")))
        return None
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_build(item, (*path, n), source, problems) for n, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in data:
                line, column = _place(key_node)
                problems.append(
                    Problem(
                        _("the key “{key}” stands twice").format(key=key),
                        _("keep one of them"),
                        source.file,
                        line,
                        column,
                        field_name((*path, key)),
                    )
                )
            data[key] = _build(value_node, (*path, key), source, problems)
            if isinstance(value_node, ScalarNode) and not value_node.value:
                source.places[(*path, key)] = _place(key_node)
        return data
    return None


def _scalar(node: ScalarNode) -> Any:
    match node.tag.rpartition(":")[2] if node.tag else "str":
        case "int":
            try:
                return int(node.value.replace("_", ""), 0)
            except ValueError:  # 007: YAML 1.2 reads it as 7
                return int(node.value) if node.value.isdecimal() else node.value
        case "float":
            try:
                return float(node.value.replace("_", ""))
            except ValueError:
                return node.value
        case "bool":
            return node.value.lower() in {"true", "yes", "on"}
        case "null":
            return None
    return node.value


def _place(node: Node) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _shown(file: Path) -> str:
    """The file's name relative to the current folder where that is shorter."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
