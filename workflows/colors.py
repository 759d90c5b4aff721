"""The colours that a campaign may have in calendars: names of CSS (RFC 7986, section 5.9).

Few, so that each can be told from the others and carries white text.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from zlib import crc32


class Color(StrEnum):
    """A colour by its CSS name."""

    CRIMSON = "crimson"
    DARKORANGE = "darkorange"
    GOLDENROD = "goldenrod"
    OLIVEDRAB = "olivedrab"
    FORESTGREEN = "forestgreen"
    TEAL = "teal"
    STEELBLUE = "steelblue"
    ROYALBLUE = "royalblue"
    NAVY = "navy"
    SLATEBLUE = "slateblue"
    PURPLE = "purple"
    MEDIUMVIOLETRED = "mediumvioletred"
    SIENNA = "sienna"
    SLATEGRAY = "slategray"


# For clients that know no names: `#RRGGBB`.
HEX: Mapping[Color, str] = MappingProxyType(
    {
        Color.CRIMSON: "#DC143C",
        Color.DARKORANGE: "#FF8C00",
        Color.GOLDENROD: "#DAA520",
        Color.OLIVEDRAB: "#6B8E23",
        Color.FORESTGREEN: "#228B22",
        Color.TEAL: "#008080",
        Color.STEELBLUE: "#4682B4",
        Color.ROYALBLUE: "#4169E1",
        Color.NAVY: "#000080",
        Color.SLATEBLUE: "#6A5ACD",
        Color.PURPLE: "#800080",
        Color.MEDIUMVIOLETRED: "#C71585",
        Color.SIENNA: "#A0522D",
        Color.SLATEGRAY: "#708090",
    }
)


def color_of(campaign_id: str, declared: str) -> Color:
    """A campaign's colour: the declared one, else one that its id always gets."""
    every = list(Color)
    return Color(declared) if declared else every[crc32(campaign_id.encode()) % len(every)]
