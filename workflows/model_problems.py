"""Turns what pydantic finds wrong into problems with a place in the file and a mend."""

from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.errors import SHOWN, Problem
from config.fault_words import PATTERN_WORDS, WORDS, choices_of
from config.i18n import _
from workflows.yaml_source import FieldPath, YamlSource

ModelT = TypeVar("ModelT", bound=BaseModel)


def validate(model: type[ModelT], source: YamlSource) -> tuple[ModelT | None, list[Problem]]:
    """Validate the file's data; return the model, or None and every problem."""
    try:
        return model.model_validate(source.data), []
    except ValidationError as error:
        return None, [problem_of(fault, model, source) for fault in faults_of(error)]


def faults_of(error: ValidationError) -> list[Any]:
    """Pydantic's error dictionaries, one more than are shown at most, and without the lists it
    calls too short because of their broken items."""
    faults = (
        fault
        for fault in error.errors(include_url=False)
        if fault["type"] != "too_short" or len(fault["input"]) < fault["ctx"]["min_length"]
    )
    return list(islice(faults, SHOWN + 1))


def problem_of(fault: Any, model: type[BaseModel], source: YamlSource) -> Problem:
    """One of pydantic's error dictionaries as a problem."""
    path: FieldPath = fault["loc"]
    of_key = path[-1:] == ("[key]",)  # what pydantic calls a mapping's key that is wrong
    if of_key:
        path = path[:-1]
    name = str(path[-1]) if path else ""
    if fault["type"] not in WORDS:
        message, _sep, mend = str(fault["msg"]).removeprefix("Value error, ").partition("\n")
        return source.problem(path, message, mend, at_key=of_key)
    values = {
        "name": name,
        "input": _shown(fault.get("input")),
        "known": _(", ").join(_fields_at(model, path[:-1])),
        **{key: str(value) for key, value in fault.get("ctx", {}).items()},
        "expected": choices_of(fault.get("ctx", {})),
    }
    message, mend = PATTERN_WORDS.get(values.get("pattern", ""), WORDS[fault["type"]])
    at_key = of_key or fault["type"] == "extra_forbidden"
    return source.problem(
        path, _(message).format(**values), _(mend).format(**values), at_key=at_key
    )


def _shown(value: Any) -> str:
    """The beginning of a value as it is written; a list or a mapping can be too large for that."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:60] if isinstance(value, str | int | float) else "…"


def _fields_at(model: type[BaseModel], path: FieldPath) -> list[str]:
    """The keys that the model allows at `path`."""
    annotation: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        if _is_mapping(annotation):
            annotation = annotation.__args__[1]  # `part` is a key that the user chose
            continue
        fields = getattr(_model_in(annotation), "model_fields", {})
        by_key = {field.alias or name: field for name, field in fields.items()}
        annotation = by_key[part].annotation if part in by_key else None
    current = None if _is_mapping(annotation) else _model_in(annotation)
    return [field.alias or name for name, field in getattr(current, "model_fields", {}).items()]


def _is_mapping(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _model_in(annotation: Any) -> Any:
    """The model inside an annotation such as `tuple[Milestone, ...]` or `Selector | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _model_in(argument):
            return found
    return None
