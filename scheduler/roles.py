"""Which parts of the running program a process has."""

from enum import StrEnum

from config.errors import InputError
from config.i18n import _
from scheduler.office import Office


class Role(StrEnum):
    """A process's part, where an office's work is spread over machines."""

    WEB = "web"  # feeds and pages
    TICK = "tick"  # puts the ticks; two of them are safer than one
    WORKER = "worker"  # does the ticks and sends
    ALL = "all"  # the three in one process


def require_postgres(here: Office) -> None:
    """Roles need a database that several machines reach, and the engine. Raises InputError."""
    if here.database.file is not None:
        raise InputError(
            _("a role needs PostgreSQL: this office's record is the file {file}").format(
                file=here.database.file
            ),
            _("leave --role out, or move the record with “duban migrate-data”"),
        )
    try:
        import dbos  # noqa: F401
    except ModuleNotFoundError:
        raise InputError(
            _("a role needs the engine, which is not installed"),
            _("install the extra: pip install “duban[postgres]”"),
        ) from None
