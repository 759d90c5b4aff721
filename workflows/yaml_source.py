"""Reads a YAML file into plain data and remembers where each value stands.

Dates stay text, so that an impossible one (2022-02-30) is reported with its place like any other
mistake. Duplicate keys, which YAML forbids (YAML 1.2, section 3.2.1.3), are problems too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config.errors import InputError, Problem, ProblemsError, Severity
from config.i18n import _

FieldPath = tuple[int | str, ...]

_MAX_BYTES = 1_000_000  # a plan is some tens of kilobytes; more is a wrong file
_MAX_DEPTH = 30
_MAX_INT = 2**63 - 1  # more than a database column holds; longer ones cannot even be printed
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # breaks mail and databases


@dataclass(slots=True)
class YamlSource:
    """The data of one file, with the place (line, column) of each value and each key."""

    file: str
    data: Any = None
    places: dict[FieldPath, tuple[int, int]] = field(default_factory=dict)
    keys: dict[FieldPath, tuple[int, int]] = field(default_factory=dict)

    def problem(
        self,
        path: Sequence[int | str],
        message: str,
        mend: str = "",
        severity: Severity = Severity.ERROR,
        *,
        at_key: bool = False,
    ) -> Problem:
        """A problem at `path`, placed at the nearest value that the file really has.

        `at_key` places it at the key instead, where the key itself is what is wrong.
        """
        place = tuple(path)
        while place and place not in self.places:
            place = place[:-1]
        line, column = self.places.get(place, (1, 1))
        if at_key:
            line, column = self.keys.get(place, (line, column))
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
        with file.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(
            _("cannot read {file}: {reason}").format(
                file=shown, reason=getattr(error, "strerror", None) or error
            ),
            _("check the path and its permissions"),
        ) from None
    if len(content) > _MAX_BYTES:
        raise InputError(
            _("{file} is too large for a declaration").format(file=shown),
            _("is it the right file? 1 MB is the limit"),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end_of(content[: error.start].decode("utf-8-sig"))
        raise ProblemsError(
            [Problem(_("the file is not UTF-8 text"), _("save it as UTF-8"), shown, line, column)]
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
        raise ProblemsError(
            [_invalid(error.problem or error.context, file, line, column)]
        ) from None
    except RecursionError:
        raise ProblemsError([_too_deep(file, 1, 1)]) from None
    except ReaderError as error:  # a character that YAML forbids; its position is an index
        raise ProblemsError([_unusable(file, *_end_of(text[: error.position]))]) from None
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # The parser fails in its own ways on text that is far from YAML.
        raise ProblemsError([_invalid(error, file, 1, 1)]) from None
    if node is None:
        raise ProblemsError(
            [Problem(_("the file is empty"), _("see docs/declarations.md"), file, 1, 1)]
        )
    problems: list[Problem] = []
    source.data = _build(node, (), source, problems)
    if problems:
        raise ProblemsError(problems)
    return source


def _invalid(fault: object, file: str, line: int, column: int) -> Problem:
    first_line = (str(fault or "").splitlines() or [type(fault).__name__])[0]
    return Problem(
        _("not valid YAML: {fault}").format(fault=first_line),
        _("check indentation, colons and quotes on this line and the one above"),
        file,
        line,
        column,
    )


def _too_deep(file: str, line: int, column: int) -> Problem:
    return Problem(
        _("the file nests or repeats too deeply"),
        _("write it flatter; is it the right file?"),
        file,
        line,
        column,
    )


def _unusable(file: str, line: int, column: int, name: str = "") -> Problem:
    return Problem(
        _("there is a control character that cannot be used"),
        _("delete it, and type the text around it again"),
        file,
        line,
        column,
        name,
    )


def _build(node: Node, path: FieldPath, source: YamlSource, problems: list[Problem]) -> Any:
    source.places.setdefault(path, _place(node))
    if len(path) > _MAX_DEPTH or len(source.places) > 100_000:
        if not problems:
            problems.append(_too_deep(source.file, *_place(node)))
        return None
    if isinstance(node, ScalarNode):
        if _UNUSABLE.search(node.value):
            problems.append(_unusable(source.file, *_place(node), field_name(path)))
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_build(item, (*path, n), source, problems) for n, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            source.keys.setdefault((*path, str(key_node.value)), _place(key_node))
            if fault := _key_fault(key_node, data):
                place = _place(key_node)
                problems.append(Problem(*fault, source.file, *place, field_name(path)))
                continue
            key = key_node.value
            data[key] = _build(value_node, (*path, key), source, problems)
            if isinstance(value_node, ScalarNode) and not value_node.value:
                source.places[(*path, key)] = _place(key_node)
        return data
    return None


def _key_fault(node: Node, data: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with a key, and its mend."""
    if not isinstance(node, ScalarNode) or _UNUSABLE.search(node.value):
        return _("a key must be plain text"), _("write “key: value”")
    if node.value in data:
        return _("the key “{key}” stands twice").format(key=node.value), _("keep one of them")
    return None


def _scalar(node: ScalarNode) -> Any:
    """The value; a number that is not finite or too large to keep stays text and is refused."""
    match node.tag.rpartition(":")[2] if node.tag else "str":
        case "int":
            number = _int(node.value)
            return node.value if number is None or abs(number) > _MAX_INT else number
        case "float":
            try:
                value = float(node.value.replace("_", ""))
            except ValueError:
                return node.value
            return value if isfinite(value) else node.value
        case "bool":
            return node.value.lower() in {"true", "yes", "on"}
        case "null":
            return None
    return node.value


def _int(text: str) -> int | None:
    for base in (0, 10):  # 10: for 007, which YAML 1.2 reads as 7
        try:
            return int(text.replace("_", ""), base)
        except ValueError:
            continue
    return None


def _place(node: Node) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _end_of(text: str) -> tuple[int, int]:
    """The line and column that follow `text`."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _shown(file: Path) -> str:
    """The file's name relative to the current folder where that is shorter."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, a NUL, or links in a circle
        return str(file)
