"""Opens a PDF: what protects it, what is a scan, and its pages put together to a document."""

import io
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from config.errors import InputError
from config.i18n import _
from workflows.documents.gathering import Gathering
from workflows.documents.model import Place
from workflows.documents.pdf.lines import Line, lines_of
from workflows.documents.pdf.page import Counter, Page
from workflows.documents.pdf.paragraphs import Setting, paragraphs_of, without_heads
from workflows.documents.pdf.ruled import RuledTable, take_tables
from workflows.documents.spaces import clean, ends_sentence, joined
from workflows.sheets.xml_part import TooMuchError

_MAX_PAGES = 300
_MAX_UNPACKED = 100_000_000  # bytes of all streams
_MAX_STREAMS = 20_000
_MAX_LAYERS = 3  # streams packed in streams
_CHUNK = 65_536
_PICTURE = 0.5  # of a page
_FEW = 40  # characters: what a scanner writes onto its picture
_STREAM = re.compile(rb"stream\r?\n")
_SHOWN_PAGES = 20

# What it says of fonts and broken objects helps nobody who reads a plan.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def read_pdf(content: bytes, gathering: Gathering) -> None:
    """Take the blocks of a PDF. Raises InputError."""
    with _guarded(gathering):
        _refuse_bombs(content, gathering)
        pages = list(_pages(content, gathering))
        _refuse_pictures(pages, gathering)
        tables = [take_tables(page) for page in pages]
        lines = without_heads([(page, _numbered(page)) for page in pages])
        _gather(pages, lines, tables, gathering)


@contextmanager
def _guarded(gathering: Gathering) -> Iterator[None]:
    """Says clearly what is wrong; the library raises whatever a broken file leads it to."""
    try:
        yield
    except InputError:
        raise
    except TooMuchError:
        raise gathering.too_much() from None
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise gathering.refused(
            _("it is protected with a password"), _("save it without the password")
        ) from None
    except Exception:
        raise gathering.refused(
            _("it is damaged, or no PDF that a program has written"),
            _("print it as PDF anew, or ask for the Word file"),
        ) from None


def _refuse_bombs(content: bytes, gathering: Gathering) -> None:
    """Unpack every stream once, in small pieces, before the library does it at once."""
    left = _MAX_UNPACKED
    for count, found in enumerate(_STREAM.finditer(content)):
        if count > _MAX_STREAMS:
            raise gathering.too_much()
        packed, start = content, found.end()
        for _layer in range(_MAX_LAYERS):
            packed, start = _unpacked(packed, start, left), 0
            left -= len(packed)
            if left <= 0:
                raise gathering.too_much()
            if not packed:
                break


def _unpacked(content: bytes, start: int, most: int) -> bytes:
    """What is packed from there on, at most so many bytes; nothing where nothing is."""
    unpacking, pieces, count = zlib.decompressobj(), [], 0
    try:
        while not unpacking.eof and count < most and start < len(content):
            chunk = content[start : start + _CHUNK]
            start += len(chunk)
            while chunk and count < most:
                pieces.append(unpacking.decompress(chunk, most - count))
                count += len(pieces[-1])
                chunk = unpacking.unconsumed_tail
    except zlib.error:
        pass
    return b"".join(pieces)


def _pages(content: bytes, gathering: Gathering) -> Iterator[Page]:
    document = PDFDocument(PDFParser(io.BytesIO(content)))
    resources = PDFResourceManager()
    device = Counter(resources)
    interpreter = PDFPageInterpreter(resources, device)
    for number, one in enumerate(PDFPage.create_pages(document), 1):
        if number > _MAX_PAGES:
            raise gathering.refused(
                _("it has more than {count} pages").format(count=_MAX_PAGES),
                _("is it the right file? copy the plan alone into a new one"),
            )
        interpreter.process_page(one)
        layout = device.get_result()
        page = Page(number, layout.width, layout.height)
        page.take(layout)
        yield page


