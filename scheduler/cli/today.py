"""`duban today`: what the office has to do now, each line with the command that does it."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any

import typer

from config.i18n import _
from config.plain_text import one_line
from notifications.wording import absent_until
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, selection
from scheduler.cli.output import (
    NARROW,
    Format,
    OutputOption,
    TextFormat,
    emit,
    json_text,
    say,
    table_width,
    write_rows,
)
from workflows.agenda import Agenda, agenda
from workflows.refused import Refused
from workflows.resting import resting_line
from workflows.supervision.finding import reference
from workflows.tables import DeliveryStatus, InboxKind, NoticeStatus
from workflows.words import word

_UNCLEAR = (InboxKind.OTHER, InboxKind.BOUNCE)  # of which a person has to see what they are
_SHOWN = 20  # lines of a section in a terminal; the other formats have all


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing to do, as it is shown."""

    campaign: str
    what: str
    unit: str
    day: date | None
    note: str
    command: str


@dataclass(frozen=True, slots=True)
class _Section:
    """Lines of one kind. `also` is a command that does them all at once."""

    id: str
    title: str
    lines: list[_Line]
    count: int
    also: str = ""


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("today")(_today)


def _today(
    context: typer.Context,
    campaign: CampaignOption = None,
    form: Annotated[
        TextFormat, typer.Option("--format", help=_("how to print; text: to paste into a chat"))
    ] = TextFormat.TABLE,
    output: OutputOption = None,
) -> None:
    """A terminal shows the first lines of each section, the other formats show all."""
    here = office(context)
    now = here.now()
    with here.database.read() as session:
        found = agenda(session, now, here.organisation, selection(session, campaign))
    every = list(_sections(found, now))
    sections = [one for one in every if one.lines]
    match form:
        case TextFormat.JSON:
            data = {
                "as_of": now,
                "sections": [_as_data(one) for one in every],
                "resting": [asdict(one) for one in found.resting],
            }
            emit(json_text(data), output)
        case TextFormat.CSV | TextFormat.XLSX:
            _write_all(sections, Format(form.value), output)
        case TextFormat.TEXT:
            emit(_text(sections), output)
        case TextFormat.TABLE:
            _print(sections, output)
    if form is not TextFormat.JSON and (line := resting_line(found.resting)):
        say(line)
    if not sections:
        say(_("nothing to do"))
    elif form is TextFormat.TABLE or output is not None:
        say(_("as of {moment}").format(moment=f"{now:%Y-%m-%d %H:%M}"))


def _sections(found: Agenda, now: datetime) -> Iterator[_Section]:
    zone = now.tzinfo
    yield _counted("check", _("Hand-ins to check"), _check_lines(found, zone))
    yield _counted("inbox", _("Mails to look at"), _inbox_lines(found, zone))
    decide = [
        _Line(
            one.campaign_id, one.title, one.unit, one.due,
            _("extension until {day} asked for").format(day=one.wanted),
            f"duban extend {one.name} --approve",
        )
        for one in found.to_decide
    ]  # fmt: skip
    yield _counted("decide", _("Extensions to decide"), decide)
    held = [
        _Line(
            "", _("held mail {id}").format(id=one.id), one.address, one.day, "",
            f"duban outbox release {one.id}",
        )
        for one in found.held
    ]  # fmt: skip
    yield _counted("release", _("Mails to release"), held, "duban outbox release --all")
    yield _counted("notices", _("Supervision notices"), _notice_lines(found, now))
    troubled = [
        _Line(
            "", _("mail {id}: {status}").format(id=one.id, status=word(one.status)), one.address,
            one.day, one.error, f"duban outbox retry {one.id}",
        )
        for one in found.in_doubt
    ]  # fmt: skip
    troubled += [_refused_line(one, now.date()) for one in found.refused]
    yield _counted("mend", _("Mails that failed or are in doubt"), troubled)
    alone = [
        _Line(
            _(", ").join(one.campaign_ids), _("only its office mailbox is told"), one.unit, None,
            _("{count} owed").format(count=one.owed), "duban contacts import FILE",
        )
        for one in found.without_contact
    ]  # fmt: skip
    yield _counted("contacts", _("Units without a contact"), alone)
    absent = [
        _Line(
            _(", ").join(one.campaign_ids),
            absent_until(one.name, one.until, now.date()), one.unit, None,
            _("{count} owed").format(count=one.owed), "duban contacts absences",
        )
        for one in found.absent
    ]  # fmt: skip
    yield _counted("absent", _("Contacts absent, nobody in place"), absent)
    coming = [
        _Line(
            one.campaign_id, one.title, "", one.due,
            _("{owing} of {total} not handed in yet").format(owing=one.owing, total=one.total),
            f"duban status --campaign {one.campaign_id}",
        )
        for one in found.coming
    ]  # fmt: skip
    yield _counted("coming", _("Due in the coming seven days"), coming)
    late = [
        _Line(
            one.campaign_id, one.campaign, "", None,
            _("{count} overdue at {units} units").format(count=one.count, units=one.units),
            f"duban overdue --campaign {one.campaign_id} --format text",
        )
        for one in found.late
    ]  # fmt: skip
    yield _Section("overdue", _("Overdue"), late, sum(one.count for one in found.late))


