"""Are the clock, the zones and the working days right, and does anything tick?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, func, select

from config.i18n import N_, _
from config.settings import Settings
from scheduler.doctor.finding import Finding, bad, good, some, warning
from scheduler.tick import sending_window
from workflows.holiday_record import recorded_years
from workflows.holiday_updating import outdated_years
from workflows.tables import Assignment, Campaign, Delivery, Event, TickSpan
from workflows.ticks import GAP, last_tick
from workflows.working_days import working_days

CLOCK, TICKS, ZONE, HOLIDAYS = N_("clock"), N_("ticks"), N_("time zone"), N_("holidays")

_SKEW = timedelta(minutes=10)  # that the record may be ahead of this machine
_SERVER_SKEW = timedelta(minutes=1)
_SILENT = timedelta(hours=1)  # without a tick in the sending window


def check_clock(session: Session, now: datetime, *, real: bool) -> Iterator[Finding]:
    """Whether the clock agrees with what is recorded, and with the database server's where `now`
    (aware) is the real time."""
    newest = max(
        (
            moment
            for column in (Event.recorded_at, TickSpan.last_at, Delivery.created_at)
            if (moment := session.exec(select(func.max(column))).one()) is not None
        ),
        default=None,
    )
    if newest is not None and newest > now + _SKEW:
        yield bad(
            CLOCK,
            _("the clock shows {now}, but the newest record is of {newest}").format(
                now=_shown(now), newest=_shown(newest.astimezone(now.tzinfo))
            ),
            _("set this machine's date and time, best by NTP (timedatectl set-ntp true)"),
        )
        return
    if real and session.connection().dialect.name == "postgresql":
        asked = session.connection().execute(text("SELECT clock_timestamp()"))
        server: datetime = asked.scalar_one()
        if abs(server - now) > _SERVER_SKEW:
            yield warning(
                CLOCK,
                _("the clock shows {now}, the database server's {server}").format(
                    now=_shown(now), server=_shown(server.astimezone(now.tzinfo))
                ),
                _("set both machines' clocks, best by NTP"),
            )
            return
    kind = "" if real else _(" (a clock of its own)")
    yield good(CLOCK, _("{now}, not before the newest record").format(now=_shown(now)) + kind)


def check_ticks(session: Session, now: datetime, settings: Settings) -> Iterator[Finding]:
    """Whether something looks for due reminders."""
    last = last_tick(session)
    mend = _("start “duban serve” (as a service), or let cron run “duban tick”")
    if last is None:
        yield warning(TICKS, _("nothing has ever looked for due reminders"), mend)
        return
    shown = _shown(last.astimezone(now.tzinfo))
    if now - last <= GAP:
        yield good(TICKS, _("last looked for due reminders at {moment}").format(moment=shown))
    elif now - last > _SILENT and sending_window(settings).is_open(now):
        yield bad(TICKS, _("nothing has looked for due reminders since {moment}").format(
            moment=shown), mend)  # fmt: skip
    else:
        yield warning(TICKS, _("nothing has looked for due reminders since {moment}").format(
            moment=shown), mend)  # fmt: skip


def check_zones(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether every zone is known here, and the campaigns' is the office's."""
    named = session.exec(select(Campaign.id, Campaign.time_zone).order_by(Campaign.id)).all()
    unknown = [f"{campaign} ({zone})" for campaign, zone in named if not _is_known(zone)]
    others = [f"{campaign} ({zone})" for campaign, zone in named if zone != settings.time_zone]
    if unknown:
        yield bad(
            ZONE,
            _("unknown time zones: {names}").format(names=some(unknown)),
            _("install the newest zones: pip install -U tzdata"),
        )
    elif others:
        yield warning(
            ZONE,
            _("these campaigns are not in the office's zone {zone}: {names}").format(
                zone=settings.time_zone, names=some(others)
            ),
            _("set time_zone to theirs, or apply them with the office's"),
        )
    else:
        yield good(ZONE, f"{settings.time_zone} (UTC{now.astimezone(settings.zone):%z})")


def check_holidays(session: Session) -> Iterator[Finding]:
    """Whether the official notice of every year in which something is due is known."""
    first, last = session.exec(
        select(func.min(Assignment.nominal_due), func.max(Assignment.late_after))
    ).one()
    if first is None or last is None:
        yield good(HOLIDAYS, _("nothing is due yet"))
        return
    days = working_days()
    noted = recorded_years(session)
    for was, known in outdated_years(session):
        yield warning(
            HOLIDAYS,
            _(
                "the record goes by other holidays of {year} than are known now: {count} days"
            ).format(year=was.year, count=len(was.differing(known))),
            _("see what changes: duban holidays update {year} --plan").format(year=was.year),
        )
    years = range(first.year, last.year + 1)
    missing = [str(year) for year in years if not (noted.get(year) or days.known(year)).published]
    if missing:
        yield warning(
            HOLIDAYS,
            _("the official notice is not known for {years}: those dates may still move").format(
                years=some(missing)
            ),
            _(
                "once it is out (usually in November): pip install -U holidays, or a file in "
                "holidays_dir; then “duban holidays update YEAR”"
            ),
        )
    else:
        shown = str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
        yield good(HOLIDAYS, _("the official notices are known for {years}").format(years=shown))


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
