"""What the providers take, as far as they say so. docs/carriers.md has the sources in full."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from config.settings import Settings, SmtpProfile


@dataclass(frozen=True, slots=True)
class Profile:
    """A provider's limits; 0 is none, or none that is published.

    `connections` are those at once, `recipients` those of one message. Where `adaptive`, sending
    begins with `start` mails a minute, slows down when the provider asks for it, and grows towards
    `per_minute` by small steps. `source` says whose figures they are.
    """

    per_minute: int
    per_hour: int
    per_day: int
    connections: int
    recipients: int
    source: str
    start: int = 0

    @property
    def adaptive(self) -> bool:
        """Whether the pace is found out by trying."""
        return self.start > 0

    @property
    def is_limited(self) -> bool:
        """Whether mails have to be counted."""
        return bool(self.per_minute or self.per_hour or self.per_day)


PROFILES: Mapping[SmtpProfile, Profile] = MappingProxyType(
    {
        SmtpProfile.PLAIN: Profile(0, 0, 0, 0, 0, "the relay's own operator knows"),
        # Says that it limits mails in 15 minutes and connections at once, not to how many.
        SmtpProfile.NETEASE: Profile(
            20, 100, 400, 2, 0, "no figure published (NetEase, 企业退信的常见问题); ours", start=5
        ),
        # “These figures are confidential”, of minute, hour and day alike.
        SmtpProfile.TENCENT: Profile(
            20, 100, 400, 2, 0, "figures confidential (Tencent, QQ Mail help centre); ours", start=5
        ),
        # The mailboxes' figures are confidential. The day and the recipients are DirectMail's.
        SmtpProfile.ALIYUN: Profile(
            60, 0, 2000, 2, 100, "Alibaba Cloud, DirectMail limits; the minute is ours", start=5
        ),
        # A server of one's own takes 5 a minute by default: the pace finds that out.
        SmtpProfile.EXCHANGE: Profile(
            30, 0, 10_000, 3, 500, "Microsoft, Exchange Online limits", start=30
        ),
    }
)


_HOSTS: Mapping[str, SmtpProfile] = MappingProxyType(
    {
        "163.com": SmtpProfile.NETEASE,
        "126.com": SmtpProfile.NETEASE,
        "yeah.net": SmtpProfile.NETEASE,
        "188.com": SmtpProfile.NETEASE,
        "qq.com": SmtpProfile.TENCENT,
        "foxmail.com": SmtpProfile.TENCENT,
        "aliyun.com": SmtpProfile.ALIYUN,
        "mxhichina.com": SmtpProfile.ALIYUN,
        "office365.com": SmtpProfile.EXCHANGE,
        "outlook.com": SmtpProfile.EXCHANGE,
        "outlook.cn": SmtpProfile.EXCHANGE,
    }
)


def profile_for(host: str) -> SmtpProfile | None:
    """The profile of the provider whose SMTP server that is; None where it is not known."""
    name = f".{host.lower().rstrip('.')}"
    return next((profile for end, profile in _HOSTS.items() if name.endswith(f".{end}")), None)


def profile_of(settings: Settings) -> Profile:
    """The limits that hold: the profile's, unless a setting says otherwise.

    Who sets a figure a minute knows it, and starts with it.
    """
    profile = PROFILES[settings.smtp_profile]
    for name in ("per_minute", "per_hour", "per_day"):
        given = getattr(settings, f"smtp_{name}")
        if given is not None:
            profile = replace(profile, **{name: given})
    if settings.smtp_per_minute is not None and profile.adaptive:
        profile = replace(profile, start=settings.smtp_per_minute)
    return profile


def connections_of(settings: Settings) -> int:
    """How many connections may be open at once: the setting's, or fewer by the profile."""
    most = PROFILES[settings.smtp_profile].connections
    return min(settings.smtp_connections, most) if most else settings.smtp_connections


def carrier_key(settings: Settings) -> str:
    """Whom the limits are one for: a host and an account, whatever the profile is called."""
    return f"{settings.smtp_username or '-'}@{settings.smtp_host}".lower()[:64]
