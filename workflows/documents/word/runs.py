"""The text of one paragraph of a Word file, as it is shown."""

from workflows.documents.word.styles import Styles
from workflows.documents.word.tree import Element, attribute, child, is_on, name_of

_SIGNS = {
    "tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-",
}  # fmt: skip
# What holds text that is not the document's, or no longer: footnotes are only referred to.
_LEFT_OUT = frozenset(
    {"pPr", "rPr", "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "sdtPr",
     "proofErr", "footnoteReference", "endnoteReference", "annotationRef", "tcPr", "fldData"}
)  # fmt: skip
_LARGE = (3_600_000, 2_160_000)  # EMU: a picture of 10 × 6 cm may well hold text


class Runs:
    """Collects the text of paragraphs; `boxes` are text boxes that hang on the last one. `unread`
    counts the large pictures and the objects of other programs in all of them."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._pieces: list[str] = []
        self._fields: list[bool] = []  # of each open field, whether its instruction is told yet
        self.boxes: list[Element] = []
        self.unread = 0

    def text(self, paragraph: Element) -> str:
        """The text of a paragraph with its tabs and line breaks."""
        self._pieces, self.boxes = [], []
        self._take(paragraph)
        # An instruction ends in its paragraph; one that does not must not swallow the document.
        self._fields = [shown for shown in self._fields if shown]
        return "".join(self._pieces)

    def _take(self, parent: Element) -> None:
        for element in parent:
            name = name_of(element)
            if name in _LEFT_OUT:
                continue
            if name == "t":
                if all(self._fields):
                    self._pieces.append(element.text or "")
            elif name in _SIGNS:
                self._pieces.append(_SIGNS[name])
            elif name == "fldChar":
                self._field(attribute(element, "fldCharType"))
            elif name == "r" and self._is_hidden(element):
                self._field_marks(element)
            elif name == "AlternateContent":
                self._take_one_of(element)
            elif name == "txbxContent":
                self.boxes.append(element)
            else:
                if name == "OLEObject" or (name == "drawing" and _is_large_picture(element)):
                    self.unread += 1
                self._take(element)

    def _take_one_of(self, element: Element) -> None:
        """The same thing in two ways, for new and for old programs."""
        chosen = child(element, "Choice")
        if chosen is None or not len(chosen):
            chosen = child(element, "Fallback")
        if chosen is not None:
            self._take(chosen)

    def _field(self, sort: str) -> None:
        if sort == "begin":
            self._fields.append(False)
        elif sort == "separate" and self._fields:
            self._fields[-1] = True
        elif sort == "end" and self._fields:
            self._fields.pop()

    def _field_marks(self, run: Element) -> None:
        for element in run:
            if name_of(element) == "fldChar":
                self._field(attribute(element, "fldCharType"))

    def _is_hidden(self, run: Element) -> bool:
        properties = child(run, "rPr")
        if (vanish := child(properties, "vanish")) is not None:
            return is_on(vanish)
        style = attribute(child(properties, "rStyle"))
        return bool(style) and self._styles.hides(style)


def _is_large_picture(drawing: Element) -> bool:
    if next((one for one in drawing.iter() if name_of(one) == "blip"), None) is None:
        return False
    extent = next((one for one in drawing.iter() if name_of(one) == "extent"), None)
    sizes = [attribute(extent, side) for side in ("cx", "cy")]
    return all(
        size.isascii() and size.isdigit() and len(size) < 12 and int(size) >= least
        for size, least in zip(sizes, _LARGE, strict=True)
    )
