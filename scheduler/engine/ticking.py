"""A tick that many workers share: reminders by shard of units, then digests by shard of addresses.

Where little is due it is the tick that one process makes. Where much is, its two large steps are
spread first; what of them was not done, since a worker was killed or the time is up, the tick does
itself. So it ends as it always ends, and no digest leaves with a part of the day.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session, col, func, select

from notifications.due import collect_due
from notifications.greeting import greet_new_contacts
from notifications.grouping import close_stale, group_pending
from notifications.handing_over import hand_over
from notifications.notices import take_events
from notifications.outcomes import sweep
from notifications.shards import Shard
from notifications.turned_clock import undo_days_to_come
from scheduler.engine.jobs import Engine, Job, JobKind
from scheduler.engine.mailing import Mailing
from scheduler.office import Office
from scheduler.tick import MANY, message_domain, remind, sending_window
from workflows.holiday_record import follow_record
from workflows.tables import Assignment

_log = structlog.get_logger()
SHARDS = 16  # of units and of addresses: more workers than that do not help one step
SPREAD_FROM = MANY  # assignments due at once: fewer are sooner done than spread
_SHARE = 1 / 3  # of the lease, which no job outlasts, that each step is waited for


@dataclass
class Ticking:
    """The tick's jobs, on one worker."""

    here: Office
    engine: Engine
    mailing: Mailing
    worker: str
    stopping: bool = False

    def tick(self, job: Job) -> None:
        """The whole tick; at its end the mails are put out as jobs."""
        here, now = self.here, self.here.clock()
        settings, organisation = here.settings, here.organisation
        window = sending_window(settings)
        with here.database.read() as session:
            much = some_due(session, now, SPREAD_FROM) == SPREAD_FROM
        if much and window.is_open(now):
            with here.database.write() as session:
                follow_record(session)
                undo_days_to_come(session, now)
                hand_over(session, now, window)
            self._spread(JobKind.REMIND, job)
            self._before_digests()
            here.database.refresh_statistics()
            self._spread(JobKind.GROUP, job)
        due, made = remind(here.database, organisation, settings, now, self.worker)
        if much:
            here.database.refresh_statistics()
        self.mailing.put_jobs()
        if due or made:
            _log.info("tick", due=due, deliveries=made)

    def remind(self, job: Job) -> None:
        """The reminders of one shard of units."""
        here, shard = self.here, _shard(job)
        now, window = here.clock(), sending_window(here.settings)
        more = True
        while more and not self.stopping:
            with here.database.write(shared=True) as session:
                follow_record(session)
                more = bool(collect_due(session, now, here.organisation, window, shard))

    def group(self, job: Job) -> None:
        """The digests of one shard of addresses; none while a shard of units is still at it, or
        was lost: a digest would leave with a part of the day. Then the tick itself does it."""
        here = self.here
        settings, now = here.settings, here.clock()
        with here.database.write(shared=True) as session:
            if some_due(session, now, 1):
                return
            window, domain = sending_window(settings), message_domain(settings)
            group_pending(session, now, window, domain, settings.channels, _shard(job))

    def _spread(self, kind: JobKind, tick: Job) -> None:
        jobs = [
            Job(kind, f"{tick.key}/{kind}/{number}", {"number": number, "of": SHARDS})
            for number in range(SHARDS)
        ]
        with self.here.database.write(shared=True) as session:
            self.engine.put(session, jobs)
        seconds = _SHARE * self.here.settings.lease_seconds
        if not self.engine.wait(jobs, seconds, lambda: self.stopping) and not self.stopping:
            _log.warning("not all parts of a tick were done in time", part=kind.value)

    def _before_digests(self) -> None:
        """What a digest must not miss: else it would leave with a part of the day."""
        here, now = self.here, self.here.clock()
        settings, organisation = here.settings, here.organisation
        window, domain = sending_window(settings), message_domain(settings)
        more = True
        while more:
            with here.database.write() as session:
                more = bool(take_events(session, now, organisation, window, domain))
                if not more:
                    greet_new_contacts(session, now, organisation, window)
                    sweep(session, now, settings.in_doubt)
                    close_stale(session, window.today(now), settings.channels)


def some_due(session: Session, now: datetime, most: int) -> int:
    """How many assignments have a rung that is due at `now` (aware), counted up to `most`."""
    some = select(Assignment.id).where(col(Assignment.next_at) <= now).limit(most)
    return session.exec(select(func.count()).select_from(some.subquery())).one()


def _shard(job: Job) -> Shard:
    return Shard(job.about["number"], job.about["of"])
