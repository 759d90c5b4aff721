"""Turns an office document into a PDF with LibreOffice, where that is installed."""

from config.errors import StateError
from config.i18n import _
from workflows.documents import office_program as office


def require_office() -> str:
    """The path of LibreOffice. Raises StateError where it is not installed."""
    if (program := office.office_program()) is None:
        raise StateError(
            _("a PDF needs LibreOffice, which is not installed"),
            _("on Debian: apt install {packages}; or take --format docx").format(
                packages=office.PACKAGES
            ),
        )
    return program


def write_pdf(content: bytes, suffix: str) -> bytes:
    """The document (`suffix` is `.docx`, `.xlsx` or `.html`) as a PDF.

    Raises StateError where LibreOffice is missing or gives nothing.
    """
    try:
        return office.convert(require_office(), content, suffix, "pdf")
    except office.OfficeFailedError as error:
        raise StateError(
            _("LibreOffice made no PDF: {reason}").format(reason=error),
            _("take --format docx, and open it by hand"),
        ) from None
