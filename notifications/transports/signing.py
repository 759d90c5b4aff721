"""DKIM (RFC 6376): signs each mail as it is transmitted, where a key is set."""

import logging
import re
from collections.abc import Callable
from pathlib import Path

from config.errors import InputError
from config.files import is_private, read_bounded, shown_path, unreadable
from config.i18n import _
from config.settings import Settings

Sign = Callable[[bytes], bytes]

_KEY_BYTES = 65_536
_WEAKEST = 1024  # bits; RFC 8301, section 3.2
# RFC 6376, section 5.4.1
_SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type",
    b"content-transfer-encoding", b"auto-submitted", b"reply-to", b"cc",
)  # fmt: skip
_SILENT = logging.getLogger("duban.dkim")  # the library's default writes debug lines to stderr


def signer(settings: Settings) -> Sign | None:
    """What puts a signature before a mail whose lines end with CRLF; None where no key is set.

    Raises InputError where the key cannot be used.
    """
    if settings.dkim_key_file is None:
        return None
    import dkim  # it takes its time, and few use it

    key = _read_key(settings.dkim_key_file)
    domain, selector = settings.dkim_domain.encode(), settings.dkim_selector.encode()

    def sign(mail: bytes) -> bytes:
        # Each header once more than it is there, as section 5.4.2 has it, so that no other can be
        # put above it. Headers may be folded anew on the way; of the body every byte counts.
        header: bytes = dkim.sign(
            mail, selector, domain, key,
            canonicalize=(b"relaxed", b"simple"),
            include_headers=[*_SIGNED, *_SIGNED],
            logger=_SILENT,
        )  # fmt: skip
        return re.sub(rb"\r?\n", b"\r\n", header) + mail

    return sign


def _read_key(file: Path) -> bytes:
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key

    content = read_bounded(file, _KEY_BYTES)
    try:
        private = is_private(file)
    except OSError as error:
        raise unreadable(file, error) from None
    if not private:
        raise InputError(
            _("others can read {file}").format(file=shown_path(file)),
            _("run: chmod 600 {file}").format(file=shown_path(file)),
        )
    try:
        modulus = parse_pem_private_key(content)["modulus"]
    except (UnparsableKeyError, KeyError, ValueError, TypeError, IndexError):
        raise InputError(
            _("{file} holds no RSA key in PEM form").format(file=shown_path(file)),
            _("make one: openssl genrsa -out {file} 2048").format(file=shown_path(file)),
        ) from None
    if modulus.bit_length() < _WEAKEST:
        raise InputError(
            _("the key in {file} is shorter than {bits} bits: nobody would believe it").format(
                file=shown_path(file), bits=_WEAKEST
            ),
            _("make one: openssl genrsa -out {file} 2048").format(file=shown_path(file)),
        )
    return content
