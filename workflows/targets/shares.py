"""How the office splits a province's target over units (分解指标), or units name their share."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.tables import TargetShare, UnitRow
from workflows.targets.declared import Measure
from workflows.targets.rewording import reword_reported
from workflows.targets.views import TargetView, exact
from workflows.transitions import Deed

OFFICE, UNIT = "office", "unit"


def shares_of(
    session: Session, view: TargetView, *, recorded_before: datetime | None = None
) -> dict[str, Decimal]:
    """Each unit's share of a province's target, by unit id; the newest one holds."""
    query = (
        select(TargetShare)
        .where(TargetShare.campaign_id == view.campaign.id, TargetShare.target_id == view.id)
        .order_by(col(TargetShare.id))
    )
    if recorded_before is not None:
        query = query.where(col(TargetShare.recorded_at) < recorded_before)
    newest = {row.unit_id: row.value for row in session.exec(query)}
    return {unit: exact(value) for unit, value in newest.items() if value is not None}


def require_splittable(view: TargetView) -> None:
    """Raises StateError where the target cannot be split."""
    if view.is_province and (view.target.measure is not Measure.NUMBER or view.target.categories):
        raise StateError(
            _("“{target}” cannot be split over units").format(target=view.target.title),
            _("only one number can be, e.g. 700 buses"),
        )
    if not view.is_province or view.target.sum_of or not view.reporters:
        raise StateError(
            _("“{target}” cannot be split over units").format(target=view.target.title),
            _("only a province target with “reporters” can be; see the declaration"),
        )


def set_shares(
    session: Session,
    view: TargetView,
    shares: Mapping[str, Decimal | None],
    deed: Deed,
    origin: str = OFFICE,
) -> list[TargetShare]:
    """Record shares by unit id; None takes one back. Returns those that are new.

    Raises StateError where the target cannot be split, InputError for a share below zero or of
    a unit whose figures do not count towards the target.
    """
    require_splittable(view)
    names = {one.id: one.name for one in session.exec(select(UnitRow))}
    known = shares_of(session, view)
    written = []
    for unit, value in shares.items():
        if unit not in view.reporters:
            raise InputError(
                _("{unit} does not report “{target}”").format(
                    unit=names.get(unit, unit), target=view.target.title
                ),
                _("only units among its “reporters” can have a share"),
            )
        if value is not None and value < 0:
            raise InputError(
                _("{unit}: a share cannot be below zero").format(unit=names[unit]),
                _("write a number of {measure}").format(measure=view.target.unit_of_measure),
            )
        if known.get(unit) == value:
            continue
        row = TargetShare(
            campaign_id=view.campaign.id,
            target_id=view.id,
            unit_id=unit,
            value=None if value is None else float(value),
            origin=origin,
            at=deed.at,
            recorded_at=deed.now,
            actor=deed.actor,
            note=deed.note,
        )
        session.add(row)
        written.append(row)
    session.flush()
    if written:
        changed = [row.unit_id for row in written]
        reword_reported(session, view.campaign.id, view.milestone_id, changed, deed.now)
    return written
