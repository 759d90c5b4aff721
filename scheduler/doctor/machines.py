"""Where the work is spread over machines: does a worker take what is to be done?"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session

from config.i18n import N_, _
from config.settings import Settings
from scheduler.doctor.finding import Finding, bad, good, some, warning
from scheduler.engine.alike import (
    FILES,
    KEY,
    MAILDIR,
    SETTINGS,
    Neighbour,
    neighbours,
    traits_of,
    unlike,
)
from scheduler.engine.jobs import JobKind
from workflows.ticks import last_tick

WORKERS = N_("workers")
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        KEY: N_("another secret.key than here, so that links in mails do not open: {names}"),
        FILES: N_("another organisation file, holidays or templates than here: {names}"),
        SETTINGS: N_("other settings than here: {names}"),
        MAILDIR: N_(
            "no SMTP server is set, mail is put into a Maildir and counts as sent: {names}"
        ),
    }
)
_AGAIN = N_("give every machine the same, and start those again; see docs/machines.md")
_MENDS: Mapping[str, str] = MappingProxyType(
    {
        KEY: N_("copy one machine's secret.key into the home of each, and start them again"),
        FILES: _AGAIN,
        SETTINGS: N_("compare “duban config show” on the machines; then start those again"),
        MAILDIR: N_("set smtp_host there as here, and start it again"),
    }
)
_PATIENCE = 120  # seconds that a tick may wait


def check_workers(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a worker takes the ticks at `now` (aware), and all machines have the same settings as
    this one. Says nothing where no engine ever ran. Raises OSError."""
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
    in_vain = waited > _PATIENCE and (last is None or now - last > timedelta(seconds=_PATIENCE))
    if in_vain:
        yield bad(
            WORKERS,
            _("a tick has waited for {minutes} minutes, and no worker takes it").format(
                minutes=round(waited / 60)
            ),
            _("start “duban worker” on a machine that reaches the database and the mail server"),
        )
    others = neighbours(session)
    different = list(_differences(settings, others))
    yield from different
    if not in_vain and not different:
        names = [one.name for one in others if one.role == "worker"]
        yield good(WORKERS, _("{count} connected: {names}; no tick waits in vain").format(
            count=len(names), names=some(names) or "-"))  # fmt: skip


def _differences(settings: Settings, others: list[Neighbour]) -> Iterator[Finding]:
    """What machines have otherwise that they should have in common."""
    for what, names in unlike(traits_of(settings), others):
        level = bad if what in {KEY, MAILDIR} else warning
        yield level(WORKERS, _(_WORDS[what]).format(names=some(names)), _(_MENDS[what]))
