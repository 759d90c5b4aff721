"""An empty form as a workbook that people fill in: typed cells, choices to pick, A4 to print."""

import io
from math import ceil
from typing import Any

from config.i18n import _
from config.plain_text import without_controls
from workflows.forms.declared import FieldType, FormField
from workflows.forms.face import MERGED, Face, answers, cell_text, heading, width_of

PROPERTY = "duban"  # a custom property that says whose form it is
_LEAD = 5  # characters of a column of running numbers
_LEAD_GRID = 9  # of a grid's row titles
_PAGE, _WIDEST = 58, 1.6  # characters on a line of A4 across; how much wider a column may become
_LINE = 18  # points of a line of text
_FILE_FONT, _HEAD_FONT = "仿宋", "黑体"


def write_xlsx(face: Face, identity: str) -> bytes:
    """The form as bytes. `identity` is kept as a property of the file."""
    from openpyxl import Workbook
    from openpyxl.packaging.custom import StringProperty

    book: Any = Workbook()  # its types know nothing of custom properties
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise RuntimeError("no sheet")
    sheet.title = "填报表"
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=identity))
    book.properties.title = face.title
    book.properties.creator = ""
    _Drawn(sheet, face).draw()
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Drawn:
    """Draws one form on one sheet, from above."""

    def __init__(self, sheet: Any, face: Face) -> None:
        from openpyxl.styles import Alignment, Border, Font, Side

        self.sheet, self.face = sheet, face
        thin = Side(style="thin")
        self.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        self.under = Border(bottom=thin)
        self.middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.left = Alignment(vertical="center", wrap_text=True)
        self.label = Alignment(horizontal="right", vertical="center", wrap_text=True)
        self.right = Alignment(horizontal="right", vertical="center")
        self.top = Alignment(vertical="top", wrap_text=True)
        self.body, self.bold = Font(name=_FILE_FONT, size=12), Font(name=_HEAD_FONT, size=12)
        self.small = Font(name=_FILE_FONT, size=10)
        self.heading = Font(name=_HEAD_FONT, size=18)
        lead = [] if face.lead is None else [_LEAD if face.lead else _LEAD_GRID]
        self.first = len(lead) + 1  # the first column of the form's own
        self.widths: list[float] = [*lead, *(width_of(one) for one in face.columns)]
        self.last = max(len(self.widths), 2)
        self.widths += [10] * (self.last - len(self.widths))
        share = _PAGE / sum(self.widths)  # so that it is printed as large as the page allows
        self.widths = [width * min(share, _WIDEST) for width in self.widths]
        self.row = 0

    def draw(self) -> None:
        from openpyxl.utils import get_column_letter

        from workflows.sheets.writing import print_on_a4

        sheet, face = self.sheet, self.face
        for place, width in enumerate(self.widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = 2.2 * width + 1
        self._line(face.title, self.heading, self.middle, 36)
        self._header()
        self.row += 1
        top = self.row
        self._headings()
        if face.lines:
            self._grid()
        else:
            self._list()
        last_line = self.row
        for n, note in enumerate(face.notes):
            text = f"注：{note}" if n == 0 else note
            lines = self._lines(text, sum(self.widths) * 1.1)
            self._line(text, self.small, self.top, 15 * lines + 3)
        self._line(face.number, self.small, self.right, 18)
        sheet.freeze_panes = sheet.cell(top + 1, self.first)
        sheet.print_area = f"A1:{get_column_letter(self.last)}{max(self.row, last_line)}"
        print_on_a4(sheet, f"{top}:{top}")
        sheet.print_options.horizontalCentered = True
        sheet.page_margins.left = sheet.page_margins.right = 0.5
        sheet.page_margins.top = sheet.page_margins.bottom = 0.6

    def _line(self, text: str, font: Any, alignment: Any, height: float) -> None:
        """A line of text over the whole width."""
        self.row += 1
        self._merge(1, self.last)
        self._put(1, text, font, alignment)
        self.sheet.row_dimensions[self.row].height = height

    def _header(self) -> None:
        """Labels with the cell to write into beside each, over the whole width."""
        header = self.face.header
        if not header:
            return
        pairs = max(1, min(len(header), self.last // 2))
        bounds = [round(n * self.last / pairs) for n in range(pairs + 1)]
        for n, (field, value) in enumerate(header):
            k = n % pairs
            if k == 0:
                self.row += 1
                self.sheet.row_dimensions[self.row].height = 30
            start, end = bounds[k] + 1, bounds[k + 1]
            label = f"{heading(field)}："
            value_at = self._after(label, start, end)
            self._put(start, label, self.body, self.label)
            self._merge(start, value_at - 1)
            for column in range(value_at, end + 1):
                self.sheet.cell(self.row, column).border = self.under
            self._put(value_at, value, self.body, self.left)
            self._merge(value_at, end)
            self._typed(field, value_at, self.row)
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 8

    def _after(self, label: str, start: int, end: int) -> int:
        """The column of a value: behind as many as its label takes up, one at least left for it."""
        column, room = start + 1, self.widths[start - 1]
        while column < end and room < _length(label):
            room += self.widths[column - 1]
            column += 1
        return column

    def _headings(self) -> None:
        texts = ([] if self.face.lead is None else [self.face.lead]) + [
            heading(one) for one in self.face.columns
        ]
        for column, text in enumerate(texts, start=1):
            self._put(column, text, self.bold, self.middle).border = self.border
        height = max([1, *(self._lines(text, self.widths[n]) for n, text in enumerate(texts))])
        self.sheet.row_dimensions[self.row].height = _LINE * height + 8

    def _grid(self) -> None:
        columns = self.face.columns
        for row in self.face.lines:
            self.row += 1
            title = f"{row.title}{'*' if row.required else ''}"
            self._put(1, title, self.bold, self.middle).border = self.border
            for column in range(2, self.last + 1):
                self.sheet.cell(self.row, column).border = self.border
            lines = 3
            if row.merged:
                self._merge(2, self.last)
                text = cell_text(row, MERGED)
                self._put(2, text, self.body, self.top)
                lines = max(lines, self._lines(text, sum(self.widths[1:])))
            else:
                for column, field in enumerate(columns, start=2):
                    text = cell_text(row, field.id)
                    self._put(column, text, self.body, self.top)
                    lines = max(lines, self._lines(text, self.widths[column - 1]))
            self.sheet.row_dimensions[self.row].height = min(_LINE * (lines + 1), 400)

    def _list(self) -> None:
        start = self.row + 1
        for number in range(1, self.face.empty_lines + 1):
            self.row += 1
            self.sheet.row_dimensions[self.row].height = 28
            for column in range(1, self.first + len(self.face.columns)):
                self.sheet.cell(self.row, column).border = self.border
            if self.first > 1:
                self._put(1, "", self.body, self.middle).value = number
            for column, _field in enumerate(self.face.columns, start=self.first):
                self._put(column, "", self.body, self.left)
        for column, field in enumerate(self.face.columns, start=self.first):
            self._typed(field, column, start, self.row)

    def _typed(self, field: FormField, column: int, first: int, last: int | None = None) -> None:
        """What may be typed into these cells, as far as a spreadsheet can tell."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        last = last or first
        cells = [self.sheet.cell(row, column) for row in range(first, last + 1)]
        rule: DataValidation | None = None
        match field.type:
            case FieldType.CHOICE:
                rule = _choice(field.choices)
            case FieldType.YES_NO:
                rule = _choice(answers())
            case FieldType.NUMBER:
                rule = DataValidation("decimal", "greaterThanOrEqual", "0")
                rule.error = "请填写数字，如 12"
            case FieldType.PERCENT:
                rule = DataValidation("decimal", "between", "0", "100")
                rule.error = "请填写百分数，如 85%"
            case FieldType.DATE:
                rule = DataValidation("date", "greaterThanOrEqual", "36526")
                rule.error = "请填写日期，如 2022-06-05"
            case FieldType.TEXT:
                pass
        for cell in cells:
            cell.number_format = {
                FieldType.TEXT: "@", FieldType.CHOICE: "@", FieldType.YES_NO: "@",
                FieldType.DATE: "yyyy-mm-dd",
            }.get(field.type, "General")  # fmt: skip
            if field.type is not FieldType.TEXT:
                cell.alignment = self.middle
        if rule is not None:
            if rule.type != "list":
                rule.errorStyle = "warning"  # 12个 and 9月底 are read as well
            rule.showErrorMessage = True
            rule.allow_blank = True
            if field.note:
                rule.prompt, rule.showInputMessage = field.note[:250], True
            letter = get_column_letter(column)
            rule.add(f"{letter}{first}:{letter}{last}")
            self.sheet.add_data_validation(rule)

    def _put(self, column: int, text: str, font: Any, alignment: Any) -> Any:
        cell = self.sheet.cell(self.row, column)
        cell.font, cell.alignment = font, alignment
        if text:
            cell.value = without_controls(text)
            cell.data_type = "s"  # never a formula
        return cell

    def _merge(self, start: int, end: int) -> None:
        if end > start:
            self.sheet.merge_cells(
                start_row=self.row, start_column=start, end_row=self.row, end_column=end
            )

    @staticmethod
    def _lines(text: str, width: float) -> int:
        """How many lines a text takes in a cell of that many Chinese characters."""
        lines = text.splitlines() or [""]
        return sum(max(1, ceil(_length(line) / max(1.0, width - 0.5))) for line in lines)


def _length(line: str) -> int:
    wide = sum(1 for one in line if ord(one) > 0x2000)
    return wide + -(-(len(line) - wide) // 2)


def _choice(words: tuple[str, ...]) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation("list")
    text = ",".join(words)
    if len(text) < 250 and not any("," in one or '"' in one for one in words):  # Excel's limit
        rule.formula1 = f'"{text}"'
    else:
        rule = DataValidation("textLength", "lessThan", "500")
    rule.error = _("choose one from the list")
    return rule
