"""What all tables are made with: their base, partial indexes, and column types: UTC times that
refuse naive values, and enums stored by value.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, DateTime, Dialect, Index, String, bindparam, text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from config.errors import StateError
from config.i18n import _

_MOST_KNOWN = 1000  # texts


class Table(SQLModel):
    """The base of all tables."""

    # Rows are never validated: their validators are not built while the program starts.
    model_config = {"defer_build": True}


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that the SQL condition holds for.

    The migrations make it so on both databases. Here SQLite's dialect alone is told: PostgreSQL's
    takes as long to import as all tables, and who is on SQLite never needs it.
    """
    return Index(name, *columns, sqlite_where=text(where))


def among(column: Any, values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """The condition that `column` has one of these values, for a partial index whose condition
    names the same ones in alphabetical order: SQLite uses it where the statement itself has them,
    in the same order. Where they were bound to it, it would look at every row."""
    words: Any = bindparam(None, sorted(values), expanding=True, literal_execute=True)
    return column.in_(words)  # type: ignore[no-any-return]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite would otherwise give back naive local times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        return value.astimezone(UTC)

    # The type's own decorator would call twice for each value, of which there may be very many.
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        read = self.impl_instance.result_processor(dialect, coltype) or _as_it_is

        def in_utc(stored: Any) -> datetime | None:
            if stored is None:
                return None
            value: Any = read(stored)
            utc: datetime = (
                value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            )
            return utc

        return in_utc


def _as_it_is(value: Any) -> Any:
    return value


class EnumValue(TypeDecorator[StrEnum]):
    """A StrEnum stored as its value (SQLAlchemy's own type stores the member's name)."""

    impl = String(20)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum
        self._members = _Members({None: None} | {one.value: one for one in enum})

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return self._members.__getitem__


class Repeated(TypeDecorator[Any]):
    """Values of the type `of` of which very many rows have the same few, such as dates; they are
    read, not changed. SQLite gives text, and each text is looked at once."""

    impl = String
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        read = self.of.dialect_impl(dialect).result_processor(dialect, coltype)
        return read if read is None or dialect.name != "sqlite" else _Known(read).__getitem__


class _Known(dict[Any, Any]):
    """What texts say, the latest of them."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, stored: Any) -> Any:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        value = self[stored] = self._read(stored)
        return value


class _Members(dict[str | None, StrEnum | None]):
    """The members of an enum by their values: looking one up is much faster than making it."""

    def __missing__(self, value: str | None) -> NoReturn:
        raise StateError(
            _("the database is damaged: “{text}” cannot be read").format(text=value),
            _("restore a backup"),
        )
