"""A report as an official circular (通报) in Word: the essential in the text, the lists and the
matrix as attachments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from config.i18n import _
from notifications.documents.circular import Circular, write_circular
from notifications.documents.parts import Align, Attachment, Column, Section, Table
from notifications.documents.report_summary import campaign_summary, summary
from notifications.documents.report_tables import (
    Kind,
    ReportTable,
    extensions_table,
    naming,
    overdue_table,
    shown_value,
)
from notifications.documents.report_words import (
    bar,
    days_note,
    mark,
    reached_text,
    value_text,
)
from notifications.documents.wording import full_day
from notifications.wording import short_day
from workflows.lights import LIGHT_LOOKS
from workflows.reporting.model import (
    CampaignReport,
    Lateness,
    Outcome,
    OverdueDuty,
    Report,
    TargetLine,
)
from workflows.status_words import count_headings, count_rows, legend

_ACROSS = 15  # milestones beside each other in a matrix
_LISTED = 20  # rows of a table in the text; all of them stand in an attachment


def write_docx(
    report: Report,
    levels: Mapping[str, str] | None = None,
    template: Path | None = None,
    *,
    agency: str = "",
    addressees: Sequence[str] = (),
) -> bytes:
    """The circular as bytes of a .docx file, in the language in force, on our template or on the
    file `template`. `levels` gives the names of the levels of units by their ids
    (Organisation.levels).

    Raises InputError where the template cannot be used.
    """
    owners = list(dict.fromkeys(part.owner for part in report.campaigns))
    circular = Circular(
        title=_title(report),
        signature=_(", ").join(owners),
        day=report.today,
        agency=agency,
        addressees=addressees,
        opening=[_("Here is how things stood on {day}.").format(day=full_day(report.today))],
        sections=list(_sections(report)),
        attachments=list(_attachments(report, levels)),
    )
    return write_circular(circular, template)


def _title(report: Report) -> str:
    """Broken where its words end: a title of two lines is set in the middle (GB/T 9704, 7.3.1)."""
    if len(report.campaigns) == 1:
        return _("Circular on the progress of\n{campaign}").format(
            campaign=report.campaigns[0].title
        )
    return _("Circular on the progress of the campaigns")


def _sections(report: Report) -> Iterator[Section]:
    yield Section(_("The whole"), summary(report), _counts(report))
    if len(report.campaigns) > 1:
        yield Section(_("By campaign"))
        for part in report.campaigns:
            yield Section(part.title, campaign_summary(part, report)[:-1], level=2)
    if targets := [one for part in report.campaigns for one in part.targets if one.is_sum]:
        yield Section(_("Targets"), (), _targets(targets))
    if duties := [one for part in report.campaigns for one in part.overdue]:
        duties.sort(key=lambda duty: -duty.days)
        yield Section(_("Overdue"), _more(len(duties)), _overdue(duties[:_LISTED], report))
    if running := [one for one in report.lateness if one.longest is not None]:
        yield Section(_("Late twice running or more"), _more(len(running)), _running(running))


def _more(count: int) -> list[str]:
    if count <= _LISTED:
        return []
    return [_("The first {shown} of {count}.").format(
        shown=_LISTED, count=count
    )]  # fmt: skip


def _counts(report: Report) -> Table:
    headings = dict(list(count_headings().items())[:5])
    columns = [Column(_("campaign"), 4.2)]
    columns += [Column(title, 1, Align.CENTRE) for title in headings.values()]
    rows = [
        [title, *(str(getattr(counts, key)) for key in headings)]
        for title, counts in count_rows([part.board for part in report.campaigns])
    ]
    return Table(columns, rows)


def _targets(lines: Sequence[TargetLine]) -> Table:
    columns = (
        Column(_("target"), 3.4), Column(_("goal"), 1.6, Align.RIGHT),
        Column(_("reached"), 1.9, Align.RIGHT), Column(_("part of the goal"), 2.6),
        Column(_("light"), 1, Align.CENTRE),
    )  # fmt: skip
    rows = [
        (
            line.title if line.must else _("{title} (strive)").format(title=line.title),
            value_text(line, line.goal),
            reached_text(line),
            "" if line.share is None else f"{bar(line.share, 5)} {line.share:.0%}",
            LIGHT_LOOKS[line.light].sign,
        )
        for line in lines
    ]
    return Table(columns, rows)


def _overdue(duties: Sequence[OverdueDuty], report: Report) -> Table:
    columns = (
        Column(_("unit"), 1.5), Column(_("title"), 4), Column(_("due now"), 1.7, Align.CENTRE),
        Column(_("days overdue"), 1, Align.CENTRE), Column(_("reasons"), 3),
    )  # fmt: skip
    told = overdue_table(report, naming(None))
    reasons = {duty.name: row[-1] for duty, row in zip(_sorted(report), told.rows, strict=True)}
    rows = [
        (
            duty.unit, duty.title, short_day(duty.effective_due, report.today), str(duty.days),
            str(reasons[duty.name]),
        )
        for duty in duties
    ]  # fmt: skip
    return Table(columns, rows)


def _sorted(report: Report) -> list[OverdueDuty]:
    duties = [duty for part in report.campaigns for duty in part.overdue]
    return sorted(duties, key=lambda duty: -duty.days)


def _running(found: Sequence[Lateness]) -> Table:
    columns = (
        Column(_("unit"), 1.6), Column(_("times late"), 1, Align.CENTRE),
        Column(_("most in a row"), 1, Align.CENTRE), Column(_("late up to now"), 1, Align.CENTRE),
        Column(_("what was late in a row"), 6),
    )  # fmt: skip
    rows = [
        (
            one.unit, str(one.times), str(one.longest.length if one.longest else ""),
            str(one.lasting.length) if one.lasting else "",
            "→".join(one.longest.titles) if one.longest else "",
        )
        for one in found[:_LISTED]
    ]  # fmt: skip
    return Table(columns, rows)


def _attachments(report: Report, levels: Mapping[str, str] | None) -> Iterator[Attachment]:
    for part in report.campaigns:
        title = _("{campaign}: units against milestones").format(campaign=part.title)
        yield Attachment(title, list(_matrix(part)))
    names = naming(levels)
    level = _("level")
    overdue = overdue_table(report, names)
    if len(overdue.rows) > _LISTED:
        left = overdue.without(level, _("working days overdue"), _("due by the plan"))
        yield Attachment(overdue.title, [Section(table=_plain(left, report.today))])
    if (extensions := extensions_table(_that_hold(report), names)).rows:
        left = extensions.without(level, _("asked on"), _("due before"))
        yield Attachment(extensions.title, [Section(table=_plain(left, report.today))])


def _that_hold(report: Report) -> Report:
    """The report with the extensions alone that hold or wait for a decision."""
    parts = [
        replace(
            part,
            extensions=tuple(
                one
                for one in part.extensions
                if one.outcome is Outcome.PENDING
                or (one.outcome is Outcome.GRANTED and one.until >= report.today)
            ),
        )
        for part in report.campaigns
    ]
    return replace(report, campaigns=tuple(parts))


def _plain(table: ReportTable, today: date) -> Table:
    aligned = {Kind.TEXT: Align.LEFT, Kind.FIGURE: Align.RIGHT, Kind.SHARE: Align.RIGHT}
    columns = [
        Column(one.title, one.width, aligned.get(one.kind, Align.CENTRE)) for one in table.columns
    ]
    return Table(columns, [[_value(value, today) for value in row] for row in table.rows])


def _value(value: Any, today: date) -> str:
    """As text; of a day of this year the year is left out, since columns are narrow."""
    return short_day(value, today) if isinstance(value, date) else shown_value(value)


def _matrix(part: CampaignReport) -> Iterator[Section]:
    """As many milestones beside each other as a page holds, then the next ones below."""
    board = part.board
    lights = "  ".join(f"{look.sign} {board.word(light)}" for light, look in LIGHT_LOOKS.items())
    yield Section(paragraphs=[f"{lights}  {legend()}  {days_note()}"])
    heads = (
        Column(_("No."), 1, Align.CENTRE),
        Column(_("title"), 8),
        Column(_("due"), 2, Align.CENTRE),
    )
    milestones = [
        (str(column.number), column.title, column.due.isoformat()) for column in board.columns
    ]
    yield Section(table=Table(heads, milestones))
    for first in range(0, len(board.columns), _ACROSS):
        shown = slice(first, first + _ACROSS)
        columns = [Column(_("unit"), 2.6)]
        columns += [Column(str(one.number), 1, Align.CENTRE) for one in board.columns[shown]]
        rows = [
            [line.unit, *("" if cell is None else mark(cell) for cell in line.cells[shown])]
            for line in board.lines
        ]
        yield Section(table=Table(columns, [row for row in rows if any(row[1:])]))
