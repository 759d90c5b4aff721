"""Turns what pydantic finds wrong into problems with a place in the file and a mend."""

import re
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.errors import SHOWN, Problem
from config.i18n import N_, _
from config.plain_text import EMAIL
from workflows.yaml_source import FieldPath, YamlSource

ModelT = TypeVar("ModelT", bound=BaseModel)

_CHOICE = re.compile(r"'([^']*)'")
_LIST = N_("write [one, two], or one item a line after “- ”")

# pydantic's error type → what we say and how to mend it; {name} and {ctx} values are filled in.
_WORDS: dict[str, tuple[str, str]] = {
    "missing": (N_("“{name}” is missing"), N_("add it")),
    "extra_forbidden": (N_("unknown key “{name}”"), N_("did you mean one of: {known}?")),
    "string_type": (N_("text is expected here"), N_("write text, in quotes if need be")),
    "string_pattern_mismatch": (N_("“{input}” is not allowed here"), N_("write another")),
    "string_too_short": (N_("this must not be empty"), N_("write something")),
    "string_too_long": (N_("this is too long"), N_("use at most {max_length} characters")),
    "int_type": (N_("a whole number is expected here"), N_("write e.g. 5")),
    "int_parsing": (N_("a whole number is expected here"), N_("write e.g. 5")),
    "int_from_float": (N_("a whole number is expected here"), N_("write e.g. 5")),
    "float_type": (N_("a number is expected here"), N_("write e.g. 12 or 0.8")),
    "float_parsing": (N_("a number is expected here"), N_("write e.g. 12 or 0.8")),
    "finite_number": (N_("a number is expected here"), N_("write e.g. 12 or 0.8")),
    "int_parsing_size": (N_("this number is too large"), N_("write a smaller one")),
    "bool_type": (N_("true or false is expected here"), N_("write true or false")),
    "bool_parsing": (N_("true or false is expected here"), N_("write true or false")),
    "tuple_type": (N_("a list is expected here"), _LIST),
    "list_type": (N_("a list is expected here"), _LIST),
    "dict_type": (N_("a mapping is expected here"), N_("write “key: value” lines")),
    "model_type": (N_("a mapping is expected here"), N_("write “key: value” lines")),
    "enum": (N_("“{input}” is not allowed here"), N_("write one of {expected}")),
    "literal_error": (N_("“{input}” is not allowed here"), N_("write one of {expected}")),
    "date_from_datetime_parsing": (N_("“{input}” is not a date"), N_("write e.g. 2022-05-20")),
    "date_from_datetime_inexact": (N_("“{input}” is not a date"), N_("write e.g. 2022-05-20")),
    "date_parsing": (N_("“{input}” is not a date"), N_("write e.g. 2022-05-20")),
    "date_type": (N_("a date is expected here"), N_("write e.g. 2022-05-20")),
    "too_long": (N_("there are too many here"), N_("write at most {max_length}")),
    "too_short": (N_("at least {min_length} is needed here"), N_("add one")),
    "greater_than_equal": (N_("“{input}” is too small"), N_("write at least {ge}")),
    "less_than_equal": (N_("“{input}” is too large"), N_("write at most {le}")),
}  # fmt: skip

# What a value of a pattern looks like; a regular expression says nothing to who writes a plan.
PATTERN_WORDS: dict[str, tuple[str, str]] = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": (
        N_("“{input}” is not an identifier"),
        N_("write small letters, digits and hyphens, e.g. bridges-2022"),
    ),
    r"^[^\x00-\x1f/；;,]+$": (
        N_("“{input}” cannot be a name"),
        N_("write it on one line, without / ； ; ,"),
    ),
    f"^{EMAIL.pattern}$": (
        N_("“{input}” is not an e-mail address"),
        N_("write e.g. name@example.org"),
    ),
    "^(unit|departments)$": (
        N_("“{input}” is not allowed here"),
        N_("write unit or departments"),
    ),
    r"^\d{4}-(0[1-9]|1[0-2])$": (
        N_("“{input}” is not a month of a year"),
        N_("write it as 2022-06"),
    ),
    r"^(>=|<=|==)$": (
        N_("“{input}” is not allowed here"),
        N_("write one of >=, <=, =="),
    ),
}


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
    if fault["type"] not in _WORDS:
        message, _sep, mend = str(fault["msg"]).removeprefix("Value error, ").partition("\n")
        return source.problem(path, message, mend, at_key=of_key)
    values = {
        "name": name,
        "input": _shown(fault.get("input")),
        "known": _(", ").join(_fields_at(model, path[:-1])),
        **{key: str(value) for key, value in fault.get("ctx", {}).items()},
    }
    if "expected" in values:  # 'one', 'two' or 'three'
        choices = _CHOICE.findall(values["expected"])
        values["expected"] = _(", ").join(choices) or values["expected"]
    message, mend = PATTERN_WORDS.get(values.get("pattern", ""), _WORDS[fault["type"]])
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