def _check_lines(found: Agenda, zone: tzinfo | None) -> list[_Line]:
    return [
        _Line(
            one.campaign_id,
            one.title,
            one.unit,
            one.since.astimezone(zone).date() if one.since else None,
            _("missing: {parts}").format(parts=_(", ").join(one.missing)) if one.missing else "",
            f"duban {'submit' if one.missing else 'accept'} {one.name}",
        )
        for one in found.to_check
    ]


def _notice_lines(found: Agenda, now: datetime) -> list[_Line]:
    lines = []
    for one in found.notices:
        number = f"{one.year}-{one.serial}"
        day, note = one.drafted.astimezone(now.tzinfo).date(), word(NoticeStatus.DRAFT)
        command = f"duban notice show {number}"
        if one.late_since is not None:
            day, command = one.late_since, f"duban notice answer {number}"
            late = (now.date() - one.late_since).days
            note = _("receipt overdue for {count} days").format(count=late)
        what = _("{number}, {degree}").format(
            number=reference(one.year, one.serial), degree=word(one.degree)
        )
        lines.append(_Line("", what, one.unit, day, note, command))
    return lines


def _refused_line(one: Refused, today: date) -> _Line:
    """What to do of an address: to correct it where its server says that nobody has it."""
    what = _("{count} mails were refused").format(count=len(one.ids))
    if len(one.ids) == 1:
        what = _("mail {id}: {status}").format(id=one.ids[0], status=word(DeliveryStatus.FAILED))
    again = "duban outbox retry " + " ".join(map(str, one.ids))
    if not one.is_failing:
        return _Line("", what, one.address, one.day, one.error, again)
    if not one.is_contact:
        note = _("{error}; first correct the address in the organisation file or the declaration")
        return _Line("", what, one.address, one.day, note.format(error=one.error), again)
    note = _("{error}; correct the address; where it is right after all: {command}")
    return _Line(
        "", what, one.address, one.day, note.format(error=one.error, command=again),
        f"duban contacts replace {one.address} NEW --from {today}",
    )  # fmt: skip


def _inbox_lines(found: Agenda, zone: tzinfo | None) -> list[_Line]:
    return [
        _Line(
            "", one.subject, one.unit or one.sender, one.sent_at.astimezone(zone).date(),
            word(one.kind),
            f"duban inbox {'list' if one.kind in _UNCLEAR else f'confirm {one.id}'}",
        )
        for one in found.incoming
    ]  # fmt: skip


def _counted(id_: str, title: str, lines: list[_Line], also: str = "") -> _Section:
    return _Section(id_, title, lines, len(lines), also)


def _as_data(section: _Section) -> dict[str, Any]:
    return {
        "section": section.id,
        "title": section.title,
        "count": section.count,
        "lines": [_row(line) for line in section.lines],
    }


def _row(line: _Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _Line.__slots__}


def _headings() -> dict[str, str]:
    return {
        "what": _("matter"), "unit": _("for"), "day": _("day"), "note": _("note"),
        "command": _("command"),
    }  # fmt: skip


def _write_all(sections: list[_Section], form: Format, output: Path | None) -> None:
    rows = [
        {"section": section.title if form is Format.XLSX else section.id, **_row(line)}
        for section in sections
        for line in section.lines
    ]
    headings = {"section": _("section"), "campaign": _("campaign"), **_headings()}
    write_rows(rows, form, output, headings, title=_("Today"))


def _print(sections: list[_Section], output: Path | None) -> None:
    if table_width(for_file=output is not None) < NARROW:
        # A command that is broken over lines cannot be copied.
        sys.stdout.write(_text([replace(one, lines=one.lines[:_SHOWN]) for one in sections]))
        if any(len(one.lines) > _SHOWN for one in sections):
            say(_("of each at most {count}; --format text shows all").format(count=_SHOWN))
        return
    for section in sections:
        rows = [_row(line) for line in section.lines]
        shown = rows if output is not None else rows[:_SHOWN]
        # A column that is empty throughout says nothing.
        headings = {key: text for key, text in _headings().items() if any(r[key] for r in shown)}
        title = _("{title}: {count}").format(title=section.title, count=section.count)
        write_rows(shown, Format.TABLE, output, headings, title=title)
        if len(shown) < len(rows):
            say(
                _("… and {count} more; --format text shows all").format(
                    count=len(rows) - len(shown)
                )
            )
        if section.also and len(rows) > 1:
            say(_("all at once: {command}").format(command=section.also))


def _text(sections: list[_Section]) -> str:
    """Plain lines."""
    parts = []
    for section in sections:
        lines = [_("{title}: {count}").format(title=section.title, count=section.count)]
        for line in section.lines:
            told = " · ".join(
                one_line(str(part)) for part in (line.unit, line.what, line.day, line.note) if part
            )
            lines.append(f"- {told}")
            lines.append(f"  {one_line(line.command)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)
