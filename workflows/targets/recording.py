"""Records reported figures. Nothing is overwritten: a correction stands beside what it corrects.

A figure that cannot be is refused; one that is hardly so (it falls, it jumps tenfold, it exceeds
the target's maximum) is asked about first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from workflows.attributes import attributes_by_unit
from workflows.phrases import YEARS
from workflows.tables import Campaign, Progress
from workflows.targets.declared import Measure, Reported
from workflows.targets.figures import NO_CATEGORY, Figure, line_of
from workflows.targets.measuring import number_in
from workflows.targets.rewording import reword_reported
from workflows.targets.views import PROVINCE, TargetView, exact
from workflows.transitions import Deed
from workflows.turning import look_after_figures

_MOST = Decimal(10) ** 12
_PLACES = 3  # more than that nobody counts, and a stored figure stays exact
_TENFOLD = 10


@dataclass(frozen=True, slots=True)
class Reporting:
    """A figure as it is reported: of a target, by a unit (or PROVINCE), for a local day."""

    view: TargetView
    unit_id: str
    day: date
    value: Decimal | None  # None takes back what was reported for that day
    whole: Decimal | None = None  # of a share; the N of “all of N” where it is no attribute
    category: str = NO_CATEGORY


def check(report: Reporting, unit_name: str, today: date) -> None:
    """Whether the figure can be at all. `today` is the campaign's local day. Raises InputError."""
    view, target = report.view, report.view.target
    if report.unit_id not in view.who_reports:
        if target.sum_of:
            raise InputError(
                _("“{target}” is added up from other targets").format(target=target.title),
                _("report those: {targets}").format(targets=_(", ").join(target.sum_of)),
            )
        raise InputError(
            _("{unit} does not report “{target}”").format(
                unit=unit_name or _("the office"), target=target.title
            ),
            _("see “duban progress show” for who does"),
        )
    if report.day.year not in YEARS or report.day > today:
        raise InputError(
            _("{day} is still to come").format(day=report.day),
            _("a figure is of a day up to today, {today}").format(today=today),
        )
    if report.category not in (target.categories or (NO_CATEGORY,)):
        raise InputError(
            _("“{target}” needs its category").format(target=target.title)
            if target.categories
            else _("“{target}” has no categories").format(target=target.title),
            _("the categories are {names}").format(
                names=_(", ").join(target.categories) or _("none")
            ),
        )
    for value in (report.value, report.whole):
        if value is not None:
            _check_number(value, target.unit_of_measure)
    if report.value is None:
        return
    if target.measure is Measure.YES_NO and report.value not in {0, 1}:
        raise InputError(
            _("“{target}” is answered by yes or no").format(target=target.title),
            _("write yes or no"),
        )
    if target.measure is Measure.SHARE and report.whole is None and target.of is None:
        raise InputError(
            _("“{target}” is a share: it needs both numbers").format(target=target.title),
            _("write e.g. 49/50: so many of so many"),
        )
    if report.whole is not None:
        if target.measure not in {Measure.SHARE, Measure.ALL}:
            raise InputError(
                _("“{target}” is no share").format(target=target.title),
                _("write one number, in {measure}").format(measure=target.unit_of_measure),
            )
        if report.value > report.whole:
            raise InputError(
                _("{value} of {whole} is more than all").format(
                    value=shown(report.value), whole=shown(report.whole)
                ),
                _("write e.g. 49/50: so many of so many"),
            )


def doubts(session: Session, report: Reporting) -> list[str]:
    """What to ask about before the figure is recorded; none where it is plausible."""
    if report.value is None:
        return []
    known = attributes_by_unit(session) if report.view.target.of else {}
    return doubts_beside(report, standing_rows(session, report), known)


