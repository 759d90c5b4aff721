"""The text of an HTML body, with the addresses of its links in angle brackets behind them."""

import re
from html import unescape

_LARGEST = 200_000
# No token reaches over another one's beginning: hostile pages cost no more than long ones.
_TOKEN = re.compile(r"<!--|<(/?)([a-z][a-z0-9]*)([^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", re.IGNORECASE)
_UNSEEN = frozenset({"script", "style", "head", "title"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "hr", "table", "h1", "h2", "h3", "h4"})


def text_of_html(page: str) -> str:
    """What a person reads of `page`, line by line; what it quotes comes behind a line with `>`."""
    page = page[:_LARGEST]
    parts: list[str] = []
    place, hidden, link = 0, "", ""
    while (found := _TOKEN.search(page, place)) is not None:
        if not hidden:
            parts.append(" ".join(page[place : found.start()].split("\n")))
        place = found.end()
        if found[2] is None:
            end = page.find("-->", place)
            place = len(page) if end < 0 else end + 3
            continue
        tag, closing = found[2].lower(), bool(found[1])
        if hidden:
            hidden = "" if closing and tag == hidden else hidden
        elif tag in _UNSEEN and not closing:
            hidden = tag
        elif tag == "a":
            if closing and link:
                parts.append(f" &lt;{link}&gt; ")
            href = _HREF.search(found[3])
            link = "" if closing or href is None else href[1] or href[2] or href[3] or ""
        elif tag == "blockquote" and not closing:
            parts.append("\n&gt;\n")
        elif tag in _BREAKS:
            parts.append("\n")
    if not hidden:
        parts.append(page[place:])
    lines = (" ".join(line.split()) for line in unescape("".join(parts)).splitlines())
    return "\n".join(line for line in lines if line)
