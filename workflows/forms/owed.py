"""Which forms an assignment asks for, of which unit and month a file is, and what stands in it
for that unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from workflows.attributes import attributes_by_unit
from workflows.covered import Covered
from workflows.database import batched
from workflows.dates import nominal_dates
from workflows.declaration import Declaration
from workflows.forms.declared import Form, FormField
from workflows.forms.identity import Identity as Identity
from workflows.naming import Named, find_named, is_month
from workflows.one_of import one_of
from workflows.organisation import Organisation, Unit
from workflows.selectors import Selector, SelectorError
from workflows.selectors import select as select_units
from workflows.states import State
from workflows.tables import Assignment, Campaign, MilestoneRow, UnitRow
from workflows.transitions import name_of
from workflows.versions import kept_plan, plan_of


@dataclass(frozen=True, slots=True)
class Owed:
    """A form that an assignment asks for. `covers` is the month or quarter it is about, or
    None; `columns`, `header` and `fields` are those of the unit."""

    campaign: Campaign
    plan: Declaration
    form: Form
    assignment: Assignment
    unit: UnitRow
    deliverable: str
    covers: Covered | None
    header: tuple[FormField, ...]
    columns: tuple[FormField, ...]  # of a list or a grid; a record's fields
    formats: tuple[str, ...] = ()  # in which the plan wants the deliverable: PDF, WORD

    @property
    def identity(self) -> Identity:
        """Whose it is."""
        one = self.assignment
        return Identity(
            one.campaign_id, one.milestone_id, one.unit_id, one.period, self.form.id
        )  # fmt: skip

    @property
    def title(self) -> str:
        """The form's heading for this unit and month."""
        month = self.covers.short if self.covers else ""
        return self.form.title.replace("{unit}", self.unit.name).replace("{month}", month)


def forms_of(session: Session, assignment: Assignment) -> list[Owed]:
    """The forms that go with an assignment, in the order of its deliverables."""
    campaign = session.get_one(Campaign, assignment.campaign_id)
    plan = plan_of(session, campaign)
    return [] if plan is None else _owed(session, campaign, plan, [assignment])


def forms_of_each(session: Session, assignments: Iterable[Assignment]) -> dict[int, list[Owed]]:
    """The forms that go with each of these assignments, by its number; none where there is none.
    Few queries for all, and the plans from memory."""
    by_campaign: dict[str, list[Assignment]] = {}
    for one in assignments:
        by_campaign.setdefault(one.campaign_id, []).append(one)
    found: dict[int, list[Owed]] = {}
    for campaign_id, own in by_campaign.items():
        campaign = session.get_one(Campaign, campaign_id)
        plan = kept_plan(session, campaign)
        for owed in _owed(session, campaign, plan, own) if plan else ():
            found.setdefault(owed.assignment.id or 0, []).append(owed)
    return found


def owed_forms(
    session: Session,
    campaign_id: str,
    form: str,
    *,
    unit_id: str = "",
    period: str = "",
    milestone_id: str = "",
    at: datetime | None = None,
) -> list[Owed]:
    """Everybody who owes a form, in the order of the plan, of months and of administration.

    `form` is its id, title or attachment; `period` the month of the due date (`2022-06`, `6月`);
    with `at` (aware) it is the form of the plan that was in force then. Raises InputError for
    what is not known, a month without it too; the list may be empty.
    """
    campaign = session.get_one(Campaign, campaign_id)
    plan = plan_of(session, campaign, at)
    found = find_form(plan, form)
    query = select(Assignment).where(
        Assignment.campaign_id == campaign_id, Assignment.state != State.CANCELLED
    )
    if unit_id:
        query = query.where(Assignment.unit_id == unit_id)
    if milestone_id:
        query = query.where(Assignment.milestone_id == milestone_id)
    assignments = session.exec(query.order_by(col(Assignment.period), col(Assignment.id))).all()
    asked = [one for one in assignments if not period or is_month(period, one.period)]
    owed, others = (
        [one for one in _owed(session, campaign, plan, some) if one.form.id == found.id]
        for some in (asked, assignments if period else ())
    ) if plan else ([], [])  # fmt: skip
    if others and not owed:
        months = [one.assignment.period for one in others if one.assignment.period]
        raise InputError(
            _("“{form}” is not due in {period}").format(form=found.attachment, period=period),
            _("give the month in which it is due, not the one it covers: {months}").format(
                months=_(", ").join(dict.fromkeys(months))
            ) if months else _("leave --period away: it is due once"),
        )  # fmt: skip
    place = {one: n for n, one in enumerate(session.exec(
        select(MilestoneRow.id).where(MilestoneRow.campaign_id == campaign_id)
        .order_by(col(MilestoneRow.position))
    ))}  # fmt: skip
    return sorted(
        owed,
        key=lambda one: (
            place[one.assignment.milestone_id], one.assignment.period, one.unit.position
        ),
    )  # fmt: skip


