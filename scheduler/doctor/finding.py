"""What the doctor finds: how bad it is, what it is, and how to mend it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from config.errors import DubanError
from config.i18n import N_, _


class Level(StrEnum):
    """How bad a finding is. Errors stop reminders or endanger the record; warnings may come to."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


LEVEL_WORDS: Mapping[Level, str] = MappingProxyType(
    {Level.OK: N_("ok"), Level.WARNING: N_("warning"), Level.ERROR: N_("error")}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; `mend` is empty where nothing is to be done."""

    check: str
    level: Level
    message: str
    mend: str = ""


def good(check: str, message: str) -> Finding:
    """Nothing is wrong."""
    return Finding(check, Level.OK, message)


def warning(check: str, message: str, mend: str) -> Finding:
    """Something may come to stop reminders, or is likely not meant."""
    return Finding(check, Level.WARNING, message, mend)


def bad(check: str, message: str, mend: str) -> Finding:
    """Something stops reminders or endangers the record."""
    return Finding(check, Level.ERROR, message, mend)


def guarded(check: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What `look` finds; a fault that keeps it from looking is a finding itself."""
    try:
        yield from look()
    except DubanError as error:
        yield bad(check, error.message, error.mend)
    except OSError as error:
        yield bad(check, f"{error.filename or ''}: {error.strerror or error}".lstrip(": "),
                  _("check that file or folder and its permissions"))  # fmt: skip


def some(names: Iterable[str], limit: int = 5) -> str:
    """The first few names, and how many more there are."""
    found = list(names)
    shown = _(", ").join(found[:limit])
    more = len(found) - limit
    return shown + (_(" and {count} more").format(count=more) if more > 0 else "")
