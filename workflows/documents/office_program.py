"""Runs LibreOffice, where it is installed, to turn one kind of document into another.

It runs in a folder of its own, with a profile of its own: nothing of the user's is read or
written, and several run side by side. That profile lets a document fetch nothing and run nothing.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = ("soffice", "libreoffice")
PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk"
_SECONDS = 180
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_FORBIDDEN = ("BlockUntrustedRefererLinks", "DisableMacrosExecution", "DisableActiveContent")
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="{_SECURITY}"><prop oor:name="{name}" oor:op="fuse">'
        "<value>true</value></prop></item>"
        for name in _FORBIDDEN
    )
    + "</oor:items>"
)


class OfficeFailedError(Exception):
    """LibreOffice made nothing; the text is its reason."""


def office_program() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return next((found for one in PROGRAMS if (found := shutil.which(one))), None)


def convert(program: str, content: bytes, suffix: str, target: str) -> bytes:
    """The document (`suffix` is the usual one of what it is, such as `.docx`) as the kind
    `target`, such as `pdf`. Raises OfficeFailedError."""
    with tempfile.TemporaryDirectory(prefix="duban-office-") as name:
        folder = Path(name)
        source = folder / f"document{suffix}"
        source.write_bytes(content)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")
        made = folder / "made" / f"document.{target}"
        command = (
            program, "--headless", "--norestore",
            f"-env:UserInstallation={folder.as_uri()}/profile",
            "--convert-to", target, "--outdir", str(made.parent), str(source),
        )  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, on a file that we have written
                command, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OfficeFailedError(str(error)) from None
        if not made.exists():
            said = done.stderr.decode(errors="replace").strip()
            raise OfficeFailedError(said.rpartition("\n")[2])  # above it, what it warns of
        return made.read_bytes()
