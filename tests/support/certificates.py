"""Certificates for servers in tests, by an authority of their own."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import trustme


@dataclass(slots=True)
class Certificates:
    """A throw-away authority; `issue` gives a server's TLS context."""

    authority: trustme.CA = field(default_factory=trustme.CA)

    def server_context(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """The context of a server with those names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self.authority.issue_cert(
            *(names or ("localhost", "127.0.0.1")),
            not_after=datetime(2021, 12, 31, tzinfo=UTC) if expired else None,
        )
        certificate.configure_cert(context)
        return context

    def write_ca(self, folder: Path) -> Path:
        """The authority's certificate as a file, for `smtp_ca_file` and `imap_ca_file`."""
        file = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(file))
        return file
