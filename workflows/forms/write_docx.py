"""An empty form as a Word file that looks like the plan's attachment: a table with its heading.

Fonts are named for both scripts, since Word takes the one of `eastAsia` for Chinese.
"""

import io
from typing import Any

from config.plain_text import without_controls
from workflows.forms.face import MERGED, Face, cell_text, heading, width_of
from workflows.forms.write_xlsx import PROPERTY

_BODY, _HEADING = "仿宋", "黑体"
_CELL_MARGIN = 50  # twentieths of a point, above and below
_LEAD, _LEAD_GRID = 4, 8  # characters


def write_docx(face: Face, identity: str) -> bytes:
    """The form as bytes. `identity` is kept as a property of the file."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    core = document.core_properties
    core.identifier, core.title = f"{PROPERTY}:{identity}", face.title
    core.author, core.comments = "", ""
    section = document.sections[0]
    short, long = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if face.wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if face.wide else (short, long)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    room = (29.7 if face.wide else 21) - 4.4
    normal = document.styles["Normal"]
    _name_font(normal, _BODY)
    normal.font.size = Pt(12)
    normal.paragraph_format.space_after = Pt(0)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(10)
    _write(title, face.title, _HEADING, 18)
    _header(document, face, room)
    gap = document.add_paragraph()
    gap.paragraph_format.line_spacing = Pt(6)
    _table(document, face, room)
    for n, note in enumerate(face.notes):
        line = document.add_paragraph()
        line.paragraph_format.space_before = Pt(4 if n == 0 else 0)
        _write(line, f"注：{note}" if n == 0 else note, _BODY, 10.5)
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    number.paragraph_format.space_before = Pt(6)
    _write(number, face.number, _BODY, 9)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _header(document: Any, face: Face, room: float) -> None:
    """Labels with a line to write on beside each: cells, so that they are found again."""
    from docx.shared import Cm

    if not face.header:
        return
    pairs = min(len(face.header), 3 if face.wide else 2)
    lines = -(-len(face.header) // pairs)
    table = document.add_table(lines, pairs * 2)
    table.autofit = False
    each = room / pairs
    for n, (field, value) in enumerate(face.header):
        row, column = divmod(n, pairs)
        label, line = table.cell(row, 2 * column), table.cell(row, 2 * column + 1)
        text = f"{heading(field)}："
        _write(label.paragraphs[0], text, _BODY, 12)
        _write(line.paragraphs[0], value, _BODY, 12)
        _borders(line, ("bottom",))
    for column in range(pairs):
        labels = [
            heading(one) for n, (one, _value) in enumerate(face.header) if n % pairs == column
        ]
        wide = min(0.44 * (max(map(len, labels)) + 1) + 0.5, each * 0.6)
        for place, width in ((2 * column, wide), (2 * column + 1, each - wide)):
            table.columns[place].width = Cm(width)  # one for Word, the other for LibreOffice
            for row in range(lines):
                table.cell(row, place).width = Cm(width)


def _table(document: Any, face: Face, room: float) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm

    lead = [] if face.lead is None else [_LEAD if face.lead else _LEAD_GRID]
    widths = [*lead, *(width_of(one) for one in face.columns)]
    lines = len(face.lines) or face.empty_lines
    table = document.add_table(1 + lines, len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _air(table)
    for column, width in enumerate(widths):
        table.columns[column].width = Cm(room * width / sum(widths))
        for cell in table.columns[column].cells:
            cell.width = Cm(room * width / sum(widths))
    texts = ([] if face.lead is None else [face.lead]) + [heading(one) for one in face.columns]
    for cell, text in zip(table.rows[0].cells, texts, strict=True):
        _fill(cell, text, _HEADING, middle=True)
    _repeat(table.rows[0])
    for n in range(lines):
        cells = table.rows[n + 1].cells
        table.rows[n + 1].height = Cm(2.4 if face.lines else 0.95)
        if not face.lines:
            if lead:
                _fill(cells[0], str(n + 1), _BODY, middle=True)
            for cell in cells[len(lead) :]:
                _fill(cell, "", _BODY, middle=False)
            continue
        row = face.lines[n]
        _fill(cells[0], f"{row.title}{'*' if row.required else ''}", _HEADING, middle=True)
        if row.merged:
            whole = cells[1].merge(cells[-1]) if len(cells) > 2 else cells[1]
            _fill(whole, cell_text(row, MERGED), _BODY, middle=False)
            continue
        for cell, field in zip(cells[1:], face.columns, strict=True):
            _fill(cell, cell_text(row, field.id), _BODY, middle=False)


def _fill(cell: Any, text: str, font: str, *, middle: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for extra in cell.paragraphs[1:]:  # what a merge leaves
        extra._element.getparent().remove(extra._element)
    paragraph = cell.paragraphs[0]
    _write(paragraph, text, font, 11)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _write(paragraph: Any, text: str, font: str, size: float) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(without_controls(text))
    run.font.size = Pt(size)
    _name_font(run, font)


def _name_font(holder: Any, name: str) -> None:
    from docx.oxml.ns import qn

    holder.font.name = name
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(key), name)


def _borders(cell: Any, sides: tuple[str, ...]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    cell._element.get_or_add_tcPr().append(borders)


def _air(table: Any) -> None:
    """Room above and below what stands in a cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:w"), str(_CELL_MARGIN))
        line.set(qn("w:type"), "dxa")
        margins.append(line)
    # Before tblLook, says the schema (ECMA-376, part 1, section 17.4.59).
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def _repeat(row: Any) -> None:
    """The headings stand on each page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
