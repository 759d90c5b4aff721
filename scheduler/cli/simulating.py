"""`duban replay --declaration`: what a draft would do, before it touches the record."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from config.errors import InputError
from config.i18n import _
from config.plain_text import one_line
from notifications.documents.simulation_words import (
    CLASH_WORDS,
    sentences,
    span_of,
    title_of,
    told,
)
from notifications.simulated import (
    DayAhead,
    FutureMail,
    Simulation,
    days_ahead,
    future_mails,
    people_ahead,
    units_ahead,
)
from notifications.wording import long_day, short_day
from scheduler.cli.mail_calendar import line_headings, line_row
from scheduler.cli.output import Format, emit, json_text, say, table_text, working, write_rows
from scheduler.office import Office, parse_moment
from scheduler.simulating import simulate
from workflows.loading import load_declarations
from workflows.simulating.loads import by_unit_and_week, by_week, weeks
from workflows.simulating.model import NO_LOAD, Collision, monday

_BAR = 20  # signs: twice as many columns where a terminal draws blocks wide
_OURS, _OTHERS = "█", "▒"  # of one width in every terminal
_PEAKS = 8
_PAGES = {".html", ".htm"}
_NO_TEXT = {".pdf", ".docx", ".doc", ".wps", ".xls", ".et", ".png", ".svg"}


def show_simulation(
    here: Office,
    files: Sequence[Path],
    start: str | None,
    until: str | None,
    form: Format,
    output: Path | None,
) -> None:
    """Print the chart, or write the page where `output` is .html; CSV and .xlsx have every line of
    every mail, JSON all there is. Where `form` is a table the ending of `output` decides. Raises
    InputError, or ProblemsError as `check` tells it."""
    form, page = _kind(form, output)
    zone = here.settings.zone
    first = parse_moment(start, zone)[0] if start else None
    last = parse_moment(until, zone)[0].astimezone(zone).date() if until else None
    declared = load_declarations(files, here.organisation, here.settings)
    with working(_("playing the draft ahead")):
        found = simulate(here, declared, first, last)
    if page is not None:
        from notifications.documents.simulation_html import write_page
        from scheduler.cli.output import write_file

        write_file(page, write_page(found))
        for sentence in (*_told(found), _collisions_line(found)):
            say(sentence)
    elif form is Format.TABLE:
        emit(_text(found, for_file=output is not None), output)
    elif form is Format.JSON:
        emit(json_text(_data(found)), output)
    else:
        rows = [line_row(one, form) for one in found.lines]
        write_rows(rows, form, output, line_headings(), title=_("Mails ahead"))


def _kind(form: Format, output: Path | None) -> tuple[Format, Path | None]:
    """As what it is written, and where to if it is a page. Raises InputError for an ending that
    neither text nor a table has."""
    ending = output.suffix.lower() if output else ""
    if form is not Format.TABLE:
        return form, None
    if ending in _PAGES:
        return form, output
    if ending in _NO_TEXT:
        raise InputError(
            _("{file}: no file of this kind can be written here").format(file=output),
            _("name a file .html, which a browser prints, or .xlsx, .csv, .json, .txt"),
        )
    return Format(ending[1:]) if ending[1:] in set(Format) else form, None


def require_alone(given: dict[str, bool]) -> None:
    """Raise InputError where an option of the other replay was given too: `given` has them by
    name."""
    if named := [name for name, there in given.items() if there]:
        raise InputError(
            _("{option} has no meaning with --declaration").format(option=_(", ").join(named)),
            _("leave it away; “duban replay --help” says what goes together"),
        )


def _told(found: Simulation) -> list[str]:
    mails = future_mails(found.lines)
    return sentences(found, mails, days_ahead(found, mails))


def _text(found: Simulation, *, for_file: bool) -> str:
    """The whole of it for a terminal of 80 columns."""
    mails = future_mails(found.lines)
    days = days_ahead(found, mails)
    parts = [
        title_of(found),
        span_of(found),
        *(f"· {one}" for one in sentences(found, mails, days)),
        "",
    ]
    text = "\n".join(map(one_line, parts)) + "\n"
    if days:
        text += "\n".join(map(one_line, _chart(found, mails))) + "\n\n"
        text += _peaks(found, days, for_file=for_file) + _busiest(found, mails, for_file=for_file)
    lines = [_collisions_line(found)]
    lines += [f"· {_(CLASH_WORDS[one.kind])}{_(': ')}{told(one, found.first)}"
              for one in found.collisions]  # fmt: skip
    return text + "\n".join(map(one_line, lines)) + "\n"


def _collisions_line(found: Simulation) -> str:
    if not found.collisions:
        return _("no collisions")
    return _("collisions: {count}").format(count=len(found.collisions))


def _chart(found: Simulation, mails: Sequence[FutureMail]) -> list[str]:
    """A line for each week: what falls due, the mails, and a bar at the end, where a terminal that
    draws its blocks wide moves nothing."""
    due = by_week(found.falling)
    sent: dict[date, int] = {}
    chasing: dict[date, int] = {}
    for one in mails:
        week = monday(one.day)
        sent[week] = sent.get(week, 0) + 1
        chasing[week] = chasing.get(week, 0) + one.chases
    most = max((one.total for one in due.values()), default=0)
    heads = (_("week of"), _("duties"), _("new"), _("mails"), _("chasing"))
    widths = (10, *(max(5, cell_len(one)) for one in heads[1:]))
    lines = [
        _("Weeks: {ours} due by this draft, {others} due already").format(
            ours=_OURS, others=_OTHERS
        ),
        " ".join(_padded(head, width) for head, width in zip(heads, widths, strict=True)),
    ]
    for week in weeks((*due, *sent)):
        load = due.get(week, NO_LOAD)
        values = (
            week.isoformat(), load.total, load.drafted, sent.get(week, 0), chasing.get(week, 0)
        )  # fmt: skip
        cells = [_padded(str(one), width) for one, width in zip(values, widths, strict=True)]
        whole = _signs(load.total, most)
        ours = min(whole, _signs(load.drafted, most))
        lines.append(f"{' '.join(cells)} {_OURS * ours}{_OTHERS * (whole - ours)}".rstrip())
    return lines


def _padded(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def _signs(count: int, most: int) -> int:
    """How long a bar is; what is there at all shows."""
    return max(1, round(count * _BAR / most)) if count else 0


def _peaks(found: Simulation, days: Sequence[DayAhead], *, for_file: bool) -> str:
    top = sorted(days, key=lambda one: (-one.mails, -one.due.total, one.day))[:_PEAKS]
    rows = [
        {
            "day": long_day(one.day, found.first), "mails": one.mails, "chasing": one.chasing,
            "people": one.people, "due": one.due.total, "draft": one.due.drafted,
        }
        for one in top
    ]  # fmt: skip
    return table_text(rows, day_headings(), _("Peak days"), for_file=for_file)


def day_headings() -> dict[str, str]:
    """The columns of a table of days."""
    return {
        "day": _("day"), "mails": _("mails"), "chasing": _("chasing"), "people": _("addresses"),
        "due": _("duties"), "draft": _("new"),
    }  # fmt: skip


def _busiest(found: Simulation, mails: Sequence[FutureMail], *, for_file: bool) -> str:
    people = [
        {"name": one.name, "address": one.address, "mails": one.mails, "chasing": one.chasing,
         "busiest": f"{short_day(one.busiest, found.first)} ({one.most})"}
        for one in people_ahead(mails)[:_PEAKS]
    ]  # fmt: skip
    units = [
        {"unit": one.unit, "due": one.due.total, "draft": one.due.drafted,
         "busiest": f"{one.busiest.isoformat()} ({one.most.total})"}
        for one in units_ahead(found)[:_PEAKS]
    ]  # fmt: skip
    who = {
        "name": _("name"), "address": _("address"), "mails": _("mails"),
        "chasing": _("chasing"), "busiest": _("busiest day (lines)"),
    }  # fmt: skip
    which = {
        "unit": _("unit"),
        "due": _("duties"),
        "draft": _("new"),
        "busiest": _("busiest week (due)"),
    }
    tables = ((people, who, _("Who gets most")), (units, which, _("Who owes most")))
    return "".join(
        table_text(rows, columns, title, for_file=for_file)
        for rows, columns, title in tables
        if rows
    )


def _data(found: Simulation) -> dict[str, Any]:
    mails = future_mails(found.lines)
    return {
        "first": found.first,
        "last": found.last,
        "campaigns": [
            {"id": key, "title": title, "draft": key in found.drafted}
            for key, title in found.titles.items()
        ],
        "days": [
            {"day": one.day, "mails": one.mails, "chasing": one.chasing, "addresses": one.people,
             "held": one.held, "due": one.due.total, "draft": one.due.drafted}
            for one in days_ahead(found, mails)
        ],
        "people": [asdict(one) for one in people_ahead(mails)],
        "units": [
            {"unit": unit, "week": week, "due": load.total, "draft": load.drafted}
            for unit, own in by_unit_and_week(found.falling).items()
            for week, load in own.items()
        ],
        "collisions": [_collision(one, found.first) for one in found.collisions],
        "mails": [
            {"day": one.day, "address": one.address, "channel": one.channel, "held": one.held,
             "chases": one.chases,
             "lines": [{"assignment": line.assignment, "title": line.title, "unit": line.unit,
                        "due": line.due, "rung": line.rung} for line in one.lines]}
            for one in mails
        ],
    }  # fmt: skip


def _collision(one: Collision, today: date) -> dict[str, Any]:
    return {
        "kind": one.kind.value, "day": one.day, "campaign": one.campaign,
        "titles": list(one.titles),
        "units": [{"unit": unit, "due": count} for unit, count in one.units],
        "says": told(one, today),
    }  # fmt: skip