def the_owed(owed: Sequence[Owed], what: str) -> Owed:
    """The only one. `what` was asked for. Raises InputError where there is none, or more."""
    if len(owed) == 1:
        return owed[0]
    if not owed:
        raise InputError(
            _("nobody owes {what}").format(what=what),
            _("“duban form list” shows which forms there are, and who owes them"),
        )
    months = list(dict.fromkeys(one.assignment.period for one in owed if one.assignment.period))
    duties = list(dict.fromkeys(one.assignment.milestone_id for one in owed))
    raise InputError(
        _("{what} is owed several times").format(what=what),
        _("add --period, one of: {names}").format(names=_(", ").join(months))
        if len(duties) == 1
        else _("add --milestone, one of: {names}").format(names=_(", ").join(duties)),
    )


def due_next(owed: Sequence[Owed], today: date) -> list[Owed]:
    """Of all occurrences of a form, the one that is due next (from the local day `today` on), for
    each unit; the last one where all are past."""
    coming = [one for one in owed if _due(one) >= today]
    return _like(owed, min(coming, key=_due) if coming else max(owed, key=_due, default=None))


def due_before(owed: Sequence[Owed], today: date) -> list[Owed]:
    """Of all occurrences of a form, the one that was due last, up to the local day `today`; the
    first one where all are to come."""
    past = [one for one in owed if _due(one) <= today]
    return _like(owed, max(past, key=_due) if past else min(owed, key=_due, default=None))


def _due(one: Owed) -> date:
    return one.assignment.nominal_due


def _like(owed: Sequence[Owed], chosen: Owed | None) -> list[Owed]:
    """Those of the same duty and month."""
    return [
        one
        for one in owed
        if chosen is not None
        and one.assignment.milestone_id == chosen.assignment.milestone_id
        and one.assignment.period == chosen.assignment.period
    ]


def find_form(plan: Declaration | None, text: str) -> Form:
    """The form of that id, title or attachment. Raises InputError."""
    forms = plan.forms if plan else ()
    known = [Named(one.id, (plain_title(one), one.attachment)) for one in forms]
    form_id = find_named(text, known, _("form"))
    return next(one for one in forms if one.id == form_id)


def plain_title(form: Form) -> str:
    """The form's title without the unit and the month."""
    return form.title.replace("{unit}", "").replace("{month}", "").strip()


def find_owed(session: Session, identity: Identity) -> Owed:
    """What an identity names. Raises InputError where it is not owed (any more)."""
    if session.get(Campaign, identity.campaign_id) is None:
        raise InputError(
            _("the form is of the campaign “{campaign}”, which is not known here").format(
                campaign=identity.campaign_id
            ),
            _("say which is meant with --campaign and --form"),
        )
    owed = owed_forms(
        session,
        identity.campaign_id,
        identity.form_id,
        unit_id=identity.unit_id,
        period=identity.period,
        milestone_id=identity.milestone_id,
    )
    return the_owed(owed, str(identity))


