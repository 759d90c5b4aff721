"""The score of a unit and its place: exact arithmetic, so that equal work has an equal score.

Scores are rounded half up to hundredths before they are compared: who shows the same score has the
same place. Ties share the place, and the next one is left out (1, 2, 2, 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from workflows.reporting.counting import ON_TIME, Counting, Item
from workflows.reporting.declared import Ranking
from workflows.targets.views import exact

_FULL = 100


class PartName(StrEnum):
    """The four parts of a score, named as their weights in the rule."""

    ON_TIME = "on_time"
    DAYS_LATE = "days_late"
    RETURNED = "returned"
    TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a unit's assignments and targets come to, of those that count."""

    counted: int = 0
    on_time: int = 0
    late: int = 0  # handed in late
    overdue: int = 0  # still owed
    days_late: int = 0
    handed_in: int = 0  # on time or late
    returns: int = 0
    targets: int = 0  # whose day has come
    reached: int = 0

    @property
    def average_days(self) -> Fraction | None:
        """Days late for each assignment that counts; None where none does."""
        return Fraction(self.days_late, self.counted) if self.counted else None


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part: `share` of its weight, from 0 to 1; None where there is nothing to go by."""

    name: PartName
    weight: Fraction
    share: Fraction | None

    @property
    def points(self) -> Fraction | None:
        """What of the weight was earned."""
        return None if self.share is None else self.share * self.weight


def tally(items: Iterable[Item], targets: Iterable[bool]) -> Tally:
    """Count what counts; `targets` says of each target whose day has come whether it is reached."""
    counting = [one for one in items if one.counts]
    due = list(targets)
    return Tally(
        counted=len(counting),
        on_time=sum(one.counting in ON_TIME for one in counting),
        late=sum(one.counting is Counting.LATE for one in counting),
        overdue=sum(one.counting is Counting.OVERDUE for one in counting),
        days_late=sum(one.days_late for one in counting),
        handed_in=sum(one.handed_in for one in counting),
        returns=sum(one.returns for one in counting),
        targets=len(due),
        reached=sum(due),
    )


def summed(tallies: Iterable[Tally]) -> Tally:
    """The sum of several."""
    found = list(tallies)
    return Tally(*(sum(getattr(one, name) for one in found) for name in Tally.__slots__))


def parts_of(count: Tally, rule: Ranking) -> tuple[ScorePart, ...]:
    """The four parts, as far as the rule gives them a weight."""
    shares: dict[PartName, Fraction | None] = dict.fromkeys(PartName)
    average = count.average_days
    if average is not None:
        shares[PartName.ON_TIME] = Fraction(count.on_time, count.counted)
        shares[PartName.DAYS_LATE] = max(Fraction(0), 1 - average / rule.most_days_late)
    if count.handed_in:
        shares[PartName.RETURNED] = max(Fraction(0), 1 - Fraction(count.returns, count.handed_in))
    if count.targets:
        shares[PartName.TARGETS] = Fraction(count.reached, count.targets)
    weights = {name: Fraction(exact(getattr(rule, name.value))) for name in PartName}
    return tuple(ScorePart(name, weights[name], shares[name]) for name in PartName if weights[name])


def score_of(parts: Iterable[ScorePart]) -> Decimal | None:
    """100 × points earned / weights, over the parts that there is something to go by; None where
    there is none."""
    known = [(part.weight, part.points) for part in parts if part.points is not None]
    whole = sum((weight for weight, _points in known), Fraction(0))
    earned = sum((points for _weight, points in known), Fraction(0))
    return rounded(_FULL * earned / whole) if whole else None


def average(scores: Sequence[Decimal]) -> Decimal | None:
    """The mean of several scores; None of none."""
    return rounded(sum(map(Fraction, scores), Fraction(0)) / len(scores)) if scores else None


def rounded(value: Fraction) -> Decimal:
    """To hundredths, half up."""
    return Decimal((value * 100 + Fraction(1, 2)).__floor__()).scaleb(-2)


def places(scores: Sequence[Decimal | None]) -> list[int | None]:
    """The place of each: one more than how many are better; None without a score."""
    known = [one for one in scores if one is not None]
    return [
        None if score is None else 1 + sum(other > score for other in known) for score in scores
    ]
