"""Releases supervision notices: a mail to the unit's contact and lead, or, of the third degree, to
the owner office and the supervisors, who decide on a circular or a talk."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, select

from config.errors import StateError
from config.i18n import _
from notifications.grouping import NewDelivery, new_delivery
from notifications.notice_items import put_notices
from notifications.recipients import COPY, Directory, Recipient
from notifications.window import SendingWindow
from workflows.ladder import Role
from workflows.organisation import Organisation
from workflows.supervision.deciding import Checked, check_release, mark_released
from workflows.supervision.finding import PURPOSE, said_by
from workflows.tables import (
    Assignment,
    Campaign,
    Degree,
    DeliveryKind,
    DeliveryStatus,
    MilestoneRow,
    SupervisionNotice,
)
from workflows.transitions import Deed


@dataclass(frozen=True, slots=True)
class Released:
    """To whom a notice goes, and what was found when it was looked at again."""

    recipients: tuple[Recipient, ...]
    checked: Checked


def release(
    session: Session,
    notice: SupervisionNotice,
    deed: Deed,
    organisation: Organisation,
    window: SendingWindow,
    domain: str,
    *,
    as_drafted: bool = False,
) -> Released:
    """Let a draft go: one mail for each address, put into the outbox. The deed's `now` is in the
    office's zone, `domain` the right-hand side of Message-IDs.

    Raises StateError where the notice does not hold any more (`check_release`) or nobody can be
    told.
    """
    today = window.today(deed.now)
    checked = check_release(session, notice, deed.now, today, as_drafted=as_drafted)
    found = recipients_of(session, notice, organisation, window, deed)
    if not found:
        raise StateError(
            _("there is nobody to tell"), _("mend the organisation file, or the owner office")
        )
    events = mark_released(session, notice, [one.address for one in found], deed)
    made: list[tuple[NewDelivery | int, list[tuple[int, str]]]] = []
    for one in found:
        delivery = new_delivery(
            one.address, today, f"{PURPOSE}{notice.id}", DeliveryKind.NOTICE,
            DeliveryStatus.QUEUED, deed.now, domain,
        )  # fmt: skip
        made.append((delivery, [(event, one.name) for event in events]))
    notice.delivery_id = put_notices(session, made)[0]
    session.add(notice)
    session.flush()
    return Released(tuple(found), checked)


def recipients_of(
    session: Session,
    notice: SupervisionNotice,
    organisation: Organisation,
    window: SendingWindow,
    deed: Deed,
) -> list[Recipient]:
    """Whom the notice goes to, each address once."""
    found: dict[str, Recipient] = {}
    if notice.degree is Degree.CIRCULAR:
        people = _deciders(notice, organisation)
    else:
        directory = Directory(session, organisation, today=window.today(deed.now))
        people = _at_unit(session, notice, directory)
    for one in people:
        found.setdefault(one.address.lower(), one._replace(address=one.address.lower()))
    return list(found.values())


def _deciders(notice: SupervisionNotice, organisation: Organisation) -> Iterator[Recipient]:
    for one in organisation.supervisors:
        yield Recipient(one.mailbox, one.name, Role.SUPERVISOR.value)
    for campaign in said_by(notice).campaigns:
        office = organisation.department(campaign.owner)
        if office is not None:
            yield Recipient(office.mailbox, office.name, Role.OWNER.value)


def _at_unit(
    session: Session, notice: SupervisionNotice, directory: Directory
) -> Iterator[Recipient]:
    """Contact and lead as each campaign has them; the office mailbox where there is no contact."""
    content = said_by(notice)
    milestones = dict.fromkeys(
        [
            *((one.campaign, one.name.split("/")[1]) for one in content.owed),
            *((one.campaign, one.milestone) for one in content.missed),
        ]
    )
    for campaign_id, milestone_id in milestones:
        assignment = session.exec(
            select(Assignment).where(
                Assignment.campaign_id == campaign_id,
                Assignment.milestone_id == milestone_id,
                Assignment.unit_id == notice.unit_id,
            )
        ).first()
        milestone = session.get(MilestoneRow, (campaign_id, milestone_id))
        if assignment is None or milestone is None:
            continue
        campaign = session.get_one(Campaign, campaign_id)
        people = directory.recipients([Role.CONTACT, Role.LEAD], assignment, milestone, campaign)
        yield from (one for one in people if one.role != COPY)
