"""The lights: one for how an assignment or a target stands, with its word for print."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from config.i18n import N_, _
from workflows.reporting.declared import Lights


class Light(StrEnum):
    """How something stands, worst last where they are compared."""

    DONE = "done"
    GREY = "grey"  # not begun
    GREEN = "green"
    YELLOW = "yellow"  # due soon, or behind what is expected by now
    RED = "red"  # overdue after grace


@dataclass(frozen=True, slots=True)
class LightLook:
    """A light as it is shown: sign and word are messages, the colours `RRGGBB`."""

    sign: str
    word: str
    fill: str
    ink: str


# Signs that the board and the feeds have, too: they say the same there.
LIGHT_LOOKS: Mapping[Light, LightLook] = MappingProxyType(
    {
        Light.DONE: LightLook("✓", N_("done"), "C6E8CC", "14532D"),
        Light.GREY: LightLook("○", N_("not begun"), "E5E7EB", "374151"),
        Light.GREEN: LightLook("●", N_("on course"), "DCFCE7", "166534"),
        Light.YELLOW: LightLook("▲", N_("due soon or behind"), "FEF3C7", "854D0E"),
        Light.RED: LightLook("!", N_("overdue"), "FECACA", "991B1B"),
    }
)

# A target is not handed in: what is red of it was not reached in time.
TARGET_WORDS: Mapping[Light, str] = MappingProxyType(
    {Light.DONE: N_("reached"), Light.RED: N_("not reached in time")}
)


def light_word(light: Light, rule: Lights) -> str:
    """The light's word: the declaration's own, else the usual one in the language in force."""
    own = getattr(rule.words, light.value)
    return own or _(LIGHT_LOOKS[light].word)


def target_word(light: Light, rule: Lights) -> str:
    """The word of a target's light: the declaration's own, else the usual one for targets."""
    own = getattr(rule.words, light.value)
    return own or usual_target_word(light)


def usual_target_word(light: Light) -> str:
    """The usual word of a target's light in the language in force."""
    return _(TARGET_WORDS.get(light, LIGHT_LOOKS[light].word))
