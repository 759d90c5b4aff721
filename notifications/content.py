"""What a delivery has to say: a frozen picture of the record, taken when it is claimed.

A mail lists the most urgent and counts the others, so that none is too big for a server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import col

from calendars.entry import EntrySource
from notifications.mime import Enclosure
from notifications.tried import Tried
from workflows.bouncing import Bouncing
from workflows.briefing import Absent, Briefing
from workflows.forms.empty import EmptyForm
from workflows.reporting.model import Report
from workflows.states import State
from workflows.supervision.said import Said
from workflows.tables import Assignment, Campaign, Degree, MilestoneRow, UnitRow

LONGEST = 500  # reminders taken up for one mail: about a megabyte


class Waiting(NamedTuple):
    """A delivery that is to be looked at: there may be very many."""

    id: int
    address: str
    message_id: str
    purpose: str
    local_date: date
    channel: str
    doubts: int


class Enquiry(NamedTuple):
    """Whom to ask about a campaign."""

    office: str
    phone: str
    name: str

    @property
    def shown(self) -> str:
        """In one line, as mails have it."""
        return " ".join(part for part in (self.office, self.name, self.phone) if part)


class Item(NamedTuple):
    """One assignment in a digest: there may be very many. Dates are local to the campaign's zone.

    What has the same campaign, unit, due date and `paper` (where it is not empty) is settled by
    one paper. `tried` is what went to the unit before, the newest last, where `role` is above it;
    `light` what is said of a light that turned, '' where none did.
    """

    key: str
    campaign: str
    campaign_title: str
    title: str
    unit: str
    level: str
    due: date
    nominal_due: date
    late_after: date
    returned: bool
    role: str
    recipient: str
    reason: str
    deliverables: tuple[str, ...]
    clause: str
    mailbox: str
    departments: tuple[str, ...]
    enquiries: tuple[Enquiry, ...]
    entry: EntrySource
    paper: str = ""
    tried: tuple[Tried, ...] = ()
    names_form: bool = False  # a deliverable of it names a form, declared or on paper
    light: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a mail does not list of one campaign: how many assignments, the first due date."""

    campaign_title: str
    count: int
    earliest: date


NEW = "new"  # the kind of what a version of the plan has brought beside what it changed
AGAIN = "again"  # of what a version asks for again that one before had cancelled


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one assignment, in a notice. Dates are local to the campaign's zone.

    `kind` is the kind of the event that it tells of, NEW or AGAIN, `received` the day of the
    hand-in, `why` the reason of a return or of a version; `files` are the names of what has come,
    `missing` what has not.
    `previous_due` is the due date before an extension.
    """

    kind: str
    correction: bool  # the unit was told otherwise before
    state: State
    campaign: str
    campaign_title: str
    title: str
    unit: str
    recipient: str
    due: date
    late_after: date
    received: date
    nil: bool
    missing: tuple[str, ...]
    files: tuple[str, ...]
    why: str
    mailbox: str
    enquiries: tuple[Enquiry, ...]
    entry: EntrySource
    previous_due: date | None = None
    by_holidays: bool = False  # a notice of public holidays moved it, and not the plan


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for more time, for the owner office. Dates are local to the campaign's zone."""

    name: str  # the assignment's, by ids, as commands take it
    campaign_title: str
    title: str
    unit: str
    due: date
    until: date  # the date asked for
    why: str
    who: str
    recipient: str  # the owner office's name


@dataclass(frozen=True, slots=True)
class Draft:
    """A held delivery as the owner office sees it: to whom, since when, and of what.

    `title`, `unit`, `due` and `late_after` are of the most overdue of its `items`; `role` is empty
    for a notice of hand-ins.
    """

    number: int
    address: str
    recipient: str
    role: str
    since: date
    items: int
    units: int
    title: str
    unit: str
    due: date
    late_after: date
    briefing: bool = False  # for a supervisor: none of the four says anything
    report: str = ""  # a scheduled report's heading: `title` is its campaign's
    notice: str = ""  # a supervision notice's number: `unit` is whom it is about


@dataclass(frozen=True, slots=True)
class Morning:
    """An owner office's list: the drafts that wait for it, and units that have nobody to tell.

    `by_office` are units told at their office mailbox, `unreached` those told not at all, each
    with the role that is lacking. `absent` are those whose contacts are away, `refused` the
    addresses that a server refuses for good.
    """

    office: str
    drafts: tuple[Draft, ...]
    more: int  # drafts that are not listed
    by_office: tuple[str, ...]
    unreached: tuple[tuple[str, str], ...]
    absent: tuple[Absent, ...] = ()
    refused: tuple[Bouncing, ...] = ()


@dataclass(frozen=True, slots=True)
class ForSupervisor:
    """The week's briefing, and for whom."""

    recipient: str
    said: Briefing


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A report that goes out by itself: of which campaign, for whom, and what it says in lines;
    the whole is in the files that go with it. `late` is how many duties it calls overdue."""

    recipient: str
    campaign: str
    heading: str
    today: date
    lines: tuple[str, ...]
    more: int  # lines that are not listed
    late: int = 0
    report: Report | None = None  # the whole, as a workbook, or a circular where `as_docx`
    as_docx: bool = False
    levels: Mapping[str, str] | None = None  # names of the units' levels, by ids


@dataclass(frozen=True, slots=True)
class Supervised:
    """A supervision notice on its way: its number, what it says, for whom. `day` is the office's
    on which it was released, or drafted where it is not; `settled` names what has come since."""

    year: int
    serial: int
    degree: Degree
    day: date
    answer_by: date
    said: Said
    recipient: str = ""
    settled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FreshLink:
    """That somebody asked for a new link: to their own items, to requests to decide, or both."""

    name: str
    answer: bool
    decide: bool


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one delivery says: a digest's `items`, what a notice tells, a morning list, a
    briefing, a scheduled report, a supervision notice, or the link that somebody asked for.

    `items` are the most urgent first, each assignment once; `rest` says what the `more` are.
    `subscribed` is whether the address holds a calendar feed that shows the same, `first` whether
    no mail to it was done before; `files` go with it, so do the empty `forms` of its items, of
    which `forms_left` were too many.
    """

    delivery_id: int
    address: str
    message_id: str
    items: tuple[Item, ...] = ()
    more: int = 0  # assignments that are not among them, being less urgent
    rest: tuple[Rest, ...] = ()
    told: tuple[Told, ...] = ()
    morning: Morning | None = None
    briefing: ForSupervisor | None = None
    scheduled: Scheduled | None = None
    supervised: Supervised | None = None
    asked: tuple[Asked, ...] = ()
    fresh: FreshLink | None = None
    subscribed: bool = False
    first: bool = False
    files: tuple[Enclosure, ...] = ()
    forms: tuple[EmptyForm, ...] = ()
    forms_left: int = 0


def with_records(query: Any) -> Any:
    """A query of assignments with the milestone, unit and campaign of each."""
    return (
        query.join(
            MilestoneRow,
            (col(MilestoneRow.id) == Assignment.milestone_id)
            & (col(MilestoneRow.campaign_id) == Assignment.campaign_id),
        )
        .join(UnitRow, col(UnitRow.id) == Assignment.unit_id)
        .join(Campaign, col(Campaign.id) == Assignment.campaign_id)
    )


def enquiries_of(milestone: MilestoneRow) -> tuple[Enquiry, ...]:
    """Whom to ask about a milestone."""
    return tuple(
        Enquiry(one["office"], one.get("phone", ""), one.get("name", ""))
        for one in milestone.enquiries
    )
