"""`duban notice`: supervision notices to one unit, drafted, looked at, released, answered."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import InputError
from config.i18n import _
from notifications.letter import Letter
from notifications.link_places import ExampleLinks
from notifications.stationery import write
from notifications.supervision import recipients_of, release
from notifications.supervision_content import supervised
from notifications.supervision_document import document
from notifications.supervision_letter import supervision_letter
from scheduler.cli.app import office
from scheduler.cli.choosing import CampaignOption, UnitOption
from scheduler.cli.completing import complete_unit
from scheduler.cli.days import day_option
from scheduler.cli.deeds import By, On, Why
from scheduler.cli.output import (
    Format,
    FormatOption,
    OutputOption,
    emit,
    print_line,
    say,
    write_file,
    write_rows,
)
from scheduler.office import Office
from scheduler.tick import sending_window
from workflows.handing_in import deed_moment
from workflows.naming import find_campaign, find_unit
from workflows.supervision import deciding, drafting
from workflows.supervision.finding import (
    Listed,
    find_notice,
    list_notices,
    number_of,
    reference_of,
    said_by,
)
from workflows.tables import Degree, NoticeStatus, SupervisionNotice
from workflows.transitions import Deed
from workflows.words import word

Number = Annotated[
    str, typer.Argument(help=_("its number: 3 for this year's third, or e.g. 2021-3"))
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("draft", help=_("Draft a notice of what a unit owes."))(_draft)
    group.command("list", help=_("List the notices with how they stand."))(_list)
    group.command("show", help=_("Show what a notice says, and to whom it goes."))(_show)
    group.command("release", help=_("Send a draft to the unit."))(_release)
    group.command("drop", help=_("Give a draft up."))(_drop)
    group.command("answer", help=_("Note that the receipt slip came back."))(_answer)
    group.command("export", help=_("Write a notice as a Word document, or its text."))(_export)
    app.add_typer(group, name="notice")


def _draft(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help=_("the unit"), autocompletion=complete_unit)],
    campaign: CampaignOption = None,
    degree: Annotated[
        Degree | None,
        typer.Option(help=_("how grave; by default what is on record suggests it")),
    ] = None,
    answer_by: Annotated[
        datetime | None,
        day_option("--answer-by", help=_("until when it is to be answered; five working days")),
    ] = None,
    note: Annotated[str, typer.Option(help=_("a paragraph in your own words"))] = "",
    by: By = None,
) -> None:
    """Nothing is sent: it waits until a person releases it."""
    here = office(context)
    now, actor = here.now(), here.actor(by)
    with here.database.write() as session:
        found = find_unit(session, unit)
        wanted = drafting.Wanted(
            found,
            find_campaign(session, campaign) if campaign else None,
            degree,
            answer_by.date() if answer_by else None,
            note,
        )
        deed = Deed(actor, now, now)
        drafted = drafting.draft(session, wanted, here.organisation, deed, now.date())
        notice = drafted.notice
        number = number_of(notice)
        lines = [
            _("{number}: {degree} to {unit}, {count} items, to be answered by {day}").format(
                number=reference_of(notice),
                degree=word(notice.degree),
                unit=found.name,
                count=len(said_by(notice).matters),
                day=notice.answer_by,
            ),
            *_remarks(drafted),
            _("look at it: duban notice show {number}").format(number=number),
            _("let it go: duban notice release {number}").format(number=number),
        ]
    print_line(lines[0])
    for line in lines[1:]:
        say(line)


def _remarks(drafted: drafting.Drafted) -> list[str]:
    """What a person should know before the release."""
    found = []
    if drafted.notice.degree is not drafted.suggested:
        found.append(_("by what is on record: {degree}").format(degree=word(drafted.suggested)))
    if drafted.waiting is not None:
        found.append(
            _("{number} is out already and waits for an answer until {day}").format(
                number=reference_of(drafted.waiting), day=drafted.waiting.answer_by
            )
        )
    if drafted.requested:
        found.append(
            _("more time is asked for, and not decided: {titles}").format(
                titles=_(", ").join(drafted.requested)
            )
        )
    for one in drafted.resting:
        found.append(
            _("left out, since {campaign} rests: {count} overdue").format(
                campaign=one.title, count=one.overdue
            )
        )
    if drafted.silenced:
        found.append(_("left out, since silenced: {count}").format(count=drafted.silenced))
    if drafted.silent:
        found.append(
            _("left out, since entered as past and never to be mailed: {count}").format(
                count=drafted.silent
            )
        )
    return found


def _list(
    context: typer.Context,
    unit: UnitOption = None,
    campaign: CampaignOption = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("those answered and given up, too"))
    ] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Drafts and what waits for an answer; the newest first."""
    here = office(context)
    today = here.now().date()
    with here.database.read() as session:
        found = list_notices(
            session,
            unit_id=find_unit(session, unit).id if unit else None,
            campaign_id=find_campaign(session, campaign) if campaign else None,
            statuses=() if every else (NoticeStatus.DRAFT, NoticeStatus.RELEASED),
        )
        rows = [_row(one, today, here, form) for one in found]
    headings = {
        "number": _("number"), "unit": _("unit"), "degree": _("degree"), "items": _("items"),
        "status": _("state"), "answer_by": _("answer by"), "note": _("note"),
        "drafted_by": _("drafted by"), "decided_by": _("decided by"),
    }  # fmt: skip
    narrow = ("number", "unit", "degree", "answer_by", "note")
    write_rows(rows, form, output, headings, narrow=narrow, title=_("Supervision notices"))
    late = sum(one.answer_overdue(today) for one in found)
    if form is Format.TABLE and late:
        say(_("receipts overdue: {count}").format(count=late))


