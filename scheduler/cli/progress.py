"""Commands about numbers: what was reached, set, taken back, split over units."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli import progress_sheets, progress_show
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.completing import complete_campaign, complete_target
from scheduler.cli.days import day_option
from scheduler.cli.deeds import By, Why
from scheduler.cli.output import say
from workflows.tables import UnitRow
from workflows.targets.declared import Measure
from workflows.targets.progress import (
    Split,
    Wanted,
    judge,
    report_figure,
    split,
    view_named,
    withdraw,
)
from workflows.targets.recording import Reporting, shown
from workflows.targets.shares import OFFICE, UNIT
from workflows.targets.told import amount, rounded
from workflows.targets.views import exact
from workflows.transitions import Deed

_Campaign = Annotated[str, typer.Argument(help=_("the campaign"), autocompletion=complete_campaign)]
_Target = Annotated[
    str, typer.Argument(help=_("the target, by id or title"), autocompletion=complete_target)
]
_Category = Annotated[str, typer.Option(help=_("of a target with categories"))]
_On = Annotated[
    datetime | None, day_option("--on", help=_("the day for which it holds; by default today"))
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("set", help=_("Record a figure: 12, 49/50, yes."))(_set)
    group.command("withdraw", help=_("Take a figure back; it stays in the history."))(_withdraw)
    group.command("split", help=_("Split a province's target over units: UNIT=FIGURE …"))(_split)
    progress_show.add_commands(group)
    progress_sheets.add_commands(group)
    app.add_typer(group, name="progress")


def _set(
    context: typer.Context,
    campaign: _Campaign,
    target: _Target,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[UNIT] FIGURE",
            help=_("the unit (none where the office reports), and 12, 1200, 49/50, yes or no"),
        ),
    ],
    category: _Category = "",
    on: _On = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
    by: By = None,
    why: Why = "",
) -> None:
    """The total so far or what was added, as the target declares. A second figure for one day
    corrects the first, which stays in the history. One that falls, jumps tenfold or exceeds the
    target's maximum is asked about."""
    if len(words) > 2:
        raise InputError(
            _("“{text}” is one word too many").format(text=words[2][:60]),
            _("write CAMPAIGN TARGET UNIT FIGURE; a name with blanks stands in quotes"),
        )
    *unit, figure = words
    here = office(context)
    actor, now = here.actor(by), here.now()
    day = on.date() if on else None
    wanted = Wanted(campaign, target, unit[0] if unit else "", category, day)
    with here.database.read() as session:
        asked = judge(session, wanted, figure, now).asked
    for line in asked:
        say(line)
    if asked and not yes:
        confirmed(
            _("Record it all the same?"),
            _("check the figure; with --yes it is recorded as it is"),
        )
    with here.database.write() as session:
        deed = Deed(actor, now, now, why)
        report, row = report_figure(session, wanted, figure, deed, asked)
        said = _line(session.get(UnitRow, report.unit_id), report)
    say(said if row is not None else _("on record already: {line}").format(line=said))


def _withdraw(
    context: typer.Context,
    campaign: _Campaign,
    target: _Target,
    unit: Annotated[str, typer.Argument(help=_("the unit (none where the office reports)"))] = "",
    category: _Category = "",
    on: Annotated[
        datetime | None,
        day_option("--on", help=_("the day of the figure; by default the newest one")),
    ] = None,
    by: By = None,
    why: Why = "",
) -> None:
    here = office(context)
    actor, now = here.actor(by), here.now()
    wanted = Wanted(campaign, target, unit, category, on.date() if on else None)
    with here.database.write() as session:
        gone, row = withdraw(session, wanted, Deed(actor, now, now, why))
        whole = None if row.denominator is None else exact(row.denominator)
        before = replace(gone, value=exact(row.value or 0), whole=whole)
        said = _line(session.get(UnitRow, gone.unit_id), before)
    say(_("taken back: {what}").format(what=said))


def _split(
    context: typer.Context,
    campaign: _Campaign,
    target: _Target,
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="UNIT=FIGURE…", help=_("shares; UNIT= takes one back; none shows them")
        ),
    ] = None,
    origin: Annotated[
        str, typer.Option(help=_("who set it: office, or unit where it stands in the unit's plan"))
    ] = OFFICE,
    by: By = None,
    why: Why = "",
) -> None:
    """Each unit then has a goal of its own; the province's stays what the plan says."""
    if origin not in {OFFICE, UNIT}:
        raise InputError(
            _("unknown origin “{text}”").format(text=origin[:60]), _("write office or unit")
        )
    here = office(context)
    actor, now = here.actor(by) if pairs else "", here.now()
    with here.database.write() as session:
        view = view_named(session, campaign, target)
        done = split(session, view, pairs or (), Deed(actor, now, now, why), origin)
        names = {
            unit: session.get_one(UnitRow, unit).name for unit in (*done.shares, *done.without)
        }
        measure = view.target.unit_of_measure
        order = [unit for unit in view.reporters if unit in done.shares]
    new = {one.unit_id for one in done.written}
    for unit in order:
        if unit in new or not pairs:
            say(f"{names[unit]}: {shown(done.shares[unit])} {measure}")
    for unit in sorted(new - set(done.shares)):
        say(_("{unit}: has no share any more").format(unit=names.get(unit, unit)))
    say(_summed(done, measure))
    if done.without:
        few = _(", ").join(names[unit] for unit in done.without[:5])
        more = "…" if len(done.without) > 5 else ""
        say(
            _("{count} units have no share: {names}").format(
                count=len(done.without), names=few + more
            )
        )


def _line(unit: UnitRow | None, report: Reporting) -> str:
    """`北城市 · 加固桥梁：12 座 (2022-06-08)`."""
    target = report.view.target
    named = f"{target.title} · {report.category}" if report.category else target.title
    value, whole = report.value or Decimal(0), report.whole
    level = value * 100 / whole if whole else None
    measure = "" if target.measure in {Measure.YES_NO, Measure.SHARE} else target.unit_of_measure
    return _("{unit} · {target}: {value} ({day})").format(
        unit=unit.name if unit else _("the province"),
        target=named,
        value=f"{amount(target, value, whole, level)} {measure}".rstrip(),
        day=report.day,
    )


def _summed(done: Split, measure: str) -> str:
    """What the shares add up to against the target."""
    total = shown(done.total)
    if done.goal is None:
        return _("the shares add up to {total} {measure}").format(total=total, measure=measure)
    goal, gap = rounded(done.goal), done.total - done.goal
    if gap == 0:
        text = _("the shares add up to {total} of {goal} {measure}: just the target")
    elif gap < 0:
        text = _("the shares add up to {total} of {goal} {measure}: {gap} less than the target")
    else:
        text = _("the shares add up to {total} of {goal} {measure}: {gap} more than the target")
    return text.format(total=total, goal=goal, measure=measure, gap=rounded(abs(gap)))
