"""Reads rows in batches of bounded size; a row that cannot be read is a finding, not the end."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from config.errors import StateError
from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.report import Report

_Row = TypeVar("_Row", bound=SQLModel)

# What a column type, JSON or a date makes of a value that Duban never writes.
UNREADABLE = (LookupError, StateError, TypeError, ValueError)
BATCH = 500  # rows of the outer table in memory at a time


def rows(session: Session, report: Report, model: type[_Row], *where: Any) -> list[_Row]:
    """The rows of `model` that satisfy `where`, in the order of their keys."""
    keys = inspect(model).primary_key
    query = select(model).where(*where).order_by(*keys)
    try:
        return list(session.exec(query))
    except UNREADABLE:
        return list(_one_by_one(session, report, model, keys, where))


def _one_by_one(
    session: Session, report: Report, model: type[_Row], keys: tuple[Any, ...], where: Iterable[Any]
) -> Iterator[_Row]:
    for key in session.connection().execute(select(*keys).where(*where).order_by(*keys)):
        same = [column == value for column, value in zip(keys, key, strict=True)]
        name = f"{model.__tablename__} {'/'.join(map(str, key))}"
        try:
            yield from session.exec(select(model).where(*same))
        except UNREADABLE as error:
            report.add(Code.UNREADABLE, name, _("it cannot be read: {reason}").format(reason=error))


def batches(session: Session, report: Report, model: type[_Row], key: Any) -> Iterator[list[_Row]]:
    """All rows of `model` by its whole-numbered `key`, some at a time."""
    last = None
    while True:
        query = select(key).order_by(key).limit(BATCH)
        found = session.exec(query if last is None else query.where(key > last)).all()
        if not found:
            return
        first, last = found[0], found[-1]
        yield rows(session, report, model, key >= first, key <= last)


def orphans(
    session: Session, report: Report, child: type[SQLModel], parent: type[SQLModel], *pairs: Any
) -> None:
    """Report the rows of `child` whose `parent` is missing; `pairs` are columns that must meet."""
    keys = inspect(child).primary_key
    meet = [theirs == own for own, theirs in pairs]
    refers = [col(own).is_not(None) for own, _theirs in pairs]
    query = (
        select(*keys, *(own for own, _theirs in pairs))
        .outerjoin(parent, *_joined(meet))
        .where(*refers, pairs[0][1].is_(None))
        .order_by(*keys)
    )
    for found in session.connection().execute(query):
        name = f"{child.__tablename__} {'/'.join(map(str, found[: len(keys)]))}"
        wanted = "/".join(map(str, found[len(keys) :]))
        report.add(
            Code.ORPHAN,
            name,
            _("there is no {table} {key}").format(table=parent.__tablename__, key=wanted),
        )


def _joined(meet: list[Any]) -> list[Any]:
    whole = meet[0]
    for one in meet[1:]:
        whole = whole & one
    return [whole]
