"""The composition root: settings, clock, database and organisation put together once."""

import getpass
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config.days import read_day
from config.errors import InputError
from config.i18n import _
from scheduler.clock import Now, ShiftedClock, wall_clock
from workflows.holiday_years import HolidayYear
from workflows.working_days import working_days

if TYPE_CHECKING:  # each is imported where it is first wanted: most commands want few of them
    from calendars.feed import FeedBuilder
    from config.settings import Settings
    from notifications.links import Links
    from workflows.database import Database
    from workflows.organisation import Organisation

DEMO_MARKER = ".duban-demo.json"


@dataclass(frozen=True, slots=True)
class DemoMarker:
    """What a demo home says of itself: its clock read `as_of` when the wall clock read `since`."""

    as_of: datetime
    since: datetime


class Office:
    """One campaign office's Duban: what every command starts from."""

    def __init__(self, settings: "Settings", now: Now | None = None) -> None:
        """`now` replaces the clock; by default the wall clock, or a demo home's own."""
        self.settings = settings
        self._now = now
        # Read when first asked: most commands never ask.
        working_days().use_files(partial(_holiday_files, settings.holiday_folders))

    @cached_property
    def clock(self) -> Now:
        """Gives the current time, aware. A demo home's clock goes on from where it was left."""
        if self._now is not None:
            return self._now
        marker = read_demo_marker(self.settings.home)
        if marker is not None:
            return ShiftedClock(marker.as_of, marker.since)
        return wall_clock

    @property
    def is_demo(self) -> bool:
        """Whether the home is a demo, with a clock of its own."""
        return read_demo_marker(self.settings.home) is not None

    @cached_property
    def database(self) -> "Database":
        """The database, in the current schema. Raises StateError where there is none yet."""
        from workflows.database import Database

        database = Database(self.settings.resolved_database_url)
        database.require()
        _follow(database)
        return database

    def create_database(self, *, durable: bool = True) -> "Database":
        """The database, made where it is not there yet; `durable` as Database has it."""
        from workflows.database import Database

        database = Database(self.settings.resolved_database_url, durable=durable)
        database.migrate()
        self.__dict__["database"] = database
        _follow(database)
        return database

    def close(self) -> None:
        """Give up the database, where it was opened."""
        if "database" in self.__dict__:
            self.database.close()

    @cached_property
    def organisation(self) -> "Organisation":
        """The organisation file's content. Raises ProblemsError."""
        from workflows.organisation_reading import read_organisation

        return read_organisation(self.settings.organisation)

    @cached_property
    def feed_builder(self) -> "FeedBuilder":
        """Builds the calendar feeds. Raises ProblemsError."""
        from calendars.feed import FeedBuilder
        from calendars.options import Surroundings

        settings = self.settings
        around = Surroundings(base=settings.public_url, marks=settings.feed_marks)
        return FeedBuilder(self.organisation, around, settings.language)

    @cached_property
    def links(self) -> "Links | None":
        """The links of mails; None where no public address is set. Raises StateError."""
        from notifications.links import make_links

        return make_links(self.settings)

    def now(self) -> datetime:
        """The current time in the office's zone."""
        return self.clock().astimezone(self.settings.zone)

    def actor(self, by: str | None) -> str:
        """Who does it: `by`, else `DUBAN_ACTOR`. Raises InputError where neither says."""
        name = (by or self.settings.actor).strip()
        if not name:
            raise InputError(
                _("it is not said who does this"), _("add --by NAME, or set DUBAN_ACTOR")
            )
        return name

    def operator(self, by: str | None) -> str:
        """Who runs this command: `by`, else `DUBAN_ACTOR`, else the login name."""
        return (by or self.settings.actor).strip() or _login_name()


def _follow(database: "Database") -> None:
    """Go by the holidays that the record's dates were computed with."""
    from workflows.holiday_record import follow_record

    with database.read() as session:
        follow_record(session)


def _holiday_files(folders: Sequence[Path]) -> Mapping[int, HolidayYear]:
    from workflows.holiday_files import read_holiday_files

    return read_holiday_files(folders)


def read_demo_marker(home: Path) -> DemoMarker | None:
    """The marker of a demo home; None where the home is a real one or does not exist."""
    try:
        data: dict[str, Any] = json.loads((home / DEMO_MARKER).read_text(encoding="utf-8"))
        return DemoMarker(
            datetime.fromisoformat(data["as_of"]), datetime.fromisoformat(data["since"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_demo_marker(home: Path, as_of: datetime, since: datetime) -> None:
    """Mark `home` as a demo that stood at `as_of` when the wall clock read `since`."""
    content = {"as_of": as_of.isoformat(), "since": since.isoformat()}
    (home / DEMO_MARKER).write_text(json.dumps(content) + "\n", encoding="utf-8")


def parse_moment(text: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Read `2022-09-08` or `2022-09-08T08:55`, local to `zone` where no offset is given.

    Returns the moment and whether only a date was given. Raises InputError.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        if re.match(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", text):
            read_day(text.strip()[:10])  # says where there is no such day
        raise InputError(
            _("“{text}” is not a date or time").format(text=text),
            _("write e.g. 2022-09-08 or 2022-09-08T08:55"),
        ) from None
    if not 1990 <= moment.year <= 2110:
        raise InputError(_("{year} is out of range").format(year=moment.year), _("mend the year"))
    is_date = len(text.strip()) <= len("2022-09-08")
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment), is_date


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "duban"
