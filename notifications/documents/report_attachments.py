"""The attachments of a circular: matrices, targets of units, lists, and what has changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from config.i18n import _
from notifications.documents.parts import Align, Attachment, Column, Section, Table
from notifications.documents.report_across import legend_of, units_and_milestones, units_and_targets
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
    moment_shown,
    reached_text,
    sort_word,
    value_text,
)
from notifications.wording import short_day
from workflows.lights import LIGHT_LOOKS
from workflows.reporting.model import (
    CampaignReport,
    Change,
    Lateness,
    Outcome,
    Report,
    Run,
    Sort,
    TargetLine,
)

_NAMED = 2  # of what was late in a row

Kept = Mapping[str, Attachment]


def attachments_of(report: Report, levels: Mapping[str, str] | None, listed: int) -> Kept:
    """The attachments in their order, by what they hold; lists of more than `listed` rows, which
    are too long for the text."""
    parts = report.campaigns
    several = len(parts) > 1
    title = _("Units against milestones")
    if not several:
        title = "".join(
            _("{campaign}: units against milestones").format(campaign=part.title) for part in parts
        )
    told = ""
    matrices: list[Section] = []
    for part in parts:
        legend = legend_of(part)
        # Once where it is the same for all.
        matrices += units_and_milestones(part, "" if legend == told else legend, several=several)
        told = legend
    kept = {"matrix": Attachment(title, matrices)} if parts else {}
    sums = [one for part in parts for one in part.targets if one.is_sum]
    if len(sums) > listed:
        kept["targets"] = Attachment(
            _("Targets against what was reached"),
            list(_by_campaign(report, lambda part: _sums(part))),
        )
    if any(not one.is_sum for part in parts for one in part.targets):
        kept["units"] = Attachment(
            _("Targets of each unit"),
            [section for part in parts for section in units_and_targets(part, several=several)],
        )
    names, drop = naming(levels), (_("campaign"), _("level"))
    overdue = overdue_table(report, names)
    if len(overdue.rows) > listed:
        kept["overdue"] = Attachment(
            overdue.title,
            list(
                _by_campaign(
                    report,
                    lambda part: _plain(
                        overdue_table(_alone(report, part), names).without(
                            *drop, _("working days overdue"), _("due by the plan")
                        ),
                        report.today,
                    ),
                )
            ),
        )
    running = [one for one in report.lateness if one.longest is not None]
    if len(running) > listed:
        title = _("Late twice running or more")
        kept["lateness"] = Attachment(title, [Section(table=running_of(running))])
    holding = _that_hold(report)
    if extensions_table(holding, names).rows:
        kept["extensions"] = Attachment(
            _("Extensions"),
            list(
                _by_campaign(
                    holding,
                    lambda part: _plain(
                        extensions_table(_alone(holding, part), names).without(
                            *drop, _("asked on"), _("due before")
                        ),
                        report.today,
                    ),
                )
            ),
        )
    if changes := [one for part in parts for one in part.changes]:
        title = _("What has changed since {day}").format(day=moment_shown(report.since))
        kept["changes"] = Attachment(title, [Section(table=_changes(changes, report))])
    return kept


def _alone(report: Report, part: CampaignReport) -> Report:
    return replace(report, campaigns=(part,))


def _by_campaign(report: Report, table: Any) -> Iterator[Section]:
    """A table for each campaign that has rows, under its title where there are several."""
    several = len(report.campaigns) > 1
    for part in report.campaigns:
        if (found := table(part)).rows:
            yield Section(part.title if several else "", (), found, level=2)


def targets_of(lines: Sequence[TargetLine]) -> Table:
    """Lines of targets with bars."""
    columns = (
        Column(_("target"), 3.4), Column(_("goal"), 1.5, Align.RIGHT),
        Column(_("reached"), 2.2, Align.RIGHT), Column(_("part of the goal"), 2.3),
        Column(_("light"), 0.8, Align.CENTRE),
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
    return Table(columns, rows, small=True)


def running_of(found: Sequence[Lateness]) -> Table:
    """Who was late in a row, with the first of what."""
    columns = (
        Column(_("unit"), 1.6), Column(_("times late"), 1, Align.CENTRE),
        Column(_("most in a row"), 1, Align.CENTRE), Column(_("late up to now"), 1, Align.CENTRE),
        Column(_("what was late in a row"), 6),
    )  # fmt: skip
    rows = [
        (
            one.unit, str(one.times), str(one.longest.length if one.longest else ""),
            str(one.lasting.length) if one.lasting else "", _few(one.longest),
        )
        for one in found
    ]  # fmt: skip
    return Table(columns, rows, small=True)


def _few(run: Run | None) -> str:
    """The first of what was late in a row."""
    if run is None:
        return ""
    text = "→".join(run.titles[:_NAMED])
    left = len(run.titles) - _NAMED
    return _("{titles} and {count} more").format(titles=text, count=left) if left > 0 else text


def _sums(part: CampaignReport) -> Table:
    return targets_of([one for one in part.targets if one.is_sum])


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


def _changes(changes: Sequence[Change], report: Report) -> Table:
    """How much has changed for each unit, by sort."""
    counts = Counter((one.unit_id, one.sort) for one in changes)
    order = {
        line.unit: place
        for part in reversed(report.campaigns)
        for place, line in enumerate(part.board.lines)
    }
    names = {one.unit_id: one.unit for one in changes}
    units = sorted(names, key=lambda unit: (not unit, order.get(names[unit], len(order))))
    sorts = [sort for sort in Sort if any(one.sort is sort for one in changes)]
    columns = [Column(_("unit"), 1.8)]
    columns += [Column(sort_word(sort), 1, Align.CENTRE) for sort in sorts]
    rows = [
        [names[unit] or _("the whole province"), *(str(counts[unit, sort] or "") for sort in sorts)]
        for unit in units
    ]
    return Table(columns, rows, small=True)


def _plain(table: ReportTable, today: date) -> Table:
    aligned = {Kind.TEXT: Align.LEFT, Kind.FIGURE: Align.RIGHT, Kind.SHARE: Align.RIGHT}
    columns = [
        Column(one.title, one.width, aligned.get(one.kind, Align.CENTRE)) for one in table.columns
    ]
    rows = [[_value(value, today) for value in row] for row in table.rows]
    return Table(columns, rows, small=True)


def _value(value: Any, today: date) -> str:
    """As text; of a day of this year the year is left out, since columns are narrow."""
    return short_day(value, today) if isinstance(value, date) else shown_value(value)
