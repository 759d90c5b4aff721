"""Which characters text may hold, and how a forbidden one is shown.

What steers a terminal, ends a header line or turns the direction of writing is no part of a name,
a title or a note: doors refuse it, and whatever prints makes it visible.
"""

import re

# Controls but tab and newline (C0, DEL, C1 with its CSI), line and paragraph separators, what
# overrides the direction of writing, lone surrogates, and the two code points that XML forbids.
UNUSABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

# An address without comments, quotes or non-ASCII letters: what every mail system takes.
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

_INNER = str.maketrans("“”", "‘’")
_BREAKS = str.maketrans("\t\n", "  ")


def visible(text: str) -> str:
    """`text` with each forbidden character written out, as `\\x1b`; newlines and tabs stay."""
    return UNUSABLE.sub(_escape, text)


def one_line(text: str) -> str:
    """`text` made visible, newlines and tabs too: what stands in one line stays in it."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def inner_quotes(text: str) -> str:
    """`text` as it stands in quotation marks: those inside it are single ones (GB/T 15834)."""
    return text.translate(_INNER)


def without_controls(text: str) -> str:
    """`text` with a space for each forbidden character: for mails, calendars and sheets."""
    return UNUSABLE.sub(" ", text)


def single_line(text: str) -> str:
    """`text` on one line, with spaces for what would end it: for header lines and titles."""
    if text.isprintable():  # then it holds none of them: nearly all do not
        return text.strip()
    return without_controls(text).translate(_BREAKS).strip()


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
