"""Uploads: each file is kept under the SHA-256 of what it holds, its name with the hand-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from config.errors import InputError
from config.files import shown_path
from config.i18n import _
from config.plain_text import UNUSABLE, one_line
from workflows.keeping.new_files import new_file

LARGEST = 200_000_000  # bytes
_CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed in: its own name, and the hash under which it is kept."""

    name: str
    sha256: str
    size: int

    def as_data(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


def keep_upload(folder: Path, file: Path) -> Upload:
    """Copy `file` into the folder of uploads; one that is there already is not copied again.

    Raises InputError where it cannot be read, is empty or larger than 200 MB, StateError where
    the disk does not take it.
    """
    name = file.name
    if UNUSABLE.search(name) or len(name) > 255:
        raise InputError(
            _("the file name “{name}” cannot be used").format(name=one_line(name[:60])),
            _("give the file a plain name"),
        )
    digest, size = sha256(), 0
    try:
        with file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > LARGEST:
                    break
    except OSError as error:
        raise InputError(
            _("cannot read {file}: {reason}").format(
                file=shown_path(file), reason=error.strerror or error
            ),
            _("check the name and the permissions"),
        ) from None
    if size == 0 or size > LARGEST:
        raise InputError(
            _("{file} is empty or larger than {size} MB").format(
                file=shown_path(file), size=LARGEST // 1_000_000
            ),
            _("is it the right file?"),
        )
    upload = Upload(name, digest.hexdigest(), size)
    target = folder / upload.sha256
    if not target.exists():
        copied = sha256()
        with new_file(target) as stream, file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                copied.update(chunk)
                stream.write(chunk)
            if copied.hexdigest() != upload.sha256:
                raise InputError(
                    _("{file} was changed while it was being copied").format(file=shown_path(file)),
                    _("try again"),
                )
    return upload


def uploads_of(data: Mapping[str, Any]) -> list[Upload]:
    """The uploads that an event's data names."""
    return [Upload(one["name"], one["sha256"], one["size"]) for one in data.get("files", ())]


def free_name(folder: Path, name: str) -> Path:
    """A path in `folder` under which nothing stands yet: `report.pdf`, else `report (2).pdf`."""
    plain = Path(name).name or "file"
    target, number = folder / plain, 2
    while target.exists():
        target = folder / f"{Path(plain).stem} ({number}){Path(plain).suffix}"
        number += 1
    return target
