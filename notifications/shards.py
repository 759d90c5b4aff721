"""Parts of a tick's work, for many workers on one PostgreSQL: by unit first, then by address."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func

_POSITIVE = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` parts, by the hash of a name; every name is in one part alone."""

    number: int  # from 0
    of: int

    def holds(self, name: Any) -> ColumnElement[bool]:
        """The condition that the column `name` is of this part; PostgreSQL alone can tell."""
        hashed: ColumnElement[int] = func.hashtext(name).op("&")(_POSITIVE)
        return hashed % self.of == self.number

    def __str__(self) -> str:
        """For locks and keys."""
        return f"{self.number}/{self.of}"
