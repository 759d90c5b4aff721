"""The one door for plan documents: what a file is shows in its bytes, not in its name."""

from pathlib import Path

from config.files import read_bounded
from config.i18n import _
from workflows.documents.gathering import Gathering
from workflows.documents.kinds import Kind, kind_of
from workflows.documents.model import Document

MAX_BYTES = 30_000_000  # a plan with pictures


def read_document(path: Path) -> Document:
    """What is written in a plan document: .docx, .txt, .md, .html, .pdf; .doc, .wps, .rtf and .odt
    where LibreOffice is installed.

    Raises InputError, which says what is wrong and how to mend it: what is protected, damaged,
    a scan, empty, something else than its name says, or more than a plan can be.
    """
    content = read_bounded(path, MAX_BYTES)
    gathering = Gathering(path)
    if not content.strip():
        raise gathering.refused(_("it is empty"), _("is it the right file?"))
    # Each reader is loaded where it is needed: their libraries take time.
    match kind_of(content, path.suffix.lower(), gathering):
        case Kind.TEXT | Kind.MARKDOWN:
            from workflows.documents.text import read_text

            read_text(content, gathering)
        case _:
            raise gathering.refused(
                _("it is no document that can be read here, nor text in UTF-8, UTF-16 or GB18030"),
                _("open it and save it as .docx"),
            )
    return gathering.document(path.name)
