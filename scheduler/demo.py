"""The demo: the five 2022 campaigns replayed from May into a home of their own.

A demo home bears a marker; only such a home is ever replaced.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from pydantic import SecretStr
from sqlmodel import Session

from calendars.options import FeedOptions, FeedScope
from calendars.tokens import create_feed
from config.errors import InputError
from config.i18n import _
from config.settings import BUNDLED, BUNDLED_ORGANISATION, Settings
from scheduler.clock import Now, SimulatedClock, wall_clock
from scheduler.collector import sparing_the_collector
from scheduler.office import Office, read_demo_marker, write_demo_marker
from scheduler.replay import Deeds, Month, replay, seeded_deeds
from scheduler.submissions import deeds_from_file
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.declaration import Declaration
from workflows.loading import declaration_files, load_declarations
from workflows.people.importing import import_contacts
from workflows.people.reading import read_contacts
from workflows.people.record import known_campaigns
from workflows.people.stamp import contacts_changed

_P = ParamSpec("_P")
_T = TypeVar("_T")
DEMO_FROM = "2022-05-01T00:00"
DEMO_AS_OF = "2022-09-08T08:55"
DEMO_SEED = 2022
SAMPLE_CONTACTS = BUNDLED / "sample_contacts.csv"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to replay. Moments are aware; `contacts` is a CSV file or None."""

    start: datetime
    until: datetime
    declarations: tuple[Declaration, ...]
    contacts: Path | None
    seed: int
    submissions: Path | None = None
    release_held: bool = True


def isolated(settings: Settings, home: Path) -> Settings:
    """The settings with a home of its own: its own database, and mail into its Maildir."""
    own = {"home": home, "database_url": SecretStr(""), "smtp_host": "", "channels": {}}
    # A season tells what the ladders send; a weekly briefing beside them can be asked for.
    return settings.model_copy(update={**own, "briefing_day": "off"})


def prepare_demo_home(home: Path) -> None:
    """Make an empty demo home. Raises InputError where `home` is anything but a demo or empty."""
    if home.exists() and any(home.iterdir()):
        if read_demo_marker(home) is None:
            raise InputError(
                _("{home} is not a demo home and is left as it is").format(home=home),
                _("set DUBAN_HOME to another folder for the demo, e.g. DUBAN_HOME=demo make run"),
            )
        shutil.rmtree(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # From the first moment: a demo that was broken off may be replaced too.
    write_demo_marker(home, wall_clock(), wall_clock())


def default_contacts(settings: Settings) -> Path | None:
    """The sample contacts fit the bundled organisation alone."""
    return SAMPLE_CONTACTS if settings.organisation == BUNDLED_ORGANISATION else None


async def run_scenario(
    settings: Settings, scenario: Scenario, progress: Callable[[date], None]
) -> dict[str, Month]:
    """Apply, import contacts and replay into `settings.home`, in a loop that nothing else uses."""
    asyncio.get_running_loop().set_default_executor(_AtOnce())
    clock = SimulatedClock(scenario.start)
    with sparing_the_collector():
        here = begin_office(settings, scenario.declarations, scenario.contacts, clock)
        database = here.database
        try:
            with database.write() as session:
                deeds = _deeds(session, scenario, settings)
            return await replay(
                database,
                here.organisation,
                settings,
                clock,
                scenario.until,
                deeds,
                release_held=scenario.release_held,
                progress=progress,
            )
        finally:
            database.close()


class _AtOnce(ThreadPoolExecutor):
    """Does what is meant for another thread in this one: a replay does one thing after the other,
    and to wake a thread for each takes as long as many of them."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Done when it returns."""
        done: Future[_T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def begin_office(
    settings: Settings, declared: Sequence[Declaration], contacts: Path | None, clock: Now
) -> Office:
    """A new database in `settings.home` with these campaigns and people, at the clock's time."""
    here = Office(settings, clock)
    # What a power cut takes is played again; waiting for the disk took a tenth of a replay.
    with here.create_database(durable=False).write() as session:
        planned = plan_apply(session, declared, here.organisation, clock())
        apply(
            session, planned, here.organisation, now=clock(), actor="replay", past=Past.CHASE
        )  # fmt: skip
        if contacts is not None:
            rows = read_contacts(contacts, here.organisation, known_campaigns(session))
            import_contacts(session, rows, clock().date())
            contacts_changed(session, clock())
    return here


def demo_scenario(settings: Settings, start: datetime, until: datetime) -> Scenario:
    """The five campaigns as they are bundled."""
    organisation = Office(settings).organisation
    files = declaration_files(settings.campaigns_dir)
    return Scenario(
        start,
        until,
        tuple(load_declarations(files, organisation)),
        default_contacts(settings),
        DEMO_SEED,
    )


def finish_demo(settings: Settings, as_of: datetime) -> list[str]:
    """Set the demo's clock and make two feeds; return their tokens."""
    here = Office(settings, lambda: as_of)
    with here.database.write() as session:
        tokens = [
            create_feed(session, FeedOptions(scope, subject), as_of, "demo")[1]
            for scope, subject in ((FeedScope.ALL, ""), (FeedScope.UNIT, "zhengzhou"))
            if not subject or here.organisation.unit(subject)
        ]
    write_demo_marker(settings.home, as_of, wall_clock())
    return tokens


def _deeds(session: Session, scenario: Scenario, settings: Settings) -> list[Deeds]:
    if scenario.submissions is not None:
        return deeds_from_file(session, scenario.submissions, settings.time_zone)
    return seeded_deeds(session, scenario.seed, settings.time_zone)
