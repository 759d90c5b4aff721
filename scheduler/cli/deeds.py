"""Carries out one action on one or many assignments: all of them, or none."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from config.errors import InputError, Problem, ProblemsError, StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.completing import complete_assignment, complete_unit
from scheduler.cli.days import day_option
from scheduler.cli.output import say
from workflows.handing_in import Deed, deed_moment, name_of
from workflows.picking import ALL, NamedUnit, Picker, split_names
from workflows.states import OWING, State, state_word
from workflows.tables import Assignment, Campaign

_LONGEST_PASTE = 1_000_000  # characters
_LISTED = 50  # lines; a longer list is cut

Names = Annotated[
    list[str],
    typer.Argument(
        help=_("campaign/milestone/unit[/period]; with --unit: campaign/milestone[/period]"),
        autocompletion=complete_assignment,
    ),
]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--unit", "-u", help=_("for this unit, for a pasted list of names, or for all"),
        autocompletion=complete_unit,
    ),
]  # fmt: skip
UnitsFrom = Annotated[
    Path | None,
    typer.Option("--units-from", help=_("names of units from a file; - is standard input")),
]
Skip = Annotated[
    bool, typer.Option("--skip", help=_("leave out those for which it is not possible"))
]
By = Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))]
Why = Annotated[str, typer.Option("--why", "--note", help=_("why, or a note"))]
On = Annotated[
    datetime | None,
    day_option("--on", help=_("the day it happened, where earlier than today")),
]
Change = Callable[[Session, Assignment, Deed], Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a command line says about which assignments are meant."""

    names: Sequence[str]
    units: Sequence[str] | None
    units_from: Path | None
    skip: bool

    @property
    def many(self) -> bool:
        """Whether units are listed apart from the names."""
        return self.units is not None or self.units_from is not None


@dataclass(frozen=True, slots=True)
class Saying:
    """Who, when and why, as the command line has it."""

    by: str | None
    on: datetime | None
    why: str
    data: dict[str, Any] | None = None


def carry_out(context: typer.Context, chosen: Chosen, saying: Saying, change: Change) -> None:
    """Apply `change` to every assignment that is meant, in one transaction, and list them."""
    here = office(context)
    actor, now = here.actor(saying.by), here.now()
    pasted = _read_units(chosen)
    day: date | None = saying.on.date() if saying.on else None
    with here.database.write() as session:
        picker = Picker(session)
        written = _written(pasted, picker) if chosen.many else None
        picked = picker.pick(chosen.names, written)
        deed = Deed(actor, now, now, saying.why, data=saying.data or {})
        lenient = chosen.skip or any(one.text in ALL for one in written or ())
        done, left = _change_each(session, picked, deed, day, change, lenient=lenient)
        lines = [line_about(one) for one in done]
        # Of what was left out, a hand-in that waits for something is worth a line.
        waiting = [line_about(one) for one in left if one.state is State.SUBMITTED]
    for line in lines[:_LISTED]:
        say(line)
    if len(lines) > _LISTED:
        say(_("… and {count} more").format(count=len(lines) - _LISTED))
    if len(lines) > 1 or left:
        say(_("{count} done, {skipped} left out").format(count=len(lines), skipped=len(left)))
    for line in waiting[:_LISTED]:
        say(_("left out: {line}").format(line=line))


def line_about(assignment: Assignment) -> str:
    """How an assignment stands, in one line."""
    line = _("{name}: {state}, due {due}").format(
        name=name_of(assignment),
        state=standing_words(assignment),
        due=assignment.effective_due,
    )
    if assignment.requested_due:
        line += _("; extension until {day} asked for").format(day=assignment.requested_due)
    if assignment.acknowledged_at is not None and assignment.state in OWING:
        line += _("; recorded as seen")
    return line


def standing_words(assignment: Assignment) -> str:
    """The state, with what is missing of a hand-in, or that it is a nil report."""
    if assignment.state is State.SUBMITTED and assignment.missing:
        return _("{state} (missing: {parts})").format(
            state=state_word(assignment.state), parts=_(", ").join(assignment.missing)
        )
    if assignment.nil and assignment.state in {State.SUBMITTED, State.ACCEPTED}:
        return _("{state} (nil report)").format(state=state_word(assignment.state))
    return state_word(assignment.state)


def _change_each(
    session: Session,
    picked: Sequence[Assignment],
    deed: Deed,
    day: date | None,
    change: Change,
    *,
    lenient: bool,
) -> tuple[list[Assignment], list[Assignment]]:
    """Which were changed, and which were left out. Raises what the only one raises, or
    ProblemsError with all for which it is not possible."""
    done: list[Assignment] = []
    left: list[Assignment] = []
    problems: list[Problem] = []
    for one in picked:
        zone = session.get_one(Campaign, one.campaign_id).time_zone
        own = replace(deed, at=deed_moment(day, deed.now, zone))
        try:
            change(session, one, own)
            done.append(one)
        except StateError as error:
            if len(picked) == 1 and not lenient:
                raise
            left.append(one)
            problems.append(Problem(error.message, error.mend))
    if problems and not lenient:
        raise ProblemsError(
            [*problems, Problem(_("nothing was changed"), _("take them out, or add --skip"))]
        )
    return done, left


def _read_units(chosen: Chosen) -> list[tuple[str, str, int]]:
    """The texts in which units are named, each with its file and line."""
    texts = [(text, "", 0) for text in chosen.units or ()]
    if chosen.units_from is None:
        return texts
    if str(chosen.units_from) == "-":
        pasted = sys.stdin.read(_LONGEST_PASTE)
        return texts + [
            (line, _("standard input"), number)
            for number, line in enumerate(pasted.splitlines(), start=1)
        ]
    from workflows.sheets.reading import read_sheets
    from workflows.unit_lists import unit_cells

    return texts + [
        (cell.text, cell.file, cell.line) for cell in unit_cells(read_sheets(chosen.units_from))
    ]


def _written(pasted: Sequence[tuple[str, str, int]], picker: Picker) -> list[NamedUnit]:
    found = [
        NamedUnit(name, file, line)
        for text, file, line in pasted
        for name in split_names(text, picker.known)
    ]
    if not found:
        raise InputError(_("no unit is named"), _("name some, or write --unit all"))
    return found
