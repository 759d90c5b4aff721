"""One tick: what is due now becomes reminders, what happened becomes notices, all of it deliveries,
and the outbox is emptied.

Its cost grows with what is due now, not with the plan.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from config.settings import Settings
from notifications.briefing import brief_supervisors
from notifications.due import BATCH as DUE_BATCH
from notifications.due import collect_due
from notifications.greeting import greet_new_contacts
from notifications.grouping import group_pending
from notifications.handing_over import hand_over
from notifications.looking_again import close_settled_drafts
from notifications.morning import begins_the_day, held_deliveries, list_what_waits
from notifications.notices import BATCH as EVENTS_BATCH
from notifications.notices import take_events
from notifications.outcomes import sweep
from notifications.scheduled import send_reports
from notifications.sender import Sender, SendReport
from notifications.turned_clock import undo_days_to_come
from notifications.window import SendingWindow
from workflows.database import Database
from workflows.holiday_record import follow_record
from workflows.organisation import Organisation
from workflows.ticks import record_tick

_log = structlog.get_logger()
MANY = 2000  # assignments due, or deliveries made, by one tick: the database then plans anew


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did."""

    due: int  # assignments of which a rung came due
    grouped: int  # deliveries made
    sending: SendReport


def sending_window(settings: Settings) -> SendingWindow:
    """The sending window that the settings ask for."""
    return SendingWindow(
        settings.zone, settings.window_start, settings.window_end, settings.spread_minutes
    )


def message_domain(settings: Settings) -> str:
    """The right-hand side of Message-IDs."""
    return settings.mail_from.rpartition("@")[2] or "localhost"


def remind(
    database: Database, organisation: Organisation, settings: Settings, now: datetime, worker: str
) -> tuple[int, int]:
    """The first half of a tick, in short transactions. Returns assignments due and deliveries made.

    What another process has collected halfway is collected here to its end before anything is
    grouped, so that nobody's digest leaves with a part of the day.
    """
    window = sending_window(settings)
    domain = message_domain(settings)
    due = 0
    while True:
        with database.write() as session:
            follow_record(session)  # another process may have taken in a new notice
            undo_days_to_come(session, now)
            hand_over(session, now, window)
            collected = collect_due(session, now, organisation, window)
            due += collected
            # Less than a batch is the end of it, and what comes next needs no other transaction.
            if collected == DUE_BATCH or (
                take_events(session, now, organisation, window, domain) == EVENTS_BATCH
            ):
                continue
            morning = begins_the_day(session, now, window)
            record_tick(session, worker, now)
            greet_new_contacts(session, now, organisation, window)
            # First what a crash left under a lease: else its reminders miss today's digest.
            if swept := sweep(session, now, settings.in_doubt):
                _log.warning("leases expired", deliveries=swept)
            made = group_pending(session, now, window, domain, settings.channels)
            if morning:
                held = held_deliveries(session)
                close_settled_drafts(session, window.today(now), held)
                new = brief_supervisors(
                    session, now, organisation, window, domain,
                    day=settings.briefing_day, held=settings.briefing_release == "hold",
                )  # fmt: skip
                new += send_reports(session, now, organisation, window, domain)
                if settings.morning_list:
                    held = held_deliveries(session) if new else held
                    list_what_waits(session, now, organisation, window, domain, held)
            return due, made


async def tick(
    database: Database,
    organisation: Organisation,
    settings: Settings,
    now: datetime,
    sender: Sender,
) -> TickReport:
    """One pass at `now` (aware)."""
    due, grouped = await asyncio.to_thread(
        remind, database, organisation, settings, now, sender.worker
    )
    if grouped >= MANY:
        await asyncio.to_thread(database.refresh_statistics)
    return TickReport(due, grouped, await sender.run())
