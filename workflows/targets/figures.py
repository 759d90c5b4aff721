"""The figures on record: for each target, reporter and category a line of what was reported.

The newest report for a day holds; a null takes it back. What is reported as an increment is added
up, so that a line is always of totals.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from workflows.tables import Progress
from workflows.targets.declared import Measure, Reported
from workflows.targets.views import TargetView, exact

NO_CATEGORY = ""
_FEW = 100  # units that are asked for by name


@dataclass(frozen=True, slots=True)
class Figure:
    """A total as of a day (local to the campaign), with the whole that it is a part of."""

    day: date
    value: Decimal
    whole: Decimal | None = None  # of a share, or the N of “all of N”


Line = tuple[Figure, ...]  # by day
Lines = Mapping[tuple[str, str, str], Line]  # by target, unit and category


def figure_lines(
    session: Session,
    views: Iterable[TargetView],
    through: date,
    *,
    recorded_before: datetime | None = None,
    units: Collection[str] | None = None,
) -> Lines:
    """The lines of these targets (of one campaign), of figures for days up to `through`; of all
    who report, or of `units` by their ids.

    With `recorded_before` (aware), of what had been recorded by then.
    """
    by_id = {view.id: view for view in views}
    if not by_id:
        return {}
    campaign = next(iter(by_id.values())).campaign
    query = (
        select(Progress)
        .where(Progress.campaign_id == campaign.id, Progress.day <= through)
        .order_by(col(Progress.id))
    )
    if recorded_before is not None:
        query = query.where(col(Progress.recorded_at) < recorded_before)
    if units is not None and len(units) <= _FEW:
        query = query.where(col(Progress.unit_id).in_(sorted(units)))
    newest: dict[tuple[str, str, str], dict[date, Progress]] = {}
    for row in session.exec(query):
        if row.target_id in by_id:
            key = (row.target_id, row.unit_id, row.category)
            newest.setdefault(key, {})[row.day] = row
    return {key: line_of(by_id[key[0]], days.values()) for key, days in newest.items()}


def line_of(view: TargetView, rows: Iterable[Progress]) -> Line:
    """The line of one reporter's rows, at most one for a day."""
    line: list[Figure] = []
    total, whole = Decimal(0), Decimal(0)
    adds = view.target.reported is Reported.INCREMENT
    for row in sorted(rows, key=lambda row: row.day):
        if row.value is None:
            continue
        value = exact(row.value)
        part = None if row.denominator is None else exact(row.denominator)
        if adds:
            total += value
            value = total
            if part is not None and view.target.measure is Measure.SHARE:
                whole += part
                part = whole
        line.append(Figure(row.day, value, part))
    return tuple(line)
