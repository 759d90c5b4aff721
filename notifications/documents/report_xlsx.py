"""A report as a workbook that an office goes on working in: overview, matrix, overdue, extensions,
targets, lateness, changes."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from openpyxl.utils import get_column_letter

from config.i18n import _
from notifications.documents.report_charts import counts_chart, targets_chart
from notifications.documents.report_matrix import matrix_page
from notifications.documents.report_summary import summary
from notifications.documents.report_tables import (
    Column,
    Kind,
    ReportTable,
    changes_table,
    extensions_table,
    lateness_table,
    naming,
    overdue_table,
    targets_table,
)
from notifications.documents.report_words import as_of, title_of
from notifications.documents.sheet_kit import Book, Look, Page
from workflows.lights import LIGHT_LOOKS, Light, usual_target_word
from workflows.reporting.model import Report
from workflows.status_words import count_headings, explanation, light_headings


def write_xlsx(report: Report, levels: Mapping[str, str] | None = None) -> bytes:
    """The workbook as bytes, in the language in force. `levels` gives the names of the levels of
    units by their ids (Organisation.levels)."""
    names = naming(levels)
    book = Book(f"{title_of(report)}  {as_of(report)}")
    overview = book.page(_("Overview"))
    many = len(report.campaigns) > 1
    for number, part in enumerate(report.campaigns, start=1):
        name = _("Matrix")
        page = book.page(f"{name}{number} {part.title}" if many else name)
        matrix_page(page, part, report, names)
    _table(book.page(_("Overdue")), report, overdue_table(report, names))
    _table(book.page(_("Extensions")), report, extensions_table(report, names))
    targets = book.page(_("Targets"))
    heading = _table(targets, report, table := targets_table(report), usual_target_word)
    _table(book.page(_("Lateness")), report, lateness_table(report, names))
    _table(book.page(_("Changes")), report, changes_table(report))
    _overview(overview, report)
    sums = sum(line.is_sum for part in report.campaigns for line in part.targets)
    targets_chart(overview, targets, table, heading, sums)
    book.book.properties.title = title_of(report)
    book.book.properties.creator = ""
    buffer = io.BytesIO()
    book.book.save(buffer)
    return buffer.getvalue()


def _overview(page: Page, report: Report) -> None:
    counts, lights = count_headings(), light_headings()
    columns = [Column(_("campaign"), 44)]
    columns += [Column(title, 9.5, Kind.NUMBER) for title in counts.values()]
    columns += [Column(title, 9.5, Kind.NUMBER) for title in lights.values()]
    wide, across = len(columns), sum(column.width for column in columns)
    page.line(title_of(report), wide, Look.TITLE)
    page.line(as_of(report), wide, across=across)
    for sentence in summary(report):
        page.line(sentence, wide, across=across)
    page.row += 1
    head = page.row
    page.heads(columns)
    rows: list[list[Any]] = [
        [
            part.title,
            *(getattr(part.board.counts, key) for key in counts),
            *(part.board.lights[light] for light in lights),
        ]
        for part in report.campaigns
    ]
    first, last = page.rows(columns, rows)
    if len(rows) > 1:
        sums = [sum(values) for values in zip(*(row[1:] for row in rows), strict=True)]
        page.rows(columns, [[_("all together"), *sums]])
    page.line(explanation(), wide, Look.NOTE, across=across * 1.1)
    page.row += 1
    if rows:
        counts_chart(page, head, first, last, list(counts))
    page.for_print()
    page.sheet.page_setup.fitToHeight = 1  # a chart is not cut in two


def _usual_word(light: Light) -> str:
    return _(LIGHT_LOOKS[light].word)


def _table(
    page: Page, report: Report, table: ReportTable, word: Callable[[Light], str] = _usual_word
) -> int:
    """One table on its page, with what its lights are called; the row of its headings."""
    wide = len(table.columns)
    lights = "   ".join(f"{look.sign} {word(light)}" for light, look in LIGHT_LOOKS.items())
    page.line(table.title, wide, Look.TITLE)
    page.line(f"{as_of(report)}   {lights}", wide)
    first, last = page.table(table)
    for place, column in enumerate(table.columns, start=1):
        letter = get_column_letter(place)
        if last < first:
            continue
        if column.kind is Kind.LIGHT:
            page.colour_words(f"{letter}{first}:{letter}{last}")
        elif column.kind is Kind.SHARE:
            page.bars(f"{letter}{first}:{letter}{last}")
    return first - 1
