"""The settings of one running Duban, frozen once read.

Precedence: flags, `DUBAN_*` environment variables, `duban.toml` in the current folder (or the
file named by `DUBAN_CONFIG`), the defaults below.
"""

import os
import re
from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from config.errors import InputError
from config.files import read_secret
from config.hosts import is_loopback
from config.i18n import _
from config.inbox_settings import InboxSettings
from config.plain_text import EMAIL, UNUSABLE
from config.settings_file import config_file, read_config_file

BUNDLED = Path(__file__).parent
BUNDLED_CAMPAIGNS = BUNDLED / "campaigns"
BUNDLED_ORGANISATION = BUNDLED / "organisation.yaml"
_DAY = 86_400
_FROM_FILES = ("smtp_password", "imap_password")  # secrets that a file of their own may hold
_CHANNEL = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # as a rung names it
_DOMAIN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


class SmtpSecurity(StrEnum):
    """How the connection to the SMTP server is protected."""

    NONE = "none"  # clear text: for a server on this machine
    STARTTLS = "starttls"  # clear text upgraded before anything is said (RFC 3207)
    TLS = "tls"  # implicit TLS from the first byte (RFC 8314)


class SmtpProfile(StrEnum):
    """Whose limits hold for the SMTP server: docs/carriers.md has the figures."""

    PLAIN = "plain"  # a relay of one's own, or one whose operator sets no limit
    NETEASE = "netease"  # 163 and 126
    TENCENT = "tencent"  # QQ and Tencent Exmail
    ALIYUN = "aliyun"  # Aliyun enterprise mail and DirectMail
    EXCHANGE = "exchange"  # Exchange Online, or on premises


class InDoubt(StrEnum):
    """What happens to a delivery that was started and never marked done."""

    RESEND = "resend"  # lost is worse than double
    HOLD = "hold"  # a person decides


class AttachCalendar(StrEnum):
    """Whether a mail carries its items as calendar entries."""

    AUTO = "auto"  # not to who holds a calendar feed: telephones would show them twice
    ALWAYS = "always"
    NEVER = "never"


