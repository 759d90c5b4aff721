"""A report as Markdown with tables (GitHub's), which reads well as plain text too."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.i18n import _
from config.plain_text import without_controls
from notifications.documents.report_summary import summary
from notifications.documents.report_tables import (
    Kind,
    ReportTable,
    every_table,
    naming,
    shown_value,
)
from notifications.documents.report_words import as_of, bar, days_note, mark, title_of
from workflows.reporting.model import CampaignReport, Report
from workflows.status_words import count_headings, count_rows, explanation, legend, light_counts

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~!])")  # CommonMark 0.31, 2.4: what a backslash escapes


def write_md(report: Report, levels: Mapping[str, str] | None = None) -> bytes:
    """The text as UTF-8, in the language in force. `levels` gives the names of the levels of units
    by their ids (Organisation.levels)."""
    return ("\n".join(_lines(report, levels)) + "\n").encode()


def _lines(report: Report, levels: Mapping[str, str] | None) -> Iterator[str]:
    yield f"# {_plain(title_of(report))}"
    yield from ("", _plain(as_of(report)), "")
    yield from (f"- {_plain(sentence)}" for sentence in summary(report))
    headings = count_headings()
    yield from ("", f"## {_('Counts')}", "")
    rows = [
        [title, *(str(getattr(counts, key)) for key in headings)]
        for title, counts in count_rows([part.board for part in report.campaigns])
    ]
    yield from _table([_("campaign"), *headings.values()], rows, right=range(1, len(headings) + 1))
    yield from ("", _plain(explanation()))
    for part in report.campaigns:
        yield from _matrix(part)
    for table in every_table(report, naming(levels)):
        yield from ("", f"## {_plain(table.title)}", "")
        yield from _listed(table) if table.rows else [_("none")]


def _matrix(part: CampaignReport) -> Iterator[str]:
    board = part.board
    yield from ("", f"## {_plain(part.title)}", "")
    yield _plain("   ".join(text for _light, text in light_counts(board)))
    yield from ("", _plain(f"{legend()}   {days_note()}"), "")
    yield from (f"{column.number}. {column.due} {_plain(column.title)}" for column in board.columns)
    yield ""
    heads = [_("unit"), *(str(column.number) for column in board.columns)]
    rows = [
        [line.unit, *("" if cell is None else mark(cell) for cell in line.cells)]
        for line in board.lines
    ]
    yield from _table(heads, rows)


def _listed(table: ReportTable) -> Iterator[str]:
    kinds = [column.kind for column in table.columns]
    right = [n for n, kind in enumerate(kinds) if kind in {Kind.NUMBER, Kind.FIGURE}]
    rows = [
        [
            f"{bar(value)} {shown_value(value)}"
            if kind is Kind.SHARE and value is not None
            else shown_value(value)
            for kind, value in zip(kinds, row, strict=True)
        ]
        for row in table.rows
    ]
    yield from _table([column.title for column in table.columns], rows, right=right)


def _table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()
) -> Iterator[str]:
    aligned = set(right)
    yield _row(heads)
    yield "|" + "|".join("--:" if n in aligned else "---" for n in range(len(heads))) + "|"
    for row in rows:
        yield _row(row)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(_plain, cells)) + " |"


def _plain(text: str) -> str:
    """Text in one line of which nothing is a sign of Markdown or HTML."""
    flat = " ".join(without_controls(text).split("\n"))
    return _SIGNS.sub(r"\\\1", flat.replace("&", "&amp;"))
