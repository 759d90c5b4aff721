"""Reads a YAML file into plain data and remembers where each value stands.

Dates stay text, so that an impossible one (2022-02-30) is reported with its place like any other
mistake. Duplicate keys, which YAML forbids (YAML 1.2, section 3.2.1.3), are problems too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config.errors import Problem, ProblemsError, Severity
from config.files import read_bounded, shown_path
from config.i18n import _
from config.plain_text import UNUSABLE

FieldPath = tuple[int | str, ...]

_MAX_DEPTH = 30
_MAX_INT = 2**63 - 1  # more than a database column holds; longer ones cannot even be printed


@dataclass(frozen=True, slots=True)
class Largest:
    """What a file may hold; more is a wrong one, and the parser is slow.

    `nodes` are counted as written, and again once aliases are followed.
    """

    bytes: int
    nodes: int

    @property
    def characters(self) -> int:
        """Of all values, once aliases are followed."""
        return 5 * self.bytes


PLAN = Largest(1_000_000, 30_000)  # a plan is some tens of kilobytes with about a thousand values
COUNTRY = Largest(50_000_000, 1_000_000)  # an organisation of 44,000 townships has some 450,000


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


def read_yaml(file: Path, largest: Largest = PLAN) -> YamlSource:
    """Read `file`, which is at most as large as `largest`.

    Raises ProblemsError for YAML that cannot be parsed, InputError for a file that cannot be read.
    """
    shown = shown_path(file)
    content = read_bounded(file, largest.bytes)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end_of(content[: error.start].decode("utf-8-sig"))
        raise ProblemsError(
            [Problem(_("the file is not UTF-8 text"), _("save it as UTF-8"), shown, line, column)]
        ) from None
    return parse_yaml(text, shown, largest)


def parse_yaml(text: str, file: str, largest: Largest = PLAN) -> YamlSource:
    """Parse `text`; `file` is the name that problems show. Raises ProblemsError."""
    source = YamlSource(file)
    try:
        node = _parser(largest).compose(text)
    except _TooManyError as error:
        mark = error.problem_mark
        raise ProblemsError([_too_deep(file, mark.line + 1, mark.column + 1)]) from None
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
    builder = _Builder(source, largest)
    source.data = builder.build(node, ())
    if builder.problems:
        raise ProblemsError(builder.problems)
    return source


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written: its text runs from `start` up to `end`, quotes included."""

    path: FieldPath
    start: int
    end: int
    line: int


def scalars_of(text: str) -> list[Scalar]:
    """Each value of a text that `parse_yaml` takes, in its order; what is named again by an alias
    stands once."""
    found: dict[int, Scalar] = {}

    def walk(node: Node, path: FieldPath) -> None:
        if isinstance(node, ScalarNode):
            start = node.start_mark.index
            one = Scalar(path, start, node.end_mark.index, node.start_mark.line + 1)
            found.setdefault(start, one)
        elif isinstance(node, SequenceNode):
            for number, item in enumerate(node.value):
                walk(item, (*path, number))
        elif isinstance(node, MappingNode):
            for key, value in node.value:
                walk(value, (*path, str(key.value)))

    root = _parser(PLAN).compose(text)
    if root is not None:
        walk(root, ())
    return sorted(found.values(), key=lambda one: one.start)


class _TooManyError(MarkedYAMLError):
    """More values than a file of ours may hold."""


class _BoundedComposer(Composer):
    """Stops where the file is too long or too deep to be one of ours: the parser is slow."""

    largest = PLAN

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False  # YAML allows it (YAML 1.2, section 3.2.2.2)
        self._nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._nodes += 1
        if self._nodes > self.largest.nodes or self.depth > _MAX_DEPTH:
            raise _TooManyError(problem_mark=self.parser.peek_event().start_mark)
        return super().compose_node(parent, index)


class _CountryComposer(_BoundedComposer):
    largest = COUNTRY


def _parser(largest: Largest) -> YAML:
    parser = YAML(typ="safe", pure=True)
    parser.Composer = _CountryComposer if largest is COUNTRY else _BoundedComposer
    return parser


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


class _Builder:
    """Makes plain data of the nodes, notes their places, and gathers what is wrong with them."""

    def __init__(self, source: YamlSource, largest: Largest) -> None:
        self._source, self._largest = source, largest
        self.problems: list[Problem] = []
        self._characters = 0  # aliases followed: a long text can be named many times

    def build(self, node: Node, path: FieldPath) -> Any:
        """The data of `node`, which stands at `path`."""
        source = self._source
        source.places.setdefault(path, _place(node))
        self._characters += len(node.value) if isinstance(node, ScalarNode) else 0
        if (
            len(path) > _MAX_DEPTH
            or len(source.places) > self._largest.nodes
            or self._characters > self._largest.characters
        ):
            if not self.problems:
                self.problems.append(_too_deep(source.file, *_place(node)))
            return None
        if isinstance(node, ScalarNode):
            if UNUSABLE.search(node.value):
                self.problems.append(_unusable(source.file, *_place(node), field_name(path)))
            return _scalar(node)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, n)) for n, item in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        return None

    def _mapping(self, node: MappingNode, path: FieldPath) -> dict[str, Any]:
        source = self._source
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            source.keys.setdefault((*path, str(key_node.value)), _place(key_node))
            if fault := _key_fault(key_node, data):
                place = _place(key_node)
                self.problems.append(Problem(*fault, source.file, *place, field_name(path)))
                continue
            key = key_node.value
            data[key] = self.build(value_node, (*path, key))
            if isinstance(value_node, ScalarNode) and not value_node.value:
                source.places[(*path, key)] = _place(key_node)
        return data


def _key_fault(node: Node, data: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with a key, and its mend."""
    if not isinstance(node, ScalarNode) or UNUSABLE.search(node.value):
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