class Settings(InboxSettings):
    """Everything that can be set, with its default. Times are local to `time_zone`.

    `smtp_password_file` is read by `load_settings`, which puts its content into `smtp_password`.
    """

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", frozen=True, extra="forbid", allow_inf_nan=False
    )

    home: Path = Path("var")
    database_url: SecretStr = SecretStr("")  # may hold a password
    campaigns_dir: Path = BUNDLED_CAMPAIGNS
    organisation: Path = BUNDLED_ORGANISATION
    time_zone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    actor: str = Field(default="", max_length=100)
    public_url: str = ""
    link_days: int = Field(default=30, ge=1, le=365)  # how long a mail's link is good
    upload_megabytes: int = Field(default=20, ge=1, le=200)  # handed in by page, each and in all

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8822, ge=0, le=65535)
    trusted_proxies: str = "127.0.0.1, ::1"  # whose X-Forwarded-For is believed

    window_start: time = time(9, 0)
    window_end: time = time(18, 0)
    spread_minutes: int = Field(default=10, ge=0, le=240)  # digests leave over the first minutes
    tick_seconds: int = Field(default=30, ge=1, le=_DAY)
    morning_list: bool = True  # owner offices get what is held, and units without a contact
    # On which day supervisors get the week's briefing, and whether a person releases it
    briefing_day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "off"] = "monday"
    briefing_release: Literal["hold", "auto"] = "hold"

    digest_items: int = Field(default=40, ge=5, le=500)  # listed in full; the rest is named
    attach_calendar: AttachCalendar = AttachCalendar.AUTO
    templates_dir: Path | None = None  # an office's own mail templates

    mail_from: str = "duban@localhost"
    smtp_host: str = ""  # empty: mail goes into the Maildir at home/mail
    smtp_port: int = Field(default=0, ge=0, le=65535)  # 0: the usual port of smtp_security
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_password_file: Path | None = None  # one line, in a file that others cannot read
    smtp_timeout: float = Field(default=30, gt=0, le=3600)  # seconds
    smtp_connections: int = Field(default=4, ge=1, le=64)
    smtp_ca_file: Path | None = None
    smtp_profile: SmtpProfile = SmtpProfile.PLAIN
    # Mails that may be sent; None: as many as the profile says; 0: without limit
    smtp_per_minute: int | None = Field(default=None, ge=0, le=1_000_000)
    smtp_per_hour: int | None = Field(default=None, ge=0, le=1_000_000)
    smtp_per_day: int | None = Field(default=None, ge=0, le=1_000_000)
    dkim_domain: str = ""  # RFC 6376; the three go together
    dkim_selector: str = ""
    dkim_key_file: Path | None = None  # an RSA key in PEM form, readable by its owner alone
    # Name → address as apprise writes it, which holds a token
    channels: dict[str, SecretStr] = Field(default_factory=dict)
    fallback_channel: str = ""  # takes what mail does not deliver
    send_batch: int = Field(
        default=20, ge=1, le=10_000
    )  # bounds how many can be in doubt after a crash
    lease_seconds: int = Field(default=300, ge=1, le=_DAY)
    in_doubt: InDoubt = InDoubt.RESEND

    backup_dir: Path | None = None  # of scheduled backups; home/backups where it is not set
    backup_at: time = time(2, 0)  # each day, while `serve` runs
    backup_keep: int = Field(default=14, ge=0, le=10_000)  # how many; 0: none are made

    @field_validator("*")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str | Path) and (UNUSABLE.search(str(value)) or "\n" in str(value)):
            raise ValueError(_("there is a control character that cannot be used"))
        return value

    @field_validator("mail_from")
    @classmethod
    def _address(cls, address: str) -> str:
        if not EMAIL.fullmatch(address) or len(address) > 254:
            raise ValueError(_("write an e-mail address such as duban@example.org"))
        return address

    @field_validator("http_host", "smtp_host")
    @classmethod
    def _host(cls, host: str) -> str:
        try:
            host.encode("idna")  # as the connection will
        except UnicodeError as error:
            raise ValueError(_("that cannot be the name of a machine")) from error
        return host

    @field_validator("dkim_domain", "dkim_selector")
    @classmethod
    def _domain_name(cls, name: str) -> str:
        if name and not _DOMAIN.fullmatch(name):
            raise ValueError(_("write a name of letters, digits, dots and hyphens"))
        return name

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: str) -> str:
        try:
            networks = [ip_network(one) for one in proxies.replace(",", " ").split()]
        except ValueError as error:
            raise ValueError(
                _("write addresses or networks such as 10.0.0.7, 192.168.1.0/24")
            ) from error
        return ", ".join(str(one).removesuffix(f"/{one.max_prefixlen}") for one in networks)

    @field_validator("window_start", "window_end", "backup_at")
    @classmethod
    def _local(cls, moment: time) -> time:
        if moment.tzinfo is not None:
            raise ValueError(_("write the local time alone, e.g. 09:00"))
        return moment

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(_("unknown time zone, write e.g. Asia/Shanghai")) from error
        return name

    @field_validator("public_url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
            raise ValueError(_("write a web address such as https://duban.example.org"))
        return url.rstrip("/")

    @model_validator(mode="after")
    def _window_opens(self) -> "Settings":
        if self.window_start >= self.window_end:
            raise ValueError(_("window_start must be before window_end"))
        return self

    @model_validator(mode="after")
    def _no_password_in_clear_text(self) -> "Settings":
        clear = self.smtp_security is SmtpSecurity.NONE and not self.smtp_is_local
        if clear and self.smtp_username:
            raise ValueError(
                _(
                    "smtp_security is none: the password would cross the network in clear text;"
                    " set smtp_security to starttls or tls, or smtp_host to this machine"
                )
            )
        return self

    @model_validator(mode="after")
    def _all_of_dkim_or_nothing(self) -> "Settings":
        given = [self.dkim_domain, self.dkim_selector, self.dkim_key_file]
        if any(given) and not all(given):
            raise ValueError(
                _("set dkim_domain, dkim_selector and dkim_key_file together, or none of them")
            )
        return self

    @model_validator(mode="after")
    def _known_channels(self) -> "Settings":
        if not all(_CHANNEL.fullmatch(name) for name in self.channels):
            raise ValueError(
                _("name a channel with lower-case letters, digits and hyphens, e.g. dingtalk")
            )
        if self.fallback_channel and self.fallback_channel not in self.channels:
            raise ValueError(_("fallback_channel is none of channels"))
        return self

    @model_validator(mode="after")
    def _a_lease_outlasts_a_mail(self) -> "Settings":
        # Two thirds of the lease are for sending: a connection may take two timeouts, a mail two.
        if self.smtp_host and self.lease_seconds < 6 * self.smtp_timeout:
            raise ValueError(
                _(
                    "lease_seconds must be at least six times smtp_timeout, or a mail could still"
                    " be under way when it is given to another sender"
                )
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone: the sending window and a digest's day are local to it."""
        return ZoneInfo(self.time_zone)

    @property
    def resolved_database_url(self) -> str:
        """The database's SQLAlchemy URL; by default the SQLite file in the home folder."""
        file = str(self.home / "duban.db")
        for special in "%?#":  # they would end the path or be decoded
            file = file.replace(special, f"%{ord(special):02X}")
        return self.database_url.get_secret_value() or f"sqlite:///{file}"

    @property
    def maildir(self) -> Path:
        """Where mail goes while no SMTP server is set."""
        return self.home / "mail"

    @property
    def uploads(self) -> Path:
        """Where handed-in files are, named by their hashes."""
        return self.home / "files"

    @property
    def backups(self) -> Path:
        """Where scheduled backups go."""
        return self.backup_dir or self.home / "backups"

    @property
    def smtp_is_local(self) -> bool:
        """Whether mail cannot leave this machine: no SMTP server, or one on loopback."""
        return not self.smtp_host or is_loopback(self.smtp_host)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, InitSettingsSource(cls, read_config_file()))


def load_settings(**flags: Any) -> Settings:
    """Read the settings; `flags` win over everything.

    Raises InputError naming each wrong setting, its value's fault and where it was set; a value
    is never repeated, since it may be a secret.
    """
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise InputError(
            "\n".join(_describe(fault["loc"], fault["msg"], flags) for fault in error.errors()),
            _("see docs/settings.md for every setting"),
        ) from None
    except SettingsError as error:
        raise InputError(str(error), _("see docs/settings.md for every setting")) from None
    for name in _FROM_FILES:
        settings = _with_secret(settings, name, flags)
    return settings


def _with_secret(settings: Settings, name: str, flags: Mapping[str, Any]) -> Settings:
    """The settings with the secret `name` from its file, where one is named."""
    file: Path | None = getattr(settings, f"{name}_file")
    if file is None:
        return settings
    if getattr(settings, name).get_secret_value():
        raise InputError(
            _("both {one} and {other} are set").format(
                one=origin(name, flags), other=origin(f"{name}_file", flags)
            ),
            _("keep one of them"),
        )
    return settings.model_copy(update={name: SecretStr(read_secret(file))})


def origin(name: str, flags: Mapping[str, Any]) -> str:
    """Where a setting was set, as people name the place: `--home`, `DUBAN_HOME`,
    `duban.toml: home`, or that it is the default."""
    if flags.get(name) is not None:
        return f"--{name.replace('_', '-')}"
    for variable in os.environ:
        if variable.upper() == f"DUBAN_{name.upper()}":
            return variable
    return f"{config_file()}: {name}" if name in read_config_file() else _("default")


def _describe(location: tuple[int | str, ...], fault: str, flags: Mapping[str, Any]) -> str:
    name = str(location[0]) if location else ""
    place = origin(name, flags) if name else _("settings")
    return f"{place}: {fault.removeprefix('Value error, ')}"
