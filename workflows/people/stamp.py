"""Notes when the list of contacts changed: contacts themselves keep no time."""

from datetime import datetime

from sqlmodel import Session

from workflows.tables import ContactsStamp


def contacts_changed(session: Session, now: datetime) -> None:
    """Note that contacts were added, taken away or replaced at `now`."""
    session.merge(ContactsStamp(id=1, changed_at=now))


def contacts_changed_at(session: Session) -> datetime | None:
    """When that last was; None where it never was, or an older Duban did not note it."""
    stamp = session.get(ContactsStamp, 1)
    return stamp.changed_at if stamp else None
