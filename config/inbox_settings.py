"""The settings of the mailbox that answers and returned mails come into."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.hosts import is_loopback, machine_name
from config.i18n import _

_MINUTES_OF_A_DAY = 1440


class ImapSecurity(StrEnum):
    """How the connection to the IMAP server is protected."""

    NONE = "none"  # clear text: for a server on this machine alone
    TLS = "tls"  # implicit TLS from the first byte (RFC 8314)


class InboxSettings(BaseSettings):
    """Where incoming mail is read from; nothing is read where neither place is named.

    `imap_password_file` is read by `load_settings`, which puts its content into `imap_password`.
    """

    model_config = SettingsConfigDict(defer_build=True)  # it is a part of Settings

    inbox_maildir: Path | None = None
    inbox_minutes: int = Field(default=0, ge=0, le=_MINUTES_OF_A_DAY)  # 0: `serve` reads none
    imap_host: str = ""
    imap_port: int = Field(default=0, ge=0, le=65535)  # 0: the usual port of imap_security
    imap_security: ImapSecurity = ImapSecurity.TLS
    imap_username: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_password_file: Path | None = None  # one line, in a file that others cannot read
    imap_ca_file: Path | None = None  # authorities beside the system's, for tls
    imap_folder: str = Field(default="INBOX", min_length=1, max_length=100)

    @field_validator("imap_host")
    @classmethod
    def _imap_machine(cls, host: str) -> str:
        return machine_name(host)

    @model_validator(mode="after")
    def _imap_in_clear_text_on_this_machine_alone(self) -> "InboxSettings":
        clear = self.imap_host and self.imap_security is ImapSecurity.NONE
        if clear and not is_loopback(self.imap_host):
            raise ValueError(
                _(
                    "imap_security is none: the password and the mails would cross the network in"
                    " clear text; set imap_security to tls, or imap_host to this machine"
                )
            )
        return self

    @model_validator(mode="after")
    def _imap_has_a_login(self) -> "InboxSettings":
        if self.imap_host and not self.imap_username:
            raise ValueError(_("imap_host is set and imap_username is not"))
        return self
