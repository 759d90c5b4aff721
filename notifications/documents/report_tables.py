"""The tables of a report, the same in every format: what is overdue, extensions, targets, who was
late, what has changed.

Values are typed; how a number or a day is written is the format's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from config.i18n import _
from notifications.documents.report_words import (
    binding_word,
    forecast_text,
    lit,
    measure_of,
    missing_text,
    moment_shown,
    number,
    outcome_word,
    reason_words,
    sort_word,
    state_note,
    told_words,
    twice_running,
    who_words,
)
from workflows.reporting.model import Change, Lateness, OverdueDuty, Report, TargetLine

Levels = Callable[[str], str]


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    MIDDLE = "middle"  # a word or two
    LIGHT = "light"  # begins with the light's sign
    NUMBER = "number"  # a whole one
    FIGURE = "figure"  # a whole one, or with decimal places
    SHARE = "share"  # 0 to 1
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in half-width characters, what it holds."""

    title: str
    width: float
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table; each row has one value for each column, None where there is none. `steady` columns
    name the row."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    steady: int = 1

    def without(self, *titles: str) -> "ReportTable":
        """The table without the columns of these headings."""
        kept = [n for n, one in enumerate(self.columns) if one.title not in titles]
        return ReportTable(
            self.title,
            tuple(self.columns[n] for n in kept),
            tuple(tuple(row[n] for n in kept) for row in self.rows),
            sum(n < self.steady for n in kept),
        )


def naming(levels: Mapping[str, str] | None) -> Levels:
    """What gives a level of units its name; one that is not known is its own."""
    names = levels or {}
    return lambda level: names.get(level, level)


