"""Commands about what comes up during a campaign: assign, undo, and what units report."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.completing import complete_campaign, complete_milestone, complete_unit
from scheduler.cli.days import day_option
from scheduler.cli.deeds import By, On, Why, line_about
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    json_text,
    say,
    write_rows,
)
from workflows.handing_in import Deed, deed_moment

_Unit = Annotated[
    list[str],
    typer.Argument(help=_("units, or lists of names; all"), autocompletion=complete_unit),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("assign")(_assign)
    app.command("undo")(_undo)
    units = typer.Typer(no_args_is_help=True)
    units.command("list", help=_("List the units with their attributes."))(_list)
    units.command("set", help=_("Record an attribute; waive or reopen what depends on it."))(_set)
    app.add_typer(units, name="units")


def _assign(
    context: typer.Context,
    units: _Unit,
    title: Annotated[str, typer.Option(help=_("what has to be done"))],
    due: Annotated[datetime, day_option("--due", help=_("until when"))],
    parent: Annotated[
        str | None,
        typer.Option(
            help=_("the milestone that it comes out of: campaign/milestone"),
            autocompletion=complete_milestone,
        ),
    ] = None,
    campaign: Annotated[
        str | None,
        typer.Option(help=_("its campaign, without --parent"), autocompletion=complete_campaign),
    ] = None,
    hand_in: Annotated[
        list[str] | None, typer.Option("--hand-in", help=_("something to hand in"))
    ] = None,
    clause: Annotated[str, typer.Option(help=_("where the plan says so"))] = "",
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    """The unit is reminded of it at once, and then by the ladder."""
    from workflows.assigning import NewAssignment, assign
    from workflows.naming import find_campaign, find_milestone
    from workflows.picking import NamedUnit, Picker, split_names
    from workflows.tables import Campaign

    if (parent is None) == (campaign is None):
        raise InputError(
            _("which campaign is it for?"), _("give --parent campaign/milestone, or --campaign")
        )
    here = office(context)
    actor, now = here.actor(by), here.now()
    with here.database.write() as session:
        campaign_id, parent_id = "", ""
        if parent is not None:
            campaign_id, parent_id, _period = find_milestone(session, parent)
        else:
            campaign_id = find_campaign(session, campaign or "")
        picker = Picker(session)
        written = [NamedUnit(one) for text in units for one in split_names(text, picker.known)]
        zone = session.get_one(Campaign, campaign_id).time_zone
        at = deed_moment(on.date() if on else None, now, zone)
        wanted = NewAssignment(
            campaign_id, title, due.date(), parent_id, clause, tuple(hand_in or ())
        )
        made = assign(session, wanted, picker.find_units(written), Deed(actor, at, now, why))
        lines = [line_about(one) for one in made]
    for line in lines:
        say(line)


def _undo(context: typer.Context, by: By = None, why: Why = "") -> None:
    """Nothing is erased: that it was done and taken back stays on record."""
    from workflows.tables import UnitRow
    from workflows.undoing import undo_last

    here = office(context)
    actor, now = here.actor(by), here.now()
    with here.database.write() as session:
        undone = undo_last(session, Deed(actor, now, now, why))
        lines = [
            *(
                f"{session.get_one(UnitRow, one.unit_id).name}: {one.name}"
                for one in undone.reports
            ),
            *(line_about(one) for one in undone.assignments),
            *(_("mail {number}: it waits again").format(number=one) for one in undone.mails),
        ]
    say(_("taken back: {what}").format(what=_kind_word(undone.kind)))
    for line in lines:
        say(line)


def _kind_word(kind: str) -> str:
    from workflows.events import ASSIGNED
    from workflows.states import Action
    from workflows.undoing import REPORTED
    from workflows.words import word_of

    words = {ASSIGNED: _("assigned"), REPORTED: _("a unit's report")}
    return words.get(kind) or word_of(Action, kind)


def _list(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from sqlmodel import col, select

    from workflows.attributes import attributes_by_unit, reported_at
    from workflows.tables import UnitRow

    here = office(context)
    with here.database.read() as session:
        known, when = attributes_by_unit(session), reported_at(session)
        units = session.exec(select(UnitRow).order_by(col(UnitRow.position))).all()
    rows = []
    for unit in units:
        attributes = known[unit.id]
        dates = [
            f"{when[unit.id, name].astimezone(here.settings.zone):%Y-%m-%d}"
            for name in attributes
            if (unit.id, name) in when
        ]
        rows.append(
            {
                "id": unit.id,
                "unit": unit.name,
                "level": unit.level,
                "aliases": list(unit.aliases),
                "attributes": attributes
                if form is Format.JSON
                else [f"{name}={_shown(value)}" for name, value in attributes.items()],
                "reported": max(dates, default=""),
            }
        )
    headings = {
        "unit": _("unit"), "level": _("level"), "attributes": _("attributes"),
        "reported": _("reported on"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Units"))


def _shown(value: object) -> str:
    return json_text(value).strip().strip('"')


def _set(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="UNIT… NAME=VALUE…",
            help=_("units, then attributes: 滑县 freight_platforms=0"),
            autocompletion=complete_unit,
        ),
    ],
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    from workflows.attributes import known_attributes, read_setting, report_attribute
    from workflows.picking import NamedUnit, Picker, split_names

    here = office(context)
    actor, now = here.actor(by), here.now()
    at = deed_moment(on.date() if on else None, now, here.settings.time_zone)
    names, settings = _parted(words)
    lines: list[str] = []
    with here.database.write() as session:
        picker, known = Picker(session), known_attributes(session)
        written = [NamedUnit(one) for text in names for one in split_names(text, picker.known)]
        read = [read_setting(text, known) for text in settings]
        for unit in picker.find_units(written):
            for name, value in read:
                settled = report_attribute(session, unit, name, value, Deed(actor, at, now, why))
                lines.append(
                    _("{unit}: {name} = {value}; {waived} waived, {reopened} reopened").format(
                        unit=unit.name, name=name, value=_shown(value),
                        waived=len(settled.waived), reopened=len(settled.reopened),
                    )
                )  # fmt: skip
                lines += [f"  {line_about(one)}" for one in (*settled.waived, *settled.reopened)]
    for line in lines:
        say(line)


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    names = [one for one in words if "=" not in one]
    settings = [one for one in words if "=" in one]
    if not names or not settings:
        raise InputError(
            _("a unit and an attribute are needed"),
            _("write e.g. duban units set 滑县 freight_platforms=0"),
        )
    return names, settings
