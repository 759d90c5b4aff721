"""Tables of when somebody is not to be told: people who are away, units that are left alone."""

from datetime import date, datetime

from sqlmodel import Field

from workflows.columns import Table, UtcDateTime


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
