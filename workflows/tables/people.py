"""The table of people: the contacts of units."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from workflows.columns import Table


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
