"""`duban feed list`: the feeds, who fetches them, and which units never subscribed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session, col, select

from calendars.naming import subject_name
from calendars.options import FeedScope, options_of
from calendars.subscribed import units_without_subscription
from calendars.tokens import is_open
from config.i18n import N_, _
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, OutputOption, say, write_rows
from scheduler.office import Office
from workflows.tables import Feed, UnitRow

_AN_INSTANT = timedelta(microseconds=1)
SCOPE_WORDS: Mapping[FeedScope, str] = {
    FeedScope.UNIT: N_("unit"),
    FeedScope.PERSON: N_("person"),
    FeedScope.CAMPAIGN: N_("campaign"),
    FeedScope.DEPARTMENT: N_("department"),
    FeedScope.LEVEL: N_("level"),
    FeedScope.OVERDUE: N_("overdue"),
    FeedScope.ALL: N_("everything"),
}


def add_commands(group: typer.Typer) -> None:
    """Add this module's command."""
    group.command("list", help=_("List the feeds and when they were last fetched."))(_list)


def _list(
    context: typer.Context,
    unused: Annotated[
        bool,
        typer.Option("--unused", help=_("feeds never fetched, and units that never subscribed")),
    ] = False,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """A feed counts as fetched when a calendar program has asked for it; that is written once a
    minute."""
    here = office(context)
    with here.database.read() as session:
        rows = _feeds(session, here)
        if unused:
            rows = [row for row in rows if row["fetched_at"] is None and row["open"]]
            rows += _units(session, here)
    words = [{**row, "scope_word": _(SCOPE_WORDS[FeedScope(row["scope"])])} for row in rows]
    headings = {
        "id": _("number"), "scope_word": _("scope"), "name": _("of"), "options": _("options"),
        "holder": _("given to"), "by": _("made by"), "created_at": _("made"),
        "fetched_at": _("last fetched"), "fetched_by": _("by program"), "ended": _("ended"),
    }  # fmt: skip
    plain = form in {Format.JSON, Format.CSV}
    write_rows(rows if plain else words, form, output, headings, title=_("Feeds"))
    if unused:
        count = sum(row["id"] is None for row in rows)
        say(_("units that never subscribed: {count}").format(count=count))


def _feeds(session: Session, here: Office) -> list[dict[str, Any]]:
    now, zone = here.now(), here.settings.zone
    positions = {one.id: one.position for one in session.exec(select(UnitRow))}
    feeds = sorted(
        session.exec(select(Feed).order_by(col(Feed.id))),
        key=lambda one: (one.scope, positions.get(one.subject, 0)),
    )
    return [
        {
            "id": one.id,
            "scope": one.scope,
            "subject": one.subject,
            "name": one.name or subject_name(session, options_of(one), here.organisation),
            "options": _options(one),
            "alarms": one.alarms,
            "tasks": one.tasks,
            "only_open": one.only_open,
            "phases": one.phases,
            "language": one.language,
            "holder": one.holder,
            "by": one.actor,
            "created_at": one.created_at.astimezone(zone),
            "expires_at": _local(one.expires_at, zone),
            "revoked_at": _local(one.revoked_at, zone),
            "fetched_at": _local(one.fetched_at, zone),
            "fetched_by": one.fetched_by,
            "open": is_open(one, now),
            "ended": _ended(one, now, zone),
        }
        for one in feeds
    ]


def _units(session: Session, here: Office) -> list[dict[str, Any]]:
    """A row without a number for each unit that no calendar program fetches anything for."""
    return [
        {
            "id": None, "scope": FeedScope.UNIT.value, "subject": unit.id, "name": unit.name,
            "options": _("never subscribed"), "alarms": None, "tasks": None, "only_open": None,
            "phases": "", "language": "", "holder": "", "by": "", "created_at": None,
            "expires_at": None, "revoked_at": None, "fetched_at": None, "fetched_by": "",
            "open": False, "ended": "",
        }
        for unit in units_without_subscription(session)
    ]  # fmt: skip


def _options(feed: Feed) -> str:
    words = [
        *([_("with alarms")] if feed.alarms else []),
        *([_("tasks")] if feed.tasks else []),
        *([_("only open")] if feed.only_open else []),
        *([_("spans")] if feed.phases == "span" else []),
        *([feed.language] if feed.language else []),
    ]
    return _(", ").join(words)


def _ended(feed: Feed, now: datetime, zone: ZoneInfo) -> str:
    """Since when it opens nothing, or until when it does."""
    if feed.revoked_at is not None:
        return _("revoked {day}").format(day=feed.revoked_at.astimezone(zone).date())
    if feed.expires_at is not None:
        day = (feed.expires_at - _AN_INSTANT).astimezone(zone).date()  # the last one
        return (_("works until {day}") if now < feed.expires_at else _("expired {day}")).format(
            day=day
        )
    return ""


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None
