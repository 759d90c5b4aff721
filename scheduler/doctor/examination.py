"""The whole examination, one check after the other; a check that cannot look stops no other."""

from collections.abc import Callable, Iterable, Iterator

from sqlmodel import Session

from scheduler.clock import wall_clock
from scheduler.doctor import carriers, home, inbox, machines, mail, people, record, times
from scheduler.doctor.finding import Finding, Level, guarded
from scheduler.office import Office
from workflows.database import Database
from workflows.schema_version import HEAD


def examine(here: Office, send_test: str | None = None) -> Iterator[Finding]:
    """Look everything over. `send_test` is an address that gets a message.

    The network is used only for what the settings name. Nothing is changed: not even an older
    schema is upgraded.
    """
    settings = here.settings
    database = Database(settings.resolved_database_url)
    try:
        found = list(guarded(record.DATABASE, lambda: record.check_database(database)))
        yield from found
        if all(one.level is not Level.ERROR for one in found):
            yield from guarded(record.SCHEMA, lambda: record.check_schema(database))
            yield from _of_the_record(here, database)
    finally:
        database.close()
    now = here.now()
    yield from guarded(mail.SERVER, lambda: mail.check_server(settings, demo=here.is_demo))
    yield from mail.check_sender(settings)
    yield from guarded(carriers.CHANNELS, lambda: carriers.check_channels(settings))
    yield from inbox.check_inbox(settings)
    if send_test is not None:
        yield from guarded(mail.TEST, lambda: mail.send_test(settings, send_test, now))
    yield from guarded(home.DISK, lambda: home.check_disk(settings))
    yield from guarded(home.PERMISSIONS, lambda: home.check_permissions(settings))
    yield from guarded(home.BACKUPS, lambda: home.check_backups(settings, now))
    yield from home.check_url(settings)


def _of_the_record(here: Office, database: Database) -> Iterator[Finding]:
    if database.schema_version() != HEAD:
        return
    settings, now = here.settings, here.now()
    real = here.clock is wall_clock
    checks: list[tuple[str, Callable[[Session], Iterable[Finding]]]] = [
        (times.CLOCK, lambda session: times.check_clock(session, now, real=real)),
        (times.TICKS, lambda session: times.check_ticks(session, now, settings)),
        (machines.WORKERS, lambda session: machines.check_workers(session, settings, now)),
        (times.ZONE, lambda session: times.check_zones(session, settings, now)),
        (times.HOLIDAYS, times.check_holidays),
        (record.OUTBOX, record.check_outbox),
        (
            carriers.CARRIER,
            lambda session: carriers.check_carrier(session, settings, now),
        ),
        (carriers.FAILING, carriers.check_failing),
        (
            people.CONTACTS,
            lambda session: people.check_contacts(
                session, here.organisation, settings, here.now().date()
            ),
        ),
        (
            people.CAMPAIGNS,
            lambda session: people.check_campaigns(session, here.organisation, settings),
        ),
    ]
    for name, check in checks:
        yield from guarded(name, lambda check=check: _in_session(database, check))  # type: ignore[misc]


def _in_session(database: Database, check: Callable[[Session], Iterable[Finding]]) -> list[Finding]:
    with database.read() as session:
        return list(check(session))
