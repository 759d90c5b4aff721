"""The status board as one self-contained page: no scripts, nothing from outside, made to print."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.i18n import language, translations
from config.plain_text import without_controls
from workflows.signs import LOOKS, late_mark, mark_of, sign_word
from workflows.status import CampaignBoard, added

_TEMPLATES = Path(__file__).parent / "templates"


def status_page(boards: Sequence[CampaignBoard], as_of: str) -> str:
    """The page, in the language in force. `as_of` says as of when, for people."""
    return (
        _environment(language())
        .get_template("status.html")
        .render(
            boards=boards,
            as_of=as_of,
            together=added([board.counts for board in boards]),
            language=language(),
            looks=LOOKS,
            legend=[(sign, mark_of(sign), sign_word(sign)) for sign in LOOKS],
            late=late_mark(),
            word=sign_word,
        )
    )


@cache
def _environment(code: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_plain,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(code), newstyle=True
    )
    return environment


def _plain(value: object) -> object:
    """Text from the record steers no browser."""
    return without_controls(value) if type(value) is str else value
