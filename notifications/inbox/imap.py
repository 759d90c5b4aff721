"""A folder on an IMAP server (RFC 9051), read by UID and without marking anything as seen.

163 and 126 refuse SELECT with “Unsafe Login” unless the client has named itself before with ID
(RFC 2971).
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from config.errors import DubanError, InputError, StateError
from config.i18n import _
from config.inbox_settings import ImapSecurity
from config.plain_text import one_line
from config.settings import Settings
from notifications.inbox.imap_tls import tls_context, tls_fault
from notifications.inbox.received import LARGEST
from notifications.inbox.sources import Incoming, header_of

TIMEOUT = 20  # seconds for each answer of the server
_FIRST_DAYS = 30  # how far back a folder is read that has not been read before
_SAID = 200  # characters of the server's words


class ImapSource:
    """The folder that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        user, host = settings.imap_username, settings.imap_host
        self.name = f"imap:{user}@{host}/{settings.imap_folder}"[:300]

    def mails(self, place: tuple[int, int], now: datetime) -> Iterator[Incoming]:
        """The mails with a higher UID than `place` says. Where the server has numbered its mails
        anew (UIDVALIDITY, RFC 9051, section 2.3.1.1), or the folder was never read, those of the
        last 30 days: what is known among them is known by its bytes.

        Raises InputError for a wrong login or folder, StateError where the server is not reached
        or fails.
        """
        with self._in_folder() as (client, folder):
            validity = int(folder[b"UIDVALIDITY"]) if b"UIDVALIDITY" in folder else 0
            last = place[1] if place[0] == validity else 0
            for uid in _new(client, last, now):
                yield self._fetch(client, validity, uid)

    def count(self) -> int:
        """How many mails are in the folder. Raises as `mails`."""
        with self._in_folder() as (_client, folder):
            return int(folder.get(b"EXISTS", 0))

    @contextlib.contextmanager
    def _in_folder(self) -> Iterator[tuple[IMAPClient, dict[bytes, Any]]]:
        """The folder, open to be read alone, with what the server says of it."""
        try:
            with self._connected() as client:
                yield client, self._opened(client)
        except DubanError:
            raise
        except (IMAPClientError, OSError, ValueError, AssertionError) as error:
            raise StateError(
                _("the IMAP server {host} does not answer as it should: {reason}").format(
                    host=self._settings.imap_host, reason=self._said(error)
                ),
                _("it is tried again at the next reading"),
            ) from None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[IMAPClient]:
        client = self._connect()
        try:
            self._login(client)
            yield client
        finally:
            with contextlib.suppress(IMAPClientError, OSError, ValueError):
                client.logout()
            with contextlib.suppress(OSError):
                client.shutdown()

    def _connect(self) -> IMAPClient:
        settings = self._settings
        tls = settings.imap_security is ImapSecurity.TLS
        try:
            return IMAPClient(
                settings.imap_host,
                port=settings.imap_port or (993 if tls else 143),
                ssl=tls,
                ssl_context=tls_context(settings) if tls else None,
                timeout=TIMEOUT,
            )
        except socket.gaierror:
            raise StateError(
                _("there is no machine named {host}").format(host=settings.imap_host),
                _("check imap_host, and whether names are resolved on this machine"),
            ) from None
        except ssl.SSLError as error:
            raise tls_fault(settings.imap_host, error, self._said(error)) from None
        except OSError as error:
            raise StateError(
                _("the IMAP server {host} cannot be reached: {reason}").format(
                    host=settings.imap_host, reason=self._said(error)
                ),
                _("check imap_host, imap_port and the network"),
            ) from None

    def _login(self, client: IMAPClient) -> None:
        settings = self._settings
        try:
            client.login(settings.imap_username, settings.imap_password.get_secret_value())
        except UnicodeError:
            raise InputError(
                _("imap_username or imap_password holds characters that IMAP does not take"),
                _("check both; 163, 126 and QQ want the authorisation code"),
            ) from None
        except LoginError as error:
            raise InputError(
                _("the IMAP server {host} refused the login: {reason}").format(
                    host=settings.imap_host, reason=self._said(error)
                ),
                _(
                    "check imap_username and imap_password; 163, 126 and QQ want the authorisation"
                    " code, and IMAP to be switched on"
                ),
            ) from None
        if client.has_capability("ID"):
            client.id_({"name": "Duban", "version": version("duban")})

    def _opened(self, client: IMAPClient) -> dict[bytes, Any]:
        try:
            folder: dict[bytes, Any] = client.select_folder(
                self._settings.imap_folder, readonly=True
            )
        except IMAPClientError as error:
            raise InputError(
                _("the folder {folder} cannot be opened: {reason}").format(
                    folder=self._settings.imap_folder, reason=self._said(error)
                ),
                _("check imap_folder"),
            ) from None
        return folder

    def _fetch(self, client: IMAPClient, validity: int, uid: int) -> Incoming:
        told = client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid, {})
        size, stamp = told.get(b"RFC822.SIZE"), told.get(b"INTERNALDATE")
        # The library gives the local time of this machine, without a zone.
        arrived = stamp.astimezone(UTC) if isinstance(stamp, datetime) else None
        large = isinstance(size, int) and size > LARGEST
        what = "BODY.PEEK[HEADER]" if large else "BODY.PEEK[]"
        found = client.fetch([uid], [what]).get(uid, {})
        content = found.get(b"BODY[HEADER]" if large else b"BODY[]")
        if not isinstance(content, bytes):
            content = None
        elif large or len(content) > LARGEST:
            content, large = header_of(content), True
        return Incoming(validity, uid, content, arrived, too_large=large)

    def _said(self, error: Exception) -> str:
        """The error's words on one line, without the password, which some servers repeat."""
        text = str(error) or type(error).__name__
        if text.startswith("b'"):
            text = text[2:-1]
        secret = self._settings.imap_password.get_secret_value()
        return one_line(text.replace(secret, "••••••") if secret else text)[:_SAID]


def _new(client: IMAPClient, last: int, now: datetime) -> list[int]:
    """The UIDs above `last`; where that is 0, of the mails of the last days before `now`."""
    if last:
        wanted: list[Any] = ["UID", f"{last + 1}:*"]
    else:
        wanted = ["SINCE", (now - timedelta(days=_FIRST_DAYS)).date()]
    # “n:*” gives the last mail even where its number is below n (RFC 9051, section 9).
    return sorted(one for one in client.search(wanted) if one > last)
