"""Lines of a page's source are no lines of its text: they are broken anywhere, in Chinese too."""

import re

_SPACES = re.compile(r"[ \t\n\r\f]+")
_BROKEN = "\x1f"  # where the source was broken, until both sides are known
_BREAKS = re.compile(rf"[ {_BROKEN}]*{_BROKEN}[ {_BROKEN}]*")
_MARKS = "：；，。）:;,.)"
_CHINESE = "\u2e80"  # from here on words have no spaces between them


def collapsed(text: str) -> str:
    """A piece of text with each run of white space as one sign."""
    return _SPACES.sub(lambda found: _BROKEN if "\n" in found[0] else " ", text)


def unbroken(text: str) -> str:
    """The pieces of a paragraph together: a break of source is a space, but none within Chinese
    words; after a mark it may part two things on one line."""

    def between(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - 1) : found.start()]
        after = text[found.end() : found.end() + 1]
        return "" if max(before, after) >= _CHINESE and before not in _MARKS else " "

    return _BREAKS.sub(between, text)
