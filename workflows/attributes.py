"""What units report of themselves, and the assignments that depend on it (`only_if`).

A report that makes a condition fail waives what is owed under it, with the reason; one that makes
it hold again takes that back.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from workflows.conditions import UncomparableError, attribute_of, holds, read_value
from workflows.events import events_of, standing_events
from workflows.handing_in import reopen, waive
from workflows.organisation import Organisation, did_you_mean
from workflows.states import OWING, State
from workflows.tables import Assignment, MilestoneRow, ReportedAttribute, TargetRow, UnitRow
from workflows.targets.rewording import reword_attributes
from workflows.transitions import Deed

_LONGEST = 200  # characters of a value


@dataclass(frozen=True, slots=True)
class Settled:
    """What followed from a report."""

    waived: tuple[Assignment, ...] = ()
    reopened: tuple[Assignment, ...] = ()


def attributes_by_unit(
    session: Session, *, recorded_before: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """Every unit's attributes: the organisation file's, replaced by what was reported since, or
    before `recorded_before` (aware)."""
    units = dict(session.exec(select(UnitRow.id, UnitRow.attributes)).all())
    found = {unit_id: dict(own) for unit_id, own in units.items()}
    query = select(ReportedAttribute).order_by(col(ReportedAttribute.id))
    if recorded_before is not None:
        query = query.where(col(ReportedAttribute.recorded_at) < recorded_before)
    for row in session.exec(query):
        if row.value is not None:
            found[row.unit_id][row.name] = row.value
            continue
        # The report was taken back, and there was none before it.
        found[row.unit_id].pop(row.name, None)
        if row.name in units[row.unit_id]:
            found[row.unit_id][row.name] = units[row.unit_id][row.name]
    return found


def as_reported(session: Session, organisation: Organisation) -> Organisation:
    """The organisation with what its units have reported of themselves since: what `where` goes by
    where a plan is put in force."""
    reported: dict[str, dict[str, Any]] = {}
    for row in session.exec(select(ReportedAttribute).order_by(col(ReportedAttribute.id))):
        own = reported.setdefault(row.unit_id, {})
        own.pop(row.name, None)
        if row.value is not None:
            own[row.name] = row.value
    if not any(reported.get(unit.id) for unit in organisation.units):
        return organisation
    units = tuple(
        unit.model_copy(update={"attributes": {**unit.attributes, **reported.get(unit.id, {})}})
        for unit in organisation.units
    )
    # Built anew: a copy would keep what the old one has worked out.
    fields = {name: getattr(organisation, name) for name in type(organisation).model_fields}
    return type(organisation).model_construct(**{**fields, "units": units})


def reported_at(session: Session) -> dict[tuple[str, str], datetime]:
    """When each unit's attribute was last reported (aware), by unit id and name."""
    rows = session.exec(select(ReportedAttribute).order_by(col(ReportedAttribute.id)))
    return {(row.unit_id, row.name): row.at for row in rows}


def known_attributes(session: Session) -> list[str]:
    """The names that some unit has or some milestone asks about."""
    names = {name for unit in session.exec(select(UnitRow)) for name in unit.attributes}
    names |= set(session.exec(select(ReportedAttribute.name).distinct()))
    asked = session.exec(select(MilestoneRow.only_if).where(MilestoneRow.only_if != "").distinct())
    names |= {attribute_of(one) for one in asked}
    for declared in session.exec(select(TargetRow.declared)):
        names |= {declared.get("of"), declared.get("baseline", {}).get("attribute")} - {None}
    return sorted(names)


def read_setting(text: str, known: Sequence[str]) -> tuple[str, Any]:
    """Read `name=value`. Raises InputError with what the name may mean."""
    name, sign, value = (part.strip() for part in text.partition("="))
    if not sign or not name or not value or len(value) > _LONGEST:
        raise InputError(
            _("cannot read “{text}”").format(text=text[:60]), _("write e.g. freight_platforms=0")
        )
    if name not in known:
        raise InputError(
            _("nothing asks about “{name}”").format(name=name[:60]),
            did_you_mean(name, known)
            or _("the attributes are {known}").format(known=_(", ").join(known) or _("none")),
        )
    read = read_value(value)
    if isinstance(read, float) and not math.isfinite(read):
        raise InputError(_("“{text}” is no number").format(text=value), _("write e.g. 12 or 0.5"))
    return name, read


def report_attribute(
    session: Session, unit: UnitRow, name: str, value: Any, deed: Deed, undoes: int | None = None
) -> Settled:
    """Record what a unit reports, and waive or reopen what depends on it.

    `value` None takes back the only report there was; `undoes` is the report that is taken back.
    """
    session.add(
        ReportedAttribute(
            unit_id=unit.id, name=name, value=value, at=deed.at, recorded_at=deed.now,
            actor=deed.actor, note=deed.note, undoes=undoes,
        )
    )  # fmt: skip
    session.flush()
    reword_attributes(session, [unit.id], frozenset({name}), deed.now)
    return settle(session, deed, unit_id=unit.id, attribute=name)


def settle(
    session: Session,
    deed: Deed,
    *,
    campaign_id: str | None = None,
    unit_id: str | None = None,
    attribute: str | None = None,
) -> Settled:
    """Waive what is owed under a condition that fails, and reopen what was waived for one that
    holds again; of one campaign, unit or attribute where they are named."""
    query = (
        select(Assignment, MilestoneRow, UnitRow)
        .join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
        .where(MilestoneRow.only_if != "", col(Assignment.state).in_([*OWING, State.WAIVED]))
        .order_by(col(UnitRow.position), col(MilestoneRow.position), col(Assignment.id))
    )
    if campaign_id is not None:
        query = query.where(Assignment.campaign_id == campaign_id)
    if unit_id is not None:
        query = query.where(Assignment.unit_id == unit_id)
    rows = session.exec(query).all()
    known = attributes_by_unit(session) if rows else {}
    waived, reopened = [], []
    for assignment, milestone, unit in rows:
        name = attribute_of(milestone.only_if)
        if attribute not in {None, name}:
            continue
        still = _holds(milestone, unit, known[unit.id])
        because = {"attribute": name, "value": known[unit.id].get(name)}
        reason = _("{unit} reports {name} = {value}").format(
            unit=unit.name, name=name, value=because["value"]
        )
        own = replace(
            deed, note=f"{reason}; {deed.note}" if deed.note else reason,
            data={**deed.data, "because": because},
        )  # fmt: skip
        if still is False and assignment.state in OWING:
            waive(session, assignment, own)
            waived.append(assignment)
        elif still is not False and _waived_for(session, assignment, name):
            reopen(session, assignment, own)
            reopened.append(assignment)
    return Settled(tuple(waived), tuple(reopened))


def _holds(milestone: MilestoneRow, unit: UnitRow, attributes: Mapping[str, Any]) -> bool | None:
    try:
        return holds(milestone.only_if, attributes)
    except UncomparableError as error:
        raise InputError(
            _("“{name}” of {unit} is {value} and cannot be compared with {wanted}").format(
                name=attribute_of(milestone.only_if), unit=unit.name, value=error.value,
                wanted=error.wanted,
            ),
            _("compare a number with a number, and text with text"),
        ) from None  # fmt: skip


def _waived_for(session: Session, assignment: Assignment, name: str) -> bool:
    """Whether it is waived because of that attribute, and not by a person."""
    if assignment.state is not State.WAIVED:
        return False
    standing = standing_events(events_of(session, assignment.id))
    because: Mapping[str, Any] = standing[-1].data.get("because", {}) if standing else {}
    return because.get("attribute") == name