def _row(one: Listed, today: date, here: Office, form: Format) -> dict[str, Any]:
    notice = one.notice
    plain = form in {Format.CSV, Format.JSON}
    zone = here.settings.zone

    def day(moment: datetime | None) -> date | None:
        return moment.astimezone(zone).date() if moment else None

    return {
        "number": number_of(notice) if plain else reference_of(notice),
        "unit": one.unit,
        "degree": notice.degree.value if plain else word(notice.degree),
        "items": len(said_by(notice).matters),
        "status": notice.status.value if plain else word(notice.status),
        "answer_by": notice.answer_by,
        "note": _standing(one, today),
        "drafted": day(notice.drafted_at),
        "drafted_by": notice.drafted_by,
        "decided": day(notice.decided_at),
        "decided_by": notice.decided_by,
        "answered": day(notice.answered_at),
        "answered_by": notice.answered_by,
        "answer_overdue": one.answer_overdue(today),
    }


def _standing(one: Listed, today: date) -> str:
    notice = one.notice
    if one.answer_overdue(today):
        return _("receipt overdue for {count} days").format(count=(today - notice.answer_by).days)
    if notice.status is NoticeStatus.RELEASED and not one.went:
        return _("did not go: settled, dropped or refused")
    return notice.answer or notice.decision


def _show(context: typer.Context, number: Number) -> None:
    """Its text as it stands in the mail; below, who drafted and released it."""
    here = office(context)
    now = here.now()
    with here.database.read() as session:
        notice = find_notice(session, number, now.year)
        emit(_text(notice, here), None)
        deed = Deed("", now, now)
        if notice.status is NoticeStatus.DRAFT:
            window = sending_window(here.settings)
            people = recipients_of(session, notice, here.organisation, window, deed)
            say(
                _("would go to: {names}").format(
                    names=_(", ").join(f"{one.name} {one.address}".strip() for one in people)
                )
            )
        for line in _history(notice, here):
            say(line)


