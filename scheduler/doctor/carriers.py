"""What the carrier takes, what keeps mails waiting, and which addresses it calls unknown."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from config.i18n import N_, _
from config.settings import Settings, SmtpProfile
from notifications.carriers.limiter import Limiter
from notifications.carriers.profiles import profile_for
from notifications.failing import list_failing
from notifications.transports.channel import ChannelTransport
from scheduler.doctor.finding import Finding, good, some, warning

CARRIER, FAILING, CHANNELS = N_("carrier"), N_("failing addresses"), N_("channels")


def check_carrier(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether its limits keep mails waiting at `now` (aware)."""
    if not settings.smtp_host:
        return
    fitting = profile_for(settings.smtp_host)
    if fitting is not None and settings.smtp_profile is SmtpProfile.PLAIN:
        yield warning(
            CARRIER,
            _("{host} limits how many mails it takes, and none of its limits is set").format(
                host=settings.smtp_host
            ),
            _("set smtp_profile to {profile}").format(profile=fitting.value),
        )
        return
    limiter = Limiter(settings)
    limited = limiter.limited(session, now)
    if limited is not None:
        until = f"{limited.until.astimezone(settings.zone):%m-%d %H:%M}"
        text = _("its limit is reached: next mail at {time}").format(time=until)
        if limited.said:
            text = _("it finds that mails come too often: next at {time} ({said})").format(
                time=until, said=limited.said
            )
        yield warning(CARRIER, text, _("nothing is lost; see docs/carriers.md for the limits"))
        return
    pace = limiter.pace(session, now)
    if not limiter.profile.is_limited:
        yield good(CARRIER, _("{profile}: without limit").format(profile=settings.smtp_profile))
        return
    yield good(
        CARRIER,
        _("{profile}: {minute} mails a minute, {hour} an hour, {day} a day").format(
            profile=settings.smtp_profile,
            minute=pace or "∞",
            hour=limiter.profile.per_hour or "∞",
            day=limiter.profile.per_day or "∞",
        ),
    )


def check_channels(settings: Settings) -> Iterator[Finding]:
    """Whether each channel can be used, as far as can be known without sending. Raises InputError
    where one cannot."""
    if settings.channels:
        ChannelTransport(settings)
        yield good(CHANNELS, _(", ").join(settings.channels))


def check_failing(session: Session) -> Iterator[Finding]:
    """The addresses whose server said that nobody has them, with its words."""
    failing = list_failing(session)
    if failing:
        yield warning(
            FAILING,
            _("{count} addresses fail: {names}").format(
                count=len(failing),
                names=some(f"{one.address} ({one.code} {one.text})" for one in failing),
            ),
            _("mend the contacts, or run “duban contacts mended ADDRESS” where all is well again"),
        )
