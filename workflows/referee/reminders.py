"""What became of each reminder: sent, waiting, or a recorded reason why not; and never too late.

A claim notes the newest event that it saw, so what a mail knew is judged without any clock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.given import Given
from workflows.referee.order import ABOVE, AT_UNIT
from workflows.referee.reading import rows
from workflows.referee.standing import Standing, standing_at
from workflows.referee.versions import CampaignRecord
from workflows.tables import Assignment, Delivery, DeliveryStatus, Reminder

_NEEDS_NO_DELIVERY = frozenset(
    {"pending", "superseded", "no_contact", "dropped", "acknowledged", "snoozed", "silenced"}
)
_REACHED = frozenset({"sent", "no_contact", "failed"})  # the unit has heard, or cannot
_MARGIN = timedelta(minutes=10)  # by how much the clocks of two machines may differ


def check_reminders(
    given: Given,
    where: str,
    assignment: Assignment,
    reminders: Sequence[Reminder],
    deliveries: Mapping[int, Delivery],
    standings: Sequence[Standing] | None,
) -> None:
    """Check one assignment's reminders; `standings` is None where its log cannot be trusted."""
    _check_twice(given, reminders)
    for one in reminders:
        status = one.status.value
        if (not one.address) != (status == "no_contact"):
            _say(given, one, where, _("it is {status} and its address is “{address}”").format(
                status=status, address=one.address))  # fmt: skip
        if one.delivery_id is None and status not in _NEEDS_NO_DELIVERY:
            _say(given, one, where, _("it is {status} and stands in no delivery").format(
                status=status))  # fmt: skip
        elif status == "superseded":
            _check_superseded(given, where, one, reminders)
        elif status == "pending" and one.delivery_id is None:
            campaign = given.campaigns.get(assignment.campaign_id)
            since = _free_since(one, reminders, deliveries, campaign)
            if since is not None:
                _check_forgotten(given, where, one, standings, since)
        elif status == "sent" and one.held:
            given.report.add(
                Code.SENT_WHILE_HELD, _name(one), _("{name}: it was held").format(name=where)
            )
        delivery = deliveries.get(one.delivery_id or 0)
        if delivery is not None and status in {"sent", "suppressed"}:
            _check_claim(given, where, one, delivery, standings, assignment)


def _check_twice(given: Given, reminders: Sequence[Reminder]) -> None:
    """One reminder for one reason and person, however the address is written."""
    seen = set()
    for one in reminders:
        key = (one.reason, one.occurrence, one.address.lower(), one.due_basis)
        if key in seen:
            given.report.add(
                Code.SENT_TWICE,
                _name(one),
                _("{address} has “{rung}” of {day} twice").format(
                    address=one.address, rung=one.reason, day=one.occurrence
                ),
            )
        seen.add(key)


def _check_superseded(
    given: Given, where: str, reminder: Reminder, reminders: Sequence[Reminder]
) -> None:
    """Another one for the same person went, waits or has its own reason in its stead."""
    instead = any(
        one.status.value != "superseded"
        and one.address.lower() == reminder.address.lower()
        and (
            one.occurrence >= reminder.occurrence
            or (one.id or 0) > (reminder.id or 0)
            # Of what one tick takes up, the unit's own rung goes before a later one above it.
            or one.created_at == reminder.created_at
        )
        for one in reminders
    )
    if not instead:
        _say(given, reminder, where, _("it is superseded and nothing came in its stead"))


def _check_forgotten(
    given: Given,
    where: str,
    reminder: Reminder,
    standings: Sequence[Standing] | None,
    since: datetime,
) -> None:
    """All that waits for one address, and since `since` for nothing else, is put into its digest
    together: what a younger one went past was forgotten, and so was what a tick of a later day left
    without any digest.

    When a held one was released, or one that was left out was wanted again, is not on record: it
    may have been a moment ago.
    """
    wanted_again = standings is None or any(
        one.kind == "reopen" and one.since >= reminder.created_at - _MARGIN for one in standings
    )
    purpose = "held" if reminder.held else ""
    own = rows(
        given.session,
        given.report,
        Delivery,
        col(Delivery.address) == reminder.address,
        col(Delivery.purpose).in_(["", "held"])
        | (col(Delivery.status) == DeliveryStatus.SUPERSEDED)
        & col(Delivery.decided_at).is_not(None),
    )
    # What failed, and a person wanted sent after all: it waits since then.
    retried = [one.decided_at for one in own if one.status is DeliveryStatus.SUPERSEDED]
    since = max([since, *(one for one in retried if one is not None)])
    if wanted_again or any(one.status.value == "released" for one in own):
        return
    same = [one for one in own if one.purpose == purpose]
    taken = {one.local_date for one in same}
    later = given.awake.days_after(given.awake.local_day(since))
    if any(day not in taken for day in later) or _went_past(given, reminder, same, since):
        given.report.add(
            Code.REMINDER_FORGOTTEN,
            _name(reminder),
            _("{name}: it waits since {moment} without a delivery").format(
                name=where, moment=given.awake.shown(reminder.created_at)
            ),
        )


