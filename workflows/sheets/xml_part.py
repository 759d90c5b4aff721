"""Reads one XML part of a workbook as a stream, within bounds that no honest file comes near.

openpyxl builds trees of whole parts, which a small file can make too large for any machine
(docs/adr/0007-reading-sheets.md).
"""

from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from workflows.sheets.model import LONGEST_CELL

_MAX_ELEMENTS = 2_000_000
_MAX_DEPTH = 50
_MAX_NAMES = 5_000  # different ones of elements and attributes
_MAX_TOKEN = 1_000_000  # bytes of one tag or comment

Attributes = Mapping[str, str]


class DamagedError(ValueError):
    """The part is not what a spreadsheet program writes."""


class TooMuchError(DamagedError):
    """The part is larger than a list can be."""


class XmlPart:
    """Calls `starts` and `ends` by an element's local name; text is kept between `keep_text` and
    `take_text`. `most` elements are read. Document type declarations, and with them entities, are
    refused."""

    def __init__(
        self,
        starts: Mapping[str, Callable[[Attributes], None]],
        ends: Mapping[str, Callable[[], None]],
        *,
        most: int = _MAX_ELEMENTS,
    ) -> None:
        self._most = most
        self._starts: dict[str, Callable[[Attributes], None] | None] = {**starts}
        self._ends: dict[str, Callable[[], None] | None] = {**ends}
        self._count = self._depth = self._length = self._texts = 0
        self._text: list[str] | None = None
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype

    def read(self, chunks: Iterator[bytes]) -> None:
        """Read it to its end. Raises DamagedError, and what the handlers raise."""
        waiting = 0  # bytes since something was found
        try:
            for chunk in chunks:
                before = self._count + self._texts
                self._parser.Parse(chunk)
                waiting = waiting + len(chunk) if self._count + self._texts == before else 0
                if waiting > _MAX_TOKEN or len(self._parser.intern) > _MAX_NAMES:
                    raise DamagedError
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise DamagedError from None

    def keep_text(self) -> None:
        """Keep the text that follows."""
        if self._text is None:
            self._text, self._length = [], 0

    def take_text(self) -> str:
        """The text since `keep_text`; never much more than a cell may hold."""
        text = "".join(self._text or ())
        self._text = None
        return text

    def _start(self, name: str, attributes: Attributes) -> None:
        self._count += 1
        self._depth += 1
        if self._count > self._most:
            raise TooMuchError
        if self._depth > _MAX_DEPTH:
            raise DamagedError
        try:
            handler = self._starts[name]
        except KeyError:  # with a prefix, or unknown: looked up once
            handler = self._starts[name] = self._starts.get(name.rpartition(":")[2])
        if handler is not None:
            handler(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        try:
            handler = self._ends[name]
        except KeyError:
            handler = self._ends[name] = self._ends.get(name.rpartition(":")[2])
        if handler is not None:
            handler()

    def _characters(self, text: str) -> None:
        self._texts += 1
        if self._text is not None and self._length <= LONGEST_CELL:
            self._length += len(text)
            self._text.append(text)

    def _doctype(self, *_declaration: object) -> None:
        raise DamagedError
