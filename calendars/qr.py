"""QR codes (ISO/IEC 18004) of an address, for pages, mails and terminals.

Dark on light wherever they are shown, with the standard's margin of four modules, since not every
camera reads them the other way round.
"""

from io import BytesIO

import segno
from markupsafe import Markup

_MARGIN = 4  # modules
_PIXELS = 6  # of a module in a picture
# Which of the eight masks a picture has: trying all of them for the one that looks most even takes
# four fifths of the time, a morning may need thousands, and readers take any.
_MASK = 2
_ON_BLACK, _PLAIN = "\x1b[97;40m", "\x1b[0m"  # bright white on black, whatever the terminal's theme
_BLOCKS = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}  # the light half is drawn


def qr_svg(text: str, label: str) -> Markup:
    """An <svg> element to put into a page; `label` says to those who do not see it what it is."""
    drawn = _code(text).svg_inline(
        border=_MARGIN,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title=label,
    )
    return Markup(drawn)  # noqa: S704 numbers, colours and the label, which segno escapes


def qr_png(text: str) -> bytes:
    """A picture in black and white (PNG)."""
    picture = BytesIO()
    _code(text, _MASK).save(picture, kind="png", border=_MARGIN, scale=_PIXELS)
    return picture.getvalue()


def qr_lines(text: str, colored: bool = True) -> list[str]:
    """Lines for a terminal; two rows of modules are one line.

    Without `colored` the terminal's background has to be dark.
    """
    rows = [list(row) for row in _code(text).matrix_iter(border=_MARGIN)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    lines = [
        "".join(_BLOCKS[bool(upper), bool(lower)] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]
    return [f"{_ON_BLACK}{line}{_PLAIN}" for line in lines] if colored else lines


def _code(text: str, mask: int | None = None) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=mask)
