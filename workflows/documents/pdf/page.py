"""What stands on a page of a PDF: its characters, ruled lines and pictures, each by its place.

Places are in points (1/72 inch) from the lower left corner of the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTItem, LTRect
from pdfminer.pdfinterp import PDFResourceManager

from workflows.sheets.xml_part import TooMuchError

_MAX_ITEMS = 50_000  # characters, rules and figures of a page
_MAX_IN_ALL = 500_000
_THIN = 3.0  # points: a rectangle no thicker is a line
_SHORT = 4.0  # points: a line no longer is none


@dataclass(frozen=True, slots=True)
class Char:
    """A character and the box around it."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def size(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line: at `at` across its direction, from `start` to `end` along it."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """A page. `pictured` is the largest share of it that one picture covers; `unknown` counts the
    characters whose fonts do not tell what they are."""

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictured: float = 0.0
    unknown: int = 0

    def take(self, items: Iterable[LTItem]) -> None:
        """Take what the library found on the page."""
        for item in items:
            if isinstance(item, LTChar):
                self._char(item)
            elif isinstance(item, LTContainer):
                self.take(item)
            elif isinstance(item, LTImage):
                share = abs(item.width * item.height) / max(1.0, self.width * self.height)
                self.pictured = max(self.pictured, share)
            elif isinstance(item, LTCurve):
                self._rules(item)

    def _char(self, item: LTChar) -> None:
        text = item.get_text()
        if text.startswith("(cid:") or "\ufffd" in text or "\ue000" <= text[:1] <= "\uf8ff":
            self.unknown += 1
        elif item.upright and text and item.height > 0:
            self.chars.append(Char(text, item.x0, item.x1, item.y0, item.y1))

    def _rules(self, item: LTCurve) -> None:
        x0, y0, x1, y1 = item.x0, item.y0, item.x1, item.y1
        if y1 - y0 <= _THIN < _SHORT <= x1 - x0:
            self.rules.append(Rule(True, (y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN < _SHORT <= y1 - y0:
            self.rules.append(Rule(False, (x0 + x1) / 2, y0, y1))
        elif isinstance(item, LTRect) and item.stroke and min(x1 - x0, y1 - y0) >= _SHORT:
            self.rules += [Rule(True, y, x0, x1) for y in (y0, y1)]
            self.rules += [Rule(False, x, y0, y1) for x in (x0, x1)]


class Counter(PDFPageAggregator):
    """Collects the items of one page after the other, and stops at a page built to hold more than
    any can."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources, laparams=None)
        self._items = self._before = 0

    def begin_page(self, page: Any, ctm: Any) -> None:
        self._before += self._items
        self._items = 0
        super().begin_page(page, ctm)

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        self._count()
        super().begin_figure(name, bbox, matrix)

    def render_char(self, *args: Any, **more: Any) -> float:
        self._count()
        return super().render_char(*args, **more)

    def paint_path(self, *args: Any, **more: Any) -> None:
        self._count()
        super().paint_path(*args, **more)

    def _count(self) -> None:
        self._items += 1
        if self._items > _MAX_ITEMS or self._before + self._items > _MAX_IN_ALL:
            raise TooMuchError
