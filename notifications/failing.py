"""Addresses of which a server said that there is no such mailbox: marked, shown, still written to.

Who mends a list needs the server's words; whether to stop is a person's decision.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from workflows.tables import FailingAddress


def mark(session: Session, address: str, code: str, text: str, now: datetime) -> None:
    """Record at `now` (aware) that mail to `address` comes back with these words."""
    row = session.get(FailingAddress, address)
    if row is None:
        row = FailingAddress(address=address, since=now, last_at=now, code=code, text=text)
    elif row.cleared_at is not None:
        row.since, row.count = now, 1
        row.cleared_at, row.cleared_by = None, ""
    else:
        row.count += 1
    row.last_at, row.code, row.text = now, code, text
    session.add(row)


def clear(session: Session, address: str, actor: str, now: datetime) -> None:
    """A person says at `now` (aware) that the address is in order again.

    Raises StateError where it is not marked.
    """
    row = session.get(FailingAddress, address)
    if row is None or row.cleared_at is not None:
        raise StateError(
            _("no mail to {address} has come back").format(address=address),
            _("see “duban doctor” for the addresses that fail"),
        )
    row.cleared_at, row.cleared_by = now, actor
    session.add(row)


def is_failing(session: Session, address: str) -> bool:
    """Whether mail to the address came back, and nobody has cleared it since."""
    row = session.get(FailingAddress, address)
    return row is not None and row.cleared_at is None


def list_failing(session: Session) -> Sequence[FailingAddress]:
    """The addresses that fail now, by address."""
    return session.execute(_FAILING).scalars().all()


_FAILING = (  # each morning asks for each office; building it takes longer than the database does
    select(FailingAddress)
    .where(col(FailingAddress.cleared_at).is_(None))
    .order_by(col(FailingAddress.address))
)
