"""`duban replay --mail-calendar`: what would go to whom on which day, the busiest day named."""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from config.errors import InputError
from config.i18n import _
from notifications.mail_calendar import MailDay, MailLine, mail_days, mail_lines
from notifications.turned import turning_of
from notifications.wording import long_day
from scheduler import demo as demos
from scheduler.cli.output import Format, say, write_rows
from scheduler.clock import SimulatedClock
from scheduler.office import Office, parse_moment
from scheduler.simulating import require_span
from scheduler.tick import sending_window
from workflows.ladder import Role
from workflows.loading import load_declarations
from workflows.tables import MilestoneRow
from workflows.words import word_of

_AHEAD = timedelta(days=366)


def show_mail_calendar(
    here: Office,
    start: str | None,
    until: str | None,
    files: Sequence[Path],
    contacts: Path | None,
    form: Format,
    output: Path | None,
) -> None:
    """Print the days, or with CSV, JSON and .xlsx every line. `files` are declarations that are
    looked at in place of what is applied, with the people in `contacts`.

    Raises InputError, or StateError where nothing is applied.
    """
    first, last = _span(here, start, until)
    if contacts is not None and not files:
        raise InputError(
            _("the applied campaigns have their contacts"), _("name declarations, or leave it away")
        )
    with _looked_at(here, first, files, contacts) as there, there.database.read() as session:
        window = sending_window(there.settings)
        channels = here.settings.channels  # a folder that is thrown away has none of its own
        lines = list(mail_lines(session, first, last, there.organisation, window, channels))
        waits_for_lights = any(map(turning_of, session.exec(select(MilestoneRow))))
    days, today = mail_days(lines), here.now().date()
    if form is Format.TABLE:
        _print_days(days, today, output)
    else:
        rows = [line_row(one, form) for one in lines]
        write_rows(rows, form, output, line_headings(), title=_title())
    if waits_for_lights:
        say(_("rungs that wait for a light to turn are on no day ahead: they are left out"))
    if not days:
        say(_("no mail would go out from {first} to {last}").format(first=first.date(), last=last))
    else:
        peak = max(days, key=lambda one: one.mails)
        say(
            _("{mails} digests on {days} days; the peak: {day}, {most} digests on {units} units")
            .format(
                mails=sum(one.mails for one in days), days=len(days), day=long_day(peak.day, today),
                most=peak.mails, units=peak.units,
            )
        )  # fmt: skip


def _span(here: Office, start: str | None, until: str | None) -> tuple[datetime, date]:
    zone = here.settings.zone
    first = parse_moment(start, zone)[0] if start else here.now()
    last = parse_moment(until, zone)[0] if until else first + _AHEAD
    require_span(first.date(), last.date())
    return first, last.date()


@contextlib.contextmanager
def _looked_at(
    here: Office, first: datetime, files: Sequence[Path], contacts: Path | None
) -> Iterator[Office]:
    """The office itself, or one in a folder that is thrown away, with the declarations named."""
    if not files:
        yield here
        return
    declared = load_declarations(files, here.organisation)
    people = contacts or demos.default_contacts(here.settings)
    with tempfile.TemporaryDirectory(prefix="duban-calendar-") as folder:
        settings = demos.isolated(here.settings, Path(folder))
        there = demos.begin_office(settings, declared, people, SimulatedClock(first))
        try:
            yield there
        finally:
            there.close()


def _title() -> str:
    return _("Mail calendar")


def _print_days(days: Sequence[MailDay], today: date, output: Path | None) -> None:
    most = max((one.mails for one in days), default=0)
    rows = [
        {
            **asdict(one),
            "day": long_day(one.day, today),
            "note": _("peak") if one.mails == most else "",
        }
        for one in days
    ]
    headings = {
        "day": _("day"), "mails": _("digests to people"), "units": _("units"),
        "lines": _("lines"), "held": _("of these held"), "note": _("note"),
    }  # fmt: skip
    write_rows(rows, Format.TABLE, output, headings, title=_title())


def line_headings() -> dict[str, str]:
    """The columns of a table of mails' lines."""
    return {
        "day": _("day"), "address": _("address"), "recipient": _("name"), "role": _("role"),
        "unit": _("unit"), "campaign": _("campaign"), "title": _("title"), "due": _("due"),
        "rung": _("rung"), "held": _("held"), "channel": _("channel"),
    }  # fmt: skip


def line_row(line: MailLine, form: Format) -> dict[str, Any]:
    """A row of it; a workbook is read by people."""
    row = asdict(line)
    return {**row, "role": word_of(Role, line.role)} if form is Format.XLSX else row
