"""Takes the moment of writing out of an Office file, so that the same content is the same bytes."""

import io
import re
import zipfile

_FIRST = (1980, 1, 1, 0, 0, 0)  # ZIP's first date
_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")
_CORE = "docProps/core.xml"


def timeless(content: bytes) -> bytes:
    """The same .xlsx or .docx, without the day on which it was written."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, _MOMENTS.sub(b"", part) if name == _CORE else part)
    return packed.getvalue()