def doubts_beside(
    report: Reporting, reported: Sequence[Progress], attributes: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """The same, beside what is on record of the same target, unit and category: at most one row
    for a day, by day; and beside the units' attributes, by id."""
    if report.value is None:
        return []
    target = report.view.target
    line = line_of(report.view, reported)
    found = []
    total = report.value
    before = [one for one in line if one.day < report.day]
    if target.reported is Reported.INCREMENT:
        total += before[-1].value if before else 0
    else:
        found += _falls(report, before, [one for one in line if one.day > report.day])
    earlier = [one.value for one in reported if one.day < report.day and one.value is not None]
    last = exact(earlier[-1]) if earlier else None
    if last and report.value >= last * _TENFOLD:
        found.append(
            _("{new} is {times} times the last figure, {old}").format(
                new=shown(report.value), times=int(report.value / last), old=shown(last)
            )
        )
    counted = number_in(attributes.get(report.unit_id, {}), target.of) if target.of else None
    declared = None if target.maximum is None else exact(target.maximum)
    most = min((one for one in (counted, declared) if one is not None), default=None)
    if most is not None and total > most:
        found.append(
            _("{new} is more than the most there can be, {most}").format(
                new=shown(total), most=shown(most)
            )
        )
    return found


def record(
    session: Session,
    report: Reporting,
    deed: Deed,
    *,
    origin: str = "",
    filled_id: int | None = None,
) -> Progress | None:
    """Record a figure that has been checked; None where it stands like that on record already.

    `origin` is `form:ID` where a form brought it.
    """
    rows = _of_day(session, report)
    row = row_after(rows[-1] if rows else None, report, deed, origin=origin, filled_id=filled_id)
    if row is not None:
        write_rows(session, [(report.view, row)], deed.now)
    return row


def row_after(
    before: Progress | None,
    report: Reporting,
    deed: Deed,
    *,
    origin: str = "",
    filled_id: int | None = None,
) -> Progress | None:
    """The row of a figure where `before` is the newest for the same day: None where that says
    the same. It is not written."""
    value = None if report.value is None else float(report.value)
    whole = None if report.whole is None else float(report.whole)
    same = (before.value, before.denominator) if before else (None, None)
    if same == (value, whole):
        return None
    return Progress(
        campaign_id=report.view.campaign.id,
        target_id=report.view.id,
        unit_id=report.unit_id,
        category=report.category,
        day=report.day,
        value=value,
        denominator=whole,
        origin=origin,
        filled_id=filled_id,
        corrects=before.id if before else None,
        recorded_at=deed.now,
        actor=deed.actor,
        note=deed.note,
    )


def write_rows(
    session: Session, rows: Iterable[tuple[TargetView, Progress]], now: datetime
) -> None:
    """Write rows of figures, each of its target, and what follows from them at `now` (aware)."""
    units: dict[tuple[str, str], set[str]] = {}  # by campaign and milestone
    for view, row in rows:
        session.add(row)
        units.setdefault((row.campaign_id, view.milestone_id), set()).add(row.unit_id)
    session.flush()
    for (campaign_id, milestone_id), reported in units.items():
        look_after_figures(session, campaign_id, milestone_id, reported, now)
        reword_reported(session, campaign_id, milestone_id, reported, now)


def standing_rows(session: Session, report: Reporting) -> list[Progress]:
    """What is on record of the same target, unit and category: the newest report for each day,
    by day; with the days for which it was taken back."""
    newest = {
        row.day: row
        for row in session.exec(select(Progress).where(*_mine(report)).order_by(col(Progress.id)))
    }
    return [newest[day] for day in sorted(newest)]


def standing_by_reporter(
    session: Session, campaign: Campaign
) -> dict[tuple[str, str, str], dict[date, Progress]]:
    """The same for all of a campaign, by target, unit and category."""
    found: dict[tuple[str, str, str], dict[date, Progress]] = {}
    for row in session.exec(
        select(Progress).where(Progress.campaign_id == campaign.id).order_by(col(Progress.id))
    ):
        found.setdefault((row.target_id, row.unit_id, row.category), {})[row.day] = row
    return found


def shown(value: Decimal) -> str:
    """A figure as people write it: without an exponent or idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _check_number(value: Decimal, measure: str) -> None:
    if value < 0 or value > _MOST:
        raise InputError(
            _("{value} {measure} cannot be").format(value=shown(value), measure=measure),
            _("write a number from 0 up"),
        )
    if value != round(value, _PLACES):
        raise InputError(
            _("{value} has more than {count} decimal places").format(
                value=shown(value), count=_PLACES
            ),
            _("round it"),
        )


def _falls(report: Reporting, before: Sequence[Figure], after: Sequence[Figure]) -> list[str]:
    """A total does not go down again."""
    found = []
    value = report.value or Decimal(0)
    if before and value < before[-1].value:
        found.append(
            _("{new} is less than {old} on {day}").format(
                new=shown(value), old=shown(before[-1].value), day=before[-1].day
            )
        )
    if after and value > after[0].value:
        found.append(
            _("{new} is more than {old} on {day}").format(
                new=shown(value), old=shown(after[0].value), day=after[0].day
            )
        )
    return found


def _of_day(session: Session, report: Reporting) -> Sequence[Progress]:
    return session.exec(
        select(Progress)
        .where(*_mine(report), Progress.day == report.day)
        .order_by(col(Progress.id))
    ).all()


def _mine(report: Reporting) -> tuple[bool, ...]:
    return (
        Progress.campaign_id == report.view.campaign.id,
        Progress.target_id == report.view.id,
        Progress.unit_id == (report.unit_id or PROVINCE),
        Progress.category == report.category,
    )
