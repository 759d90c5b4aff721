"""Signed links behind a mail: whose page it is and since when, readable by this office alone.

A link is bound to an address and ends by itself. Who is replaced meanwhile finds nothing behind
theirs, so none is ever taken back, and none is kept.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from itsdangerous import BadSignature, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

from config.errors import InputError, StateError
from config.files import is_private, read_secret, shown_path
from config.i18n import _
from config.plain_text import EMAIL
from config.settings import Settings
from workflows.keeping.new_files import create_once, disk_errors_said

KEY_BYTES = 32
KEY_NAME = "secret.key"  # in the home folder
LONGEST_TOKEN = 600  # characters: an address has 254 at most


class LinkKind(StrEnum):
    """What a link leads to; it is the first part of the page's path."""

    ANSWER = "answer"  # a person's items
    DECIDE = "decide"  # the extension requests that an owner office has to decide
    SUBSCRIBE = "subscribe"  # where a person comes to a calendar of their own


class Reading(StrEnum):
    """What a token is found to be."""

    GOOD = "good"
    EXPIRED = "expired"  # authentic and too old
    ALTERED = "altered"  # not made here, or cut off, or of another kind


@dataclass(frozen=True, slots=True)
class Opened:
    """A token that was read; the address is told of authentic ones alone."""

    reading: Reading
    address: str = ""


# Each kind signs by a key of its own, so that no token serves for another page.
_SALTS: Mapping[LinkKind, bytes] = MappingProxyType(
    {kind: f"duban.link.{kind.value}".encode() for kind in LinkKind}
)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links under `public_url`, which are good for `days` days."""

    key: bytes = field(repr=False)
    public_url: str
    days: int

    def answer(self, address: str, now: datetime) -> str:
        """The address of a person's page, made at `now` (aware)."""
        return self._url(LinkKind.ANSWER, address, now)

    def decide(self, address: str, now: datetime) -> str:
        """The address of an owner office's page of extension requests, made at `now` (aware)."""
        return self._url(LinkKind.DECIDE, address, now)

    def subscribe(self, address: str, now: datetime) -> str:
        """The address of the page where a person comes to a calendar of their own, made at `now`
        (aware)."""
        return self._url(LinkKind.SUBSCRIBE, address, now)

    def token(self, kind: LinkKind, address: str, now: datetime) -> str:
        """The signed part of a link, made at `now` (aware)."""
        named = base64_encode(address.lower())
        return _Signer(self.key, _SALTS[kind], now).sign(named).decode("ascii")

    def read(self, kind: LinkKind, token: str, now: datetime) -> Opened:
        """What `token` is at `now` (aware), and whose."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return Opened(Reading.ALTERED)
        try:
            named, made = _Signer(self.key, _SALTS[kind], now).unsign(token, return_timestamp=True)
            address = base64_decode(named).decode("ascii")
        except (BadSignature, ValueError, OverflowError, OSError):
            return Opened(Reading.ALTERED)
        # Base64 has several ways to write the same bytes: only ours is taken.
        if not EMAIL.fullmatch(address) or self.token(kind, address, made) != token:
            return Opened(Reading.ALTERED)
        expired = now - made > timedelta(days=self.days)
        return Opened(Reading.EXPIRED if expired else Reading.GOOD, address)

    def _url(self, kind: LinkKind, address: str, now: datetime) -> str:
        return f"{self.public_url}/{kind.value}/{self.token(kind, address, now)}"


class _Signer(TimestampSigner):
    """HMAC-SHA-256, with the time given from outside."""

    default_digest_method = staticmethod(sha256)

    def __init__(self, key: bytes, salt: bytes, now: datetime) -> None:
        super().__init__(key, salt=salt, key_derivation="hmac", sep=".")
        self._seconds = int(now.timestamp())

    def get_timestamp(self) -> int:
        """When it is signed, in seconds since 1970."""
        return self._seconds


def make_links(settings: Settings) -> Links | None:
    """The links of this office; None where `public_url` is not set, since none could be reached.

    The key is made on first need. Raises StateError where others can read it or it is damaged.
    """
    if not settings.public_url:
        return None
    return Links(_key(settings.home / KEY_NAME), settings.public_url, settings.link_days)


def _key(file: Path) -> bytes:
    with disk_errors_said(file):
        if not file.exists():
            # Of several processes that begin together, all use the first one's.
            create_once(file, (secrets.token_hex(KEY_BYTES) + "\n").encode())
        if not is_private(file):
            raise StateError(
                _("others can read {file}").format(file=shown_path(file)),
                _("run: chmod 600 {file}").format(file=shown_path(file)),
            )
    try:
        key = bytes.fromhex(read_secret(file))
    except InputError as error:
        raise StateError(error.message, error.mend) from None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StateError(
            _("{file} does not hold the key of the links").format(file=shown_path(file)),
            _("remove it: a new one is made, and links in older mails end"),
        )
    return key
