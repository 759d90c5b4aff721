"""What the doctor says of a sample office."""

from typing import Any

from pydantic import SecretStr

from config.settings import SmtpSecurity
from scheduler.doctor.examination import examine
from scheduler.doctor.finding import Finding, Level
from scheduler.office import Office
from tests.support.office import SampleOffice
from tests.support.smtp import MailServer


def findings(office: SampleOffice, send_test: str | None = None, **settings: Any) -> list[Finding]:
    """What the doctor says of the office with other settings."""
    changed = office.settings.model_copy(update=settings)
    return list(examine(Office(changed, office.clock), send_test))


def ill(office: SampleOffice, **settings: Any) -> dict[str, tuple[Level, str, str]]:
    """What is not well, by check."""
    return {
        one.check: (one.level, one.message, one.mend)
        for one in findings(office, **settings)
        if one.level is not Level.OK
    }


def reaching(server: MailServer, **others: Any) -> dict[str, Any]:
    """Settings that lead to that server, which wants a login."""
    return {
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_security": SmtpSecurity.NONE,
        "smtp_username": "office",
        "smtp_password": SecretStr("s3cret"),
        "smtp_timeout": 5.0,
        **others,
    }
