"""The organisation: units, departments and supervisors, in administrative order.

Its file is read in workflows/organisation_reading.py.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from config.i18n import _
from config.plain_text import EMAIL


def _plain_value(value: Any) -> Any:
    if not isinstance(value, int | float | bool | str):
        raise ValueError(
            _("text, a number, or true or false is expected here\nwrite e.g. metro: true")
        )
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/；;,]+$")
]
Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=f"^{EMAIL.pattern}$",
    ),
]
Fact = Annotated[int | float | bool | str, BeforeValidator(_plain_value)]


class _Model(BaseModel):
    # Most commands never read the file: validators are built when it is.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Office(_Model):
    """Anything with a name and a mailbox."""

    id: Id = Field(description="lower-case letters, digits and hyphens; never changed once used")
    name: Name
    aliases: tuple[Name, ...] = ()
    mailbox: Email = Field(description="the office mailbox that serves until contacts are known")


class Unit(Office):
    """A body that owes things: a city's or county's bureau, an agency, the province."""

    level: Id
    parent: Id | None = Field(default=None, description="id of the unit above it")
    attributes: dict[str, Fact] = Field(
        default_factory=dict, description="facts that selectors ask about"
    )
    reminded_through: str = Field(
        default="unit",
        pattern="^(unit|departments)$",
        description="departments: a milestone's lead office gets this unit's reminders, the other "
        "offices copies",
    )


class Department(Office):
    """An office named in brackets in a plan; the first one named leads."""


class Supervisor(_Model):
    """Who sees all units and receives the last escalation."""

    name: Name
    mailbox: Email


class Organisation(_Model):
    """The whole organisation file. The order of `units` is the administrative order."""

    levels: dict[Id, Name] = Field(description="id and name of each level, highest duty first")
    units: tuple[Unit, ...] = Field(min_length=1)
    departments: tuple[Department, ...] = ()
    supervisors: tuple[Supervisor, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Unit]:
        """Units by id, in administrative order."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def position(self) -> dict[str, int]:
        """Each unit's place in the administrative order."""
        return {unit.id: place for place, unit in enumerate(self.units)}

    def unit(self, name: str) -> Unit | None:
        """The unit of that id, name or alias."""
        return self._units_by_any_name.get(name)

    def department(self, name: str) -> Department | None:
        """The department of that id, name or alias."""
        return self._departments_by_any_name.get(name)

    def in_order(self, unit_ids: Iterable[str]) -> list[Unit]:
        """Those units in administrative order."""
        wanted = set(unit_ids)
        return [unit for unit in self.units if unit.id in wanted]

    @cached_property
    def _units_by_any_name(self) -> dict[str, Unit]:
        return {key: unit for unit in self.units for key in (unit.id, unit.name, *unit.aliases)}

    @cached_property
    def _departments_by_any_name(self) -> dict[str, Department]:
        return {
            key: office
            for office in self.departments
            for key in (office.id, office.name, *office.aliases)
        }


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names what is near to `name`; empty where nothing is."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return _("did you mean {names}?").format(names=_(", ").join(near)) if near else ""
