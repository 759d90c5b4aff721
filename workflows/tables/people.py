"""Tables of people: contacts, absences, silences, and the feeds that they subscribe to."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from workflows.columns import Table, UtcDateTime


class Contact(Table, table=True):
    """A person at a unit, for one campaign or ('' as campaign) for all."""

    __table_args__ = (UniqueConstraint("campaign_id", "unit_id", "role", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(default="", max_length=64)
    unit_id: str = Field(max_length=64)
    role: str = Field(max_length=20)
    name: str
    address: str = Field(max_length=254)
    gender: str = ""
    position: str = ""  # in the unit: 科长
    phone: str = ""
    area: str = ""  # the county or office of the unit, as the list names it
    note: str = ""
    first: date | None = None  # the first day on which it serves; None: from the beginning
    last: date | None = None  # the last day on which it serves; None: for good
    successor: str = ""  # the address that takes over after the last day
    handed_over: bool = False  # what was open has gone to the successor
    greeted: bool = False  # has been told what was already on its way when it came
    channel: str = Field(default="", max_length=64)  # preferred to mail, by its name; '': mail


class Absence(Table, table=True):
    """A time in which a contact is away; a deputy (B角) is told instead. Days are inclusive."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(index=True, max_length=254)
    first: date
    last: date
    deputy: str = Field(default="", max_length=254)  # the deputy's address; '': the unit's own
    actor: str
    note: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Feed(Table, table=True):
    """A calendar feed. Only the hash of its token is kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    # A rotated feed opens with the token before it for a time of grace.
    former_hash: str | None = Field(default=None, unique=True, max_length=64)
    former_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    name: str = Field(default="", max_length=200)  # as its calendar is called; '': by its scope
    scope: str = Field(max_length=20)  # calendars/scope.py
    # The id of the unit, campaign or level, the department's name, the person's address; else ''
    subject: str = Field(default="", max_length=500)
    alarms: bool = False
    tasks: bool = False  # entries are tasks (VTODO) instead of events
    only_open: bool = False  # without what is handed in, waived or cancelled
    phases: str = Field(default="end", max_length=20)  # by their end, or as a span
    language: str = Field(default="", max_length=8)  # '': the office's
    actor: str = ""
    holder: str = Field(default="", max_length=254)  # the address of whom it was given to
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)  # its options, not its entries
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # last, by a minute
    fetched_by: str = Field(default="", max_length=200)  # the program that it was


class ContactsStamp(Table, table=True):
    """When the list of contacts last changed: what they see in their calendars may be another."""

    __tablename__ = "contacts_stamp"

    id: int = Field(default=1, primary_key=True)  # there is one
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Silence(Table, table=True):
    """A time without reminders for a unit ('': all) in a campaign ('': all). Days are inclusive."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: str = Field(default="", max_length=64)
    campaign_id: str = Field(default="", max_length=64)
    first: date
    last: date
    why: str
    actor: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # before its last day
    ended_by: str = ""