def _history(notice: SupervisionNotice, here: Office) -> list[str]:
    def line(what: str, moment: datetime | None, who: str, why: str) -> str:
        shown = f"{moment.astimezone(here.settings.zone):%Y-%m-%d %H:%M}" if moment else "—"
        text = _("{what} by {who} on {moment}").format(what=what, who=who, moment=shown)
        return _("{what}: {why}").format(what=text, why=why) if why else text

    found = [line(_("drafted"), notice.drafted_at, notice.drafted_by, "")]
    if notice.decided_at is not None:
        given_up = notice.status is NoticeStatus.DROPPED
        what = word(NoticeStatus.DROPPED) if given_up else _("signed and sent")
        found.append(line(what, notice.decided_at, notice.decided_by, notice.decision))
    if notice.answered_at is not None:
        what = word(NoticeStatus.ANSWERED)
        found.append(line(what, notice.answered_at, notice.answered_by, notice.answer))
    return found


def _release(
    context: typer.Context,
    number: Number,
    as_drafted: Annotated[
        bool, typer.Option("--as-drafted", help=_("though a part of it has been settled since"))
    ] = False,
    by: By = None,
    why: Why = "",
) -> None:
    """It is looked at again first: what was settled since the draft is said."""
    here = office(context)
    settings, now, actor = here.settings, here.now(), here.actor(by)
    domain = settings.mail_from.rpartition("@")[2] or "localhost"
    with here.database.write() as session:
        notice = find_notice(session, number, now.year)
        released = release(
            session, notice, Deed(actor, now, now, why), here.organisation,
            sending_window(settings), domain, as_drafted=as_drafted,
        )  # fmt: skip
        # A fault of an own template is better told now than found in the outbox.
        document(supervised(notice, now), settings.documents_dir)
        line = _("{number} goes to {names}").format(
            number=reference_of(notice),
            names=_(", ").join(f"{one.name} {one.address}".strip() for one in released.recipients),
        )
    print_line(line)
    if released.checked.settled:
        say(
            _("settled since, the mail says so: {titles}").format(
                titles=_(", ").join(released.checked.settled)
            )
        )
    if released.checked.quiet:
        say(
            _("left alone since, and still in it: {titles}").format(
                titles=_(", ").join(released.checked.quiet)
            )
        )
    if released.checked.arisen:
        say(
            _("overdue since, and not in it: {titles}").format(
                titles=_(", ").join(released.checked.arisen)
            )
        )


def _drop(context: typer.Context, number: Number, by: By = None, why: Why = "") -> None:
    """Its number stays taken."""
    here = office(context)
    now, actor = here.now(), here.actor(by)
    with here.database.write() as session:
        notice = find_notice(session, number, now.year)
        deciding.drop(session, notice, Deed(actor, now, now, why))
        line = _("given up: {number}").format(number=reference_of(notice))
    print_line(line)


def _answer(
    context: typer.Context, number: Number, on: On = None, by: By = None, why: Why = ""
) -> None:
    here = office(context)
    now, actor = here.now(), here.actor(by)
    at = deed_moment(on.date() if on else None, now, here.settings.time_zone)
    with here.database.write() as session:
        notice = find_notice(session, number, now.year)
        deciding.answer(session, notice, Deed(actor, at, now, why))
        line = _("receipt noted: {number}").format(number=reference_of(notice))
    print_line(line)


def _export(
    context: typer.Context,
    number: Number,
    output: Annotated[Path, typer.Option("--output", "-o", help=_("a .docx or .txt file"))],
) -> None:
    here = office(context)
    now = here.now()
    kind = output.suffix.lower()
    if kind not in {".docx", ".txt"}:
        raise InputError(
            _("“{file}” is neither .docx nor .txt").format(file=output), _("name such a file")
        )
    with here.database.read() as session:
        notice = find_notice(session, number, now.year)
        if kind == ".txt":
            emit(_text(notice, here), output)
        else:
            write_file(output, document(supervised(notice, now), here.settings.documents_dir))


def _text(notice: SupervisionNotice, here: Office) -> str:
    """What the mail says, with a link that opens nothing."""
    settings = here.settings
    links = ExampleLinks(settings.public_url, settings.link_days) if settings.public_url else None
    now = here.now()
    letter: Letter = supervision_letter(supervised(notice, now), "", now, links)
    _subject, text, _page = write(letter, settings.templates_dir)
    return text
