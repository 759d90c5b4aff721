"""`duban serve` killed with -9 at random moments of a simulated month, again and again.

A real process with a clock that runs fast, a real SMTP server that keeps what it accepted, and
hand-ins in between. Afterwards what was accepted is compared with the ledger.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from config.settings import BUNDLED, InDoubt, SmtpSecurity, load_settings
from notifications.by_hand import Decision, held_ids, release
from scheduler.clock import ShiftedClock
from scheduler.judging import judge
from scheduler.office import Office
from scheduler.replay import Deeds, record_deed, seeded_deeds
from scheduler.tick import sending_window
from tests.support.moments import ZONE_NAME
from tests.support.serving import PROGRAM
from tests.support.smtp import MailServer
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.loading import declaration_files, load_declarations
from workflows.people.importing import import_contacts
from workflows.people.reading import read_contacts
from workflows.people.record import known_campaigns
from workflows.tables import Delivery, DeliveryStatus
from workflows.ticks import last_tick

SPEED = 3600  # an hour a second
STARTING = 0.15  # the share of kills that meet the process while it starts
LONGEST_LIFE = 4.0  # seconds of serving
IN_PEACE = 7.0  # seconds of serving: a working day at that speed
_START = 60.0  # seconds: a start that takes longer is a fault


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: when, and what the process was at."""

    moment: datetime  # simulated, aware
    serving: bool  # else it was still starting
    claimed: int  # deliveries it had taken and not begun
    started: int  # deliveries it had begun and not marked: in doubt


@dataclass(slots=True)
class Outcome:
    """What one month of kills came to."""

    seed: int
    database: str
    in_doubt: InDoubt
    kills: list[Kill] = field(default_factory=list)
    mails: int = 0  # accepted by the server
    deliveries: int = 0  # done in the ledger
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    doubtful: int = 0  # deliveries recorded in doubt
    arrived_twice: int = 0  # of these
    findings: list[str] = field(default_factory=list)

    @property
    def largest_batch(self) -> int:
        """How many deliveries one kill put in doubt at most."""
        return max((one.started for one in self.kills), default=0)


