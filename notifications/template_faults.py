"""What Jinja2 says of a template, in the user's language: the common faults with how to mend them.

Jinja2's errors carry a sentence alone, so it is known by its shape; any other is told as it is.
"""

import re
from collections.abc import Callable

from jinja2 import TemplateNotFound, TemplatesNotFound

from config.i18n import _

Fault = tuple[str, str]  # what is wrong, how to mend it


def told(error: BaseException) -> Fault:
    """What is wrong with a template that raised `error`, and how to mend it."""
    if isinstance(error, TemplatesNotFound):
        return no_such_template(_(", ").join(map(str, error.templates)))
    if isinstance(error, TemplateNotFound):
        return no_such_template(str(error.name))
    if isinstance(error, UnicodeDecodeError):
        return _("the file is not UTF-8 text"), _("write it as UTF-8 text")
    if isinstance(error, OSError):
        return error.strerror or str(error), _("check the folder and its permissions")
    said = str(getattr(error, "message", None) or error)
    for shape, words in _SHAPES:
        if found := shape.match(said):
            return words(found)
    return said, _("see docs/templates.md")


def no_such_template(name: str) -> Fault:
    """That a template names another that there is not."""
    return (
        _("no such template: “{name}”").format(name=name),
        _("only files in the folder and ours can be included"),
    )


def no_such_name(name: str) -> Fault:
    """That a template uses a name that nothing gives it."""
    return _("no letter has “{name}”").format(name=name), _("the names are in docs/templates.md")


def _no_attribute(found: re.Match[str]) -> Fault:
    sort = found[1].removesuffix(" object").rpartition(".")[2]
    return (
        _("{sort} has no “{name}”").format(sort=sort, name=found[2]),
        _("the names are in docs/templates.md"),
    )


def _unsafe(found: re.Match[str]) -> Fault:
    return (
        _("a template may not use “{name}”").format(name=found[1]),
        _("the names are in docs/templates.md"),
    )


def _ends_early(found: re.Match[str]) -> Fault:
    return (
        _("the template ends while “{tag}” is open").format(tag=found[1]),
        _("write {end} after it").format(end=f"{{% end{found[1]} %}}"),
    )


def _unknown_tag(found: re.Match[str]) -> Fault:
    tag, open_tag = found[1], found[2]
    if open_tag:
        return (
            _("“{tag}” does not belong here: “{open}” is open").format(tag=tag, open=open_tag),
            _("write {end} before it").format(end=f"{{% end{open_tag} %}}"),
        )
    return (
        _("there is no tag “{tag}”").format(tag=tag),
        _("tags are if, for, set, include, extends, block and their ends"),
    )


def _no_filter(found: re.Match[str]) -> Fault:
    return (
        _("there is no filter “{name}”").format(name=found[1]),
        _("the filters are Jinja2's own"),
    )


def _unexpected(found: re.Match[str]) -> Fault:
    return (
        _("“{sign}” is not expected here").format(sign=found[1]),
        _("what is filled in stands in {values}, a tag in {tags}; signs are half-width").format(
            values="{{ … }}", tags="{% … %}"
        ),
    )


def _stops_early(_found: re.Match[str]) -> Fault:
    return (
        _("the template ends inside a tag"),
        _("close it with {ends}").format(ends="%} }} #}"),
    )


# The sentences are those of jinja2.parser, jinja2.lexer, jinja2.runtime and jinja2.sandbox.
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Fault]], ...] = (
    (re.compile(r"'([^']+)' is undefined"), lambda found: no_such_name(found[1])),
    (re.compile(r"'?([\w. ]+?)'? has no (?:attribute|element) '?([^']+)'?"), _no_attribute),
    (re.compile(r"access to attribute '([^']+)'"), _unsafe),
    (re.compile(r"Unexpected end of template\..* closed is '(\w+)'", re.DOTALL), _ends_early),
    (re.compile(r"(?i)unexpected end of template|Missing end of"), _stops_early),
    (re.compile(r"expected token .*, got 'end of template'"), _stops_early),
    (
        re.compile(r"Encountered unknown tag '([^']+)'\.(?:.* closed is '(\w+)')?", re.DOTALL),
        _unknown_tag,
    ),
    (re.compile(r"No filter named '([^']+)'"), _no_filter),
    (re.compile(r"unexpected (?:char )?['\"](.+?)['\"](?: at \d+|,|$)"), _unexpected),
    (re.compile(r".*(?:expected|Expected) .*, got ['\"](.+)['\"]"), _unexpected),
)
