"""`duban progress show`: figure, goal, expected by now, light and forecast; or the history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.choosing import AtOption, Moment, UnitOption, moment_of
from scheduler.cli.completing import complete_campaign, complete_target
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from scheduler.office import Office
from workflows.lights import LIGHT_LOOKS, target_word
from workflows.naming import find_campaign, find_unit
from workflows.reporting.declared import Lights
from workflows.tables import Campaign, CampaignStatus, UnitRow
from workflows.targets.declared import Binding
from workflows.targets.figures_history import Told, figures_told
from workflows.targets.measuring import categories_of
from workflows.targets.numbers import Numbers, numbers_at
from workflows.targets.progress import find_view
from workflows.targets.standing import TargetStanding
from workflows.targets.told import (
    amount,
    expected_words,
    figure_words,
    forecast_words,
    goal_words,
    missing_words,
)
from workflows.targets.views import PROVINCE, TargetView
from workflows.versions import plan_of

_Row = dict[str, Any]


def add_commands(group: typer.Typer) -> None:
    """Add this module's commands."""
    group.command("show", help=_("Show figures, goals, lights and forecasts."))(_show)


def _show(
    context: typer.Context,
    campaign: Annotated[
        str | None,
        typer.Argument(help=_("one campaign; all without"), autocompletion=complete_campaign),
    ] = None,
    unit: UnitOption = None,
    target: Annotated[
        str | None,
        typer.Option(help=_("one target, by id or title"), autocompletion=complete_target),
    ] = None,
    sums: Annotated[bool, typer.Option("--sums", help=_("the sums alone"))] = False,
    at: AtOption = None,
    history: Annotated[
        bool, typer.Option("--history", help=_("every report with who, when and what it corrected"))
    ] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """First what is in sum, then unit by unit. Who has not reported is named beside a sum and is
    not counted as zero."""
    here = office(context)
    moment = moment_of(at, here)
    rows: list[_Row] = []
    with here.database.read() as session:
        names = dict(
            session.exec(select(UnitRow.id, UnitRow.name).order_by(col(UnitRow.position))).all()
        )
        unit_id = find_unit(session, unit).id if unit else None
        wanted = find_campaign(session, campaign) if campaign else None
        for one in sorted(session.exec(select(Campaign)), key=lambda one: one.id):
            if wanted == one.id or (wanted is None and one.status is not CampaignStatus.ARCHIVED):
                numbers = numbers_at(session, one, moment.at, as_of_past=moment.past)
                views = _wanted(numbers.views, target, of_one=wanted is not None)
                if history:
                    before = moment.at if moment.past else None
                    told = figures_told(
                        session, one, views, unit_id=unit_id, recorded_before=before
                    )
                    rows += [_told(item, names, here) for item in told]
                else:
                    lights = _lights_of(session, one, moment)
                    rows += _standing_rows(numbers, views, lights, names, unit_id, sums=sums)
    if not rows:
        say(_("no target has figures or goals here at that time"))
    _write(rows, form, output, history=history)
    say(_("as of {moment}").format(moment=moment.shown))


def _wanted(
    views: Sequence[TargetView], target: str | None, *, of_one: bool
) -> tuple[TargetView, ...]:
    """The targets to show. Over all campaigns a name need not fit in each of them."""
    if target is None:
        return tuple(views)
    by_id = {view.id: view for view in views}
    if of_one:
        return (by_id[find_view(by_id, target)],)
    return tuple(view for view in views if target in {view.id, view.target.title})


def _lights_of(session: Session, campaign: Campaign, moment: Moment) -> Lights:
    plan = plan_of(session, campaign, moment.at if moment.past else None)
    return plan.lights if plan else Lights()


def _standing_rows(
    numbers: Numbers,
    views: Sequence[TargetView],
    lights: Lights,
    names: Mapping[str, str],
    unit_id: str | None,
    *,
    sums: bool,
) -> Iterator[_Row]:
    for view in views:
        if unit_id is None:
            yield _row(numbers.totals[view.id], lights, names, numbers.today)
        if sums:
            continue
        for unit in dict.fromkeys((*view.units, *view.reporters)):
            if unit_id not in {None, unit}:
                continue
            standing = numbers.units.get((view.id, unit))
            if standing is not None:
                yield _row(standing, lights, names, numbers.today)
            else:
                yield _reporter(numbers, view, unit, names)


def _row(standing: TargetStanding, lights: Lights, names: Mapping[str, str], today: date) -> _Row:
    view, ahead = standing.target, standing.forecast
    in_sum = standing.unit_id == PROVINCE
    word = target_word(standing.light, lights)
    return {
        **_head(view, standing.unit_id, names, in_sum=in_sum),
        "figure": standing.figure,
        "whole": standing.whole,
        "level": standing.level,
        "goal": standing.goal,
        "due": standing.due,
        "expected": standing.expected,
        "as_of": standing.as_of,
        "reached": standing.reached,
        "behind": standing.behind,
        "light": standing.light.value,
        "word": word,
        "forecast": forecast_words(standing, today),
        "forecast_value": ahead.value if ahead else None,
        "forecast_day": ahead.day if ahead else None,
        "reached_on": ahead.reached_on if ahead else None,
        "reported": [names.get(one, one) for one in standing.reported],
        "missing": [names.get(one, one) for one in standing.missing],
        "categories": [
            f"{part.category}: {'—' if part.figure is None else part.figure}"
            for part in standing.parts
            if part.category
        ],
        "_figure": figure_words(standing),
        "_goal": goal_words(standing),
        "_expected": expected_words(standing),
        "_light": f"{LIGHT_LOOKS[standing.light].sign} {word}",
        "_remark": _("; ").join(
            filter(None, (forecast_words(standing, today), missing_words(standing, names)))
        ),
    }


def _reporter(numbers: Numbers, view: TargetView, unit: str, names: Mapping[str, str]) -> _Row:
    """A unit that reports towards a province's target and has no share of it: a figure alone."""
    lines = [numbers.lines.get((view.id, unit, name), ()) for name in categories_of(view.target)]
    last = [line[-1] for line in lines if line]
    value = sum((one.value for one in last), Decimal(0)) if last else None
    whole = last[0].whole if len(last) == 1 else None
    level = value * 100 / whole if value is not None and whole else None
    return {
        **_head(view, unit, names, in_sum=False),
        "figure": value,
        "whole": whole,
        "level": level,
        "as_of": max((one.day for one in last), default=None),
        "_figure": "" if value is None else amount(view.target, value, whole, level),
    }


def _head(view: TargetView, unit: str, names: Mapping[str, str], *, in_sum: bool) -> _Row:
    return {
        "campaign": view.campaign.id,
        "milestone": view.milestone_id,
        "target": view.id,
        "title": view.target.title,
        "unit": "" if in_sum else names.get(unit, unit),
        "binding": view.target.binding.value,
        "unit_of_measure": view.target.unit_of_measure,
        "_title": view.target.title
        + (_(" (striven for)") if view.target.binding is Binding.STRIVE else ""),
        "_unit": names.get(unit, unit) if not in_sum
        else _("the province") if view.is_province else _("in sum"),
    }  # fmt: skip


def _told(item: Told, names: Mapping[str, str], here: Office) -> _Row:
    target = item.view.target
    value = _("taken back")
    if item.value is not None:
        value = amount(target, item.value, item.whole)
    before = ""
    if item.corrects:
        before = "—" if item.before is None else amount(target, item.before, item.before_whole)
    return {
        "recorded_at": item.recorded_at.astimezone(here.settings.zone),
        "by": item.actor,
        "campaign": item.view.campaign.id,
        "target": item.view.id,
        "title": target.title,
        "unit": names.get(item.unit_id, item.unit_id) or _("the province"),
        "category": item.category,
        "day": item.day,
        "figure": value,
        "corrects": before,
        "holds": item.holds,
        "origin": item.origin,
        "note": item.note,
    }


def _write(rows: Sequence[_Row], form: Format, output: Any, *, history: bool) -> None:
    if history:
        headings = {
            "recorded_at": _("recorded"), "by": _("by"), "title": _("target"), "unit": _("unit"),
            "category": _("category"), "day": _("as of"), "figure": _("figure"),
            "corrects": _("in place of"), "note": _("note"),
        }  # fmt: skip
        few = ("recorded_at", "by", "title", "unit", "figure", "corrects")
        write_rows(rows, form, output, headings, narrow=few, title=_("What was reported"))
        return
    headings = {
        "_title": _("target"), "_unit": _("unit"), "_figure": _("figure"), "_goal": _("goal"),
        "unit_of_measure": _("unit of measure"), "due": _("to reach by"),
        "_expected": _("expected now"),
        "_light": _("light"), "_remark": _("forecast, and who has not reported"),
    }  # fmt: skip
    if len({row["campaign"] for row in rows}) > 1:
        headings = {"campaign": _("campaign"), **headings}
    narrow = ("_title", "_unit", "_figure", "_goal", "_light")
    if form in {Format.CSV, Format.JSON}:
        rows = [{key: _plain(row.get(key)) for key in _COLUMNS} for row in rows]
    write_rows(
        rows, form, output, headings, csv_columns=_COLUMNS, narrow=narrow, title=_("Progress")
    )


_COLUMNS = (
    "campaign", "milestone", "target", "title", "unit", "binding", "unit_of_measure", "figure",
    "whole", "level", "goal", "due", "expected", "as_of", "reached", "behind", "light", "word",
    "forecast", "forecast_value", "forecast_day", "reached_on", "reported", "missing",
    "categories",
)  # fmt: skip


def _plain(value: Any) -> Any:
    """A figure as JSON has it: whole ones without a point, worked-out ones to three places."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else round(float(value), 3)
