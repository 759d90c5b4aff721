"""Does when templates are compiled what would be the same work for every mail.

`{{ line.title }}` reads the attribute, without a look for a key of that name.
`{{ _("Dear %(name)s,", name=to) }}` becomes the translated words with the value between them, as
newstyle gettext (`jinja2.ext.i18n`) gives them. A template that another includes is put into it,
and one into what it extends.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from config.i18n import translations

# What makes a template more than text and values in one place.
_OF_ITS_OWN = (
    nodes.Extends,
    nodes.Block,
    nodes.Macro,
    nodes.Import,
    nodes.FromImport,
    nodes.Assign,
)

_PARTS = re.compile(r"%\((\w+)\)s|(%%)|([^%]+)")


def code_in(language: str) -> type[CodeGenerator]:
    """What compiles templates for an environment whose mails are in `language`."""
    translate = translations(language).gettext

    class InLanguage(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
            whole = _with_parent(node, self.environment)
            _Once(translate, self.environment, self.name or "").visit(whole)
            super().visit_Template(whole, frame)

        def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
            blocks = (
                isinstance(node.node, nodes.Name) and node.node.name == "self"
            )  # these are keys
            plain = node.ctx == "load" and not self.environment.is_async and not blocks
            if self.environment.sandboxed or not plain:
                super().visit_Getattr(node, frame)
                return
            # Ours read attributes of what letters are made of, never keys, nor what may be private.
            self.visit(node.node, frame)
            self.write(f".{node.attr}")

    return InLanguage


def _with_parent(template: nodes.Template, environment: Environment) -> nodes.Template:
    """What a template extends, with its blocks in place: values then go through one function and
    not through three. The template as it is where its parent may change or there is more to it."""
    extended = template.find(nodes.Extends)
    if extended is None or environment.auto_reload or environment.loader is None:
        return template
    names = {one.name for one in template.find_all(nodes.Name)}
    if not isinstance(extended.template, nodes.Const) or names & {"super", "self"}:
        return template
    name = extended.template.value
    parent = environment.parse(environment.loader.get_source(environment, name)[0], name)
    if not _are_plain(template, parent):
        return template
    blocks = {one.name: one.body for one in template.find_all(nodes.Block)}
    _Filled(blocks).visit(parent)
    set_before = [one for one in template.body if isinstance(one, nodes.Assign)]
    whole = nodes.Template([*set_before, *parent.body], lineno=1)
    whole.set_environment(environment)
    return whole


def _are_plain(template: nodes.Template, parent: nodes.Template) -> bool:
    """Whether the one only sets names and fills blocks of the other, and no block is in another."""
    filling = (nodes.Extends, nodes.Block, nodes.Assign, nodes.Output)  # what it prints is not seen
    blocks = [*template.find_all(nodes.Block), *parent.find_all(nodes.Block)]
    return (
        all(isinstance(one, filling) for one in template.body)
        and parent.find(nodes.Extends) is None
        and not any(one.find(nodes.Block) for one in blocks)
    )


class _Filled(NodeTransformer):
    """Puts blocks in place, as one template has them or else as their own."""

    def __init__(self, blocks: dict[str, list[nodes.Node]]) -> None:
        self._blocks = blocks

    def visit_Block(self, node: nodes.Block, *args: Any, **kwargs: Any) -> nodes.Node:
        """What is set within a block is not known outside it."""
        return nodes.Scope(self._blocks.get(node.name, node.body), lineno=node.lineno)


class _Once(NodeTransformer):
    """Replaces calls of `_` with a constant text by their translation, and includes by what they
    include, where these files are not looked at again (`auto_reload`)."""

    def __init__(
        self, translate: Callable[[str], str], environment: Environment, template: str
    ) -> None:
        self._translate, self._environment, self._template = translate, environment, template

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

    def visit_Include(self, node: nodes.Include, *args: Any, **kwargs: Any) -> Any:
        """The included template's own nodes; the include where that is not the same."""
        name, environment = node.template, self._environment
        if environment.auto_reload or environment.loader is None:
            return node
        if not isinstance(name, nodes.Const) or node.ignore_missing or not node.with_context:
            return node
        source = environment.loader.get_source(environment, name.value)[0]
        included = self.visit(environment.parse(source, name.value))
        if any(included.find_all(_OF_ITS_OWN)):
            return node
        # Values are printed by the rules of the file that they stand in.
        escape = environment.autoescape
        same = callable(escape) and escape(name.value) == escape(self._template)
        return included.body if same or not any(_values(included)) else node

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


def _values(template: nodes.Template) -> Iterator[nodes.Expr]:
    """What a template prints that is not known when it is compiled."""
    for printed in template.find_all(nodes.Output):
        for one in printed.nodes:
            if not isinstance(one, nodes.TemplateData | nodes.MarkSafeIfAutoescape):
                yield one
