"""The settings of one running Duban, frozen once read.

Precedence: flags, `DUBAN_*` environment variables, `duban.toml` in the current folder (or the
file named by `DUBAN_CONFIG`), the defaults below.
"""

import os
from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args
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
from config.fault_words import WORDS, choices_of
from config.files import read_secret
from config.hosts import machine_name
from config.i18n import _
from config.inbox_settings import InboxSettings
from config.mail_settings import InDoubt as InDoubt
from config.mail_settings import MailSettings
from config.mail_settings import SmtpProfile as SmtpProfile
from config.mail_settings import SmtpSecurity as SmtpSecurity
from config.plain_text import UNUSABLE
from config.settings_file import config_file, line_of, read_config_file

BUNDLED = Path(__file__).parent
BUNDLED_CAMPAIGNS = BUNDLED / "campaigns"
BUNDLED_ORGANISATION = BUNDLED / "organisation.yaml"
BUNDLED_HOLIDAYS = BUNDLED / "holidays"
_DAY = 86_400
_FROM_FILES = ("smtp_password", "imap_password")  # secrets that a file of their own may hold


class AttachCalendar(StrEnum):
    """Whether a mail carries its items as calendar entries."""

    AUTO = "auto"  # not to who holds a calendar feed: telephones would show them twice
    ALWAYS = "always"
    NEVER = "never"


class Settings(MailSettings, InboxSettings):
    """Everything that can be set, with its default. Times are local to `time_zone`."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", frozen=True, extra="forbid", allow_inf_nan=False, defer_build=False
    )

    home: Path = Path("var")
    database_url: SecretStr = SecretStr("")  # may hold a password
    campaigns_dir: Path = BUNDLED_CAMPAIGNS
    organisation: Path = BUNDLED_ORGANISATION
    holidays_dir: Path | None = None  # the office's own holiday files, before the bundled ones
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
    attach_forms: bool = True  # the empty forms of what a digest lists
    feed_marks: bool = True  # in calendars: ✓, ! and ▲ before a title, and the light in words
    templates_dir: Path | None = None  # an office's own mail templates
    documents_dir: Path | None = None  # and its own Word templates

    backup_dir: Path | None = None  # of scheduled backups; home/backups where it is not set
    backup_at: time = time(2, 0)  # each day, while `serve` runs
    backup_keep: int = Field(default=14, ge=0, le=10_000)  # how many; 0: none are made

    @field_validator("*")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str | Path) and (UNUSABLE.search(str(value)) or "\n" in str(value)):
            raise ValueError(_("there is a control character that cannot be used"))
        return value

    @field_validator("http_host")
    @classmethod
    def _host(cls, host: str) -> str:
        return machine_name(host)

    @model_validator(mode="before")
    @classmethod
    def _empty_paths(cls, values: Any) -> Any:
        """An empty path counts as not set: it would be the current folder."""
        if not isinstance(values, dict):
            return values
        return {
            name: value
            for name, value in values.items()
            if value != "" or name not in cls.model_fields or not _is_path(cls, name)
        }

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
    def holiday_folders(self) -> tuple[Path, ...]:
        """Where holiday files are; what an earlier folder gives counts."""
        return (
            (BUNDLED_HOLIDAYS,) if not self.holidays_dir else (self.holidays_dir, BUNDLED_HOLIDAYS)
        )

    @property
    def base_url(self) -> str:
        """Where the server is reached: the public address, else its own."""
        host = f"[{self.http_host}]" if ":" in self.http_host else self.http_host
        return self.public_url or f"http://{host}:{self.http_port}"

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


def _is_path(settings: type[BaseSettings], name: str) -> bool:
    annotation = settings.model_fields[name].annotation
    return annotation is Path or Path in get_args(annotation)


def load_settings(**flags: Any) -> Settings:
    """Read the settings; `flags` win over everything.

    Raises InputError naming each wrong setting, its value's fault and where it was set; a value
    is never repeated, since it may be a secret.
    """
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise InputError(
            "\n".join(_describe(fault, flags) for fault in error.errors()),
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


def _describe(fault: Any, flags: Mapping[str, Any]) -> str:
    """One of pydantic's error dictionaries: where it was set, and what to write. The value is not
    repeated: it may be a secret."""
    name = str(fault["loc"][0]) if fault["loc"] else ""
    place = origin(name, flags) if name else _("settings")
    if place == f"{config_file()}: {name}" and (line := line_of(name)):
        place = f"{config_file()}:{line}: {name}"
    said = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        alike = get_close_matches(name, Settings.model_fields, 1)
        said = (
            _("unknown key; did you mean “{name}”?").format(name=alike[0])
            if alike
            else _("unknown key “{name}”").format(name=name)
        )
    elif fault["type"] in WORDS:
        context = fault.get("ctx", {})
        words = WORDS[fault["type"]][1]
        said = _(words).format(**{**context, "expected": choices_of(context)})
    return f"{place}: {said}"
