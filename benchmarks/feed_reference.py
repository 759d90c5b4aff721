"""A feed as one builds it without more ado: the record's rows, through `icalendar`'s objects."""

from datetime import UTC, datetime, timedelta

import icalendar
from sqlmodel import Session, col, select

from calendars.entry import EntrySource
from calendars.frame import feed_calendar
from calendars.naming import feed_name
from calendars.options import FeedOptions, Surroundings
from calendars.sources import SourceReader
from config.i18n import _, using_language
from config.plain_text import single_line
from scheduler.office import Office
from workflows.reminding import local_date
from workflows.states import STRUCK, State, state_word
from workflows.tables import Assignment

_A_DAY = timedelta(days=1)
_NINE = timedelta(hours=9)


def built_by_library(here: Office, session: Session, options: FeedOptions, now: datetime) -> bytes:
    """A feed of everything at `now`. Of rows, only what ours reads: SQL is not what is compared."""
    settings = here.settings
    around = Surroundings(base=settings.public_url, marks=settings.feed_marks)
    with using_language(options.language):
        name = feed_name(session, options, here.organisation)
        described = _(
            "Due dates from Duban: entries move, are ticked off and struck through by themselves."
        )
        calendar = feed_calendar(name, described, None, "")
        reader = SourceReader(session, options, around)
        ids = session.exec(select(Assignment.id).order_by(col(Assignment.id))).all()
        for one in reader.read([key for key in ids if key], local_date(now, "Asia/Shanghai")):
            calendar.add_component(_event(one.source))
        return bytes(calendar.to_ical())


def _event(source: EntrySource) -> icalendar.Event:
    event = icalendar.Event()
    summary = single_line(_("{title} · {unit}").format(title=source.title, unit=source.unit))
    changed = source.changed_at.astimezone(UTC)
    event.add("uid", source.uid)
    event.add("sequence", source.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", source.due)
    event.add("dtend", source.due + _A_DAY)
    event.add("summary", f"{source.mark} {summary}" if source.mark else summary)
    event.add("description", _description(source))
    event.add("categories", [source.campaign_title])
    event.add("color", source.color)
    event.add("status", "CANCELLED" if source.state in STRUCK else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if source.url:
        event.add("url", source.url)
    for days in source.alarms:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", days * _A_DAY + _NINE)
        event.add_component(alarm)
    return event


def _description(source: EntrySource) -> str:
    lines = [source.campaign_title]
    if source.state is not State.OPEN:
        lines.append(_("State: {state}").format(state=state_word(source.state)))
    if source.light:
        lines.append(_("Light: {light}").format(light=source.light))
    if source.clause:
        lines.append(_("Clause: {clause}").format(clause=source.clause))
    if source.deliverables:
        lines.append(
            _("Hand in: {deliverables}").format(deliverables=_("; ").join(source.deliverables))
        )
    lines.append(_("To: {mailbox}").format(mailbox=source.mailbox))
    return "\n".join(lines)
