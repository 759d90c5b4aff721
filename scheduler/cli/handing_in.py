"""Commands that change or explain one assignment: submit, accept, return, waive, reopen, extend."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.output import say
from workflows.handing_in import (
    Deed,
    accept,
    approve_extension,
    deed_moment,
    name_of,
    reject_extension,
    reopen,
    request_extension,
    return_for_correction,
    submit,
    waive,
)
from workflows.naming import find_assignment
from workflows.states import state_word
from workflows.tables import Assignment, Campaign

Name = Annotated[str, typer.Argument(help=_("campaign/milestone/unit[/period]"))]
By = Annotated[str | None, typer.Option(help=_("who does this [DUBAN_ACTOR]"))]
Why = Annotated[str, typer.Option("--why", "--note", help=_("why, or a note"))]
On = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help=_("the day it happened, where earlier than today")),
]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("the new date"), metavar="DATE")
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("submit", help=_("Record that a unit has handed in."))(_simple(submit))
    app.command("accept", help=_("Record that a hand-in was checked and is settled."))(
        _simple(accept)
    )
    app.command("return", help=_("Send a hand-in back, with a correction date."))(_return)
    app.command("waive", help=_("Record that it does not apply to a unit."))(_simple(waive))
    app.command("reopen", help=_("Make it owed again."))(_simple(reopen))
    app.command("extend", help=_("Ask for, approve or reject an extension."))(_extend)


def _simple(change: Callable[[Session, Assignment, Deed], Any]) -> Callable[..., None]:
    """A command that needs no more than who, when and why."""

    def command(
        context: typer.Context, name: Name, by: By = None, on: On = None, why: Why = ""
    ) -> None:
        _change(context, name, by, on, why, change)

    return command


def _return(
    context: typer.Context,
    name: Name,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help=_("the correction date"), metavar="DATE")
    ],
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    _change(
        context, name, by, on, why,
        lambda session, one, deed: return_for_correction(session, one, deed, until.date()),
    )  # fmt: skip


def _extend(
    context: typer.Context,
    name: Name,
    until: Until = None,
    approve: Annotated[bool, typer.Option("--approve", help=_("approve it"))] = False,
    reject: Annotated[bool, typer.Option("--reject", help=_("reject it"))] = False,
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    """Without --approve or --reject it is a request; --until with --approve grants another date."""
    if approve and reject:
        raise InputError(_("--approve and --reject exclude each other"), _("give one of them"))
    day = until.date() if until else None
    if approve:
        change: Any = lambda session, one, deed: approve_extension(session, one, deed, day)  # noqa: E731
    elif reject:
        change = reject_extension
    elif day is None:
        raise InputError(_("until when?"), _("add --until DATE"))
    else:
        change = lambda session, one, deed: request_extension(session, one, deed, day)  # noqa: E731
    _change(context, name, by, on, why, change)


def _change(
    context: typer.Context,
    name: str,
    by: str | None,
    on: datetime | None,
    why: str,
    change: Callable[[Session, Assignment, Deed], Any],
) -> None:
    here = office(context)
    actor, now = here.actor(by), here.now()
    with here.database.write() as session:
        assignment = find_assignment(session, name)
        campaign = session.get_one(Campaign, assignment.campaign_id)
        day: date | None = on.date() if on else None
        deed = Deed(actor, deed_moment(day, now, campaign.time_zone), now, why)
        change(session, assignment, deed)
        line = _("{name}: {state}, due {due}").format(
            name=name_of(assignment),
            state=state_word(assignment.state),
            due=assignment.effective_due,
        )
        if assignment.requested_due:
            line += _("; extension until {day} asked for").format(day=assignment.requested_due)
    say(line)
