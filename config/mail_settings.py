"""The settings of what goes out: the mail server, its limits, signing, channels, the outbox."""

import re
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.hosts import is_loopback, machine_name
from config.i18n import _
from config.plain_text import EMAIL

_DAY = 86_400
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


class MailSettings(BaseSettings):
    """How mail leaves. Times are in seconds.

    `smtp_password_file` is read by `load_settings`, which puts its content into `smtp_password`.
    """

    model_config = SettingsConfigDict(defer_build=True)  # it is a part of Settings

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
        default=50, ge=1, le=10_000
    )  # bounds how many can be in doubt after a crash
    lease_seconds: int = Field(default=300, ge=1, le=_DAY)
    in_doubt: InDoubt = InDoubt.RESEND

    @field_validator("mail_from")
    @classmethod
    def _address(cls, address: str) -> str:
        if not EMAIL.fullmatch(address) or len(address) > 254:
            raise ValueError(_("write an e-mail address such as duban@example.org"))
        return address

    @field_validator("smtp_host")
    @classmethod
    def _smtp_machine(cls, host: str) -> str:
        return machine_name(host)

    @field_validator("dkim_domain", "dkim_selector")
    @classmethod
    def _domain_name(cls, name: str) -> str:
        if name and not _DOMAIN.fullmatch(name):
            raise ValueError(_("write a name of letters, digits, dots and hyphens"))
        return name

    @model_validator(mode="after")
    def _no_password_in_clear_text(self) -> "MailSettings":
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
    def _all_of_dkim_or_nothing(self) -> "MailSettings":
        given = [self.dkim_domain, self.dkim_selector, self.dkim_key_file]
        if any(given) and not all(given):
            raise ValueError(
                _("set dkim_domain, dkim_selector and dkim_key_file together, or none of them")
            )
        return self

    @model_validator(mode="after")
    def _known_channels(self) -> "MailSettings":
        if not all(_CHANNEL.fullmatch(name) for name in self.channels):
            raise ValueError(
                _("name a channel with lower-case letters, digits and hyphens, e.g. dingtalk")
            )
        if self.fallback_channel and self.fallback_channel not in self.channels:
            raise ValueError(_("fallback_channel is none of channels"))
        return self

    @model_validator(mode="after")
    def _a_lease_outlasts_a_mail(self) -> "MailSettings":
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
    def smtp_is_local(self) -> bool:
        """Whether mail cannot leave this machine: no SMTP server, or one on loopback."""
        return not self.smtp_host or is_loopback(self.smtp_host)
