"""What letters are written on: our templates, and an office's own in Jinja2's sandbox.

Styles are declared by class in `letter.css` and written into the pages when a template is loaded:
webmail drops style sheets, and no mail pays for it.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import structlog
from css_inline import CSSInliner
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from config.i18n import language, translations
from config.plain_text import single_line, without_controls
from notifications.compiled_once import code_in
from notifications.letter import Letter
from notifications.subjects import subject, subject_day
from notifications.wording import long_day, short_day

OURS = Path(__file__).parent / "templates"
STYLES = "letter.css"  # its rules are written into the pages

_log = structlog.get_logger()

_CLASS = re.compile(r'(<(\w+)(?: [^<>{}]*?)?) class="([\w -]+)"')
_UNSEEN = re.compile(r"(?s)<(head|style|script)\b.*?</\1>|<[^<>]*>|&nbsp;")
_AROUND = {"td": "<table><tr>{}</tr></table>", "tr": "<table>{}</table>"}  # as HTML parsers want

Parts = tuple[str, str, str]  # subject, text, HTML
ENDS = ("subject.txt", "txt", "html")  # of the names of the files that they are written on


def write(letter: Letter, own: Path | None = None) -> Parts:
    """Fill in the letter's templates: those in the folder `own` before ours.

    Where they fail, or write nothing, ours are used and the fault is logged: `duban check`
    finds it before.
    """
    if own is not None:
        try:
            parts = fill_in(letter, environment(language(), own))
            if not empty_ends(parts):
                return parts
            fault = "it writes nothing"
        except Exception as error:  # whatever an office's template does, its mail goes out
            fault = f"{type(error).__name__}: {error}"
        _log.error("own template fails, ours is used", template=letter.template, fault=fault)
    return fill_in(letter, environment(language()))


def empty_ends(parts: Parts) -> list[str]:
    """The ends of the file names (ENDS) of those parts that have nothing to read."""
    subject, text, page = parts
    shown = (subject, text, _UNSEEN.sub("", page))
    return [end for end, part in zip(ENDS, shown, strict=True) if not part.strip()]


def fill_in(letter: Letter, templates: Environment) -> Parts:
    """Fill in the letter's three templates. Raises jinja2.TemplateError, or what they raise."""
    name, values = letter.template, letter.values
    head = single_line(_template(templates, f"{name}.subject.txt").render(values))
    text = _template(templates, f"{name}.txt").render(values)
    html = _template(templates, f"{name}.html").render(values, subject_line=head)
    return head, without_controls(text), without_controls(html)


def _template(templates: Environment, name: str) -> Template:
    return _loaded(templates, name) if templates.auto_reload else _kept(templates, name)


@cache
def _kept(templates: Environment, name: str) -> Template:
    return _loaded(templates, name)


def _loaded(templates: Environment, name: str) -> Template:
    found = templates.get_template(name)
    if not isinstance(found.globals, dict):
        found.globals = dict(found.globals)  # a chain of mappings would be copied at each mail
    return found


@cache
def environment(code: str, own: Path | None = None) -> Environment:
    """The templates in the language `code`, those in the folder `own` before ours.

    Ours alone need no sandbox, which takes a third of the time.
    """
    ours = FileSystemLoader(OURS)
    files = ours if own is None else ChoiceLoader([FileSystemLoader(own), ours])
    sort = Environment if own is None else ImmutableSandboxedEnvironment
    made = sort(
        loader=_Styled(files),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=own is not None,
        extensions=["jinja2.ext.i18n"],
    )
    made.code_generator_class = code_in(code)
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(code), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        long_day=_as_written(long_day),
        short_day=_as_written(short_day),
        subject_day=_as_written(subject_day),
        subject=subject,
        language=code,
    )
    return made


def _as_written(put: Callable[[date, date], str]) -> Callable[[Context, date], str]:
    """Puts a day as it is written on the letter's own day, which templates need not name."""

    @pass_context
    def as_written(context: Context, day: date) -> str:
        return put(day, context.get("today", day))

    return as_written


def forget_templates() -> None:
    """Read templates anew from now on, also where only `letter.css` has changed."""
    environment.cache_clear()
    _kept.cache_clear()


class _Styled(BaseLoader):
    """Writes the rules of `letter.css` into the tags of pages. No line is added or taken away."""

    def __init__(self, files: BaseLoader) -> None:
        self._files = files
        self._known: dict[tuple[str, str], str] = {}

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The source, its file, and whether it still holds."""
        source, file, fresh = self._files.get_source(environment, template)
        if template.endswith(".html"):
            css = self._files.get_source(environment, STYLES)[0]
            source = _CLASS.sub(lambda found: self._with_style(found, css), source)
        return source, file, fresh

    def _with_style(self, found: re.Match[str], css: str) -> str:
        tag, classes = found[2], found[3]
        if (tag, classes) not in self._known:
            self._known[tag, classes] = _style_of(tag, classes, css)
        style = self._known[tag, classes]
        return found[0] + (f' style="{style}"' if style else "")


def _style_of(tag: str, classes: str, css: str) -> str:
    """What `css` says of a tag of these classes, as css-inline writes it."""
    marked = f'<{tag} class="{classes}" data-here="">'
    body = marked if tag == "body" else f"<body>{_AROUND.get(tag, '{}').format(marked)}"
    page = CSSInliner(load_remote_stylesheets=False, extra_css=css).inline(f"<html>{body}</html>")
    here = re.search(r"<[^>]*data-here[^>]*>", page)
    style = re.search(r'style="([^"]*)"', here[0]) if here else None
    return style[1] if style else ""
