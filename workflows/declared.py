"""The kinds of value that declarations are written in: texts, date phrases, the model's rules."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from config.i18n import _
from workflows.phrases import OnDate, PhraseError, parse_due, phrase_mend

# How many of a kind one plan may have: some times what the longest plans we know have.
MANY = 500
SOME = 50


def _due_phrase(value: str) -> str:
    try:
        parse_due(value, None)
    except PhraseError as error:
        raise ValueError(f"{error}\n{phrase_mend()}") from None
    return value


def _single_date(value: str) -> str:
    try:
        due = parse_due(value, None)
    except PhraseError as error:
        raise ValueError(f"{error}\n" + _("write e.g. 2022-08-31 or 8月底前")) from None
    if not isinstance(due, OnDate):
        raise ValueError(
            _("“{value}” is not one date\nwrite e.g. 2022-08-31 or 8月底前").format(value=value)
        )
    return value


def _as_written(value: Any) -> Any:
    """A number alone is told by what it should look like, not that it is no text."""
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
_Phrase = StringConstraints(max_length=100)
DuePhrase = Annotated[str, _Phrase, AfterValidator(_due_phrase)]
DatePhrase = Annotated[str, _Phrase, AfterValidator(_single_date)]
Month = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$"), BeforeValidator(_as_written)
]


class Declared(BaseModel):
    """A part of a declaration: never changed, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