def organisation_of(session: Session) -> Organisation:
    """The units on record as an organisation that selectors can be asked of."""
    rows = session.execute(_UNITS).all()
    attributes = attributes_by_unit(session)
    units = tuple(
        Unit.model_construct(
            id=row.id, name=row.name, aliases=tuple(row.aliases), level=row.level,
            parent=row.parent_id, mailbox="", attributes=attributes[row.id],
        )
        for row in rows
    )  # fmt: skip
    return Organisation.model_construct(
        levels={row.level: row.level for row in rows}, units=units, departments=(), supervisors=()
    )


_UNITS = sql_select(  # building it takes longer than the database does
    col(UnitRow.id), col(UnitRow.name), col(UnitRow.aliases), col(UnitRow.level),
    col(UnitRow.parent_id),
).order_by(col(UnitRow.position))  # fmt: skip
_DELIVERABLES = sql_select(col(MilestoneRow.id), col(MilestoneRow.deliverables)).where(
    col(MilestoneRow.campaign_id) == bindparam("campaign"),
    one_of(col(MilestoneRow.id), "milestones"),
)
_THESE = select(UnitRow).where(one_of(col(UnitRow.id), "units"))


def _owed(
    session: Session, campaign: Campaign, plan: Declaration, assignments: Sequence[Assignment]
) -> list[Owed]:
    by_attachment = {one.attachment: one for one in plan.forms}
    if not by_attachment:
        return []
    wanted = {each.milestone_id for each in assignments}
    rows = session.execute(_DELIVERABLES, {"campaign": campaign.id, "milestones": list(wanted)})
    deliverables = {row.id: row.deliverables for row in rows}
    covered: dict[str, dict[str, Covered | None]] = {}
    units = {
        one.id: one
        for batch in batched({each.unit_id for each in assignments})
        for one in session.execute(_THESE, {"units": batch}).scalars()
    }
    narrowed = _Narrowed(session, plan)
    found = []
    for one in assignments:
        for deliverable in deliverables[one.milestone_id]:
            form = by_attachment.get(str(deliverable.get("form") or ""))
            if form is None:
                continue
            if one.milestone_id not in covered:
                covered[one.milestone_id] = _covered(plan, one.milestone_id)
            found.append(
                Owed(
                    campaign, plan, form, one, units[one.unit_id], str(deliverable["name"]),
                    covered[one.milestone_id].get(one.period),
                    narrowed.fields(form.header, one.unit_id),
                    narrowed.fields(form.fields or form.columns, one.unit_id),
                    tuple(str(each) for each in deliverable.get("formats") or ()),
                )
            )  # fmt: skip
    return found


def _covered(plan: Declaration, milestone_id: str) -> dict[str, Covered | None]:
    """The month or quarter that each occurrence covers, by its period."""
    for milestone in plan.milestones:
        if milestone.id == milestone_id:
            return {one.period: one.covers for one in nominal_dates(plan, milestone)}
    return {}  # opened during the campaign


class _Narrowed:
    """Fields that only some units have; each selector is worked out once."""

    def __init__(self, session: Session, plan: Declaration) -> None:
        self._session, self._plan = session, plan
        self._organisation: Organisation | None = None
        self._picked: dict[str, frozenset[str]] = {}

    def fields(self, fields: Iterable[FormField], unit_id: str) -> tuple[FormField, ...]:
        return tuple(one for one in fields if one.who is None or unit_id in self._units(one.who))

    def _units(self, who: Selector) -> frozenset[str]:
        key = who.model_dump_json()
        if key not in self._picked:
            if self._organisation is None:
                self._organisation = organisation_of(self._session)
            try:
                units = select_units(who, self._organisation, self._plan.groups)
            except SelectorError:  # a level or an attribute that no unit on record has
                units = []
            self._picked[key] = frozenset(one.id for one in units)
        return self._picked[key]


def name_for(owed: Owed) -> str:
    """How messages call it."""
    return f"{name_of(owed.assignment)} {owed.form.attachment}"
