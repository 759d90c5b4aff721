"""What a backup says of itself: from which program and schema, when, and each member's hash.

Names in it are checked here, so that nothing in a backup can name a place outside it.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from config.errors import InputError
from config.i18n import _

FORMAT = 1  # what this program writes and reads
MANIFEST = "manifest.json"
MAX_BYTES = 64_000_000  # of a manifest: some 400,000 uploads
TABLES = "database/"
UPLOADS = "files/"

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"  # no dot at its beginning: no way up
_UPLOAD = re.compile(rf"{_PART}(/{_PART}){{0,3}}")

TableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,62}$")]
MemberName = Annotated[
    str,
    StringConstraints(pattern=rf"^(database/[a-z][a-z_]{{0,62}}\.jsonl|files/{_UPLOAD.pattern})$"),
]
_COUNT = Annotated[int, Field(ge=0, strict=True)]


class Member(BaseModel):
    """One file in the backup: how large it is and what it holds."""

    model_config = ConfigDict(frozen=True)

    size: _COUNT  # bytes
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """The list of contents. `made_at` is the moment whose record the backup holds."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    program: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+!-]{1,40}$")]
    schema_version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    database: Literal["sqlite", "postgresql"]
    made_at: AwareDatetime
    rows: dict[TableName, _COUNT]
    members: dict[MemberName, Member]

    @property
    def size(self) -> int:
        """Bytes of everything in it, unpacked."""
        return sum(member.size for member in self.members.values())

    @property
    def uploads(self) -> Iterator[str]:
        """The names of the uploads, as they stand in the folder of uploads."""
        return (name.removeprefix(UPLOADS) for name in self.members if name.startswith(UPLOADS))

    def to_json(self) -> bytes:
        """The manifest as it stands in the backup."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def table_member(table: str) -> str:
    """The member that holds a table's rows."""
    return f"{TABLES}{table}.jsonl"


def is_upload_name(name: str) -> bool:
    """Whether a file of that path may stand among the uploads."""
    return _UPLOAD.fullmatch(name) is not None


def read_manifest(content: bytes, shown: str) -> Manifest:
    """Read and check a manifest; `shown` names the backup. Raises InputError."""
    try:
        data: Any = json.loads(content)
        newer = isinstance(data, dict) and int(data["format"]) > FORMAT
    except (ValueError, TypeError, KeyError, RecursionError):
        raise no_backup(shown) from None
    if newer:
        raise InputError(
            _("{file} was made by a newer Duban").format(file=shown),
            _("install the newest Duban, then restore"),
        )
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError:
        raise no_backup(shown) from None
    tables = {name for name in manifest.members if name.startswith(TABLES)}
    if tables != {table_member(table) for table in manifest.rows}:
        raise no_backup(shown)
    return manifest


def no_backup(shown: str) -> InputError:
    """What to say of a file that is no backup, or a broken one."""
    return InputError(
        _("{file} is no backup of Duban, or is damaged").format(file=shown),
        _("take another backup; “duban backup --list FILE” shows what one holds"),
    )


def local_stamp(moment: datetime) -> str:
    """`2022-09-08-085500`: a moment as it stands in file names, in the zone that it has."""
    return f"{moment:%Y-%m-%d-%H%M%S}"
