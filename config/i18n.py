"""What people read, in their language: Simplified Chinese by default, English by setting.

Messages are written in English in the code and translated by gettext catalogues, so that a
missing translation shows English and never fails.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"

_LOCALES = Path(__file__).parent / "locales"
_CATALOGUES = {"zh": "zh_CN"}
_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of `language`; English, and a language without one, need none."""
    if language not in _CATALOGUES:
        return gettext.NullTranslations()
    return gettext.translation("duban", _LOCALES, [_CATALOGUES[language]], fallback=True)


def language() -> str:
    """The language now in force, `zh` or `en`."""
    return _language.get()


def set_language(code: str) -> None:
    """Use `code` for the rest of this program (the composition root calls it once)."""
    _language.set(code)


@contextmanager
def using_language(code: str) -> Iterator[None]:
    """Use `code` inside the block."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str) -> str:
    """`message` in the language in force. Fill in values afterwards, with `.format(...)`."""
    return translations(_language.get()).gettext(message)


def N_(message: str) -> str:
    """Mark `message` for the catalogue without translating it yet."""
    return message
