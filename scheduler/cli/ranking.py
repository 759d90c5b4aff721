"""`duban ranking`: units by how well they did until a date, and the working for one of them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import AtOption, LevelOption, moment_of, selection
from scheduler.cli.completing import complete_campaign, complete_unit
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    Row,
    emit,
    json_text,
    say,
    write_document,
    write_rows,
)
from scheduler.cli.ranking_explained import explained_data, explained_rows, explained_text, how_word
from workflows.naming import find_campaign, find_unit
from workflows.reporting.ranking import (
    OverallRanking,
    RankGroup,
    make_ranking,
    rank_all,
)
from workflows.reporting.scoring import Tally, rounded
from workflows.tables import Campaign


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("ranking")(_ranking)


def _ranking(
    context: typer.Context,
    campaign: Annotated[
        str | None,
        typer.Argument(help=_("the campaign"), autocompletion=complete_campaign),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("the mean over all campaigns that have begun"))
    ] = False,
    at: AtOption = None,
    explain: Annotated[
        str | None,
        typer.Option(help=_("the working for one unit"), autocompletion=complete_unit),
    ] = None,
    level: LevelOption = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """The same for a past date whenever it is asked for: by what had been recorded then."""
    if (campaign is None) == (not every):
        raise InputError(
            _("a ranking is of one campaign, or of all"), _("name the campaign, or write --all")
        )
    here = office(context)
    moment = moment_of(at, here)
    with here.database.read() as session:
        wanted = selection(session, campaign, level=level)
        unit = find_unit(session, explain) if explain else None
        if every:
            overall = rank_all(session, moment.at, moment.past)
        else:
            one = session.get_one(Campaign, find_campaign(session, campaign or ""))
            table = make_ranking(session, one, moment.at, moment.past)
            overall = OverallRanking((table,), table.groups)
        if unit is not None:
            lines = [line for each in overall.groups for line in each.lines]
            if not any(line.unit_id == unit.id for line in lines):
                raise InputError(
                    _("{unit} is not ranked here").format(unit=unit.name),
                    _("ranked are: {names}").format(
                        names=_(", ").join(line.unit for line in lines[:12]) or _("none")
                    ),
                )
    as_of = _("as of {moment}").format(moment=moment.shown)
    if unit is not None:
        _explain(overall, unit.id, form, output)
    else:
        groups = [one for one in overall.groups if level_in(one, wanted.level)]
        if form is Format.XLSX:
            write_document(_workbook(groups, overall, moment.shown), output, form.value)
        else:
            _write(groups, overall, form, output)
        if not groups:
            say(_("nobody is ranked here"))
    say(as_of)


def _explain(overall: OverallRanking, unit_id: str, form: Format, output: Path | None) -> None:
    match form:
        case Format.TABLE:
            emit(explained_text(overall, unit_id), output)
        case Format.JSON:
            emit(json_text(explained_data(overall, unit_id)), output)
        case Format.CSV | Format.XLSX:
            columns = {
                "campaign": _("campaign"), "unit": _("unit"), "title": _("title"),
                "due": _("due"), "last_day": _("last day on time"),
                "handed_in": _("first handed in"), "corrected": _("corrected"),
                "days_late": _("days late"), "returned": _("times returned"),
                "how": _("how it counts"),
            }  # fmt: skip
            rows = explained_rows(overall, unit_id)
            if form is Format.XLSX:
                rows = [{**row, "how": how_word(row["how"])} for row in rows]
            write_rows(rows, form, output, columns, title=_("Ranking"))


def level_in(group: RankGroup, level: str | None) -> bool:
    """Whether that level is ranked in the group; None is any."""
    return level is None or level in group.levels


def _workbook(groups: Sequence[RankGroup], overall: OverallRanking, moment: str) -> bytes:
    from notifications.documents.ranking_xlsx import write_groups

    titles = {table.campaign_id: table.title for table in overall.tables}
    if any(one.scores is not None for group in groups for one in group.lines):
        return write_groups(_("all campaigns together"), moment, groups, titles)
    return write_groups(_(", ").join(titles.values()), moment, groups)


def _write(
    groups: Sequence[RankGroup], overall: OverallRanking, form: Format, output: Path | None
) -> None:
    columns = {
        "group": _("level"), "place": _("place"), "unit": _("unit"), "score": _("score"),
        "counted": _("counted"), "on_time": _("on time"), "on_time_rate": _("on-time rate (%)"),
        "late": _("late"), "overdue": _("overdue"),
        "average_days_late": _("average days late"), "returned": _("times returned"),
        "targets": _("targets due"), "reached": _("targets reached"),
    }  # fmt: skip
    shown = any(one.scores is not None for group in groups for one in group.lines)
    if shown:
        columns |= {table.campaign_id: table.campaign_id for table in overall.tables}
    rows = list(_rows(groups, overall if shown else None))
    if form in {Format.TABLE, Format.CSV}:
        rows = [{key: _printed(value) for key, value in row.items()} for row in rows]
    if form is Format.TABLE and shown:
        columns = {key: columns[key] for key in list(columns)[:13]}
    narrow = ("group", "place", "unit", "score", "on_time", "counted")
    write_rows(rows, form, output, columns, narrow=narrow, title=_("Ranking"))


def _rows(groups: Iterable[RankGroup], overall: OverallRanking | None) -> Iterable[Row]:
    for group in groups:
        for line in group.lines:
            row = {
                "group": _(", ").join(group.levels.values()),
                "place": line.place,
                "unit": line.unit,
                "unit_id": line.unit_id,
                "level": line.level,
                "score": _number(line.score),
                **tally_row(line.tally),
            }
            if overall is not None:
                scores: Mapping[str, Decimal] = line.scores or {}
                row |= {
                    one.campaign_id: _number(scores.get(one.campaign_id)) for one in overall.tables
                }
            yield row


def tally_row(count: Tally) -> dict[str, Any]:
    """What a unit's assignments come to, by name; rates and means as numbers in hundredths."""
    average = count.average_days
    rate = rounded(Fraction(100 * count.on_time, count.counted)) if count.counted else None
    return {
        "counted": count.counted,
        "on_time": count.on_time,
        "on_time_rate": _number(rate),
        "late": count.late,
        "overdue": count.overdue,
        "days_late": count.days_late,
        "average_days_late": _number(None if average is None else rounded(average)),
        "handed_in": count.handed_in,
        "returned": count.returns,
        "targets": count.targets,
        "reached": count.reached,
    }


def _number(value: Decimal | None) -> float | None:
    """In hundredths, as spreadsheets and JSON have numbers."""
    return None if value is None else float(value)


def _printed(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, float) else value
