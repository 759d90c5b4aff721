"""The files of a form: their names as people know them, their size, and where they are kept."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from config.errors import InputError
from config.i18n import _
from workflows.uploads import clean_name, keep_stream

_FILENAME = re.compile(r';\s*filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)


def keep_files(folder: Path, files: Sequence[UploadFile], upload_bytes: int) -> dict[str, Any]:
    """Keep the files, and return what the event says of them. Raises InputError."""
    if sum(one.size or 0 for one in files) > upload_bytes:
        raise InputError(too_large(upload_bytes))
    kept = [
        keep_stream(folder, one.file, file_name(one), largest=upload_bytes).as_data()
        for one in files
    ]
    return {"files": kept} if kept else {}


def too_large(upload_bytes: int) -> str:
    """What to say where a form brings more than is taken."""
    return _(
        "The files are too large: {size} MB at most in one go."
        " Please hand in one after the other, or send them by mail."
    ).format(size=upload_bytes // 1_000_000)


def file_name(file: UploadFile) -> str:
    """The file's own name, cleaned. Programs that send no UTF-8 send what Chinese Windows has."""
    header = bytes(
        next((value for name, value in file.headers.raw if name == b"content-disposition"), b"")
    )
    try:
        header.decode("utf-8")
    except UnicodeDecodeError:
        # Read as a whole, since the second byte of a character may look like a backslash.
        found = _FILENAME.search(header.decode("gb18030", errors="replace"))
        if found is not None:
            return clean_name(found[1])
    return clean_name(file.filename or "")
