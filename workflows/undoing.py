"""Takes back a person's last action: whatever one command has done, as new events.

Nothing is erased. What happened to an assignment since, by whomever, keeps it from being undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from config.errors import StateError
from config.i18n import _
from config.plain_text import inner_quotes
from workflows.assigning import opened_by
from workflows.attributes import report_attribute
from workflows.events import APPLIED, ASSIGNED, PLAN_VERSION, events_of, standing_events
from workflows.handing_in import undo
from workflows.states import Action
from workflows.tables import Assignment, Event, InboxMail, InboxStatus, ReportedAttribute, UnitRow
from workflows.transitions import Deed, append_campaign_event, apply_action

REPORTED = "reported"  # what a unit has reported of itself
_PAGE = 100  # events looked at together


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: its kind (an event's, or REPORTED), what it had touched, and the numbers
    of incoming mails that had been confirmed by it, which wait again."""

    kind: str
    note: str
    assignments: tuple[Assignment, ...]
    reports: tuple[ReportedAttribute, ...] = ()
    mails: tuple[int, ...] = ()


def undo_last(session: Session, deed: Deed) -> Undone:
    """Take back the last action of `deed.actor` that still holds. Raises StateError where there
    is none, or where something has changed since."""
    taken_back = _taken_back(session)
    event = _last_event(session, deed.actor, taken_back)
    report = _last_report(session, deed.actor)
    if event is None and report is None:
        raise StateError(
            _("there is nothing by {actor} to undo").format(actor=deed.actor),
            _("only one's own actions are undone; see “duban history”"),
        )
    if report is not None and (event is None or report.recorded_at >= event.recorded_at):
        return _undo_reports(session, deed, report, taken_back)
    if event is None or event.kind == APPLIED or PLAN_VERSION in event.data:
        raise StateError(
            _("the last action of {actor} was to apply a declaration").format(actor=deed.actor),
            _("that cannot be undone; change the declaration and apply it again"),
        )
    if event.kind == ASSIGNED:
        return _undo_assigning(session, deed, event)
    if event.assignment_id is None:
        raise StateError(
            _("the last action of {actor} concerned a whole campaign").format(actor=deed.actor),
            _("change it back with the command that did it; see “duban history”"),
        )
    events = _together(session, event, taken_back)
    touched = _undo_events(session, deed, events)
    return Undone(event.kind, event.note, touched, mails=_waiting_again(session, events))


def _undo_events(session: Session, deed: Deed, events: Sequence[Event]) -> tuple[Assignment, ...]:
    touched = []
    for event in events:
        assignment = session.get_one(Assignment, event.assignment_id)
        undo(session, assignment, deed, event)
        touched.append(assignment)
    return tuple(touched)


def _waiting_again(session: Session, events: Sequence[Event]) -> tuple[int, ...]:
    """The mails of which these events were what the office made: it has to decide anew."""
    numbers = sorted({one.data["mail"] for one in events if "mail" in one.data})
    for number in numbers:
        mail = session.get_one(InboxMail, number)
        mail.status, mail.decided_by, mail.decided_at = InboxStatus.WAITING, "", None
        session.add(mail)
    return tuple(numbers)


def _undo_assigning(session: Session, deed: Deed, event: Event) -> Undone:
    """What was opened is cancelled; that it had been opened stays on record."""
    own = Deed(
        deed.actor, deed.at, deed.now, deed.note, deed.announce, {**deed.data, "undoes": event.id}
    )
    opened = opened_by(session, event)
    for assignment in opened:
        if standing_events(events_of(session, assignment.id)):
            raise StateError(
                _("“{title}” has changed since").format(title=inner_quotes(assignment.title)),
                _("cancel or waive what is left of it"),
            )
        apply_action(session, assignment, Action.CANCEL, own)
    append_campaign_event(session, event.campaign_id, Action.UNDO.value, deed, {"undoes": event.id})
    return Undone(event.kind, event.note, tuple(opened))


def _undo_reports(
    session: Session, deed: Deed, last: ReportedAttribute, taken_back: set[int]
) -> Undone:
    """Each unit's attribute is again what it was; what had followed from the report as well."""
    reports = session.exec(
        select(ReportedAttribute)
        .where(
            ReportedAttribute.actor == last.actor,
            ReportedAttribute.recorded_at == last.recorded_at,
        )
        .order_by(col(ReportedAttribute.id))
    ).all()
    followed = session.exec(
        select(Event)
        .where(
            Event.actor == last.actor,
            Event.recorded_at == last.recorded_at,
            col(Event.assignment_id).is_not(None),
            col(Event.id).not_in(taken_back),
        )
        .order_by(col(Event.id).desc())
    ).all()
    touched = _undo_events(session, deed, followed)
    for report in reports:
        before = session.exec(
            select(ReportedAttribute)
            .where(
                ReportedAttribute.unit_id == report.unit_id,
                ReportedAttribute.name == report.name,
            )
            .order_by(col(ReportedAttribute.id).desc())
            .limit(2)
        ).all()
        if before[0].id != report.id:
            raise StateError(
                _("{name} has been reported again since").format(name=report.name),
                _("set it to what it should be"),
            )
        value = before[1].value if len(before) > 1 else None
        unit = session.get_one(UnitRow, report.unit_id)
        report_attribute(session, unit, report.name, value, deed, undoes=report.id)
    return Undone(REPORTED, last.note, touched, tuple(reports))


def _taken_back(session: Session) -> set[int]:
    undoing = session.exec(select(Event).where(Event.kind == Action.UNDO.value))
    return {one.data["undoes"] for one in undoing}


def _last_event(session: Session, actor: str, taken_back: set[int]) -> Event | None:
    own = select(Event).where(Event.actor == actor, Event.kind != Action.UNDO.value)
    query, last = own.order_by(col(Event.id).desc()).limit(_PAGE), None
    while page := session.exec(query if last is None else query.where(col(Event.id) < last)).all():
        for event in page:
            if event.id not in taken_back and "undoes" not in event.data:
                return event
        last = page[-1].id
    return None


def _last_report(session: Session, actor: str) -> ReportedAttribute | None:
    undone = select(ReportedAttribute.undoes).where(col(ReportedAttribute.undoes).is_not(None))
    return session.exec(
        select(ReportedAttribute)
        .where(
            ReportedAttribute.actor == actor,
            col(ReportedAttribute.undoes).is_(None),
            col(ReportedAttribute.id).not_in(undone),
        )
        .order_by(col(ReportedAttribute.id).desc())
        .limit(1)
    ).first()


def _together(session: Session, event: Event, taken_back: set[int]) -> list[Event]:
    """What one command did: all that the same person recorded at the same moment."""
    found = session.exec(
        select(Event)
        .where(
            Event.actor == event.actor,
            Event.recorded_at == event.recorded_at,
            Event.kind == event.kind,
        )
        .order_by(col(Event.id).desc())
    )
    return [one for one in found if one.id not in taken_back]
