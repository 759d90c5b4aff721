"""A ranking as a workbook: one sheet for each group ranked together."""

import io
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from config.i18n import _
from notifications.documents.report_tables import Column, Kind, ReportTable
from notifications.documents.sheet_kit import Book, Look
from workflows.reporting.ranking import RankGroup, RankingTable, RankLine


def write_ranking(table: RankingTable) -> bytes:
    """A campaign's ranking as bytes of a workbook, in the language in force."""
    return write_groups(table.title, str(table.today), table.groups)


def write_groups(
    title: str, moment: str, groups: Sequence[RankGroup], campaigns: Mapping[str, str] | None = None
) -> bytes:
    """Groups as bytes of a workbook; `moment` as people read it. Of a mean over several campaigns
    `campaigns` has their titles by id, for a column each."""
    heading = _("Ranking: {title}").format(title=title)
    as_of = _("as of {moment}").format(moment=moment)
    scores = campaigns or {}
    book = Book(f"{heading}  {as_of}")
    for group in groups:
        page = book.page(_(", ").join(group.levels.values()))
        columns = (*_columns(), *(Column(one, 15, Kind.FIGURE) for one in scores.values()))
        page.line(heading, len(columns), Look.TITLE)
        page.line(as_of, len(columns))
        rows = tuple((*_row(line), *_scores(line, scores)) for line in group.lines)
        page.table(ReportTable(heading, columns, rows, steady=2))
    if not groups:
        page = book.page(_("Ranking"))
        page.line(heading, 2, Look.TITLE)
        page.line(_("nobody is ranked here"), 2)
    book.book.properties.title = heading
    book.book.properties.creator = ""
    buffer = io.BytesIO()
    book.book.save(buffer)
    return buffer.getvalue()


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("place"), 7, Kind.NUMBER),
        Column(_("unit"), 18, Kind.TEXT),
        Column(_("score"), 9, Kind.FIGURE),
        Column(_("counted"), 9, Kind.NUMBER),
        Column(_("on time"), 9, Kind.NUMBER),
        Column(_("on-time rate (%)"), 11, Kind.SHARE),
        Column(_("late"), 9, Kind.NUMBER),
        Column(_("overdue"), 9, Kind.NUMBER),
        Column(_("average days late"), 11, Kind.FIGURE),
        Column(_("times returned"), 9, Kind.NUMBER),
        Column(_("targets due"), 9, Kind.NUMBER),
        Column(_("targets reached"), 9, Kind.NUMBER),
    )


def _row(line: RankLine) -> tuple[Any, ...]:
    tally = line.tally
    rate = float(Fraction(tally.on_time, tally.counted)) if tally.counted else None
    average = tally.average_days
    return (
        line.place,
        line.unit,
        None if line.score is None else float(line.score),
        tally.counted,
        tally.on_time,
        rate,
        tally.late,
        tally.overdue,
        None if average is None else round(float(average), 2),
        tally.returns,
        tally.targets,
        tally.reached,
    )


def _scores(line: RankLine, campaigns: Iterable[str]) -> tuple[float | None, ...]:
    own = line.scores or {}
    return tuple(None if own.get(one) is None else float(own[one]) for one in campaigns)
