"""The organisation file: units, departments and supervisors, in administrative order."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from config.errors import SHOWN, Problem, ProblemsError
from config.i18n import _
from config.plain_text import EMAIL
from workflows.model_problems import validate
from workflows.yaml_source import COUNTRY, FieldPath, YamlSource, read_yaml


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


def read_organisation(file: Path) -> Organisation:
    """Read and check the organisation file. Raises ProblemsError with the place of each fault."""
    source = read_yaml(file, COUNTRY)
    organisation, problems = validate(Organisation, source)
    if organisation is not None:
        # One more than is ever shown: looking for what each wrong name may mean takes its time.
        problems = list(islice(_inconsistencies(organisation, source), SHOWN + 1))
    if organisation is None or problems:
        raise ProblemsError(problems)
    return organisation


def _inconsistencies(organisation: Organisation, source: YamlSource) -> Iterator[Problem]:
    parents = {unit.id: unit.parent for unit in organisation.units}
    for n, unit in enumerate(organisation.units):
        if unit.level not in organisation.levels:
            yield source.problem(
                ("units", n, "level"),
                _("unit {unit} has the unknown level {level}").format(
                    unit=unit.name, level=unit.level
                ),
                _("the levels are {levels}").format(levels=_(", ").join(organisation.levels)),
            )
        if unit.parent is not None and unit.parent not in parents:
            yield source.problem(
                ("units", n, "parent"),
                _("unit {unit} has the unknown parent {parent}").format(
                    unit=unit.name, parent=unit.parent
                ),
                did_you_mean(unit.parent, parents) or _("write the id of another unit"),
            )
        if unit.id in (above := _above(unit.id, parents)):
            yield source.problem(
                ("units", n, "parent"),
                _("unit {unit} stands above itself: {circle}").format(
                    unit=unit.name, circle=_circle((unit.id, *above))
                ),
                _("take one of these parents away"),
            )
    for key, offices in (("units", organisation.units), ("departments", organisation.departments)):
        yield from _named_twice(key, offices, source)


def _circle(names: Sequence[str]) -> str:
    shown = [*names[:10], "…", names[-1]] if len(names) > 12 else names
    return " → ".join(shown)


def _above(unit: str, parents: dict[str, str | None]) -> list[str]:
    """The units above `unit`, nearest first; it ends with the first that comes twice."""
    above: list[str] = []
    seen = {unit}
    parent = parents.get(unit)
    while parent is not None:
        above.append(parent)
        if parent in seen:
            break
        seen.add(parent)
        parent = parents.get(parent)
    return above


def _named_twice(key: str, offices: Iterable[Office], source: YamlSource) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for n, office in enumerate(offices):
        aliases = [(("aliases", k), alias) for k, alias in enumerate(office.aliases)]
        own: set[str] = set()
        names: list[tuple[FieldPath, str]] = [(("id",), office.id), (("name",), office.name)]
        for path, name in (*names, *aliases):
            if name in seen and name not in own:
                yield source.problem(
                    (key, n, *path),
                    _("“{key}” names both {first} and {second}").format(
                        key=name, first=seen[name], second=office.name
                    ),
                    _("give each its own name; an alias can be taken away"),
                )
            seen.setdefault(name, office.name)
            own.add(name)
