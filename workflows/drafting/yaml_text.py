"""YAML with comments from a tree: what is written, beside which remark, under which lines.

Comments cannot be given to a YAML library with the data without its own tree of tokens; this one
writes the little YAML that declarations need, and quotes whatever could be read as something else.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_WIDTH = 100  # of a line that holds a whole mapping or list
_COMMENT = 96  # columns of a comment's line; a Chinese character takes two
_CLOSING = "，。；：、！？）》”’〕】),.;:"
# Plain scalars: begins with a letter (Chinese or Latin) or “, and holds no sign with a meaning.
_PLAIN = re.compile(
    r"(?:[A-Za-z\u3400-\u9fff“《（]|\d{1,6}(?=[\u3400-\u9fff]))"
    r"[\w\u3400-\u9fff“”‘’《》（）〔〕、，。；：·—…％./+@ -]*"
)
_PHRASE = re.compile(r"\d{1,4}[年月][\w\u3400-\u9fff“”《》（）、-]*|\d{4}-\d{2}-\d{2}|\d{4}-\d{2}")
_RESERVED = re.compile(r"(?i)(?:null|true|false|yes|no|on|off|y|n)|.* -|.*[ .]")
_COMPATIBILITY = re.compile(r"\s+")


@dataclass(slots=True)
class Node:
    """A value of the tree. `note` stands behind it, `above` are comments over it. In a list or a
    mapping the values are nodes again; `flow` writes it on one line where that is short."""

    value: Any
    note: str = ""
    above: list[str] = field(default_factory=list)
    flow: bool = False


def plain(node: Any) -> Any:
    """The data of a tree, without its comments."""
    if isinstance(node, Node):
        return plain(node.value)
    if isinstance(node, dict):
        return {key: plain(one) for key, one in node.items()}
    if isinstance(node, list):
        return [plain(one) for one in node]
    return node


def clean(text: str, longest: int = 500) -> str:
    """Text on one line, of characters that YAML and people can read, cut to `longest`."""
    shown = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in text)
    line = _COMPATIBILITY.sub(" ", shown).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def nodes(value: Any) -> Any:
    """Plain data as the tree takes it, its texts cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): Node(nodes(one)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [Node(nodes(one)) for one in value]
    return value


def yaml_text(tree: dict[str, Node]) -> str:
    """The text of a whole file; each of the top keys with a node that asks for it gets a blank
    line before its comments."""
    return "\n".join(_mapping(tree, 0)) + "\n"


def comment_lines(text: str, indent: int = 0) -> list[str]:
    """A comment, broken into lines; a text of many lines keeps them."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _broken(clean(line, 4000)) or [""]
    return [(" " * indent + "# " + line).rstrip() for line in lines]


def _broken(text: str) -> list[str]:
    """Lines of so many columns: between Chinese characters anywhere but before a closing sign,
    between others at a space."""
    lines: list[str] = []
    start, columns, space = 0, 0, -1
    for n, sign in enumerate(text):
        columns += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if sign == " ":
            space = n
        if columns <= _COMMENT or sign in _CLOSING:
            continue
        ends = n
        if sign.isascii() and start < space:
            ends = space + 1
        lines.append(text[start:ends].rstrip())
        start, columns = ends, 2 * (n + 1 - ends)
    return [*lines, text[start:]] if text[start:] else lines


def _mapping(mapping: dict[str, Node], indent: int) -> Iterator[str]:
    for n, (key, node) in enumerate(mapping.items()):
        yield from _above(node, indent, first=n == 0)
        yield from _entry(" " * indent + scalar(key) + ":", node, indent)


def _entry(head: str, node: Node, indent: int) -> Iterator[str]:
    """A key or a dash with its value."""
    value = node.value
    if isinstance(value, dict | list) and value:
        flow = flowed(value) if node.flow or _is_flat(value) else ""
        if flow and len(head) + len(flow) < _WIDTH:
            yield _noted(f"{head} {flow}", node.note)
            return
        yield _noted(head, node.note)
        _inherit(node)
        if isinstance(value, dict):
            yield from _mapping(value, indent + 2)
        else:
            yield from _list(value, indent + 2)
    else:
        empty = "{}" if isinstance(value, dict) else "[]"
        yield _noted(
            f"{head} {empty if isinstance(value, dict | list) else scalar(value)}", node.note
        )


def _inherit(node: Node) -> None:
    """Each line of a value that takes several bears the remark that was meant for one line."""
    if not node.note:
        return
    for part in node.value.values() if isinstance(node.value, dict) else node.value:
        if isinstance(part, Node) and not part.note:
            part.note = node.note


def _list(items: list[Node], indent: int) -> Iterator[str]:
    for n, node in enumerate(items):
        yield from _above(node, indent, first=n == 0)
        dash = " " * indent + "-"
        value = node.value
        flow = flowed(value) if node.flow and isinstance(value, dict | list) and value else ""
        if isinstance(value, dict) and value and not (flow and len(dash) + len(flow) < _WIDTH):
            _inherit(node)
            lines = list(_mapping(value, indent + 2))
            first = next(k for k, line in enumerate(lines) if not line.lstrip().startswith("#"))
            yield from lines[:first]
            yield f"{dash} {lines[first].lstrip()}"
            yield from lines[first + 1 :]
        else:
            yield from _entry(dash, node, indent)


def _above(node: Node, indent: int, *, first: bool) -> Iterator[str]:
    for line in node.above:
        if line:
            yield from comment_lines(line, indent)
        elif not first or indent == 0:
            yield ""


def _noted(line: str, note: str) -> str:
    return f"{line}  # {clean(note, 300)}" if note else line


def _is_flat(value: Any) -> bool:
    """Whether a list has scalars alone, without comments of their own."""
    return isinstance(value, list) and all(
        not isinstance(plain(one), dict | list) and not (isinstance(one, Node) and one.note)
        for one in value
    )


def flowed(value: Any) -> str:
    """A value on one line: {id: x, title: y}."""
    if isinstance(value, Node):
        return flowed(value.value)
    if isinstance(value, dict):
        inner = ", ".join(f"{scalar(key)}: {flowed(one)}" for key, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(flowed(one) for one in value)}]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A scalar, quoted where it could be read as anything but this text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if value is None:
        return "null"
    text = str(value)
    if _PHRASE.fullmatch(text) and len(text) < _WIDTH:
        return text
    if _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)
