"""The signs of the status board: one for how a cell stands, with its word and colours.

A sign is read in black and white, a colour from afar; all formats take both from here.
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
    """A sign as it is shown: the mark and the words are messages, the colours `RRGGBB`."""

    mark: str
    word: str
    fill: str  # of the cell
    ink: str


LOOKS: Mapping[Sign, Look] = MappingProxyType(
    {
        Sign.ACCEPTED: Look("✓", N_("accepted"), "C6E8CC", "14532D"),
        Sign.SUBMITTED: Look("●", N_("submitted, waiting for checking"), "CFE2FA", "1E3A8A"),
        Sign.INCOMPLETE: Look("◐", N_("handed in, parts missing"), "FFE3B8", "7C3A00"),
        Sign.NIL: Look(N_("0"), N_("nil report"), "DDEFE0", "14532D"),
        Sign.RETURNED: Look("↺", N_("returned for correction"), "FFF2A8", "6B4E00"),
        Sign.OVERDUE: Look("!", N_("overdue"), "F7B5AE", "8B0000"),
        Sign.DUE: Look("○", N_("due, not handed in yet, not late yet"), "FFF9DB", "6B4E00"),
        Sign.AHEAD: Look("·", N_("not due yet"), "FFFFFF", "555555"),
        Sign.NONE: Look("–", N_("not applicable or cancelled"), "E8E8E8", "555555"),
    }
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
