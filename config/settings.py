"""The settings of one running Duban, frozen once read.

Precedence: flags, `DUBAN_*` environment variables, `duban.toml` in the current folder (or the
file named by `DUBAN_CONFIG`), the defaults below.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.errors import InputError
from config.i18n import _

BUNDLED = Path(__file__).parent
BUNDLED_CAMPAIGNS = BUNDLED / "campaigns"
BUNDLED_ORGANISATION = BUNDLED / "organisation.yaml"


class SmtpSecurity(StrEnum):
    """How the connection to the SMTP server is protected."""

    NONE = "none"  # clear text: for a server on this machine
    STARTTLS = "starttls"  # clear text upgraded before anything is said (RFC 3207)
    TLS = "tls"  # implicit TLS from the first byte (RFC 8314)


class InDoubt(StrEnum):
    """What happens to a delivery that was started and never marked done."""

    RESEND = "resend"  # lost is worse than double
    HOLD = "hold"  # a person decides


class Settings(BaseSettings):
    """Everything that can be set, with its default. Times are local to `time_zone`."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", frozen=True, extra="forbid")

    home: Path = Path("var")
    database_url: str = ""
    campaigns_dir: Path = BUNDLED_CAMPAIGNS
    organisation: Path = BUNDLED_ORGANISATION
    time_zone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    actor: str = ""
    public_url: str = ""

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8822, ge=0, le=65535)

    window_start: time = time(9, 0)
    window_end: time = time(18, 0)
    tick_seconds: int = Field(default=30, ge=1)

    mail_from: str = "duban@localhost"
    smtp_host: str = ""  # empty: mail goes into the Maildir at home/mail
    smtp_port: int = Field(default=0, ge=0, le=65535)  # 0: the usual port of smtp_security
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout: float = Field(default=30, gt=0)  # seconds
    smtp_connections: int = Field(default=4, ge=1, le=64)
    smtp_ca_file: Path | None = None
    send_batch: int = Field(default=20, ge=1)  # bounds how many can be in doubt after a crash
    lease_seconds: int = Field(default=300, ge=1)
    in_doubt: InDoubt = InDoubt.RESEND

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
        return self.database_url or f"sqlite:///{self.home / 'duban.db'}"

    @property
    def maildir(self) -> Path:
        """Where mail goes while no SMTP server is set."""
        return self.home / "mail"

    @property
    def smtp_is_local(self) -> bool:
        """Whether mail cannot leave this machine: no SMTP server, or one on loopback."""
        return not self.smtp_host or _is_loopback(self.smtp_host)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(cls, config_file()))


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def config_file() -> Path:
    """The settings file: `DUBAN_CONFIG`, else `duban.toml` in the current folder."""
    return Path(os.environ.get("DUBAN_CONFIG") or "duban.toml")


def load_settings(**flags: Any) -> Settings:
    """Read the settings; `flags` win over everything.

    Raises InputError naming each wrong setting, its value's fault and where it was set.
    """
    named = os.environ.get("DUBAN_CONFIG")
    if named and not Path(named).is_file():
        raise InputError(
            _("the settings file {file} is missing").format(file=named),
            _("create it, or unset DUBAN_CONFIG"),
        )
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            _("{file} is not valid TOML: {error}").format(file=config_file(), error=error),
            _("mend that line; strings stand in double quotes"),
        ) from None
    except ValidationError as error:
        raise InputError(
            "\n".join(_describe(fault["loc"], fault["msg"], flags) for fault in error.errors()),
            _("see docs/settings.md for every setting"),
        ) from None


def _describe(location: tuple[int | str, ...], fault: str, flags: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in location)
    variable = f"DUBAN_{name.upper()}"
    if flags.get(name) is not None:
        place = f"--{name.replace('_', '-')}"
    else:
        place = variable if variable in os.environ else f"{config_file()}: {name}"
    return f"{place}: {fault.removeprefix('Value error, ')}"
