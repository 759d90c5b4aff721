"""WordprocessingML (ISO/IEC 29500-1) of what a template cannot hold: text as it is, and tables."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from config.plain_text import without_controls
from notifications.documents.parts import Align, Column, Table

_MANY_COLUMNS = 8  # more than these are set in small type
_STYLES = {"table": "公文表格", "head": "表头", "text": "表文"}
_SMALL = "（小）"

_TABLE = Markup(
    '<w:tbl><w:tblPr>{style}<w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
    '<w:tblLayout w:type="fixed"/>{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
)
# So that two characters fit into one of twenty columns.
_NARROW = Markup(
    '<w:tblCellMar><w:left w:w="8" w:type="dxa"/><w:right w:w="8" w:type="dxa"/></w:tblCellMar>'
)
_ROW = Markup("<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>")
_CELL = Markup(
    '<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
    '<w:p><w:pPr>{style}<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/>'
    '</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
)


def text_of(value: object) -> Markup:
    """A value as text of the document: no control characters, nothing of it markup. A newline
    begins a new line, which docxtpl sees to.

    A brace is written as a reference, so that docxtpl finds none of its own signs (`{_{`).
    """
    text = without_controls(str(value).replace("\r\n", "\n")).replace("\t", " ")
    return Markup(str(escape(text)).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704


def table_of(table: Table, width: int, styles: Mapping[str, str]) -> Markup:
    """The table, `width` twips (1/1440 inch) wide. `styles` are the template's: id by name; one
    that it lacks is left out."""
    many = len(table.columns) > _MANY_COLUMNS
    small = _SMALL if many or table.small else ""
    head, text = (
        _style("p", styles, _STYLES[one] + small) or _style("p", styles, _STYLES[one])
        for one in ("head", "text")
    )
    widths = _widths(table.columns, width)
    rows = [_row([column.title for column in table.columns], widths, [Align.CENTRE], head)]
    aligns = [column.align for column in table.columns]
    rows += [_row(row, widths, aligns, text, header=False) for row in table.rows]
    return _TABLE.format(
        style=_style("tbl", styles, _STYLES["table"]),
        width=sum(widths),
        margins=_NARROW if many else Markup(""),
        grid=Markup("").join(Markup('<w:gridCol w:w="{}"/>').format(one) for one in widths),
        rows=Markup("").join(rows),
    )


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    whole = sum(column.width for column in columns)
    return [int(width * column.width / whole) for column in columns]


def _row(
    texts: Sequence[str],
    widths: Sequence[int],
    aligns: Sequence[Align],
    style: Markup,
    *,
    header: bool = True,
) -> Markup:
    cells = [
        _CELL.format(
            width=width, style=style, align=aligns[place % len(aligns)], text=text_of(text)
        )
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    mark = Markup("<w:tblHeader/>") if header else Markup("")
    return _ROW.format(header=mark, cells=Markup("").join(cells))


def _style(kind: str, styles: Mapping[str, str], name: str) -> Markup:
    if name not in styles:
        return Markup("")
    return Markup('<w:{}Style w:val="{}"/>').format(Markup(kind), styles[name])  # noqa: S704
