"""`duban explain`: why a reminder went, or will go, to this person now."""

from collections.abc import Iterator
from typing import Annotated

import typer

from config.i18n import _
from notifications.explaining import Explanation, explain_coming, explain_reminder
from notifications.recipients import Directory
from scheduler.cli.app import office
from scheduler.cli.completing import complete_assignment
from scheduler.cli.output import MAX_ID, print_line
from workflows.campaign_status import status_word
from workflows.ladder import Role
from workflows.naming import find_assignment
from workflows.tables import Campaign, CampaignStatus
from workflows.words import word_of


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("explain")(_explain)


def _explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help=_("a reminder's number, or campaign/milestone/unit[/period] for those to come"),
            autocompletion=complete_assignment,
        ),
    ],
) -> None:
    """`show` lists an assignment's reminders with their numbers."""
    from scheduler.tick import sending_window  # which brings all that sends

    here = office(context)
    number = int(what) if what.isascii() and what.isdigit() else 0
    with here.database.read() as session:
        if number:
            found = [explain_reminder(session, min(number, MAX_ID), here.settings.zone)]
        else:
            assignment = find_assignment(session, what)
            directory = Directory(session, here.organisation, today=here.now().date())
            window = sending_window(here.settings)
            found = list(explain_coming(session, assignment, directory, window, here.now()))
            if not found:
                print_line(_nothing(session.get_one(Campaign, assignment.campaign_id)))
    for one in found:
        for line in _lines(one):
            print_line(line)


def _nothing(campaign: Campaign) -> str:
    if campaign.status is CampaignStatus.RUNNING:
        return _("no reminder is to come")
    return _("no reminder is to come: the campaign is {status}").format(
        status=status_word(campaign.status)
    )


def _lines(one: Explanation) -> Iterator[str]:
    yield (
        _("reminder {id}: {title}").format(id=one.number, title=one.title)
        if one.number
        else _("to come: {title}").format(title=one.title)
    )
    yield f"  {one.name}"
    yield _("  rung: {rung} ({when}), due date {due}").format(
        rung=one.rung, when=one.when or "—", due=one.due
    )
    hour = f" {one.hour}" if one.hour else ""
    yield _("  day: {day}").format(day=f"{one.on}{hour}" if one.on else "—")
    if one.shift and one.nominal is not None and one.on is not None:
        earlier = one.on < one.nominal
        said = _("  brought forward: {shift}") if earlier else _("  shift: {shift}")
        yield said.format(shift=one.shift)
    whom = f"{one.recipient} <{one.address}>" if one.recipient else one.address
    yield _("  to: {whom}, as {role}").format(whom=whom or "—", role=word_of(Role, one.role))
    yield _("  release: {release}").format(
        release=_("held for the owner office") if one.held else _("at once")
    )
    yield _("  what stops it: {what}").format(what=one.stops)
    yield _("  why: {why}").format(why=one.why)
