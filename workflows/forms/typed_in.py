"""A form that is filled in on a page: every place has a key, under which its text is typed.

The keys are `header/ID`, `rows/N/ID` and `cells/ROW/COLUMN`. What is typed is read and checked as
what stands in a file is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from config.errors import InputError
from config.i18n import _
from workflows.forms.blanks import shown
from workflows.forms.collecting import Collecting, Filled, cells_of
from workflows.forms.declared import FieldType, FormField, Prefilled, Shape
from workflows.forms.face import answers, face_of
from workflows.forms.owed import Owed
from workflows.forms.values import LONGEST

MOST_PLACES = 240  # on one page


def read_typed(owed: Owed, typed: Mapping[str, str]) -> Filled:
    """Read a form from its typed texts. What is fixed need not be there, nor what is left empty.

    Raises ProblemsError; each problem's `field` is the key of its place.
    """
    into = Collecting(owed, named=False)
    for key, text in typed.items():
        if len(text) > LONGEST:
            into.wrong(key, "", InputError(
                _("it holds more than {count} characters").format(count=LONGEST), _("shorten it")
            ))  # fmt: skip
    if into.problems:
        into.done()
    for field, fixed in face_of(owed).header:
        key = f"header/{field.id}"
        into.header(field, fixed if is_fixed(field) else typed.get(key, ""), key)
    if owed.form.shape is Shape.GRID:
        for row in owed.form.rows:
            for one in cells_of(row, owed.columns):
                key = f"cells/{row.id}/{one.id}"
                into.cell(row, one, typed.get(key, ""), key)
        return into.done()
    for number in sorted(_numbers(typed)):
        keys = [(one, f"rows/{number}/{one.id}") for one in owed.columns]
        texts = [(one, typed.get(key, ""), key) for one, key in keys]
        into.row(texts, texts[0][2])
    into.rows_end(f"rows/0/{owed.columns[0].id}")
    return into.done()


def as_typed(owed: Owed, content: Mapping[str, Any]) -> dict[str, str]:
    """What is on record of a form, as somebody would type it."""
    typed = {
        f"header/{field.id}": _text(field, content.get("header", {}).get(field.id))
        for field in owed.header
    }
    for number, values in enumerate(content.get("rows", ())):
        for one in owed.columns:
            typed[f"rows/{number}/{one.id}"] = _text(one, values.get(one.id))
    for row in owed.form.rows:
        for one in cells_of(row, owed.columns):
            kept = content.get("cells", {}).get(row.id, {}).get(one.id, "")
            typed[f"cells/{row.id}/{one.id}"] = str(kept) or shown(row.cells.get(one.id, ""))
    return typed


def rows_to_show(owed: Owed, typed: Mapping[str, str]) -> int:
    """How many lines of a list a page offers: what was typed and some empty ones, as many as it
    can take; 0 where it cannot take what was typed."""
    if owed.form.shape is Shape.RECORD:
        return 1
    room = max(MOST_PLACES - len(owed.header), 0) // max(len(owed.columns), 1)
    used = max((number + 1 for number in _numbers(typed) if _is_used(typed, number)), default=0)
    if used > room:
        return 0
    return min(max(owed.form.blank_rows if not used else 0, used + _MORE), room, _MOST_ROWS + used)


_MORE, _MOST_ROWS = 5, 15  # empty lines


def is_fixed(field: FormField) -> bool:
    """Whether a field of the header says what the unit cannot choose."""
    return field.prefilled in (Prefilled.UNIT, Prefilled.PERIOD)


def _is_used(typed: Mapping[str, str], number: int) -> bool:
    return any(text.strip() for key, text in typed.items() if key.startswith(f"rows/{number}/"))


def _numbers(typed: Mapping[str, str]) -> Iterator[int]:
    """The numbers of the lines that something may stand in, each once."""
    yield from {
        int(parts[1])
        for key in typed
        if len(parts := key.split("/")) == 3
        and parts[0] == "rows"
        and parts[1].isascii()
        and parts[1].isdecimal()
        and len(parts[1]) < 5
    }


def _text(field: FormField, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return answers()[0 if value else 1]
    return f"{value}%" if field.type is FieldType.PERCENT else str(value)
