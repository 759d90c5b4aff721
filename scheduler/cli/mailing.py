"""The command that shows a mail before it goes out: mail preview."""

import sys
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from notifications.preview import preview
from scheduler.cli.app import office
from scheduler.cli.completing import complete_assignment
from scheduler.cli.days import day_option
from scheduler.cli.output import emit, say, write_file
from scheduler.tick import sending_window
from workflows.ladder import Role
from workflows.naming import find_assignment
from workflows.phrases import YEARS
from workflows.words import word_of


class MailFormat(StrEnum):
    """How a mail is printed."""

    TEXT = "text"
    HTML = "html"
    EML = "eml"  # the whole message (RFC 5322), for a mail program


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.callback()(_group)
    group.command("preview", help=_("Show the mail of an assignment's rung."))(_preview)
    app.add_typer(group, name="mail")


def _group() -> None:
    """One command alone would be taken for the group."""


def _preview(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help=_("campaign/milestone/unit[/period]"), autocompletion=complete_assignment
        ),
    ],
    rung: Annotated[
        str | None, typer.Option(help=_("the rung's id; by default the next one"))
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=_("to whom; by default the rung's first recipient")),
    ] = None,
    day: Annotated[
        datetime | None,
        day_option("--day", help=_("as on that day; by default the rung's")),
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help=_("as the first mail to that address"))
    ] = False,
    form: Annotated[MailFormat, typer.Option("--format", help=_("how to print"))] = MailFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=_("into a file"))] = None,
) -> None:
    """Nothing is sent or written down, and the link in it opens nothing."""
    here = office(context)
    if day is not None and day.year not in YEARS:
        raise InputError(_("{year} is out of range").format(year=day.year), _("mend the year"))
    with here.database.read() as session:
        shown = preview(
            session,
            find_assignment(session, name),
            here.organisation,
            here.settings,
            sending_window(here.settings),
            here.now().date(),
            rung=rung,
            address=to,
            day=day.date() if day else None,
            first=first,
        )
    message = message_from_bytes(shown.rendered.content)
    if shown.not_now:
        say(shown.not_now)
    say(
        _("{rung} on {day} to {address} ({role}): {subject}").format(
            rung=shown.rung,
            day=shown.day,
            address=shown.recipient.address,
            role=word_of(Role, shown.recipient.role),
            subject=shown.rendered.subject,
        )
    )
    match form:
        case MailFormat.EML:
            _write_whole(shown.rendered.content, output)
        case MailFormat.HTML:
            emit(_part(message, "text/html"), output)
        case MailFormat.TEXT:
            emit(_part(message, "text/plain"), output)


def _part(message: Message, sort: str) -> str:
    part = next(one for one in message.walk() if one.get_content_type() == sort)
    body = part.get_payload(decode=True)
    return body.decode() if isinstance(body, bytes) else ""


def _write_whole(whole: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(whole)
    else:
        write_file(output, whole)
