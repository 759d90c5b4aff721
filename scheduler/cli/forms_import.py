"""Takes filled forms in: each file is read, shown, asked about where it is doubtful, recorded."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from config.errors import InputError, Problem, ProblemsError, StateError
from config.i18n import _
from scheduler.cli.app import office
from scheduler.cli.asking import confirmed
from scheduler.cli.completing import complete_campaign, complete_unit
from scheduler.cli.deeds import By, On, Why
from scheduler.cli.output import print_line, say, working
from workflows.forms.collecting import Filled
from workflows.forms.reading import Asked, read_file, read_filled
from workflows.forms.taking import Judged, judge, take_form
from workflows.handing_in import Deed, deed_moment
from workflows.targets.recording import shown
from workflows.uploads import Upload, keep_upload


def add_commands(group: typer.Typer) -> None:
    """Add this module's commands."""
    group.command("import", help=_("Take in forms that units have filled in."))(_import)


def _import(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help=_("filled forms, .xlsx or .docx"))],
    campaign: Annotated[
        str,
        typer.Option(
            help=_("of this campaign, where the number in the file is gone or wrong"),
            autocompletion=complete_campaign,
        ),
    ] = "",
    form: Annotated[str, typer.Option(help=_("it is this form"))] = "",
    unit: Annotated[
        str, typer.Option(help=_("it is of this unit"), autocompletion=complete_unit)
    ] = "",
    period: Annotated[str, typer.Option(help=_("it was due in this month, e.g. 2022-06"))] = "",
    milestone: Annotated[
        str, typer.Option(help=_("of this milestone, where several ask for the form"))
    ] = "",
    hand_in: Annotated[
        bool, typer.Option("--submit", help=_("record that it is handed in with this"))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("show what was read, change nothing"))
    ] = False,
    by: By = None,
    on: On = None,
    why: Why = "",
) -> None:
    """Each file is taken wholly or not at all; the others go on."""
    here = office(context)
    actor, now = here.actor(by), here.now()
    day = on.date() if on else None
    asked = Asked(campaign, form, unit, period, milestone)
    problems: list[Problem] = []
    read: list[tuple[Path, bytes, Judged]] = []
    for file in files:
        try:
            content = read_file(file)
            with (
                here.database.read() as session,
                working(_("reading {file}").format(file=file.name)),
            ):
                filled = read_filled(session, content, str(file), asked)
                judged = judge(session, filled, _deed(filled, actor, now, day, why))
                _show(judged)
            read.append((file, content, judged))
        except ProblemsError as error:
            problems += error.problems
        except (InputError, StateError) as error:
            problems.append(Problem(error.message, error.mend))
    if read and not dry_run and not yes and any(one.doubts for _f, _c, one in read):
        confirmed(_("Take them in all the same?"))
    for file, content, judged in () if dry_run else read:
        upload = keep_upload(here.settings.uploads, file)
        with here.database.write() as session:
            # Read again under the lock: what was shown must be what is written.
            filled = read_filled(session, content, str(file), asked)
            deed = _deed(filled, actor, now, day, why)
            again = judge(session, filled, deed)
            if again.doubts != judged.doubts:
                raise StateError(
                    _("the record has changed since {file} was read").format(file=file.name),
                    _("import again"),
                )
            _take(session, again, deed, upload, hand_in=hand_in)
    if dry_run:
        say(_("nothing was changed"))
    if problems:
        if read and not dry_run:
            problems.append(Problem(_("{count} others were taken in").format(count=len(read))))
        raise ProblemsError(problems)


def _deed(filled: Filled, actor: str, now: datetime, day: date | None, why: str) -> Deed:
    at = deed_moment(day, now, filled.owed.campaign.time_zone)
    return Deed(actor, at, now, why)


def _show(judged: Judged) -> None:
    filled, owed = judged.filled, judged.filled.owed
    print_line(f"{owed.unit.name} · {owed.assignment.title} · {owed.form.attachment}")
    for one in judged.figures:
        report, target = one.report, one.report.view.target
        value = shown(report.value) if report.value is not None else ""
        if report.whole is not None:
            value += f"/{shown(report.whole)}"
        category = f"（{report.category}）" if report.category else ""
        place = f" ({one.place})" if one.place else ""
        print_line(f"  {target.title}{category}: {value} {target.unit_of_measure}{place}")
    _lines("  · ", filled.remarks)
    _lines("  ? ", judged.doubts)


def _lines(sign: str, texts: Sequence[str]) -> None:
    for text in texts:
        print_line(sign + text)


def _take(session: Session, judged: Judged, deed: Deed, upload: Upload, *, hand_in: bool) -> None:
    owed = judged.filled.owed
    taken = take_form(session, judged, deed, upload=upload, hand_in=hand_in)
    if taken.filled is None and not taken.figures and taken.event is None:
        say(_("{unit}: on record like that already").format(unit=owed.unit.name))
        return
    line = _("{unit}: taken in, {count} figures").format(
        unit=owed.unit.name, count=len(taken.figures)
    )
    if taken.event is not None:
        line += _("; handed in")
    say(line)
