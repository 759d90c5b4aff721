"""The extension requests that wait for an owner office, and its decision on one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import N_, _
from notifications.content import with_records
from notifications.own_items import offices_at, owned_campaigns
from notifications.wording import deadline, long_day
from web.answering.forms import Typed
from web.answering.surroundings import Answering
from workflows.handing_in import Deed, approve_extension, reject_extension
from workflows.states import OWING, Action
from workflows.tables import Assignment, Campaign, Event, MilestoneRow, UnitRow


class Decision(StrEnum):
    """What the office decides; it comes back as a code that selects a sentence."""

    APPROVE = "approve"
    REJECT = "reject"


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        Decision.APPROVE: N_("Approved; the unit will be told."),
        Decision.REJECT: N_("Declined; the date stays."),
    }
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the page shows it. Days are local to the campaign's zone."""

    id: int
    title: str
    unit: str
    campaign: str
    deadline: str
    asked: date
    asked_until: str
    first: date  # that may be granted
    reason: str
    who: str
    on: str


def office_name(here: Answering, address: str) -> str:
    """The name of the office whose mailbox `address` is."""
    return next((one.name for one in offices_at(here.organisation, address)), address)


def waiting_requests(session: Session, here: Answering, address: str) -> list[Request]:
    """The requests in the campaigns of the office at `address`, the most urgent first."""
    rows = _waiting(session, here, address)
    asked: dict[int | None, Event] = {}
    for event in session.exec(
        select(Event)
        .where(
            col(Event.assignment_id).in_([assignment.id for assignment, *_others in rows]),
            Event.kind == Action.REQUEST_EXTENSION.value,
        )
        .order_by(col(Event.id))
    ):
        asked[event.assignment_id] = event
    return [_request(here, *row, asked.get(row[0].id)) for row in rows]


def decide(here: Answering, address: str, typed: Typed) -> Decision:
    """Do what the form of the office at `address` says, in one transaction.

    Raises InputError with the sentence to be shown, or what the use cases raise.
    """
    try:
        decision = Decision(typed.action)
    except ValueError:
        raise InputError(_("Please choose one of the forms.")) from None
    with here.database.write() as session:
        now = here.now()
        rows = _waiting(session, here, address)
        assignment = next((one for one, *_others in rows if one.id == typed.item), None)
        if assignment is None:
            raise InputError(_("This request does not wait any more: it is decided already."))
        deed = Deed(office_name(here, address), now, now, data={"via": "page"})
        if decision is Decision.REJECT:
            reject_extension(session, assignment, replace(deed, note=typed.reason()))
        else:
            typed.require_short()
            granted = typed.day_named()
            approve_extension(session, assignment, replace(deed, note=typed.note), granted)
    return decision


_Row = tuple[Assignment, MilestoneRow, UnitRow, Campaign]


def _waiting(session: Session, here: Answering, address: str) -> list[_Row]:
    mine = [one.id for one in owned_campaigns(session, here.organisation, address)]
    found = session.execute(
        with_records(sql_select(Assignment, MilestoneRow, UnitRow, Campaign))
        .where(
            col(Assignment.campaign_id).in_(mine),
            col(Assignment.requested_due).is_not(None),
            col(Assignment.state).in_(list(OWING)),
        )
        .order_by(col(Assignment.effective_due), col(UnitRow.position), col(Assignment.id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _request(
    here: Answering,
    assignment: Assignment,
    _milestone: MilestoneRow,
    unit: UnitRow,
    campaign: Campaign,
    event: Event | None,
) -> Request:
    asked, today = assignment.requested_due or assignment.effective_due, here.today()
    return Request(
        id=assignment.id or 0,
        title=assignment.title,
        unit=unit.name,
        campaign=campaign.title,
        deadline=deadline(assignment.effective_due, assignment.late_after, today),
        asked=asked,
        asked_until=long_day(asked, today),
        first=assignment.effective_due + timedelta(days=1),
        reason=event.note if event else "",
        who=event.actor if event else "",
        on=long_day(here.window.today(event.at), today) if event else "",
    )
