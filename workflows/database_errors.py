"""What a database failure means to a person, and how to mend it, in place of a driver's traceback.

Told by SQLite's result codes (sqlite.org/rescode.html) and PostgreSQL's SQLSTATE (its manual,
appendix A). A connection that fails has no SQLSTATE: there the server's words have to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.errors import StateError
from config.i18n import N_, _
from workflows.engines import shown_url

_AWAY = N_("the server went away; see whether it was recorded, and if not, try again")
_BY_CODE = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "55P03", "40P01", "57014"),
        N_("another program holds it; try again when that has finished"),
    ),
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        N_("that file is not a Duban database, or is damaged: restore a backup"),
    ),
    (("XX001", "XX002"), N_("the database is damaged: restore a backup")),
    (
        ("SQLITE_FULL", "SQLITE_IOERR", "53100", "58030"),
        N_("the disk is full or damaged: free some space, then try again; nothing was changed"),
    ),
    (
        ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
        N_("check the folder and its permissions, or set DUBAN_HOME"),
    ),
    (
        ("42501", "25006"),
        N_(
            "let the database user write to that database and make schemas in it: best as its owner"
        ),
    ),
    (("08", "57P", "25P03"), _AWAY),
    (("53",), N_("the server is overloaded: try again later, or give it more room")),
    (
        ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "22", "23"),
        N_("what was entered does not fit the record; nothing was changed"),
    ),
)
_NO_ROOM = N_("the server is overloaded: try again later, or give it more room")
_AT_CONNECTING = (
    ("too many", _NO_ROOM),  # clients, or connections for one role or database
    ("connection slots", _NO_ROOM),  # the last ones are the superuser's
    ("pg_hba.conf", N_("let the server admit this machine and user: see its pg_hba.conf")),
    ("password", N_("check the user name and the password in DUBAN_DATABASE_URL")),
    ('role "', N_("check the user name and the password in DUBAN_DATABASE_URL")),
    ('database "', N_("create that database first, e.g. with createdb")),
    ("the database system", N_("wait until the server is up, then try again")),
    ("", N_("check that the server runs, and the address in DUBAN_DATABASE_URL")),
)
_OTHER = N_("check the database and its disk; nothing was changed")
_LONGEST = 300  # of what a database says: it may quote what stands in a damaged row


@contextmanager
def clear_errors(url: str) -> Iterator[None]:
    """Raise a StateError that says what happened and how to mend it; no password is shown."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        reason, mend = _explain(error)
        message = _("the database {url} cannot be used: {reason}").format(
            url=shown_url(url), reason=reason
        )
        raise StateError(message, mend) from error


def _explain(error: DBAPIError | PoolTimeout) -> tuple[str, str]:
    """What happened, on one line, and how to mend it."""
    if isinstance(error, PoolTimeout):
        return _("too many are asking at once"), _("try again later")
    words = str(error.orig)
    reason = (words.strip().splitlines() or [type(error.orig).__name__])[0][:_LONGEST]
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    if "not decode to UTF-8" in words:  # said by the driver, which gives no code
        code = "SQLITE_CORRUPT"
    mend = _OTHER
    if code:
        mend = next((mend for codes, mend in _BY_CODE if code.startswith(codes)), _OTHER)
    elif error.statement is None and type(error.orig).__module__.startswith("psycopg"):
        mend = next(mend for word, mend in _AT_CONNECTING if word in words)
    elif error.connection_invalidated:
        mend = _AWAY
    return reason, _(mend)
