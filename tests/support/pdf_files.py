"""PDF files made by hand: characters by their places, in a font that the file does not bring."""

from collections.abc import Sequence

WIDE, HIGH = 595, 842  # points: A4
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor<</Type/FontDescriptor"
    b"/FontName/STSong-Light/Flags 4/Ascent 880/Descent -120/ItalicAngle 0>>>>]>>"
)
_DOT = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
SCANNED = f"q {WIDE} 0 0 {HIGH} 0 0 cm /I Do Q\n"  # a picture over the whole page
LOCKED = (
    b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
)  # fmt: skip


def at(x: float, y: float, text: str, size: float = 16) -> str:
    """Text that begins there; each character is as wide as it is high."""
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A ruled line."""
    return f"{x0} {y0} m {x1} {y1} l S\n"


def pdf(pages: Sequence[str], *, encrypted: bool = False) -> bytes:
    """A file with these pages, each of what `at` and `rule` give."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))),
        _FONT,
        _stream(b"\0", _DOT[2:]),
    ]
    for number, content in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources"
            b"<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % (WIDE, HIGH, 6 + 2 * number)
        )
        objects.append(_stream(content.encode("ascii")))
    return _file(objects, b"/Encrypt " + LOCKED + b"/ID[<41><41>]" if encrypted else b"")


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(content), content)


def _file(objects: Sequence[bytes], more: bytes) -> bytes:
    text, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return text + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF" % (size, table, size, more, len(text))
    )
