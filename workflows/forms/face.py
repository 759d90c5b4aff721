"""What stands on a form, whatever the file: heading, header, headings of columns, lines, notes."""

from dataclasses import dataclass

from config.i18n import _
from config.plain_text import without_controls
from workflows.forms.blanks import shown
from workflows.forms.declared import FieldType, FormField, GridRow, Prefilled, Shape
from workflows.forms.owed import Owed

MERGED = "all"  # the key of a merged row's one cell
SERIAL = "序号"  # in the declarations' language, as the plans' tables have it


@dataclass(frozen=True, slots=True)
class Face:
    """A form ready to be drawn. A grid's `lines` are named rows, a list's are empty ones."""

    title: str
    number: str
    header: tuple[tuple[FormField, str], ...]
    lead: str | None  # the heading of the first column where it is none of the form's
    columns: tuple[FormField, ...]
    lines: tuple[GridRow, ...]
    empty_lines: int
    notes: tuple[str, ...]
    campaign: str
    wide: bool  # A4 landscape

    @property
    def said(self) -> str:
        """All of it in words: two faces that are drawn alike have the same, and no others."""
        header = [(field.said, value) for field, value in self.header]
        columns, lines = [one.said for one in self.columns], [one.said for one in self.lines]
        others = (self.title, self.number, self.lead, self.empty_lines, self.notes, self.campaign)
        return repr((header, columns, lines, others, self.wide))


def face_of(owed: Owed) -> Face:
    """The empty form of one unit."""
    form = owed.form
    lead = "" if form.shape is Shape.GRID else SERIAL if form.numbered else None
    widths = [width_of(one) for one in owed.columns]
    return Face(
        without_controls(owed.title),
        _("No.: {number}").format(number=owed.identity),
        tuple((one, _prefilled(owed, one)) for one in owed.header),
        lead,
        owed.columns,
        form.rows,
        {Shape.GRID: 0, Shape.RECORD: 1, Shape.ROWS: form.blank_rows}[form.shape],
        (*form.notes, _STARRED) if _required(owed) else form.notes,
        owed.campaign.title,
        form.shape is Shape.GRID or sum(widths) + 6 > _PORTRAIT,
    )


def _required(owed: Owed) -> bool:
    fields = (*owed.header, *owed.columns)
    return any(one.required for one in fields) or any(row.required for row in owed.form.rows)


_STARRED = "带*的栏目必填。"
_PORTRAIT = 50  # Chinese characters that a line of A4 upright holds


def heading(field: FormField) -> str:
    """A field's heading: what must be filled in bears a star."""
    sign = "（%）" if field.type is FieldType.PERCENT and "%" not in field.title else ""
    return f"{field.title}{sign}{'*' if field.required else ''}"


def cell_text(row: GridRow, column: str) -> str:
    """What stands in a grid's cell when the unit gets it."""
    return shown(row.cells.get(column, ""))


def width_of(field: FormField) -> int:
    """The width of a column in Chinese characters."""
    if field.width:
        return field.width
    return {
        FieldType.TEXT: 12, FieldType.NUMBER: 7, FieldType.PERCENT: 7, FieldType.DATE: 8,
        FieldType.YES_NO: 6, FieldType.CHOICE: 9,
    }[field.type]  # fmt: skip


def answers() -> tuple[str, str]:
    """The words for yes and no that a form offers; both are read in either language."""
    return "是", "否"


def _prefilled(owed: Owed, field: FormField) -> str:
    match field.prefilled:
        case Prefilled.UNIT:
            return without_controls(owed.unit.name)
        case Prefilled.PERIOD:
            return owed.covers.full if owed.covers else ""
        case _:
            return ""
