"""Checks how much a declaration would compile into, before anything is compiled."""

from collections.abc import Iterable, Iterator

from config.errors import Problem
from config.i18n import _
from workflows.compile import ladder_of
from workflows.dates import DateRuleError, nominal_dates
from workflows.declaration import Milestone
from workflows.ladder import Rung
from workflows.linted import Linted
from workflows.organisation import Organisation
from workflows.phrases import PhraseError
from workflows.selectors import SelectorError, select

MAX_ASSIGNMENTS = 100_000  # of one campaign: a whole province's townships, each month
MAX_OCCURRENCES = 200  # of a ladder's rungs for one due date; the default ladder has 16


def lint_size(linted: Linted, organisation: Organisation) -> Iterator[Problem]:
    """Too many assignments for one campaign, or too many reminders for one assignment."""
    declaration, source = linted.declaration, linted.source
    total = 0
    for n, milestone in enumerate(declaration.milestones):
        if _too_many(ladder_of(declaration, milestone)):
            own = milestone.ladder is not None
            yield source.problem(
                linted.path(n, "ladder") if own else ("ladder",),
                _("the rungs come due more than {count} times in all").format(
                    count=MAX_OCCURRENCES
                ),
                _("take rungs away, or lower “times”"),
            )
            if not own:
                return
        total += _assignments(linted, milestone, organisation)
        if total > MAX_ASSIGNMENTS:
            yield source.problem(
                linted.path(n),
                _("up to here the campaign has more than {count} assignments").format(
                    count=MAX_ASSIGNMENTS
                ),
                _("are “who”, “first” and “last” right? Else make several campaigns of it"),
            )
            return


def _too_many(rungs: Iterable[Rung]) -> bool:
    return sum(rung.times if rung.every else 1 for rung in rungs) > MAX_OCCURRENCES


def _assignments(linted: Linted, milestone: Milestone, organisation: Organisation) -> int:
    """How many assignments a milestone makes; 0 where it is broken and reported elsewhere."""
    try:
        units = select(milestone.who, organisation, linted.declaration.groups)
        return len(units) * len(nominal_dates(linted.declaration, milestone))
    except (SelectorError, DateRuleError, PhraseError, KeyError, RecursionError):
        return 0
