"""Charts of a report's workbook, drawn by the program that opens it from the cells themselves."""

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties

from config.i18n import _
from notifications.documents.report_tables import Kind, ReportTable
from notifications.documents.sheet_kit import Page

# Told apart in black and white too: from dark to light.
_COLOURS = {"reported": "2F6DB5", "late": "F2B84B", "outstanding": "C0392B"}
_REACHED, _EXPECTED = "2F6DB5", "C9D3E0"
_WIDTH = 15.5  # cm
_SECOND = "F"  # the column at which the second chart begins


def counts_chart(page: Page, head: int, first: int, last: int, keys: Sequence[str]) -> None:
    """What of each campaign was reported, reported late, and is outstanding."""
    chart = _bars(_("Reported and outstanding"), last - first + 1, 1.6)
    for key, colour in _COLOURS.items():
        column = 2 + keys.index(key)
        values = Reference(page.sheet, min_col=column, min_row=head, max_row=last)
        _add(chart, values, colour)
    chart.set_categories(Reference(page.sheet, min_col=1, min_row=first, max_row=last))
    page.sheet.add_chart(chart, f"A{page.row}")


def targets_chart(page: Page, targets: Page, table: ReportTable, heading: int, count: int) -> None:
    """What part of each goal of the province is reached, beside what was expected by now: of the
    first `count` rows of the table whose headings are in the row `heading` of `targets`."""
    if not count:
        return
    last = heading + count
    shares = [n for n, one in enumerate(table.columns, start=1) if one.kind is Kind.SHARE]
    names = next(n for n, one in enumerate(table.columns, start=1) if one.title == _("target"))
    chart = _bars(_("Targets: part of the goal"), count)
    for column, colour in zip(shares, (_REACHED, _EXPECTED), strict=True):
        values = Reference(targets.sheet, min_col=column, min_row=heading, max_row=last)
        _add(chart, values, colour, labels=False)
    chart.set_categories(Reference(targets.sheet, min_col=names, min_row=heading + 1, max_row=last))
    chart.y_axis.scaling.max = 1
    chart.y_axis.number_format = "0%"
    page.sheet.add_chart(chart, f"{_SECOND}{page.row}")


def _bars(title: str, categories: int, each: float = 0.65) -> Any:
    chart: Any = BarChart()
    chart.type, chart.style = "bar", 10
    chart.title = title
    chart.width, chart.height = _WIDTH, max(6.0, min(3.0 + each * categories, 26.0))
    chart.x_axis.scaling.orientation = "maxMin"  # the first one above
    chart.y_axis.crosses = "max"  # so that its numbers are below
    chart.y_axis.scaling.min = 0
    chart.x_axis.delete = chart.y_axis.delete = False  # else Excel 2016 and later draw no axes
    chart.y_axis.majorGridlines = None
    chart.legend.position = "b"
    chart.gapWidth = 40
    return chart


def _add(chart: Any, values: Reference, colour: str, *, labels: bool = True) -> None:
    series = SeriesFactory(values, title_from_data=True)
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    if labels:
        series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False,
                                     showLegendKey=False, showPercent=False)  # fmt: skip
    chart.series.append(series)
