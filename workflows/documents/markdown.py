"""Reads Markdown: headings, paragraphs, lists and pipe tables, without their marks."""

import re

from workflows.documents.gathering import Gathering
from workflows.documents.model import Place
from workflows.documents.spaces import joined, parted
from workflows.documents.text import take_table, text_lines
from workflows.documents.text_tables import TextTable, TextTables

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|(\d{1,9}[.)])\s+)")
_RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKS = (
    (re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,1000}\)"), r"\1"),  # links and pictures
    (re.compile(r"(\*\*\*|\*\*|__|~~)(?=\S)(.{1,1000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read_markdown(content: bytes, gathering: Gathering) -> None:
    """Take the blocks of a Markdown file. Raises InputError."""
    lines = _without_comments(text_lines(content, gathering))
    reader = _Reader(lines, gathering)
    number = _after_front_matter(lines)
    while number < len(lines):
        number = reader.take(number)
    reader.flush()


class _Reader:
    """Collects the lines of a paragraph until something ends it."""

    def __init__(self, lines: list[str], gathering: Gathering) -> None:
        self._lines, self._gathering = lines, gathering
        self._tables = TextTables(lines)
        self._text, self._start = "", 0
        self._last = ""
        self._in_fence = self._in_quote = False

    def take(self, number: int) -> int:
        """Take what begins on that line; return the next line. Raises InputError."""
        line = _QUOTE.sub("", self._lines[number])
        quoted = line != self._lines[number]
        if quoted != self._in_quote:
            self.flush()
            self._in_quote = quoted
        if _FENCE.match(line):
            self.flush()
            self._in_fence = not self._in_fence
        elif self._in_fence:
            self._gathering.paragraph(line, Place(line=number + 1))
        elif found := _HEADING.match(line):
            self.flush()
            self._gathering.paragraph(_plain(found[2]), Place(line=number + 1), len(found[1]))
        elif self._text and (found := _UNDERLINE.match(line)):
            self.flush(heading=1 if found[1][0] == "=" else 2)
        elif not line.strip() or _RULE.match(line):
            self.flush()
        elif table := self._tables.at(number):
            self.flush()
            rows = [[_plain(_BREAK.sub("\n", cell)) for cell in row] for row in table.rows]
            take_table(TextTable(rows, table.row_lines, table.end), number, self._gathering)
            return table.end
        else:
            self._line(line, number)
        return number + 1

    def flush(self, heading: int = 0) -> None:
        """End the paragraph. Raises InputError."""
        text, self._text = self._text, ""
        self._gathering.paragraph(_plain(_BREAK.sub("\n", text)), Place(line=self._start), heading)

    def _line(self, line: str, number: int) -> None:
        item = _ITEM.match(line)
        if item:
            self.flush()
            rest = line[item.end() :]
            line = f"{item[1]}{'' if rest[:1] >= '一' else ' '}{rest}" if item[1] else rest
        indented = line.startswith((" ", "\t"))  # it goes on with an item
        if self._text and not indented and parted(self._last, line.strip()):
            self.flush()
        self._last = line.strip()
        if not self._text:
            self._start = number + 1
        breaks = line.endswith(("  ", "\\"))
        self._text = joined(self._text, line.strip().removesuffix("\\"))
        if breaks:
            self.flush()


def _plain(text: str) -> str:
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    return text


def _without_comments(lines: list[str]) -> list[str]:
    """The lines with what is commented out made empty, as many as before."""
    text, kept, at = "\n".join(lines), [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*kept, text[at:]]).split("\n")


def _after_front_matter(lines: list[str]) -> int:
    if lines and lines[0].rstrip() == "---":
        for number, line in enumerate(lines[1:60], 1):
            if line.rstrip() in {"---", "..."}:
                return number + 1
    return 0
