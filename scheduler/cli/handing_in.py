"""Commands about hand-ins: submit, accept, return, waive, reopen, extend, acknowledge, files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.completing import complete_assignment
from scheduler.cli.days import day_option
from scheduler.cli.deeds import (
    By,
    Change,
    Chosen,
    Names,
    On,
    Saying,
    Skip,
    Units,
    UnitsFrom,
    Why,
    carry_out,
)
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    say,
    write_file,
    write_rows,
)
from workflows.answering import acknowledge
from workflows.handing_in import (
    Deed,
    accept,
    approve_extension,
    reject_extension,
    reopen,
    request_extension,
    return_for_correction,
    submit,
    waive,
)
from workflows.tables import Assignment


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("submit")(_submit)
    app.command("accept")(_simple(accept))
    app.command("return")(_return)
    app.command("acknowledge")(_simple(acknowledge))
    app.command("waive")(_simple(waive))
    app.command("reopen")(_simple(reopen))
    app.command("extend")(_extend)
    app.command("files")(_files)


def _submit(
    context: typer.Context,
    names: Names,
    units: Units = None,
    units_from: UnitsFrom = None,
    missing: Annotated[
        list[str] | None,
        typer.Option(help=_("a part that has not come yet, e.g. 盖章件; everything else has")),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help=_("a part that has come; everything else is missing"))
    ] = None,
    nil: Annotated[bool, typer.Option("--nil", help=_("it is a nil report"))] = False,
    file: Annotated[list[Path] | None, typer.Option(help=_("keep this file with it"))] = None,
    skip: Skip = False,
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    if missing and only:
        raise InputError(_("--missing and --only exclude each other"), _("give one of them"))
    data: dict[str, Any] = {}
    if file:
        from workflows.uploads import keep_upload

        folder = office(context).settings.uploads
        data["files"] = [keep_upload(folder, one).as_data() for one in file]

    def change(session: Session, one: Assignment, deed: Deed) -> None:
        submit(session, one, deed, missing=missing, only=only, nil=nil)

    chosen = Chosen(names, units, units_from, skip)
    carry_out(context, chosen, Saying(by, on, why, data), change)


def _simple(change: Change) -> Callable[..., None]:
    """A command that needs no more than which, who, when and why."""

    def command(
        context: typer.Context,
        names: Names,
        units: Units = None,
        units_from: UnitsFrom = None,
        skip: Skip = False,
        by: By = None,
        on: On = None,
        why: Why = "",
    ) -> None:
        chosen = Chosen(names, units, units_from, skip)
        carry_out(context, chosen, Saying(by, on, why), change)

    return command


def _return(
    context: typer.Context,
    names: Names,
    until: Annotated[datetime, day_option("--until", help=_("the correction date"))],
    units: Units = None,
    units_from: UnitsFrom = None,
    skip: Skip = False,
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    def change(session: Session, one: Assignment, deed: Deed) -> None:
        return_for_correction(session, one, deed, until.date())

    chosen = Chosen(names, units, units_from, skip)
    carry_out(context, chosen, Saying(by, on, why), change)


def _extend(
    context: typer.Context,
    names: Names,
    until: Annotated[datetime | None, day_option("--until", help=_("the new date"))] = None,
    approve: Annotated[bool, typer.Option("--approve", help=_("approve it"))] = False,
    reject: Annotated[bool, typer.Option("--reject", help=_("reject it"))] = False,
    units: Units = None,
    units_from: UnitsFrom = None,
    skip: Skip = False,
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    """Without --approve or --reject it is a request; --until with --approve grants another date."""
    if approve and reject:
        raise InputError(_("--approve and --reject exclude each other"), _("give one of them"))
    day = until.date() if until else None

    def change(session: Session, one: Assignment, deed: Deed) -> None:
        if approve:
            approve_extension(session, one, deed, day)
        elif reject:
            reject_extension(session, one, deed)
        elif day is not None:
            request_extension(session, one, deed, day)

    if day is None and not approve and not reject:
        raise InputError(_("until when?"), _("add --until DATE"))
    chosen = Chosen(names, units, units_from, skip)
    carry_out(context, chosen, Saying(by, on, why), change)


def _files(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help=_("campaign/milestone/unit[/period]"), autocompletion=complete_assignment
        ),
    ],
    into: Annotated[
        Path | None, typer.Option(help=_("copy them into this folder, under their own names"))
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    from workflows.events import events_of
    from workflows.naming import find_assignment
    from workflows.uploads import free_name, uploads_of

    here = office(context)
    with here.database.read() as session:
        found = [
            (event, upload)
            for event in events_of(session, find_assignment(session, name).id)
            for upload in uploads_of(event.data)
        ]
    rows = [
        {
            "name": upload.name,
            "size": upload.size,
            "at": event.at.astimezone(here.settings.zone),
            "by": event.actor,
            "sha256": upload.sha256,
        }
        for event, upload in found
    ]
    headings = {"name": _("file"), "size": _("bytes"), "at": _("received"), "by": _("by")}
    write_rows(rows, form, output, headings, title=_("Files"))
    if into is None:
        return
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            _("cannot create the folder {folder}: {reason}").format(
                folder=into, reason=error.strerror
            ),
            _("choose another folder"),
        ) from None
    for _event, upload in found:
        target = free_name(into, upload.name)
        source = here.settings.uploads / upload.sha256
        try:
            content = source.read_bytes()
        except OSError as error:
            raise InputError(
                _("cannot read {file}: {reason}").format(file=source, reason=error.strerror),
                _("restore a backup"),
            ) from None
        write_file(target, content)
        say(str(target))
