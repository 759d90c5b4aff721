"""What a feed shows and how: its scope and its options, which belong to the feed, not to a URL."""

from enum import StrEnum
from typing import NamedTuple

from workflows.tables import Feed


class FeedScope(StrEnum):
    """What a feed shows."""

    UNIT = "unit"
    PERSON = "person"  # what one contact's reminders are about, across campaigns
    CAMPAIGN = "campaign"
    DEPARTMENT = "department"  # where it is one of the offices named for a milestone
    LEVEL = "level"  # all units of a level
    OVERDUE = "overdue"  # everything overdue in running campaigns
    ALL = "all"


class Phases(StrEnum):
    """How what has a first day and a last day is shown."""

    END = "end"  # by its last day, as everything else
    SPAN = "span"


class FeedOptions(NamedTuple):
    """A feed without its token. `subject` is the id of the unit, campaign or level, the
    department's name, the person's address; '' for the others."""

    scope: FeedScope
    subject: str = ""
    name: str = ""  # as the calendar is called; '': by its scope
    alarms: bool = False
    tasks: bool = False
    only_open: bool = False
    phases: Phases = Phases.END
    language: str = ""  # '': the office's


class Surroundings(NamedTuple):
    """What an office's settings add to all of its feeds."""

    base: str = ""  # the office's public address; '': entries have no link
    marks: bool = True  # ✓ and ! before what is handed in and what is overdue


def options_of(feed: Feed) -> FeedOptions:
    """The options of a feed on record."""
    return FeedOptions(
        scope=FeedScope(feed.scope),
        subject=feed.subject,
        name=feed.name,
        alarms=feed.alarms,
        tasks=feed.tasks,
        only_open=feed.only_open,
        phases=Phases(feed.phases),
        language=feed.language,
    )
