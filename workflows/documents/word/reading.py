"""Opens a Word file: its parts, within bounds, and what they say together."""

import posixpath

from config.i18n import _
from workflows.documents.gathering import Gathering
from workflows.documents.word.body import Body
from workflows.documents.word.numbering import Numbering
from workflows.documents.word.styles import Styles
from workflows.documents.word.tree import Element, child, read_tree
from workflows.sheets.model import Budget
from workflows.sheets.package import Package
from workflows.sheets.workbook import main_part
from workflows.sheets.xml_part import DamagedError, TooMuchError


def read_docx(content: bytes, gathering: Gathering) -> None:
    """Take the blocks of a .docx file. Raises InputError."""
    package = Package(content, Budget(gathering.file), word=True)
    with package.guarded():
        try:
            reader = _taken(package, gathering)
        except TooMuchError:
            raise gathering.too_much() from None  # a plan, not the list that the package speaks of
    if reader.unread and gathering.is_empty:
        raise gathering.refused(
            _("it holds pictures alone, without text"),
            _("run a program that recognises text (OCR) over it, or ask for the Word file"),
        )
    if reader.unread:
        gathering.note(
            _("pictures or embedded objects that were not read: {count}").format(
                count=reader.unread
            )
        )


def _taken(package: Package, gathering: Gathering) -> Body:
    part = main_part(package)
    body = child(read_tree(package, part), "body")
    if body is None:
        raise DamagedError
    folder = posixpath.dirname(part)
    styles = Styles(_beside(package, f"{folder}/styles.xml"))
    numbering = Numbering(_beside(package, f"{folder}/numbering.xml"))
    reader = Body(styles, numbering, gathering)
    reader.take(body)
    return reader


def _beside(package: Package, part: str) -> Element | None:
    """A part that a Word file may lack; every program gives it this name."""
    return read_tree(package, part) if part in package else None
