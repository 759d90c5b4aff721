"""Commands about incoming mail: read, list, confirm, dismiss."""

import signal
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, Any

import typer
from sqlmodel import Session

from config.errors import DubanError, Problem, ProblemsError, StateError
from config.i18n import _
from notifications.inbox.deciding import As, Confirmation, confirm, dismiss, list_mails
from notifications.inbox.secret_links import without_secrets
from scheduler.cli.app import office
from scheduler.cli.completing import complete_assignment
from scheduler.cli.deeds import By, Why, line_about
from scheduler.cli.output import (
    MAX_ID,
    Format,
    FormatOption,
    OutputOption,
    say,
    write_rows,
)
from scheduler.office import Office
from workflows.handing_in import name_of
from workflows.tables import Assignment, InboxKind, InboxMail, InboxStatus, UnitRow
from workflows.words import word

Numbers = Annotated[list[int], typer.Argument(min=1, max=MAX_ID, help=_("numbers of mails"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("read", help=_("Read what has come in, once or at intervals."))(_read)
    group.command("list", help=_("List the mails that wait for the office."))(_list)
    group.command("confirm", help=_("Record what mails say: seen, or handed in."))(_confirm)
    group.command("dismiss", help=_("Decide that mails ask for nothing."))(_dismiss)
    app.add_typer(group, name="inbox")


def _read(
    context: typer.Context,
    every: Annotated[
        int | None,
        typer.Option(min=5, max=86_400, help=_("again after so many seconds, until stopped")),
    ] = None,
) -> None:
    from scheduler.inbox import read_inbox

    here = office(context)
    if every is None:
        _report(here, read_inbox(here, here.clock).mails)
        return
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    _require_sound(here)
    while not stop.is_set():
        try:
            _report(here, read_inbox(here, here.clock, stop.is_set).mails)
        except StateError as error:
            say(str(error))  # the server may be back the next time
        stop.wait(every)


def _require_sound(here: Office) -> None:
    """What no repetition mends ends the command at once."""
    from scheduler.inbox import sources_of

    sources_of(here.settings)
    here.database.require()


def _report(here: Office, mails: Sequence[InboxMail]) -> None:
    rows = _rows(here, [one for one in mails if one.status is InboxStatus.WAITING])
    for row in rows:
        parts = (row["from"], row["unit"], row["kind_word"], row["subject"])
        say(_("mail {number}: {what}").format(
            number=row["number"], what=" · ".join(one for one in parts if one)
        ))  # fmt: skip
    for mail in mails:
        for link in mail.links:
            say(_("mail {number}: a large attachment to be fetched: {link}").format(
                number=mail.id, link=_shown_link(link)
            ))  # fmt: skip
        if mail.kind is InboxKind.BOUNCE and mail.note:
            say(_("came back: {note}").format(note=mail.note))
    say(
        _("{count} new mails, {waiting} to be looked at").format(
            count=len(mails), waiting=len(rows)
        )
    )


def _list(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help=_("all mails that were read, not only those that wait"))
    ] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    here = office(context)
    with here.database.read() as session:
        mails = list_mails(session, every=every)
    rows = _rows(here, mails)
    headings = {
        "number": _("number"), "sent": _("sent"), "from": _("sender"), "unit": _("unit"),
        "kind": _("seems to be"), "about": _("about"), "subject": _("subject"),
        "files": _("files"), "links": _("large attachments"), "note": _("note"),
    }  # fmt: skip
    if every:
        headings["status"] = _("status")
    if form in {Format.TABLE, Format.XLSX}:
        rows = [{**row, "kind": row["kind_word"], "status": row["status_word"]} for row in rows]
    rows = [{key: row[key] for key in row if not key.endswith("_word")} for row in rows]
    narrow = ("number", "unit", "kind", "subject")
    write_rows(rows, form, output, headings, narrow=narrow, title=_("Incoming mail"))


def _rows(here: Office, mails: Sequence[InboxMail]) -> list[dict[str, Any]]:
    zone = here.settings.zone
    with here.database.read() as session:
        return [
            {
                "number": one.id,
                "sent": one.sent_at.astimezone(zone) if one.sent_at else None,
                "from": one.sender,
                "unit": _unit_name(session, one.unit_id),
                "kind": one.kind.value,
                "about": _about(session, one),
                "subject": without_secrets(one.subject),
                "files": [str(file["name"]) for file in one.files],
                "links": [_shown_link(link) for link in one.links],
                "note": without_secrets(one.note),
                "status": one.status.value,
                "body": without_secrets(one.body),  # older programs kept the links
                "decided_by": one.decided_by,
                "kind_word": word(one.kind),
                "status_word": word(one.status),
            }
            for one in mails
        ]


def _unit_name(session: Session, unit_id: str) -> str:
    unit = session.get(UnitRow, unit_id) if unit_id else None
    return unit.name if unit is not None else unit_id


def _about(session: Session, mail: InboxMail) -> list[str]:
    found = (session.get(Assignment, one) for one in mail.assignments)
    return [name_of(one) for one in found if one is not None]


def _shown_link(link: dict[str, Any]) -> str:
    expires = _("until {day}").format(day=link["expires"]) if link["expires"] else ""
    parts = (link["name"], without_secrets(str(link["url"])), expires)
    return " ".join(str(part) for part in parts if part)


def _confirm(
    context: typer.Context,
    numbers: Numbers,
    sort: Annotated[
        As | None, typer.Option("--as", help=_("what they are; by default what they seem to be"))
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--for", help=_("which assignment they are about"), autocompletion=complete_assignment
        ),
    ] = None,
    missing: Annotated[
        list[str] | None, typer.Option(help=_("a part that has not come yet, e.g. 盖章件"))
    ] = None,
    by: By = None,
) -> None:
    """All of them, or none."""
    here = office(context)
    how = Confirmation(here.actor(by), here.now(), sort, tuple(names or ()), missing)
    lines: list[str] = []
    problems: list[Problem] = []
    wanted = list(dict.fromkeys(numbers))
    with here.database.write() as session:
        for number in wanted:
            try:
                done = confirm(session, number, how)
            except DubanError as error:
                if len(wanted) == 1:
                    raise
                problems.append(Problem(error.message, error.mend))
                continue
            if isinstance(done, str):
                lines.append(_("came back: {note}").format(note=done))
            else:
                lines += [line_about(one) for one in done]
        if problems:
            raise ProblemsError(
                [*problems, Problem(_("nothing was changed"), _("take them out, and try again"))]
            )
    for line in lines:
        say(line)


def _dismiss(context: typer.Context, numbers: Numbers, by: By = None, why: Why = "") -> None:
    """All of them, or none."""
    here = office(context)
    actor, now = here.actor(by), here.now()
    with here.database.write() as session:
        done = [dismiss(session, one, actor, now, why.strip()) for one in dict.fromkeys(numbers)]
        lines = [_("mail {number}: dismissed").format(number=one.id) for one in done]
    for line in lines:
        say(line)
