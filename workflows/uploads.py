"""Uploads: each file is kept under the SHA-256 of what it holds, its name with the hand-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from config.errors import InputError
from config.files import shown_path
from config.i18n import _
from config.plain_text import UNUSABLE, one_line
from workflows.keeping.new_files import new_file

LARGEST = 200_000_000  # bytes
_CHUNK = 1_000_000
_NAME_BYTES, _ENDING_BYTES = 200, 20  # a copy may get a number, and disks take 255


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
    try:
        source = file.open("rb")
    except OSError as error:
        raise _unreadable(shown_path(file), error) from None
    with source:
        return keep_stream(folder, source, name, shown=shown_path(file))


def keep_stream(
    folder: Path, source: IO[bytes], name: str, *, shown: str = "", largest: int = LARGEST
) -> Upload:
    """Copy what `source` holds, which can be read twice, as `keep_upload` does.

    `name` is kept as it is: see `clean_name`. `shown` is how messages call it, `largest` is in
    bytes.
    """
    shown = shown or name
    digest, size = sha256(), 0
    try:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size > largest:
                break
        source.seek(0)
    except OSError as error:
        raise _unreadable(shown, error) from None
    if size == 0 or size > largest:
        raise InputError(
            _("{file} is empty or larger than {size} MB").format(
                file=shown, size=largest // 1_000_000
            ),
            _("is it the right file?"),
        )
    upload = Upload(name, digest.hexdigest(), size)
    target = folder / upload.sha256
    if not target.exists():
        copied = sha256()
        with new_file(target) as stream:
            while chunk := source.read(_CHUNK):
                copied.update(chunk)
                stream.write(chunk)
            if copied.hexdigest() != upload.sha256:
                raise InputError(
                    _("{file} was changed while it was being copied").format(file=shown),
                    _("try again"),
                )
    return upload


def clean_name(name: str) -> str:
    """A file name that came from outside, as it may be kept: no folder, no control character, and
    short enough for every disk. Never empty."""
    last = UNUSABLE.sub("", name.replace("\n", "").replace("\t", " "))
    last = last.replace("\\", "/").rpartition("/")[2].strip().strip(".").strip()
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending.encode()) > _ENDING_BYTES:
        stem, dot, ending = last, "", ""
    room = _NAME_BYTES - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending) or "file"


def _unreadable(shown: str, error: OSError) -> InputError:
    return InputError(
        _("cannot read {file}: {reason}").format(file=shown, reason=error.strerror or error),
        _("check the name and the permissions"),
    )


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
