"""The backup file: a ZIP whose every member is named and hashed in its manifest.

Reading trusts nothing: only the names and sizes that the manifest declares, and no more bytes.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO

from config.errors import InputError
from config.files import shown_path, unreadable
from workflows.keeping.manifest import (
    MANIFEST,
    MAX_BYTES,
    UPLOADS,
    Manifest,
    Member,
    no_backup,
    read_manifest,
    table_member,
)

_CHUNK = 1 << 20
_LINE = 1 << 24  # bytes: no row is longer
_EPOCH = (1980, 1, 1, 0, 0, 0)  # ZIP's first date: the manifest says when
# What reading a damaged ZIP may raise, once the file itself could be opened. RuntimeError covers
# what the library says of encryption and of methods of compression that it does not know.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, KeyError,
    RuntimeError, OverflowError,
)  # fmt: skip


@dataclass(slots=True)
class ArchiveWriter:
    """Writes members and remembers their sizes and hashes for the manifest."""

    zip: zipfile.ZipFile
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes], *, packed: bool) -> None:
        """Add a member. What is packed already (scans, Word files) is only stored."""
        digest, size = sha256(), 0
        info = _info(name, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
        with self.zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.members[name] = Member(size=size, sha256=digest.hexdigest())

    def add_upload(self, name: str, file: Path) -> None:
        """Add an upload from the disk."""
        with file.open("rb") as stream:
            self.add(UPLOADS + name, iter(lambda: stream.read(_CHUNK), b""), packed=False)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self.zip.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), manifest.to_json())


class Archive:
    """A backup that is open for reading."""

    def __init__(self, file: Path, opened: zipfile.ZipFile) -> None:
        """Raises InputError where the file's list of contents is not as it must be."""
        self._zip, self._shown = opened, shown_path(file)
        infos = opened.infolist()
        if not infos or infos[-1].filename != MANIFEST or infos[-1].file_size > MAX_BYTES:
            raise no_backup(self._shown)
        with self._damage_said():
            content = opened.read(infos[-1])
        self.manifest = read_manifest(content, self._shown)
        declared = {name: member.size for name, member in self.manifest.members.items()}
        if len(infos) != len(declared) + 1 or declared != {
            info.filename: info.file_size for info in infos[:-1]
        }:
            raise no_backup(self._shown)

    def check(self) -> None:
        """Read everything and compare it with its hash. Raises InputError."""
        for name in self.manifest.members:
            for _chunk in self._chunks(name):
                pass

    def rows(self, table: str) -> Iterator[bytes]:
        """A table's lines."""
        name = table_member(table)
        with self._damage_said(), self._zip.open(name) as member:
            while line := member.readline(_LINE):
                yield line

    def holds_upload(self, name: str, file: Path) -> bool:
        """Whether `file` is that upload already. Raises OSError."""
        with file.open("rb") as stream:
            found = file_digest(stream, "sha256").hexdigest()
        return found == self.manifest.members[UPLOADS + name].sha256

    def write_upload(self, name: str, stream: IO[bytes]) -> None:
        """Copy an upload's content into `stream`. Raises InputError where its hash is not right."""
        for chunk in self._chunks(UPLOADS + name):
            stream.write(chunk)

    def _chunks(self, name: str) -> Iterator[bytes]:
        declared = self.manifest.members[name]
        digest, left = sha256(), declared.size
        with self._damage_said(), self._zip.open(name) as member:
            while chunk := member.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                yield chunk
        if left != 0 or digest.hexdigest() != declared.sha256:
            raise no_backup(self._shown)

    @contextmanager
    def _damage_said(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN:
            raise no_backup(self._shown) from None


@contextmanager
def reading(file: Path) -> Iterator[Archive]:
    """Open a backup. Raises InputError where it is none."""
    try:
        if file.exists() and not file.is_dir() and not file.is_file():
            raise no_backup(shown_path(file))  # a pipe or device would be waited for
        stream = file.open("rb")
    except InputError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unreadable(file, error) from None
    with stream:
        try:
            opened = zipfile.ZipFile(stream)
        except _BROKEN:
            raise no_backup(shown_path(file)) from None
        with opened:
            yield Archive(file, opened)


@contextmanager
def writing(stream: IO[bytes]) -> Iterator[ArchiveWriter]:
    """Write a backup into `stream`."""
    with zipfile.ZipFile(stream, "w") as opened:
        yield ArchiveWriter(opened)


def _info(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = compression
    info.external_attr = 0o600 << 16
    return info
