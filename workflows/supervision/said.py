"""What a supervision notice says, as it is kept: facts alone, put into words when they are read."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any

from pydantic import BaseModel, ConfigDict

from workflows.tables import Degree


class _Kept(BaseModel):
    """Read from the record: what an older version did not write has its default."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Matter(_Kept):
    """Something that is overdue. Days are local to the campaign."""

    name: str  # by ids; what is another matter has another one
    campaign: str
    title: str
    due: date

    @property
    def since(self) -> date:
        """The first day after the due date: days overdue are counted from it, itself included."""
        return self.due + timedelta(days=1)


class Owed(Matter):
    """A hand-in, by the assignment's name. `sent` are the days on which reminders of it went to
    the unit, the oldest first."""

    late_after: date
    returned: bool = False
    requested: date | None = None  # an extension that waits for a decision
    sent: tuple[date, ...] = ()


class Missed(Matter):
    """A binding target that was not reached by `due`, named with that day: a later point that is
    missed is another matter."""

    milestone: str
    target: str
    unit_of_measure: str
    yes_no: bool = False
    goal: Decimal | None = None  # by then; None: not known
    figure: Decimal | None = None  # None: nothing was reported


class Campaign(_Kept):
    """A campaign that the notice is about."""

    id: str
    title: str
    owner: str
    mailbox: str
    enquiries: tuple[Mapping[str, Any], ...] = ()


class Before(_Kept):
    """A notice that went to the unit earlier, about something that is still owed."""

    year: int
    serial: int
    degree: Degree
    released: date
    answer_by: date


class Said(_Kept):
    """The whole notice. `day` is the office's, on which it was drafted."""

    unit: str = ""
    day: date = date.min
    campaigns: tuple[Campaign, ...] = ()
    owed: tuple[Owed, ...] = ()
    missed: tuple[Missed, ...] = ()
    before: tuple[Before, ...] = ()
    supervisors: tuple[str, ...] = ()  # whom the third degree is put before, by name
    note: str = ""  # the drafter's own words

    @property
    def matters(self) -> tuple[Matter, ...]:
        """Everything that it is about, in its order."""
        return (*self.owed, *self.missed)

    @property
    def names(self) -> list[str]:
        """The same by name."""
        return [one.name for one in self.matters]


def hash_of(content: Mapping[str, Any]) -> str:
    """The hash of a notice's content as the record has it: its release keeps it."""
    return sha256(dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
