"""The secure connection to the IMAP server: whose word is taken for it, and what is said where it
cannot be made."""

import ssl

from config.errors import InputError
from config.i18n import _
from config.settings import Settings

# OpenSSL's X509_V_ERR_…: not yet valid, expired; the host's name, its address differs
_EXPIRED, _OTHER_NAME = {9, 10}, {62, 64}


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Certificate and host name are always verified; `imap_ca_file` adds authorities, as that of
    an office's own network. Raises InputError where it cannot be used."""
    context = ssl.create_default_context()
    if settings.imap_ca_file is not None:
        try:
            context.load_verify_locations(settings.imap_ca_file)
        except OSError as error:
            raise InputError(
                _("imap_ca_file: cannot use {file}: {reason}").format(
                    file=settings.imap_ca_file, reason=error.strerror or error
                ),
                _("name a file with the authority's certificate in PEM form"),
            ) from None
    return context


def tls_fault(host: str, error: ssl.SSLError, said: str) -> InputError:
    """Why there is no secure connection to `host`; `said` are the error's words on one line."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return InputError(
            _("no secure connection to {host}: {reason}").format(host=host, reason=said),
            _("check imap_host and imap_port; the usual port of tls is 993"),
        )
    if error.verify_code in _EXPIRED:
        mend = _("have the server's certificate renewed, and check this machine's date")
    elif error.verify_code in _OTHER_NAME:
        mend = _("set imap_host to the name that the certificate is for")
    else:
        mend = _("set imap_ca_file to the certificate of the authority that vouches for it")
    return InputError(
        _("the certificate of {host} is not accepted: {reason}").format(
            host=host, reason=error.verify_message
        ),
        mend,
    )
