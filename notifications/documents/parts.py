"""What official documents are made of. The texts are plain: nothing in them is markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    """How a column's cells stand."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what its header says, and its share of the table's width."""

    title: str
    width: float = 1.0
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A table over the whole width of the text; its header row is repeated on each page.

    Each of `rows` has one text for each column, else ValueError.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    title: str = ""  # above it
    small: bool = False  # in small type, as one of many columns is anyway

    def __post_init__(self) -> None:
        if not self.columns or any(column.width <= 0 for column in self.columns):
            raise ValueError("a table has columns, each with a width above 0")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has as many texts as the table has columns")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (the bytes of a PNG, JPEG, GIF, BMP or TIFF file), at most `width` mm wide.

    It is made smaller where the text is narrower, or where it would be higher than a page.
    """

    content: bytes
    title: str = ""  # below it
    width: float = 150.0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, in this order. Headings are numbered by themselves:
    一、 of level 1, （一） of level 2, which begins anew under each of level 1."""

    heading: str = ""
    paragraphs: Sequence[str] = ()
    table: Table | None = None
    picture: Picture | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment: named above the signature and, where it has sections, printed on pages of
    its own after it."""

    title: str
    sections: Sequence[Section] = ()
