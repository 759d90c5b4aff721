"""Looks at deliveries again, when they are claimed or while they are held: what each still has to
say, if anything."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from notifications.asked import ASKED_FOR, load_asked
from notifications.briefing import BRIEFING, load_briefings
from notifications.content import Content, Waiting
from notifications.digest_content import load_contents
from notifications.fresh_link import LINK, load_fresh_links
from notifications.morning import MORNING
from notifications.morning_content import load_mornings
from notifications.notices import RECEIPT
from notifications.receipts import load_receipts
from notifications.scheduled import REPORT
from notifications.scheduled_content import load_reports
from notifications.settling import suppress_settled
from notifications.subscribers import note_subscribers
from notifications.supervision_content import load_supervision
from notifications.window import SendingWindow
from workflows.database import batched
from workflows.organisation import Organisation
from workflows.supervision.finding import PURPOSE
from workflows.tables import Delivery, DeliveryKind, DeliveryStatus, Event


def look_again(
    session: Session,
    deliveries: Sequence[Waiting],
    window: SendingWindow,
    now: datetime,
    organisation: Organisation | None = None,
) -> dict[int, Content]:
    """The content of each delivery that has something to say at `now` (aware), by number.

    Reminders that do not hold any more are closed. Few queries, however many deliveries. Briefings
    and morning lists take from the `organisation` who is told, also through departments.
    """
    today = window.today(now)
    mornings, briefings, receipts, links, asked, reports, others = [], [], [], [], [], [], []
    notices = []
    for one in deliveries:
        if one.purpose == MORNING:
            mornings.append(one)
        elif one.purpose == BRIEFING:
            briefings.append(one)
        elif one.purpose.startswith(f"{RECEIPT}-"):
            receipts.append(one)
        elif one.purpose.startswith(f"{LINK}-"):
            links.append(one)
        elif one.purpose.startswith(f"{ASKED_FOR}-"):
            asked.append(one)
        elif one.purpose.startswith(f"{REPORT}-"):
            reports.append(one)
        elif one.purpose.startswith(PURPOSE):
            notices.append(one)
        else:
            others.append(one)
    contents: dict[int, Content] = {}
    if others:
        counts = suppress_settled(session, [one.id for one in others], today)
        going = [one for one in others if one.id in counts]
        contents |= {one.delivery_id: one for one in load_contents(session, going, counts, now)}
    if receipts:
        contents |= load_receipts(session, receipts)
    if asked:
        contents |= load_asked(session, asked)
    if links:
        contents |= load_fresh_links(session, links)
    if mornings:
        contents |= load_mornings(session, mornings, window, today, organisation)
    if briefings:
        contents |= load_briefings(session, briefings, now.astimezone(window.zone), organisation)
    if reports:
        contents |= load_reports(session, reports, now.astimezone(window.zone), organisation)
    if notices:
        contents |= load_supervision(session, notices, now.astimezone(window.zone))
    return note_subscribers(session, contents, now)


def close_settled_drafts(session: Session, today: date, held: Sequence[int]) -> int:
    """Close the drafts among the deliveries `held` of which nothing is owed any more: nobody has to
    decide on them.

    `today` is the office's day. Returns how many.
    """
    drafts = [
        one
        for batch in batched(held)
        for one in session.exec(
            select(Delivery.id).where(
                col(Delivery.id).in_(batch), Delivery.kind == DeliveryKind.DIGEST
            )
        )
    ]
    if not drafts:
        return 0
    seen = session.exec(select(func.max(col(Event.id)))).one() or 0
    closed = 0
    for batch in batched(one or 0 for one in drafts):
        counts = suppress_settled(session, batch, today)
        settled = [one for one in batch if one not in counts]
        session.connection().execute(
            update(Delivery)
            .where(col(Delivery.id).in_(settled))
            .values(status=DeliveryStatus.SUPPRESSED, events_seen=seen)
        )
        closed += len(settled)
    session.expire_all()
    return closed
