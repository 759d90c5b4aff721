"""The root of every error that Duban raises on purpose, and where in a file a problem stands.

    DubanError                 exit code 1
    ├── InputError             exit code 2: something the user wrote is wrong
    │   └── ProblemsError      several problems, each with its place
    └── StateError             exit code 1: the record does not allow it now

Each says what is wrong and, in `mend`, how to put it right; the CLI prints both and no traceback.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.i18n import _

_LONGEST = 500  # characters of a part of a problem
SHOWN = 100  # problems; who has more mends these first


class DubanError(Exception):
    """Something went wrong that a person can understand and mend."""

    exit_code = 1

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.mend}" if self.mend else self.message


class InputError(DubanError, ValueError):
    """An argument, a setting or a file that the user wrote is wrong."""

    exit_code = 2


class StateError(DubanError):
    """The record as it stands does not allow what was asked."""


class Severity(StrEnum):
    """How much a problem matters: an error stops the work, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file.

    `line` and `column` count from 1, as editors do; `field` is the path inside the file
    (`milestones[3].due`); `mend` says how to put it right.
    """

    message: str
    mend: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    field: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}" if self.column else f":{self.line}"
        parts = [part for part in (place, self.field, self.message) if part]
        text = ": ".join(_cut(part) for part in parts)
        return f"{text}\n  → {_cut(self.mend)}" if self.mend else text


def _cut(text: str) -> str:
    """What the user wrote comes back in messages; a page of it helps nobody."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class ProblemsError(InputError):
    """Everything that is wrong in what the user wrote, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(lines_of(problems, str)))
        self.problems = tuple(problems)


def lines_of(problems: Sequence[Problem], line: Callable[[Problem], str]) -> list[str]:
    """One text for each problem; of too many, the errors first and the number of the others."""
    if len(problems) <= SHOWN:
        return [line(problem) for problem in problems]
    errors_first = sorted(problems, key=lambda one: one.severity is not Severity.ERROR)
    more = _("… and {count} more problems").format(count=len(problems) - SHOWN)
    return [*(line(problem) for problem in errors_first[:SHOWN]), more]
