"""The parts of what is to be handed in: each deliverable, and its stamped copy where one is due.

A hand-in is on time by the first part that arrives, and complete when none is missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from config.errors import InputError
from config.i18n import _

# In the declarations' language whatever the setting, since the record keeps it.
_STAMPED = "{name}（盖章件）"


def parts_of(deliverables: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the parts, in the declared order; none where nothing is named."""
    parts = []
    for one in deliverables:
        parts.append(str(one["name"]))
        if one.get("stamped"):
            parts.append(_STAMPED.format(name=one["name"]))
    return list(dict.fromkeys(parts))


def find_parts(texts: Iterable[str], parts: Sequence[str]) -> list[str]:
    """The parts that people mean by `texts`, in the declared order: an exact name, else every part
    that contains it (`盖章件`). Raises InputError."""
    found: set[str] = set()
    for text in texts:
        wanted = text.strip()
        same = [one for one in parts if one == wanted]
        same = same or [one for one in parts if wanted and wanted.casefold() in one.casefold()]
        if not same:
            raise InputError(
                _("“{text}” is no part of what is to be handed in").format(text=text),
                _("its parts are: {parts}").format(parts=_(", ").join(parts))
                if parts
                else _("it has no parts: nothing is named as to be handed in"),
            )
        found.update(same)
    return [one for one in parts if one in found]
