"""Prints the tables of docs/phrases.md: `python -m workflows.phrases`."""

from config.i18n import set_language
from workflows.phrases.describing import phrase_tables

set_language("en")
print("\n".join(phrase_tables()), end="")