def shown_value(value: Any) -> str:
    """A value as text, as people write it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, float):
        return f"{value:.1%}"
    return str(value)


def overdue_table(report: Report, levels: Levels) -> ReportTable:
    """What is overdue, the worst first, with what is known of why."""
    duties = [duty for part in report.campaigns for duty in part.overdue]
    duties.sort(key=lambda duty: -duty.days)
    columns = (
        Column(_("campaign"), 26), Column(_("unit"), 14), Column(_("level"), 15, Kind.MIDDLE),
        Column(_("title"), 36), Column(_("due by the plan"), 12, Kind.DAY),
        Column(_("due now"), 12, Kind.DAY), Column(_("days overdue"), 9, Kind.NUMBER),
        Column(_("working days overdue"), 9, Kind.NUMBER), Column(_("state"), 15),
        Column(_("reasons"), 40),
    )  # fmt: skip
    rows = tuple(_duty(duty, report, levels(duty.level)) for duty in duties)
    return _told(report, ReportTable(_("Overdue, with reasons"), columns, rows, 2))


def _duty(duty: OverdueDuty, report: Report, level: str) -> tuple[Any, ...]:
    return (
        duty.campaign, duty.unit, level, duty.title, duty.nominal_due, duty.effective_due,
        duty.days, duty.working_days, state_note(duty), reason_words(duty, report.today),
    )  # fmt: skip


def extensions_table(report: Report, levels: Levels) -> ReportTable:
    """Who asked for more time or got it."""
    columns = (
        Column(_("campaign"), 26), Column(_("unit"), 14), Column(_("level"), 15, Kind.MIDDLE),
        Column(_("title"), 36), Column(_("due before"), 12, Kind.DAY),
        Column(_("until"), 12, Kind.DAY), Column(_("asked on"), 12, Kind.DAY),
        Column(_("decided on"), 12, Kind.DAY), Column(_("outcome"), 17, Kind.MIDDLE),
        Column(_("note"), 34),
    )  # fmt: skip
    rows = tuple(
        (
            one.campaign, one.unit, levels(one.level), one.title, one.before, one.until,
            one.asked_on, one.decided_on, outcome_word(one), one.note,
        )
        for part in report.campaigns
        for one in part.extensions
    )  # fmt: skip
    return _told(report, ReportTable(_("Extensions"), columns, rows, 2))


def targets_table(report: Report) -> ReportTable:
    """Targets against what was reached; those of the province and the sums come first."""
    columns = (
        Column(_("campaign"), 26), Column(_("target"), 30), Column(_("unit"), 13),
        Column(_("binding"), 7, Kind.MIDDLE), Column(_("light"), 15, Kind.LIGHT),
        Column(_("reached"), 11, Kind.FIGURE), Column(_("goal"), 11, Kind.FIGURE),
        Column(_("measure"), 7, Kind.MIDDLE), Column(_("part of the goal"), 12, Kind.SHARE),
        Column(_("part expected by now"), 12, Kind.SHARE), Column(_("due"), 12, Kind.DAY),
        Column(_("figures of"), 12, Kind.DAY), Column(_("at this rate"), 22),
        Column(_("nothing reported by"), 30),
    )  # fmt: skip
    lines = [(part, line) for part in report.campaigns for line in part.targets]
    lines.sort(key=lambda pair: not pair[1].is_sum)
    rows = tuple(tuple(_target(line, lit(part, line.light))) for part, line in lines)
    title = _("Targets against what was reached")
    return _told(report, ReportTable(title, columns, rows, 3))


def _target(line: TargetLine, light: str) -> Iterator[Any]:
    yield from (line.campaign, line.title, who_words(line), binding_word(line), light)
    yield from (line.value, line.goal, measure_of(line) or line.unit_of_measure)
    yield line.share
    yield _part(line.expected, line.goal)
    yield from (line.due, line.as_of, forecast_text(line), missing_text(line, most=8))


def lateness_table(report: Report, levels: Levels) -> ReportTable:
    """Who was late and how often over the season so far, and who in a row."""
    campaigns = report.campaigns if len(report.campaigns) > 1 else ()
    columns = (
        Column(_("unit"), 14), Column(_("level"), 15, Kind.MIDDLE),
        Column(_("due so far"), 8, Kind.NUMBER), Column(_("reported late"), 8, Kind.NUMBER),
        Column(_("overdue"), 8, Kind.NUMBER), Column(_("times late"), 9, Kind.NUMBER),
        Column(_("part of what was due"), 12, Kind.SHARE),
        Column(_("most in a row"), 9, Kind.NUMBER), Column(_("late up to now"), 9, Kind.NUMBER),
        Column(_("what was late in a row"), 60),
        *(Column(part.title, 14, Kind.NUMBER) for part in campaigns),
    )  # fmt: skip
    rows = tuple(
        (
            *_late(one, levels(one.level)),
            *(one.by_campaign.get(part.id, 0) for part in campaigns),
        )
        for one in report.lateness
    )
    return ReportTable(_("Who was late and how often this season"), columns, rows)


def _late(one: Lateness, level: str) -> Iterator[Any]:
    yield from (one.unit, level, one.due, one.late, one.overdue, one.times)
    yield one.times / one.due if one.due else None
    yield one.longest.length if one.longest else None
    yield one.lasting.length if one.lasting else None
    yield twice_running(one)


def changes_table(report: Report) -> ReportTable:
    """What has changed since the last report."""
    columns = (
        Column(_("campaign"), 30), Column(_("what changed"), 16, Kind.MIDDLE),
        Column(_("unit"), 14), Column(_("title"), 44), Column(_("before"), 20, Kind.LIGHT),
        Column(_("now"), 20, Kind.LIGHT),
    )  # fmt: skip
    rows = tuple(_change(change) for part in report.campaigns for change in part.changes)
    title = _("What has changed since {day}").format(day=moment_shown(report.since))
    return _told(report, ReportTable(title, columns, rows, 2))


def _change(change: Change) -> tuple[Any, ...]:
    told = (
        one if isinstance(one, Decimal) else told_words(change, one)
        for one in (change.before, change.after)
    )
    return (
        change.campaign, sort_word(change.sort), change.unit or _("the whole province"),
        change.title, *told,
    )  # fmt: skip


def _told(report: Report, table: ReportTable) -> ReportTable:
    """Of a single campaign, which one it is need not be said in each row."""
    return table if len(report.campaigns) > 1 else table.without(_("campaign"))


def _part(value: Decimal | None, goal: Decimal | None) -> float | None:
    if value is None or not goal:
        return None
    return max(0.0, min(float(value / goal), 1.0))


def every_table(report: Report, levels: Levels) -> Sequence[ReportTable]:
    """All of them, in the order in which they are read."""
    return (
        overdue_table(report, levels), extensions_table(report, levels), targets_table(report),
        lateness_table(report, levels), changes_table(report),
    )  # fmt: skip
