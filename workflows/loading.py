"""Loads declarations: YAML → model → lint, with every problem of a file found in one run."""

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.errors import SHOWN, InputError, Problem, ProblemsError, Severity
from config.i18n import _
from config.settings import Settings
from workflows.declaration import Declaration
from workflows.holiday_files import HolidayFile
from workflows.lint import lint
from workflows.linted import Linted
from workflows.model_problems import faults_of, problem_of
from workflows.organisation import Organisation
from workflows.yaml_source import FieldPath, YamlSource, read_yaml

# What stands in for a broken part, so that the rest is checked; broken milestones are left out.
_STAND_INS: dict[str, Any] = {"id": "x", "title": "x", "mailbox": "x@example.org"}
_ITEM_STAND_INS: dict[str, dict[str, str]] = {
    "enquiries": {"office": "x"},
    "stages": {"id": "x", "title": "x"},
    "tracks": {"title": "x"},
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: a declaration where it has no error, and every problem."""

    file: Path
    declaration: Declaration | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop the work."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


def declaration_files(folder: Path) -> list[Path]:
    """The declarations in `folder`, by name. Raises InputError where there are none."""
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        raise InputError(
            _("there are no declarations in {folder}").format(folder=folder),
            _("put one .yaml file for each campaign there, or set campaigns_dir"),
        )
    return files


def check_file(file: Path, organisation: Organisation, settings: Settings | None = None) -> Checked:
    """Read and check one declaration; problems come in the order of the file. The
    `settings` have the channels and the sending window; None where they are not known."""
    try:
        source = read_yaml(file)
    except ProblemsError as error:
        return Checked(file, None, error.problems)
    return check_source(file, source, organisation, settings)


def check_source(
    file: Path,
    source: YamlSource,
    organisation: Organisation,
    settings: Settings | None = None,
) -> Checked:
    """Check what has been read already."""
    try:
        declaration = Declaration.model_validate(source.data)
    except ValidationError as error:
        faults = faults_of(error)
        problems = [problem_of(fault, Declaration, source) for fault in faults]
        if len(problems) <= SHOWN:
            rest = [fault["loc"] for fault in faults]
            problems += _lint_the_rest(source, rest, organisation, settings)
        return Checked(file, None, _in_order(problems))
    problems = lint(Linted(declaration, source), organisation, settings)
    clean = not any(problem.severity is Severity.ERROR for problem in problems)
    return Checked(file, declaration if clean else None, _in_order(problems))


def check_files(
    files: Sequence[Path], organisation: Organisation, settings: Settings | None = None
) -> list[Checked]:
    """Check several declarations, also against each other (a campaign id stands once)."""
    checked = [check_file(file, organisation, settings) for file in files]
    seen: dict[str, Path] = {}
    result = []
    for one in checked:
        if one.declaration is not None:
            first = seen.setdefault(one.declaration.id, one.file)
            if first != one.file:
                twice = read_yaml(one.file).problem(
                    ("id",),
                    _("campaign id “{id}” is also in {file}").format(
                        id=one.declaration.id, file=first
                    ),
                    _("give one of them another id"),
                )
                one = Checked(one.file, None, (*one.problems, twice))
        result.append(one)
    return result


def load_declarations(
    files: Sequence[Path], organisation: Organisation, settings: Settings | None = None
) -> list[Declaration]:
    """The declarations in `files`. Raises ProblemsError with every error of every file."""
    checked = check_files(files, organisation, settings)
    errors = [problem for one in checked for problem in one.errors]
    if errors:
        raise ProblemsError(errors)
    return [one.declaration for one in checked if one.declaration is not None]


def declaration_schema() -> str:
    """The JSON Schema of a campaign file, for editors."""
    return _schema(Declaration)


def organisation_schema() -> str:
    """The JSON Schema of the organisation file, for editors."""
    return _schema(Organisation)


def holidays_schema() -> str:
    """The JSON Schema of a holiday file, for editors."""
    return _schema(HolidayFile)


def _schema(model: type[Declaration] | type[Organisation] | type[HolidayFile]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _lint_the_rest(
    source: YamlSource,
    faults: Iterable[FieldPath],
    organisation: Organisation,
    settings: Settings | None,
) -> list[Problem]:
    """Lint what is left when the parts that pydantic refused are replaced or taken out."""
    if not isinstance(source.data, dict):
        return []
    data = deepcopy(source.data)
    broken: set[int] = set()
    for path in faults:
        match path:
            case ("milestones", int(index), *_rest):
                broken.add(index)
            case (str(key), int() | str() as item, *_rest) if key in _ITEM_STAND_INS:
                data[key][item] = {**_ITEM_STAND_INS[key], **_id_for(key, item)}
            case ("groups", *_rest):
                return []  # whatever names the group would look wrong
            case (str(key), *_rest):
                data.pop(key, None)
                if key in _STAND_INS:
                    data[key] = _STAND_INS[key]
    milestones = data.get("milestones") or []
    data["milestones"] = [item for n, item in enumerate(milestones) if n not in broken]
    try:
        declaration = Declaration.model_validate(data)
    except ValidationError:
        return []
    kept = tuple(n for n in range(len(milestones)) if n not in broken)
    ids = _ids(source.data.get("milestones"))
    linted = Linted(declaration, source, kept, ids, _ids(data.get("stages")))
    return lint(linted, organisation, settings)


def _id_for(key: str, item: int | str) -> dict[str, str]:
    return {"id": f"broken-{item}"} if key == "stages" else {}


def _ids(items: Any) -> set[str]:
    return {str(item.get("id")) for item in items or [] if isinstance(item, dict)}


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
