"""`duban backup`, `duban restore` and `duban doctor`: keeping the record and the program well."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, OutputOption, emit, say, write_rows
from scheduler.office import Office
from workflows.database import Database
from workflows.keeping.archive import reading
from workflows.keeping.manifest import Manifest

if TYPE_CHECKING:
    from notifications.restored import Kept

_File = Annotated[Path, typer.Argument(help=_("the backup"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("backup")(_backup)
    app.command("restore")(_restore)
    app.command("doctor")(_doctor)


def _backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("the backup, e.g. duban.zip"))],
    listed: Annotated[
        bool, typer.Option("--list", help=_("check this backup and show what it holds"))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=_("replace a file that is there"))] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """It may be made while everything runs."""
    here = office(context)
    if listed:
        _list(here, file, form)
        return
    from scheduler.backups import make_backup, missing_uploads

    with _as_it_is(here) as database:
        made = make_backup(database, here.settings, here.now(), file, replace=force)
    say(_summary(made.manifest, file, here))
    if made.left_out:
        say(
            _("{count} files in {folder} are no uploads and are not in it").format(
                count=made.left_out, folder=here.settings.uploads
            )
        )
    if made.missing:
        say(missing_uploads(made.missing, here.settings))
    say(_("Keep it on another machine, with duban.toml and your declarations."))


@contextmanager
def _as_it_is(here: Office) -> Iterator[Database]:
    """The database without an upgrade. Raises StateError where there is none."""
    database = Database(here.settings.resolved_database_url)
    try:
        if not database.exists():
            raise StateError(
                _("there is no database yet at {url}").format(url=database.shown),
                _("run “duban apply” first"),
            )
        yield database
    finally:
        database.close()


def _list(here: Office, file: Path, form: Format) -> None:
    with reading(file) as archive:
        archive.check()
        manifest = archive.manifest
    if form is Format.JSON:
        emit(manifest.to_json().decode(), None)
        return
    rows = [{"table": name, "rows": count} for name, count in sorted(manifest.rows.items())]
    write_rows(rows, form, None, {"table": _("table"), "rows": _("rows")})
    say(_summary(manifest, file, here))


def _summary(manifest: Manifest, file: Path, here: Office) -> str:
    made_at = manifest.made_at.astimezone(here.settings.zone)
    return _(
        "{file}: made at {moment} by Duban {program} from {database}, schema {schema}; "
        "{rows} rows, {uploads} uploads, {size} MB unpacked; every hash is right"
    ).format(
        file=file,
        moment=f"{made_at:%Y-%m-%d %H:%M:%S}",
        program=manifest.program,
        database={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[manifest.database],
        schema=manifest.schema_version,
        rows=sum(manifest.rows.values()),
        uploads=sum(1 for _name in manifest.uploads),
        size=f"{manifest.size / 1e6:.1f}",
    )


def _restore(
    context: typer.Context,
    file: _File,
    force: Annotated[
        bool, typer.Option("--force", help=_("over a record; the old one is kept beside it"))
    ] = False,
    resend: Annotated[
        bool,
        typer.Option("--resend", help=_("send again what may have gone out since the backup")),
    ] = False,
) -> None:
    """What may have gone out since the backup waits for your decision."""
    from scheduler.restoring import Restore

    here = office(context)
    done = Restore(here.settings, here.organisation, here.now(), force, resend).run(file)
    say(_("restored: {what}").format(what=_summary(done.manifest, file, here)))
    if done.old:
        say(_("The old record is kept as {place}.").format(place=done.old))
    say(_("What was recorded after the backup has to be entered again."))
    tell_kept(done.kept)
    if done.report.findings:
        say(_("{count} findings: see “duban verify”.").format(count=len(done.report.findings)))
    if here.is_demo:
        say(_("This is a demo home: “duban demo” would replace it."))


def tell_kept(kept: "Kept") -> None:
    """Say what waits for a decision, and how to decide."""
    if kept.in_doubt:
        say(
            _(
                "{count} deliveries may have gone out since: see “duban outbox list --status "
                "in_doubt”, and “duban outbox retry” for those to send."
            ).format(count=kept.in_doubt)
        )
    if kept.held:
        say(
            _(
                "{count} deliveries are held: enter what was handed in since, then see “duban "
                "outbox list --status held” and “duban outbox release”."
            ).format(count=kept.held)
        )


def _doctor(
    context: typer.Context,
    send_test: Annotated[
        str | None, typer.Option("--send-test", help=_("send a test message to this address"))
    ] = None,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Exit code 1 where something is wrong; warnings alone are none. Nothing is changed."""
    from scheduler.doctor.examination import examine
    from scheduler.doctor.finding import LEVEL_WORDS, Level

    found = list(examine(office(context), send_test))
    rows = [
        {"check": one.check, "level": one.level.value, "message": one.message, "mend": one.mend}
        for one in found
    ]
    if form in {Format.TABLE, Format.XLSX}:
        rows = [
            {**row, "check": _(one.check), "level": _(LEVEL_WORDS[one.level])}
            for row, one in zip(rows, found, strict=True)
        ]
    headings = {
        "check": _("check"), "level": _("result"), "message": _("what was found"),
        "mend": _("what to do"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Doctor"))
    raise typer.Exit(1 if any(one.level is Level.ERROR for one in found) else 0)
