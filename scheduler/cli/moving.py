"""`duban migrate-data`: the office goes on on PostgreSQL."""

from typing import Annotated

import typer

from config.errors import InputError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, say, working, write_rows
from scheduler.office import Office


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("migrate-data")(_migrate)


def _migrate(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help=_("e.g. sqlite:///home/duban.db"))],
    target: Annotated[
        str,
        typer.Argument(help=_("an empty database, e.g. postgresql://duban@db.example.org/duban")),
    ] = "",
    undo: Annotated[
        bool,
        typer.Option("--undo", help=_("let the old record be in force again, as it was then")),
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Stop “duban serve” before. A password is better kept in ~/.pgpass than named here."""
    here = office(context)
    if undo:
        _undo(here, source, target)
    elif target:
        _move(here, source, target, form)
    else:
        raise InputError(
            _("it is not said where the record moves to"),
            _("name an empty database, e.g. postgresql://duban@db.example.org/duban"),
        )


def _move(here: Office, source: str, target: str, form: Format) -> None:
    from scheduler.moving import move
    from workflows.engines import shown_url

    with working(_("moving the record")):
        done = move(here.settings, here.now(), source, target)
    rows = [{"table": one.name, "rows": one.rows, "sha256": one.sha256} for one in done.tables]
    headings = {"table": _("table"), "rows": _("rows"), "sha256": "SHA-256"}
    write_rows(rows, form, None, headings)
    say(
        _(
            "moved: {rows} rows in {tables} tables are at {url}, each table's checksum the same as "
            "in {source}"
        ).format(
            rows=sum(one.rows for one in done.tables),
            tables=len(done.tables),
            url=shown_url(target),
            source=shown_url(source),
        )
    )
    say(
        _("the referee finds what it found before: {count} findings, see “duban verify”").format(
            count=len(done.report.findings)
        )
        if done.report.findings
        else _("the referee finds everything as it should be")
    )
    say(_("The old record is kept, and every command on it says where it has gone."))
    say(
        _(
            "Now set DUBAN_DATABASE_URL, or database_url in duban.toml, to the address that you "
            "named; then start “duban serve”."
        )
    )
    say(
        _(
            "{uploads} and {key} stay where they are: every machine that shows pages or sends mail "
            "needs the same."
        ).format(uploads=here.settings.uploads, key=here.settings.home / "secret.key")
    )


def _undo(here: Office, source: str, target: str) -> None:
    from scheduler.cli.keeping import tell_kept
    from scheduler.moving import take_back
    from workflows.engines import shown_url

    done = take_back(here.settings, here.organisation, here.now(), source, target)
    say(
        _("{place} is in force again, as it was at {moment}").format(
            place=shown_url(source), moment=f"{done.moved.at:%Y-%m-%d %H:%M:%S}"
        )
    )
    if done.aside:
        say(_("The other record is kept as {place}.").format(place=done.aside))
    elif not target:
        say(
            _("Nobody may work on {url} any more; it was not looked at.").format(url=done.moved.url)
        )
    if not done.same:
        say(_("What was recorded there since has to be entered again."))
    tell_kept(done.kept)
    say(_("Now set DUBAN_DATABASE_URL back, or database_url in duban.toml."))
