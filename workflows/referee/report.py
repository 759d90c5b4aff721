"""What the referee hands back: findings, what was counted, and what is in doubt by name."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from config.errors import Severity
from config.i18n import _
from workflows.referee.codes import MENDS, WARNINGS, Code

_KEPT = 500  # findings of one code; a damaged database must not fill the memory


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the design promises.

    `code` names the promise, `where` the row; `mend` says what it means or what to do.
    """

    code: Code
    where: str
    message: str

    @property
    def severity(self) -> Severity:
        """A warning breaks no promise."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR

    @property
    def mend(self) -> str:
        """What it means, or what to do, in the language in force."""
        return _(MENDS[self.code])


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A delivery that was started and not marked done at least once: it may have gone out twice,
    or not at all. No fault, but known by name."""

    delivery_id: int
    address: str
    local_date: date
    status: str
    reminders: tuple[int, ...]


@dataclass(slots=True)
class Report:
    """The outcome. `counts` says how many of each were looked at, and under `not_judged` how many
    could not be; `left_out` counts findings beyond the first 500 of a code."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    in_doubt: list[InDoubt] = field(default_factory=list)
    left_out: Counter[Code] = field(default_factory=Counter)
    _found: Counter[Code] = field(default_factory=Counter)

    @property
    def errors(self) -> list[Finding]:
        """The findings that break a promise; warnings do not."""
        return [one for one in self.findings if one.severity is Severity.ERROR]

    def add(self, code: Code, where: str, message: str) -> None:
        """Note a finding."""
        self._found[code] += 1
        if self._found[code] > _KEPT:
            self.left_out[code] += 1
        else:
            self.findings.append(Finding(code, where, message))

    @contextmanager
    def guard(self, where: str) -> Iterator[None]:
        """A row whose values make no sense is a finding, and does not end the check of others."""
        try:
            yield
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            self.add(Code.UNREADABLE, where, _("it makes no sense: {reason}").format(reason=reason))
