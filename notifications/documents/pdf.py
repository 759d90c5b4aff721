"""Turns an office document into a PDF with LibreOffice, where that is installed.

LibreOffice runs in a folder of its own, with a profile of its own: nothing of the user's is read
or written, and several run side by side.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from config.errors import StateError
from config.i18n import _

PROGRAMS = ("soffice", "libreoffice")
PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk"
_SECONDS = 180


def office_program() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return next((found for one in PROGRAMS if (found := shutil.which(one))), None)


def require_office() -> str:
    """The path of LibreOffice. Raises StateError where it is not installed."""
    if (program := office_program()) is None:
        raise StateError(
            _("a PDF needs LibreOffice, which is not installed"),
            _("on Debian: apt install {packages}; or take --format docx").format(packages=PACKAGES),
        )
    return program


def write_pdf(content: bytes, suffix: str) -> bytes:
    """The document (`suffix` is `.docx`, `.xlsx` or `.html`) as a PDF.

    Raises StateError where LibreOffice is missing or gives nothing.
    """
    program = require_office()
    with tempfile.TemporaryDirectory(prefix="duban-pdf-") as name:
        folder = Path(name)
        source = folder / f"document{suffix}"
        source.write_bytes(content)
        command = (
            program, "--headless", "--norestore",
            f"-env:UserInstallation={folder.as_uri()}/profile",
            "--convert-to", "pdf", "--outdir", str(folder), str(source),
        )  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, on a file that we have written
                command, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StateError(
                _("LibreOffice made no PDF: {reason}").format(reason=error), _mend()
            ) from None
        made = source.with_suffix(".pdf")
        if not made.exists():
            said = done.stderr.decode(errors="replace").strip()
            raise StateError(_("LibreOffice made no PDF: {reason}").format(reason=said), _mend())
        return made.read_bytes()


def _mend() -> str:
    return _("take --format docx, and open it by hand")
