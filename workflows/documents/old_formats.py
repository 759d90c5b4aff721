"""Reads .doc, .wps, .rtf and .odt by way of LibreOffice, which saves them as .docx."""

from config.i18n import _
from workflows.documents import office_program as office
from workflows.documents.gathering import Gathering
from workflows.documents.word.reading import read_docx

_PACKAGES = "libreoffice-writer-nogui"


def read_old(content: bytes, suffix: str, gathering: Gathering) -> None:
    """Take the blocks of a document that is `suffix` by its content. Raises InputError."""
    if (program := office.office_program()) is None:
        raise gathering.refused(
            _("reading {suffix} needs LibreOffice, which is not installed").format(suffix=suffix),
            _("save it as .docx; or on Debian: apt install {packages}").format(packages=_PACKAGES),
        )
    try:
        made = office.convert(program, content, suffix, "docx")
    except office.OfficeFailedError as error:
        raise gathering.refused(
            _("LibreOffice cannot read it: {reason}").format(reason=error),
            _("open it in Word or WPS and save it as .docx"),
        ) from None
    read_docx(made, gathering)
