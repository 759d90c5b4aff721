"""Is the record there, whole, and in this program's schema? Which mails wait for a person?"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from config.errors import StateError
from config.i18n import N_, _
from scheduler.doctor.finding import Finding, bad, good, warning
from workflows.database import Database
from workflows.keeping.backing_up import require_sound
from workflows.schema_version import HEAD
from workflows.tables import Assignment, Delivery, DeliveryStatus, Event

DATABASE, SCHEMA, OUTBOX = N_("database"), N_("schema"), N_("outbox")


def check_database(database: Database) -> Iterator[Finding]:
    """Whether there is a database, and whether it is sound. Raises StateError where it cannot be
    reached."""
    if not database.exists():
        yield bad(
            DATABASE,
            _("there is no database yet at {url}").format(url=database.shown),
            _("run “duban apply”, or restore a backup"),
        )
        return
    with database.read() as session:
        try:
            require_sound(session)
            kind = _describe(session)
        except StateError as error:
            yield bad(DATABASE, error.message, error.mend)
            return
    yield good(DATABASE, _("{url} can be read and is sound ({kind})").format(
        url=database.shown, kind=kind))  # fmt: skip


def check_schema(database: Database) -> Iterator[Finding]:
    """Whether the schema is this program's."""
    version = database.schema_version() or ""
    if version == HEAD:
        yield good(SCHEMA, _("schema {version} is current").format(version=version))
    elif version < HEAD:
        yield warning(
            SCHEMA,
            _("the schema {version} is older than this program's, {newest}").format(
                version=version, newest=HEAD
            ),
            _("make a backup (duban backup FILE); then any other command upgrades it"),
        )
    else:
        yield bad(
            SCHEMA,
            _("the schema {version} is newer than this program's, {newest}").format(
                version=version, newest=HEAD
            ),
            _("install the newest Duban"),
        )


def check_outbox(session: Session) -> Iterator[Finding]:
    """What waits for a person, and what the mail server keeps refusing."""
    number = func.count(col(Delivery.id))
    counts = dict(session.exec(select(Delivery.status, number).group_by(Delivery.status)).all())
    found = False
    for status, message, mend in (
        (
            DeliveryStatus.IN_DOUBT,
            _("{count} deliveries are in doubt: they may or may not have arrived"),
            _("see “duban outbox list --status in_doubt”, then “duban outbox retry”"),
        ),
        (
            DeliveryStatus.FAILED,
            _("{count} deliveries failed for good"),
            _("see “duban outbox list --status failed”; mend the addresses, then retry"),
        ),
        (
            DeliveryStatus.HELD,
            _("{count} deliveries are held until somebody releases them"),
            _("see “duban outbox list --status held”, then “duban outbox release”"),
        ),
    ):
        if count := counts.get(status, 0):
            found = True
            yield warning(OUTBOX, message.format(count=count), mend)
    refused = session.exec(
        select(Delivery.error).where(
            Delivery.status == DeliveryStatus.QUEUED, col(Delivery.error) != ""
        )
    ).all()
    if refused:
        found = True
        yield warning(
            OUTBOX,
            _("{count} deliveries were put off by the mail server: {reason}").format(
                count=len(refused), reason=refused[-1]
            ),
            _("they are tried again; see the check of the mail server"),
        )
    if not found:
        sent = counts.get(DeliveryStatus.DONE, 0)
        yield good(OUTBOX, _("{count} sent, none waits for a person").format(count=sent))


def _describe(session: Session) -> str:
    ask = session.connection().execute
    rows = [session.exec(select(func.count(col(one.id)))).one() for one in (Assignment, Event)]
    counts = _("{assignments} assignments, {events} events").format(
        assignments=rows[0], events=rows[1]
    )
    if session.connection().dialect.name != "sqlite":
        return f"PostgreSQL {ask(text('SHOW server_version')).scalar()}, {counts}"
    missing = ask(text("PRAGMA foreign_key_check")).first()
    if missing is not None:
        raise StateError(
            _("a row of the table “{table}” refers to one that is not there").format(
                table=missing[0]
            ),
            _("restore the last good backup; “duban verify” shows more"),
        )
    mode = ask(text("PRAGMA journal_mode")).scalar()
    return f"SQLite {ask(text('SELECT sqlite_version()')).scalar()}, {mode}, {counts}"
