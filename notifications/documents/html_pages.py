"""How self-contained pages are written: no scripts, nothing from outside, made to print on A4."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.plain_text import without_controls

_PAGES = Path(__file__).parent / "pages"


@cache
def page_templates() -> Environment:
    """The templates of our pages; what they are given is text, and steers no browser."""
    return Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plain,
    )


def _plain(value: object) -> object:
    """Text from the record steers no browser."""
    return type(value)(without_controls(value)) if isinstance(value, str) else value
