"""`duban migrate-data`: a running office moves from SQLite to PostgreSQL; and the way back.

The record is in force at one place at any time. The copy is committed when all has been compared,
the mark on the old record right after it. Killed between the two, the old record is still in
force, and the next run finds the same rows on both sides and sets the mark alone. Where the mark
cannot be set, since the disk is full, what has arrived is taken out again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.errors import DubanError, InputError, StateError
from config.i18n import _
from config.settings import Settings
from notifications.restored import Kept, keep_back
from scheduler.judging import judge
from scheduler.tick import sending_window
from workflows.database import Database
from workflows.engines import parse_url, shown_url
from workflows.keeping.manifest import local_stamp
from workflows.keeping.moving import (
    MovedTable,
    empty,
    has_record,
    held,
    same_tables,
    take_in,
)
from workflows.keeping.postgres_place import move_aside
from workflows.keeping.schemas import schema_of
from workflows.moved import MOVED, Moved, mark_moved, read_mark, remove_mark
from workflows.organisation import Organisation
from workflows.referee import Report
from workflows.rewording import reword_restored
from workflows.schema_version import HEAD

_ANY_SERVER = "postgresql:///"


@dataclass(frozen=True, slots=True)
class Move:
    """What a move did: the tables, and what the referee finds at the new place as at the old."""

    tables: list[MovedTable]
    report: Report


@dataclass(frozen=True, slots=True)
class Return:
    """What taking a record back did. `moved` is what its mark said; `aside` names the schema in
    which the other record is kept, '' where there was none."""

    moved: Moved
    kept: Kept
    aside: str
    same: bool  # nothing has changed there since


def move(settings: Settings, now: datetime, source: str, target: str) -> Move:
    """Move the record at the SQLAlchemy URL `source` to `target`; `now` is aware.

    Raises InputError for other kinds of databases, StateError where the source is in use, the
    target is not empty, or anything is not there as it was: the target is then empty, and the
    source in force.
    """
    _require_kinds(source, target)
    _bring_up_to_date(source)
    place = Database(target)
    place.stuck_seconds = 0  # nobody else waits for it, and the referee takes its time
    arrived = False
    try:
        with held(source) as old:
            with place.write() as new:
                tables = take_in(old, new, place.shown)
                report = _judge_both(old, new, settings, now)
            arrived = True
            mark_moved(old.connection(), place.shown, now)
    except BaseException:
        if arrived and _is_in_force(source):  # one of the two must not be there
            empty(place)
        raise
    finally:
        place.close()
    return Move(tables, report)


def take_back(
    settings: Settings, organisation: Organisation, now: datetime, source: str, target: str = ""
) -> Return:
    """Let a record that has moved be in force again, as it was then; `now` is aware.

    What may have gone out since waits for a person, as after a restore; nothing does where
    `target` still holds the same rows. The tables there are put aside, so that nothing works on
    them. Raises InputError, or StateError where a program uses either of them.
    """
    _require_kinds(source, target or _ANY_SERVER)
    _require_file(source)
    with held(source) as old:
        if schema_of(old) != MOVED:
            raise StateError(
                _("the record of {place} has not moved").format(place=shown_url(source)),
                _("it is in force; there is nothing to take back"),
            )
        moved = read_mark(old.connection())
        remove_mark(old.connection())
        aside, same = _put_aside(old, moved, target, now) if target else ("", False)
        kept = Kept() if same else _keep_back(old, moved, settings, organisation, now)
    return Return(moved, kept, aside, same)


def _put_aside(old: Session, moved: Moved, target: str, now: datetime) -> tuple[str, bool]:
    """Put the other record aside; return its schema, and whether it is still the same."""
    place = Database(target)
    try:
        if place.shown != moved.url:
            raise StateError(
                _("the record has moved to {url}, and not to {other}").format(
                    url=moved.url, other=place.shown
                ),
                _("name that one, or none where it is gone for good"),
            )
        schema = f"duban_before_return_{local_stamp(now).replace('-', '_')}"
        with place.write() as new:
            same = has_record(new) and same_tables(old, new) is not None
            return move_aside(new, schema) or "", same
    finally:
        place.close()


def _keep_back(
    old: Session, moved: Moved, settings: Settings, organisation: Organisation, now: datetime
) -> Kept:
    if moved.schema != HEAD:
        from workflows.migrate import upgrade_to

        upgrade_to("head", old.connection())
    reword_restored(old, moved.at, now)
    domain = settings.mail_from.rpartition("@")[2]
    return keep_back(old, moved.at, now, organisation, sending_window(settings), domain)


def _judge_both(old: Session, new: Session, settings: Settings, now: datetime) -> Report:
    """The referee's report on the new record. What it finds there it must find in the old one."""
    report = judge(new, settings, now)
    if report.findings:
        known = set(judge(old, settings, now).findings)
        if strange := [one for one in report.findings if one not in known]:
            raise StateError(
                _("the referee finds in the copy what the record has not: {what}").format(
                    what=strange[0].message
                ),
                _("nothing was changed; the record is where it was"),
            )
    return report


def _bring_up_to_date(source: str) -> None:
    """As every command does: to today's schema. Raises StateError where there is no record."""
    database = Database(source)
    try:
        database.require()
    finally:
        database.close()


def _is_in_force(source: str) -> bool:
    """Whether the old record can be worked on; an error in it is no reason to lose the new one."""
    database = Database(source)
    try:
        return database.exists()
    except DubanError:
        return False
    finally:
        database.close()


def _require_file(source: str) -> None:
    database = Database(source)
    if database.file is None or not database.file.exists():
        raise StateError(
            _("there is no database yet at {url}").format(url=database.shown),
            _("name the file that the record was in"),
        )


def _require_kinds(source: str, target: str) -> None:
    kinds = [parse_url(one).get_backend_name() for one in (source, target)]
    if kinds != ["sqlite", "postgresql"]:
        raise _wrong_kinds()


def _wrong_kinds() -> InputError:
    return InputError(
        _("a record moves from SQLite to PostgreSQL"),
        _("for any other way run “duban backup”, and “duban restore” at the other place"),
    )
