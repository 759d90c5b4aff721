"""The table of calendar feeds."""

from datetime import datetime

from sqlmodel import Field

from workflows.columns import Table, UtcDateTime


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
