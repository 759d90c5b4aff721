"""The one door for plan documents: what a file is shows in its bytes, not in its name."""

from pathlib import Path

from config.files import read_bounded
from config.i18n import _
from workflows.documents.gathering import Gathering
from workflows.documents.kinds import Kind, kind_of
from workflows.documents.model import Document

MAX_BYTES = 30_000_000  # a plan with pictures


def read_document(path: Path) -> Document:
    """What is written in a plan document: .docx, .txt, .md, .html, .mht, .pdf; .doc, .wps, .rtf and
    .odt where LibreOffice is installed.

    Raises InputError, which says what is wrong and how to mend it: what is protected, damaged,
    a scan, empty, something else than its name says, or more than a plan can be.
    """
    content = read_bounded(path, MAX_BYTES)
    gathering = Gathering(path)
    if not content.strip():
        raise gathering.refused(_("it is empty"), _("is it the right file?"))
    # Each reader is loaded where it is needed: their libraries take time.
    match kind_of(content, path.suffix.lower(), gathering):
        case Kind.DOCX:
            from workflows.documents.word.reading import read_docx

            read_docx(content, gathering)
        case Kind.PDF:
            from workflows.documents.pdf.reading import read_pdf

            read_pdf(content, gathering)
        case Kind.HTML:
            from workflows.documents.html import read_html

            read_html(content, gathering)
        case Kind.WEB_ARCHIVE:
            from workflows.documents.web_archive import read_web_archive

            read_web_archive(content, gathering)
        case Kind.MARKDOWN:
            from workflows.documents.markdown import read_markdown

            read_markdown(content, gathering)
        case Kind.TEXT:
            from workflows.documents.text import read_text

            read_text(content, gathering)
        case Kind.DOC | Kind.RTF | Kind.ODT as other:
            from workflows.documents.old_formats import read_old

            read_old(content, f".{other}", gathering)
    return gathering.document(path.name)
