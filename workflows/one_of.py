"""The condition that a column has one of many values, which are one parameter of its statement."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, Integer, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def one_of(column: Any, parameter: str) -> ColumnElement[bool]:
    """The condition that `column`, of numbers or texts, has one of the values that are bound to the
    statement as the list `parameter`. With `in_` the statement would be written anew each time it
    is executed, with a parameter for each value; so the list is one parameter."""
    numbers = isinstance(column.type, Integer)
    return _OneOf(column, bindparam(parameter, type_=_List(Integer() if numbers else String())))


class _OneOf(FunctionElement[bool]):
    """A column and the list that its value is to be in."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLite has no type of truth, and "= 1" would keep it from its indexes."""
        return self


@compiles(_OneOf)
def _any_of_array(element: _OneOf, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_OneOf, "sqlite")
def _in_json(element: _OneOf, compiler: Any, **more: Any) -> str:
    column, values = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  both are written by SQLAlchemy


class _List(TypeDecorator[Sequence[Any]]):
    """Values of one type as one parameter: an array, or as JSON where there are none."""

    impl = String
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(self.of))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return json.dumps(values) if dialect.name == "sqlite" else values
