"""Moves a sample office to PostgreSQL and back."""

from scheduler.moving import Move, Return, move, take_back
from tests.support.contents import everything
from tests.support.office import SampleOffice
from workflows.database import Database

NEXT = "2022-06-15 09:00"  # when something is due again


def source_of(office: SampleOffice) -> str:
    return office.settings.resolved_database_url


def to(office: SampleOffice, target: str) -> Move:
    """Move it, now."""
    now = office.clock().astimezone(office.settings.zone)
    return move(office.settings, now, source_of(office), target)


def back(office: SampleOffice, target: str = "") -> Return:
    """Take it back, now."""
    now = office.clock().astimezone(office.settings.zone)
    return take_back(office.settings, office.organisation, now, source_of(office), target)


def at(office: SampleOffice, target: str) -> SampleOffice:
    """The same office where it has moved to."""
    folder = office.settings.home.parent
    return SampleOffice(folder, f"{office.clock():%Y-%m-%d} 09:00", database_url=target)


def is_empty(target: str) -> bool:
    database = Database(target)
    try:
        return everything(database) == []
    finally:
        database.close()
