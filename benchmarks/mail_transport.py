"""Our SMTP alone: messages that are ready made, over a pool of connections."""

import asyncio
from collections.abc import Sequence

from benchmarks.mail_references import CONNECTIONS
from benchmarks.measured import timed
from config.settings import Settings, SmtpSecurity
from notifications.transports.base import Mail
from notifications.transports.smtp import SmtpTransport


def transport_time(wire: Sequence[bytes], port: int) -> float:
    """Seconds for all of these messages, from the first greeting to the last QUIT."""
    settings = Settings(
        mail_from="duban@example.org",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=SmtpSecurity.NONE,
        smtp_connections=CONNECTIONS,
    )
    mails = [Mail(settings.mail_from, ("unit@example.org",), one) for one in wire]

    async def run() -> None:
        transport = SmtpTransport(settings)

        async def send(part: Sequence[Mail]) -> None:
            for mail in part:
                (result,) = (await transport.send(mail)).values()
                assert result.code == 250, result

        await asyncio.gather(*(send(mails[n::CONNECTIONS]) for n in range(CONNECTIONS)))
        await transport.close()

    return timed(lambda: asyncio.run(run()))
