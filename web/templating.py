"""The environment of the pages' templates: escaped, strict about names, in one language each."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.i18n import translations
from config.plain_text import without_controls

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment(code: str) -> Environment:
    """The environment for pages in the language `code`."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_plain,
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]
        translations(code), newstyle=True
    )
    return made


def _plain(value: object) -> object:
    """Text from the record steers no browser, also where a filter or a translation has escaped it
    already."""
    return type(value)(without_controls(value)) if isinstance(value, str) else value
