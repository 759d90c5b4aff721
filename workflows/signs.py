"""The signs of the status board: one for what was handed in of a cell, with its word.

A sign is read in black and white; the colour of its cell is the light's. All formats take both
from here and from workflows/lights.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from config.i18n import N_, _


class Sign(StrEnum):
    """How an assignment stands, as the board shows it. Each assignment has exactly one."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"  # waits for checking
    INCOMPLETE = "incomplete"  # handed in, with parts missing
    NIL = "nil"  # a nil report, checked or not
    RETURNED = "returned"  # sent back, and the correction date is still to come
    OVERDUE = "overdue"
    DUE = "due"  # due, not handed in, and not late yet: its last day, or the grace after it
    AHEAD = "ahead"  # not due yet
    NONE = "none"  # waived or cancelled


# Those in whose assignments something has been handed in.
REPORTED = frozenset({Sign.ACCEPTED, Sign.SUBMITTED, Sign.INCOMPLETE, Sign.NIL})


@dataclass(frozen=True, slots=True)
class Look:
    """A sign as it is shown: both are messages. Its colours are those of the cell's light."""

    mark: str
    word: str


# No mark is that of a light (workflows/lights.py) which says something else.
LOOKS: Mapping[Sign, Look] = MappingProxyType(
    {
        Sign.ACCEPTED: Look("✓", N_("accepted")),
        Sign.SUBMITTED: Look("◆", N_("submitted, waiting for checking")),
        Sign.INCOMPLETE: Look("◈", N_("handed in, parts missing")),
        Sign.NIL: Look(N_("0"), N_("nil report")),
        Sign.RETURNED: Look("↺", N_("returned for correction")),
        Sign.OVERDUE: Look("!", N_("overdue")),
        Sign.DUE: Look("◇", N_("due, not handed in yet, not late yet")),
        Sign.AHEAD: Look("·", N_("not due yet")),
        Sign.NONE: Look("–", N_("not applicable or cancelled")),
    }
)
# Which the lights' own marks do not say.
BESIDE_LIGHTS = tuple(
    sign for sign in LOOKS if sign not in {Sign.ACCEPTED, Sign.OVERDUE, Sign.AHEAD}
)


def mark_of(sign: Sign, *, late: bool = False) -> str:
    """The mark in the language in force; one handed in late says so."""
    mark = _(LOOKS[sign].mark)
    return mark + late_mark() if late and sign in REPORTED else mark


def late_mark() -> str:
    """What stands behind the mark of a late hand-in."""
    return _("L")


def sign_word(sign: Sign) -> str:
    """What the sign means, in the language in force."""
    return _(LOOKS[sign].word)
