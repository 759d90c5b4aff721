"""Targets as they are read: the rows of the version in force at a moment, ready to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from workflows.organisation import did_you_mean
from workflows.tables import Campaign, TargetRow
from workflows.targets.declared import Binding, Measure, Pace, Scope, Target
from workflows.versions import version_at

PROVINCE = ""  # in place of a unit's id: the province as a whole


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value to have, or expected, by a day (local to the campaign); None: worked out."""

    day: date
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class TargetView:
    """One target of the version in force."""

    campaign: Campaign
    milestone_id: str
    target: Target
    units: tuple[str, ...]  # bound, in administrative order
    reporters: tuple[str, ...]  # whose figures count; none where the office reports
    points: tuple[DatedValue, ...]
    curve: tuple[DatedValue, ...]
    start: date

    @property
    def id(self) -> str:
        """The target's id, unique in its campaign."""
        return self.target.id

    @property
    def must(self) -> bool:
        """Whether it is binding."""
        return self.target.binding is Binding.MUST

    @property
    def is_province(self) -> bool:
        """Whether the province as a whole has to reach it."""
        return self.target.scope is Scope.PROVINCE

    @property
    def pace(self) -> Pace:
        """How it is expected to grow: what is counted bit by bit, a share or an answer does not."""
        if self.target.pace is not None:
            return self.target.pace
        counted = self.target.measure in {Measure.NUMBER, Measure.ALL}
        return Pace.LINEAR if counted else Pace.NONE

    @property
    def who_reports(self) -> tuple[str, ...]:
        """The ids of those who report figures; the office as PROVINCE."""
        if self.target.sum_of:
            return ()
        return self.reporters or (PROVINCE,)


def exact(value: float | int | Decimal) -> Decimal:
    """A stored figure as an exact number: what was typed, not its binary neighbour."""
    return value if isinstance(value, Decimal) else Decimal(repr(value)).normalize() + 0


def targets_of(
    session: Session, campaign: Campaign, at: datetime | None = None
) -> list[TargetView]:
    """The campaign's targets in the plan's order, by the version in force; with `at` (aware) by
    the one that had been applied before it."""
    version = campaign.version if at is None else version_at(session, campaign, at)
    rows = session.exec(
        select(TargetRow)
        .where(TargetRow.campaign_id == campaign.id, TargetRow.version == version)
        .order_by(col(TargetRow.position))
    )
    return [_view(row, campaign) for row in rows]


def find_target(views: Sequence[TargetView], name: str) -> TargetView:
    """The target of that id or title. Raises InputError."""
    for view in views:
        if name in {view.id, view.target.title}:
            return view
    known = [view.id for view in views]
    raise InputError(
        _("unknown target “{name}”").format(name=name),
        did_you_mean(name, known)
        or _("known are: {names}").format(names=_(", ").join(known) or _("none")),
    )


def _view(row: TargetRow, campaign: Campaign) -> TargetView:
    return TargetView(
        campaign,
        row.milestone_id,
        Target.model_validate(row.declared),
        tuple(row.units),
        tuple(row.reporters),
        tuple(map(_dated, row.points)),
        tuple(map(_dated, row.curve)),
        row.start,
    )


def _dated(point: list[object]) -> DatedValue:
    day, value = point
    return DatedValue(
        date.fromisoformat(str(day)), exact(value) if isinstance(value, int | float) else None
    )
