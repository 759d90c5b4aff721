"""Finds assignments, campaigns and units by the names people use.

An assignment is `campaign/milestone/unit[/period]`; each part by id, name, alias or an
unambiguous part of one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from workflows.organisation import did_you_mean
from workflows.tables import Assignment, Campaign, MilestoneRow, UnitRow

_MONTH = re.compile(r"(?:(?P<year>\d{4})[-年])?(?P<month>\d{1,2})月?")


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id and the other names people call it by."""

    id: str
    names: tuple[str, ...]


def find_named(text: str, known: Sequence[Named], sort: str) -> str:
    """The id of what `text` names. `sort` is what it is, for the message.

    An exact id, name or alias wins; else a part that only one of them contains. Raises
    InputError with suggestions.
    """
    wanted = text.strip()
    for one in known:
        if wanted == one.id or wanted in one.names:
            return one.id
    folded = wanted.casefold()
    partial = [
        one
        for one in known
        if folded and any(folded in name.casefold() for name in (one.id, *one.names))
    ]
    if len(partial) == 1:
        return partial[0].id
    if partial:
        raise InputError(
            _("“{text}” could be more than one {sort}").format(text=text, sort=sort),
            _("write one of: {names}").format(
                names=_(", ").join(_label(one) for one in partial[:8])
            ),
        )
    every = [name for one in known for name in (one.id, *one.names)]
    raise InputError(
        _("unknown {sort} “{text}”").format(sort=sort, text=text),
        did_you_mean(wanted, every)
        or _("known are: {names}").format(
            names=_(", ").join(_label(one) for one in known[:12]) or _("none")
        ),
    )


def find_campaign(session: Session, text: str) -> str:
    """The id of the campaign that `text` names. Raises InputError."""
    rows = session.exec(select(Campaign.id, Campaign.title)).all()
    # Ordered here: a database's own order of text depends on its collation.
    return find_named(text, [Named(row[0], (row[1],)) for row in sorted(rows)], _("campaign"))


def find_unit(session: Session, text: str) -> UnitRow:
    """The unit that `text` names. Raises InputError."""
    rows = session.exec(select(UnitRow).order_by(col(UnitRow.position))).all()
    known = [Named(row.id, (row.name, *row.aliases)) for row in rows]
    unit_id = find_named(text, known, _("unit"))
    return next(row for row in rows if row.id == unit_id)


def find_assignment(session: Session, name: str) -> Assignment:
    """The assignment that `name` names. Raises InputError with suggestions."""
    parts = [part.strip() for part in name.split("/")]
    if len(parts) not in {3, 4}:
        raise InputError(
            _("“{name}” is not the name of an assignment").format(name=name),
            _("write campaign/milestone/unit or campaign/milestone/unit/2022-06"),
        )
    campaign_id = find_campaign(session, parts[0])
    milestone_id = _milestone_in(session, campaign_id, parts[1])
    unit = find_unit(session, parts[2])
    found = session.exec(
        select(Assignment)
        .where(
            Assignment.campaign_id == campaign_id,
            Assignment.milestone_id == milestone_id,
            Assignment.unit_id == unit.id,
        )
        .order_by(Assignment.period)
    ).all()
    if not found:
        raise InputError(
            _("{unit} does not owe “{milestone}”").format(unit=unit.name, milestone=milestone_id),
            _("it is owed by: {units}").format(units=_owing(session, campaign_id, milestone_id)),
        )
    return of_period(found, parts[3] if len(parts) == 4 else "", name)


def find_milestone(session: Session, name: str) -> tuple[str, str, str]:
    """The campaign's id, the milestone's and the period ('' where none is named) that `name`
    (`campaign/milestone[/period]`) means. Raises InputError."""
    parts = [part.strip() for part in name.split("/")]
    if len(parts) not in {2, 3}:
        raise InputError(
            _("“{name}” is not the name of a milestone").format(name=name),
            _("write campaign/milestone or campaign/milestone/2022-06"),
        )
    campaign_id = find_campaign(session, parts[0])
    milestone_id = _milestone_in(session, campaign_id, parts[1])
    return campaign_id, milestone_id, parts[2] if len(parts) == 3 else ""


def _milestone_in(session: Session, campaign_id: str, text: str) -> str:
    rows = session.exec(
        select(MilestoneRow.id, MilestoneRow.title)
        .where(MilestoneRow.campaign_id == campaign_id)
        .order_by(col(MilestoneRow.position))
    ).all()
    return find_named(text, [Named(row[0], (row[1],)) for row in rows], _("milestone"))


def is_month(asked: str, period: str) -> bool:
    """Whether `asked` (`2022-06`, `06`, `6`, `6月`, `2022年6月`) is the month `period`."""
    month = _MONTH.fullmatch(asked.strip())
    return (
        month is not None
        and month["year"] in (None, period[:4])
        and int(month["month"]) == int(period[5:] or 0)
    )


def of_period(found: Sequence[Assignment], period: str, name: str) -> Assignment:
    """The one of a unit's assignments of one milestone that is due in `period` (`2022-06`, `06`,
    `6`, or '' where there is only one). `name` is what was asked for. Raises InputError."""
    months = [one for one in found if one.period]
    if period:
        named = [one for one in months if is_month(period, one.period)]
        if len(named) == 1:
            return named[0]
        months = named or months  # the same month of two years is not guessed
    elif len(found) == 1:
        return found[0]
    elif plain := [one for one in found if not one.period]:
        return plain[0]  # from before the plan asked for it each month
    periods = [one.period for one in months]
    if not periods:
        raise InputError(
            _("“{name}” has no periods").format(name=name),
            _("leave “/{period}” away").format(period=period),
        )
    raise InputError(
        _("“{name}” is due in several months").format(name=name)
        if not period or named
        else _("“{name}” is not due in {period}").format(name=name, period=period),
        _("add one of: {periods}").format(periods=_(", ").join(f"/{one}" for one in periods)),
    )


def _owing(session: Session, campaign_id: str, milestone_id: str) -> str:
    names: Iterable[str] = session.exec(
        select(UnitRow.name)
        .join(Assignment, col(Assignment.unit_id) == UnitRow.id)
        .where(Assignment.campaign_id == campaign_id, Assignment.milestone_id == milestone_id)
        .order_by(col(UnitRow.position))
    )
    listed = list(dict.fromkeys(names))
    return "、".join(listed[:12]) + ("…" if len(listed) > 12 else "")


def _label(one: Named) -> str:
    return one.names[0] if one.names else one.id
