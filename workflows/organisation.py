"""The organisation file: units, departments and supervisors, in administrative order."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from config.errors import ProblemsError
from config.i18n import _
from workflows.model_problems import validate
from workflows.yaml_source import read_yaml

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/；;,]+$")
]
Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
    ),
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
    attributes: dict[str, int | float | bool | str] = Field(
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

    @model_validator(mode="after")
    def _consistent(self) -> "Organisation":
        known = {unit.id for unit in self.units}
        seen: dict[str, str] = {}
        for unit in self.units:
            if unit.level not in self.levels:
                raise ValueError(
                    _("unit {unit} has the unknown level {level}; the levels are {levels}").format(
                        unit=unit.name, level=unit.level, levels=", ".join(self.levels)
                    )
                )
            if unit.parent is not None and unit.parent not in known:
                raise ValueError(
                    _("unit {unit} has the unknown parent {parent}").format(
                        unit=unit.name, parent=unit.parent
                    )
                )
            for key in {unit.id, unit.name, *unit.aliases}:
                if key in seen:
                    raise ValueError(
                        _("“{key}” names both {first} and {second}").format(
                            key=key, first=seen[key], second=unit.name
                        )
                    )
                seen[key] = unit.name
        return self

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
    return _("did you mean {names}?").format(names=", ".join(near)) if near else ""


def read_organisation(file: Path) -> Organisation:
    """Read and check the organisation file. Raises ProblemsError with the place of each fault."""
    source = read_yaml(file)
    organisation, problems = validate(Organisation, source)
    if organisation is None:
        raise ProblemsError(problems)
    return organisation