def _refuse_pictures(pages: Sequence[Page], gathering: Gathering) -> None:
    """Refuse a scan; note single pages that are pictures."""
    known, unknown = sum(len(page.chars) for page in pages), sum(page.unknown for page in pages)
    if unknown > known:
        raise gathering.refused(
            _("its fonts do not tell which characters they show"),
            _("run a program that recognises text (OCR) over it, or ask for the Word file"),
        )
    pictures = [page for page in pages if page.pictured > _PICTURE and len(page.chars) < _FEW]
    if pictures and all(page in pictures or not page.chars for page in pages):
        raise gathering.refused(
            _("it is a scan: its pages are pictures without text"),
            _("run a program that recognises text (OCR) over it, or ask for the Word file"),
        )
    if pictures:
        shown = [str(page.number) for page in pictures[:_SHOWN_PAGES]]
        gathering.note(
            _("pages that are pictures without text and were not read ({count}): {pages}").format(
                count=len(pictures), pages=_(", ").join(shown)
            )
        )


def _numbered(page: Page) -> list[Line]:
    return [
        replace(line, page=page.number, number=number)
        for number, line in enumerate(lines_of(page.chars), 1)
    ]


def _gather(
    pages: Sequence[Page],
    lines: Sequence[list[Line]],
    tables: Sequence[list[RuledTable]],
    gathering: Gathering,
) -> None:
    """Give the blocks in their order; a paragraph may go on over the end of a page."""
    settings: dict[int, Setting] = {}
    for width in {round(page.width) for page in pages}:
        alike = [one for page, its in zip(pages, lines, strict=True) for one in its
                 if round(page.width) == width]  # fmt: skip
        if alike:
            settings[width] = Setting.of(alike, width)
    waiting: list[Line] = []

    def flush() -> None:
        if waiting:
            width = round(pages[waiting[0].page - 1].width)
            for paragraph in paragraphs_of(waiting, settings[width]):
                _paragraph(paragraph, gathering)
            waiting.clear()

    for page, its_lines, its_tables in zip(pages, lines, tables, strict=True):
        if waiting and round(page.width) != round(pages[waiting[0].page - 1].width):
            flush()
        left = list(its_lines)
        for table in its_tables:
            above = [line for line in left if line.y0 > table.bottom]
            left = [line for line in left if line.y0 <= table.bottom]
            waiting += above
            flush()
            _table(table, page, gathering, at_top=not above)
        waiting += left
    flush()


def _paragraph(lines: Sequence[Line], gathering: Gathering) -> None:
    text = ""
    for line in lines:
        text = joined(text, clean(line.text))
    gathering.paragraph(text, Place(page=lines[0].page, line=lines[0].number))


def _table(table: RuledTable, page: Page, gathering: Gathering, *, at_top: bool) -> None:
    """Take a table; one at the top of a page, as wide as the last before it, goes on with it."""
    last = gathering.last_table() if at_top else None
    goes_on = last and len(last.rows[0]) == len(table.own[0]) and last.place.page < page.number
    if last is None or not goes_on:
        gathering.table(table.own, table.same, Place(page=page.number))
        return
    own, same = [[clean(cell) for cell in row] for row in table.own], table.same
    start = 1 if tuple(own[0]) == last.rows[0] else 0  # its head is repeated
    if start < len(own) and _is_rest(own[start], last.rows[-1]):
        gathering.complete_last_row(own[start])
        start += 1
    gathering.lengthen(own[start:], same[start:])


def _is_rest(row: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row on a new page is the rest of the one above: few of its cells have text, not
    the first, and all of them go on from a text that has no end."""
    going_on = [cell for cell, rest in zip(above, row, strict=True) if rest]
    few = 2 * len(going_on) <= sum(map(bool, above))
    open_ended = all(cell and not ends_sentence(cell) for cell in going_on)
    return bool(above[0]) and not row[0] and bool(going_on) and few and open_ended
