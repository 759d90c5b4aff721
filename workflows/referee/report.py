"""What the referee hands back: findings, what was counted, and what is in doubt by name."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from config.errors import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the design promises.

    `code` names the promise, `where` the row; `mend` says what it means or what to do.
    """

    code: str
    where: str
    message: str
    mend: str = ""
    severity: Severity = Severity.ERROR


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
    """The outcome. `counts` says how much was looked at, by name, and how much could not be
    judged (`not_judged`)."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    in_doubt: list[InDoubt] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """The findings that break a promise; warnings do not."""
        return [one for one in self.findings if one.severity is Severity.ERROR]
