"""Where the work is spread over machines: does a worker take what is to be done?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from config.i18n import N_, _
from scheduler.doctor.finding import Finding, bad, good
from scheduler.engine.jobs import JobKind
from workflows.ticks import last_tick

WORKERS = N_("workers")
_PATIENCE = 120  # seconds that a tick may wait


def check_workers(session: Session, now: datetime) -> Iterator[Finding]:
    """Whether a worker takes the ticks at `now` (aware). Says nothing where no engine ever ran."""
    if session.connection().dialect.name != "postgresql":
        return
    try:
        from scheduler.engine.dbos_engine import seconds_waited
    except ModuleNotFoundError:  # an office that needs none
        return
    waited, last = seconds_waited(session, JobKind.TICK), last_tick(session)
    if waited is None:
        return
    # An office that has gone back to the embedded mode ticks, whatever still lies in the queue.
    if waited > _PATIENCE and (last is None or now - last > timedelta(seconds=_PATIENCE)):
        yield bad(
            WORKERS,
            _("a tick has waited for {minutes} minutes, and no worker takes it").format(
                minutes=round(waited / 60)
            ),
            _("start “duban worker” on a machine that reaches the database and the mail server"),
        )
    else:
        yield good(WORKERS, _("no tick waits in vain"))