def _free_since(
    reminder: Reminder,
    reminders: Sequence[Reminder],
    deliveries: Mapping[int, Delivery],
    campaign: CampaignRecord | None,
) -> datetime | None:
    """Since when nothing but its digest is waited for; None where something else is. What is of a
    paused campaign waits for the resume; what goes above the contact waits until a reminder of the
    unit's own has come to its end."""
    made = reminder.created_at
    if campaign is not None:
        if not campaign.is_running:
            return None
        made = max(made, campaign.turns[-1][1])
    if reminder.role not in ABOVE:
        return made
    own = [one for one in reminders if one.role in AT_UNIT and one.due_basis == reminder.due_basis]
    reached = [_end_of(one, deliveries) for one in own if one.status.value in _REACHED]
    if reached:
        return max(made, min(reached))
    if any(one.status.value == "pending" for one in own):
        return None
    return max([made, *(_end_of(one, deliveries) for one in own)])


def _end_of(reminder: Reminder, deliveries: Mapping[int, Delivery]) -> datetime:
    """The last that is on record of a reminder that does not wait any more."""
    delivery = deliveries.get(reminder.delivery_id or 0)
    if delivery is None:
        return reminder.created_at
    if delivery.done_at is not None:
        return delivery.done_at
    known = (reminder.created_at, delivery.claimed_at, delivery.started_at, delivery.decided_at)
    return max(one for one in known if one is not None)


def _went_past(
    given: Given, reminder: Reminder, deliveries: Sequence[Delivery], since: datetime
) -> bool:
    """Whether one of the deliveries took up what is younger than the reminder; of one that had to
    wait for the unit's own, what is younger than the end of that."""
    ids = [one.id for one in deliveries]
    younger = select(func.count(col(Reminder.id))).where(
        col(Reminder.delivery_id).in_(ids), col(Reminder.id) > reminder.id
    )
    if since > reminder.created_at or reminder.role in ABOVE:  # it may be the same moment
        soon = since + _MARGIN
        if any(one.created_at > soon for one in deliveries):
            return True
        younger = younger.where(col(Reminder.created_at) > soon)
    return given.session.exec(younger).one() > 0


def _check_claim(
    given: Given,
    where: str,
    reminder: Reminder,
    delivery: Delivery,
    standings: Sequence[Standing] | None,
    assignment: Assignment,
) -> None:
    """Sent: owed by that date when it was claimed. Suppressed: not owed by it, then or before."""
    if standings is None or delivery.events_seen is None:
        given.report.counts["not_judged"] += 1
        return
    then = standing_at(standings, delivery.events_seen)
    owed = _owed(then, reminder)
    if reminder.status.value == "sent" and not owed:
        given.report.add(
            Code.SENT_AFTER_HAND_IN,
            _name(reminder),
            _("{name}: delivery {id} was claimed when it was {state}, due {due}").format(
                name=where, id=delivery.id, state=then.state, due=then.effective_due
            ),
        )
    campaign = given.campaigns.get(assignment.campaign_id)
    resting = campaign is not None and not campaign.was_running(delivery.events_seen)
    if reminder.status.value == "sent":
        _check_quiet(given, where, reminder, delivery, then, assignment, resting=resting)
    if reminder.status.value == "suppressed" and owed and not resting:
        # An earlier claim may have closed it, before it was owed again.
        since = reminder.created_at - _MARGIN
        was_off = any(
            not _owed(one, reminder)
            for one in standings
            if one.since >= since and one.event_id <= delivery.events_seen
        ) or (campaign is not None and campaign.rested_since(since, delivery.events_seen))
        if not was_off:
            given.report.add(
                Code.SUPPRESSED_WHILE_OWED,
                _name(reminder),
                _("{name}: it was owed by {due} when delivery {id} left it out").format(
                    name=where, due=reminder.due_basis, id=delivery.id
                ),
            )


def _check_quiet(
    given: Given,
    where: str,
    reminder: Reminder,
    delivery: Delivery,
    then: Standing,
    assignment: Assignment,
    *,
    resting: bool,
) -> None:
    """Nobody is told what was seen or put off, of a campaign that rests, or during a silence."""
    campaign, day = given.campaigns.get(assignment.campaign_id), delivery.local_date
    gentle = campaign is not None and any(
        rung.gentle and rung.id == reminder.reason
        for rung in campaign.current.rungs(assignment.milestone_id, assignment.unit_id)
    )
    put_off = then.snoozes.get(reminder.address.lower(), "")
    silences = [
        one
        for one in given.silences
        if one.unit_id in {"", assignment.unit_id}
        and one.campaign_id in {"", assignment.campaign_id}
        and one.first <= day <= one.last
    ]
    claimed = delivery.claimed_at or delivery.created_at
    broken = {
        Code.SENT_AFTER_SEEN: gentle and (then.acknowledged_at is not None or put_off > str(day)),
        Code.SENT_WHILE_RESTING: resting,
        Code.SENT_WHILE_SILENCED: any(
            one.created_at < claimed - _MARGIN
            and (one.ended_at is None or one.ended_at > claimed + _MARGIN)
            for one in silences
        ),
    }
    for code, is_broken in broken.items():
        if is_broken:
            given.report.add(
                code,
                _name(reminder),
                _("{name}: “{rung}” went to {address}").format(
                    name=where, rung=reminder.reason, address=reminder.address
                ),
            )


def _owed(standing: Standing, reminder: Reminder) -> bool:
    return standing.owing and standing.effective_due == reminder.due_basis


def _say(given: Given, reminder: Reminder, where: str, what: str) -> None:
    given.report.add(Code.REMINDER_STATUS, _name(reminder), f"{where}: {what}")


def _name(reminder: Reminder) -> str:
    return _("reminder {id}").format(id=reminder.id)
