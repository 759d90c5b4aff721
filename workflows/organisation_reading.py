"""Reads the organisation file, with the place of each fault."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from config.errors import SHOWN, Problem, ProblemsError
from config.i18n import _
from workflows.model_problems import validate
from workflows.organisation import Office, Organisation, did_you_mean
from workflows.yaml_source import COUNTRY, FieldPath, YamlSource, read_yaml


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