class Month:
    """One home with the five bundled campaigns, from `start` on."""

    def __init__(
        self, home: Path, database_url: str, server: MailServer, policy: InDoubt, seed: int
    ) -> None:
        self.environment = {
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_MAIL_FROM": "duban@office.example.org",
            "DUBAN_SMTP_HOST": server.host,
            "DUBAN_SMTP_PORT": str(server.port),
            "DUBAN_SMTP_SECURITY": SmtpSecurity.NONE.value,
            "DUBAN_IN_DOUBT": policy.value,
            "DUBAN_TICK_SECONDS": "1",
            "DUBAN_LEASE_SECONDS": str(4 * SPEED),  # the clock runs fast, so the lease too
        }
        self.settings = load_settings(
            home=home,
            **{key.removeprefix("DUBAN_").lower(): one for key, one in self.environment.items()},
        )
        self.server, self.random = server, Random(seed)  # noqa: S311 - a pattern, not a secret
        self.window = sending_window(self.settings)
        self.log = home / "serve.log"
        self.outcome = Outcome(seed, database_url.partition(":")[0].partition("+")[0], policy)

    def prepare(self, start: datetime) -> None:
        """Apply the campaigns and take in the sample contacts, at `start`."""
        here = Office(self.settings, lambda: start)
        self.database = here.create_database()
        declared = load_declarations(
            declaration_files(self.settings.campaigns_dir), here.organisation
        )
        with self.database.write() as session:
            plan = plan_apply(session, declared, here.organisation, start)
            apply(session, plan, here.organisation, now=start, actor="soak", past=Past.DONE)
            people = read_contacts(
                BUNDLED / "sample_contacts.csv", here.organisation, known_campaigns(session)
            )
            import_contacts(session, people, start.date())
            deeds = seeded_deeds(session, self.outcome.seed, ZONE_NAME)
        self.deeds = [one for one in deeds if one.at >= start]

    def play(self, start: datetime, end: datetime, most_kills: int) -> None:
        """Serve and kill until `end` or `most_kills`, then serve in peace until all has settled."""
        moment = start
        while moment < end and len(self.outcome.kills) < most_kills:
            if self.random.random() < STARTING:
                moment = self._life(moment, starting=self.random.uniform(0.2, 2.0))
            else:
                moment = self._life(moment, serving=self.random.uniform(0.0, LONGEST_LIFE))
            self.outcome.kills[-1] = self._seen(self.outcome.kills[-1])
            if moment.astimezone(self.settings.zone).time() >= self.window.end:
                moment = self._next_morning(moment)
        # Over night the leases run out, so that what is in doubt shows and is sent or held.
        moment = self._life(self._next_morning(moment), serving=IN_PEACE, kill=False)
        self._compare()
        self._verify(moment)

    def _life(
        self, moment: datetime, *, starting: float = _START, serving: float = 0, kill: bool = True
    ) -> datetime:
        """Serve from `moment` for `serving` seconds, or end it after `starting` seconds where it
        does not serve by then; return the simulated time at its end."""
        self.server.pause = self.random.uniform(0, 0.1)
        self.server.pause_after = self.random.uniform(0, 0.1)
        clock: Callable[[], datetime] = lambda: moment  # noqa: E731
        ends, ready = time.monotonic() + starting, False
        with self._serving(moment) as process:
            while time.monotonic() < ends:
                if not ready and b"serving" in self.log.read_bytes():
                    # Its clock has begun a moment ago; hand-ins happen on the same one.
                    clock, ready = ShiftedClock(moment, speed=SPEED), True
                    ends = time.monotonic() + serving
                    self._release_some(clock())
                if ready:
                    self._hand_in(clock())
                time.sleep(0.05)
            if kill:
                process.send_signal(signal.SIGKILL)
            else:
                process.terminate()
            process.wait(30)
        if kill:
            self.outcome.kills.append(Kill(clock(), ready, 0, 0))
        elif process.returncode != 0 or not ready:
            self.outcome.findings.append(f"serve ended with {process.returncode}")
        said = self.log.read_bytes()
        if b"Traceback" in said or b"tick failed" in said:
            self.outcome.findings.append(said.decode(errors="replace"))
        # Its clock began a little before ours: none is ever set back.
        return max(clock(), self._last_tick() or moment)

    @contextmanager
    def _serving(self, moment: datetime) -> Iterator["subprocess.Popen[bytes]"]:
        local = moment.astimezone(self.settings.zone)
        arguments = ["--as-of", f"{local:%Y-%m-%dT%H:%M:%S}", "--speed", str(SPEED), "--port", "0"]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        given = {**kept, "DUBAN_HOME": str(self.settings.home), "DUBAN_LANGUAGE": "en"}
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [PROGRAM, "serve", *arguments], env={**given, **self.environment}, stderr=log
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _hand_in(self, now: datetime) -> None:
        while self.deeds and self.deeds[0].at <= now:
            deed: Deeds = self.deeds.pop(0)
            with self.database.write() as session:
                # At this speed the server's clock, begun some moments before ours, is minutes
                # ahead: what follows its tick must not bear an earlier time.
                ticked = last_tick(session)
                at = max(now, ticked + timedelta(seconds=1)) if ticked else now
                record_deed(session, deed, at, self.settings.zone)

    def _release_some(self, now: datetime) -> None:
        """The owner office lets half of what is held go."""
        with self.database.write() as session:
            for delivery_id in held_ids(session):
                if self.random.random() < 0.5:
                    release(session, delivery_id, Decision("soak", now))

    def _last_tick(self) -> datetime | None:
        with self.database.read() as session:
            return last_tick(session)

    def _next_morning(self, moment: datetime) -> datetime:
        """Before the window opens on the next day: what is still waiting at `moment` stays so until
        the leases have run out."""
        local = moment.astimezone(self.settings.zone)
        closed = local.replace(hour=self.window.end.hour, minute=self.window.end.minute)
        opening = self.window.next_opening(max(local, closed) + timedelta(hours=1))
        return opening - timedelta(minutes=30)

    def _seen(self, kill: Kill) -> Kill:
        """What the dead process has left behind."""
        with self.database.read() as session:
            counts = Counter(
                session.exec(
                    select(Delivery.status).where(
                        col(Delivery.status).in_([DeliveryStatus.CLAIMED, DeliveryStatus.STARTED]),
                        Delivery.worker
                        == select(Delivery.worker)
                        .where(col(Delivery.claimed_at).is_not(None))
                        .order_by(col(Delivery.claimed_at).desc())
                        .limit(1)
                        .scalar_subquery(),
                    )
                ).all()
            )
        return Kill(
            kill.moment,
            kill.serving,
            counts[DeliveryStatus.CLAIMED],
            counts[DeliveryStatus.STARTED],
        )

    def _compare(self) -> None:
        """Set what the server accepted against the ledger."""
        accepted = Counter(str(mail["Message-ID"]).strip() for mail in self.server.mails)
        here = self.outcome
        here.mails = accepted.total()
        with self.database.read() as session:
            known = {one.message_id: one for one in session.exec(select(Delivery))}
            unsettled = session.exec(
                select(func.count(col(Delivery.id))).where(
                    col(Delivery.status).in_([DeliveryStatus.CLAIMED, DeliveryStatus.STARTED])
                )
            ).one()
        if unsettled:
            here.findings.append(f"{unsettled} deliveries are still claimed or started")
        for message_id, one in known.items():
            times = accepted[message_id]
            here.deliveries += one.status is DeliveryStatus.DONE
            if one.doubts:
                here.doubtful += 1
                here.arrived_twice += times > 1
            elif times > 1:
                here.doubled.append(f"{one.id} {one.address} {one.local_date}: {times} times")
            if one.status is DeliveryStatus.DONE and not times:
                here.lost.append(f"{one.id} {one.address} {one.local_date}: done, not accepted")
            if times and one.status is not DeliveryStatus.DONE and not one.doubts:
                here.doubled.append(f"{one.id} {one.address}: accepted, but {one.status.value}")
        here.findings += [f"unknown mail {one}" for one in accepted if one not in known]

    def _verify(self, now: datetime) -> None:
        with self.database.read() as session:
            report = judge(session, self.settings, now)
        self.outcome.findings += [str(one) for one in report.findings]


def month_of(year: int, month: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last moment of a month, in `zone`."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return (
        datetime(first.year, first.month, 1, 8, 30, tzinfo=zone),
        datetime(after.year, after.month, 1, tzinfo=zone),
    )
