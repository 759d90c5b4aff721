"""Puts the words of templates into their language when these are compiled, not for every mail.

`{{ _("Dear %(name)s,", name=to) }}` becomes the translated words with the value between them:
what newstyle gettext (`jinja2.ext.i18n`) gives, without its work at each mail.
"""

import re
from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from config.i18n import translations

_PARTS = re.compile(r"%\((\w+)\)s|(%%)|([^%]+)")


def code_in(language: str) -> type[CodeGenerator]:
    """What compiles templates for an environment whose mails are in `language`."""
    words = _Words(translations(language).gettext)

    class InLanguage(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
            words.visit(node)
            super().visit_Template(node, frame)

    return InLanguage


class _Words(NodeTransformer):
    """Replaces calls of `_` with a constant text by their translation."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:
        """Words and values joined, as an expression."""
        self.generic_visit(node)
        parts = self._parts(node)
        if parts is None:
            return node
        return nodes.Concat(parts, lineno=node.lineno) if node.kwargs else parts[0]

    def visit_Output(self, node: nodes.Output, *args: Any, **kwargs: Any) -> nodes.Node:
        """What is printed need not be joined before."""
        printed: list[nodes.Expr] = []
        for one in node.nodes:
            changed = self.visit(one)
            printed += changed.nodes if isinstance(changed, nodes.Concat) else [changed]
        node.nodes = printed
        return node

    def _parts(self, node: nodes.Call) -> list[nodes.Expr] | None:
        """The words and values of a call of `_`; None for a call that is to stay as it is."""
        text = node.args[0] if len(node.args) == 1 else None
        ours = isinstance(node.node, nodes.Name) and node.node.name == "_"
        if not ours or not isinstance(text, nodes.Const) or node.dyn_args or node.dyn_kwargs:
            return None
        words = self._translate(text.value)
        found = list(_PARTS.finditer(words))
        values = {one.key: one.value for one in node.kwargs}
        names = [one[1] for one in found if one[1]]
        if not values.keys() >= set(names) or sum(len(one[0]) for one in found) != len(words):
            return None
        if not values:
            return [self._safe("".join(one[3] or "%" for one in found), node.lineno)]
        return [
            values[one[1]] if one[1] else self._safe(one[3] or "%", node.lineno) for one in found
        ]

    def _safe(self, words: str, line: int) -> nodes.Expr:
        constant = nodes.Const(words, lineno=line)
        return nodes.MarkSafeIfAutoescape(constant, lineno=line)
