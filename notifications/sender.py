"""The sender: claims a batch, renders it, marks it started, sends it, marks it done.

No transaction is open while mail is under way. The batch bounds how many can be in doubt.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from config.settings import Settings
from notifications.content import Content
from notifications.outbox import (
    Claims,
    Started,
    claim,
    mark_broken,
    mark_finished,
    mark_started,
    sweep,
)
from notifications.rendering import Rendered, render
from notifications.transports.base import Mail, SendResult, Transport
from notifications.window import SendingWindow
from workflows.database import Database
from workflows.tables import DeliveryStatus

_log = structlog.get_logger()


@dataclass(slots=True)
class SendReport:
    """What one run of the sender did."""

    statuses: Counter[DeliveryStatus] = field(default_factory=Counter)

    @property
    def sent(self) -> int:
        """How many mails were accepted."""
        return self.statuses[DeliveryStatus.DONE]


class Sender:
    """Empties the outbox through one transport."""

    def __init__(
        self,
        database: Database,
        transport: Transport,
        settings: Settings,
        window: SendingWindow,
        now: Callable[[], datetime],
        worker: str,
    ) -> None:
        """`now` gives the current time, aware; `worker` names the process it is in."""
        self._database = database
        self._transport = transport
        self._settings = settings
        self._window = window
        self._now = now
        self.worker = worker
        self.stopping = False  # set it to end `run` after the batch that is under way
        # Two commands started by cron have one name; a lease is one sender's.
        self._holder = f"{worker}/{secrets.token_hex(4)}"
        self._unrecorded: dict[int, SendResult] = {}  # sent, and not yet marked

    async def run(self) -> SendReport:
        """Send everything that is due now, batch by batch."""
        report = SendReport()
        if self._unrecorded:  # the database was away when they had been sent
            report.statuses.update(await asyncio.to_thread(self._finish, {}))
        await asyncio.to_thread(self._sweep)
        while not self.stopping:
            claims = await asyncio.to_thread(self._claim)
            report.statuses[DeliveryStatus.SUPPRESSED] += claims.suppressed
            if not claims.found_work:
                break
            await self._send_batch(claims.contents, report)
        return report

    async def _send_batch(self, contents: list[Content], report: SendReport) -> None:
        rendered = await asyncio.to_thread(self._render, contents)
        ours = await asyncio.to_thread(self._start, rendered)
        mails = {key: mail for key, mail in rendered.items() if key in ours}
        results = await asyncio.gather(*(self._send_one(one) for one in mails.values()))
        statuses = await asyncio.to_thread(self._finish, dict(zip(mails, results, strict=True)))
        report.statuses.update(statuses)

    async def _send_one(self, rendered: Rendered) -> SendResult:
        mail = Mail(self._settings.mail_from, (str(rendered.message["To"]),), rendered.message)
        return await self._transport.send(mail)

    def _sweep(self) -> None:
        with self._database.write() as session:
            swept = sweep(session, self._now(), self._settings.in_doubt)
        if swept:
            _log.warning("leases expired", deliveries=swept)

    def _claim(self) -> Claims:
        with self._database.write() as session:
            return claim(
                session,
                self._now(),
                self._window,
                limit=self._settings.send_batch,
                lease=timedelta(seconds=self._settings.lease_seconds),
                worker=self._holder,
            )

    def _render(self, contents: list[Content]) -> dict[int, Rendered]:
        now = self._now().astimezone(self._window.zone)
        rendered, broken = {}, {}
        for content in contents:
            try:
                rendered[content.delivery_id] = render(content, now, self._settings.mail_from)
            except Exception as error:
                # One mail that cannot be written must not keep back the others.
                _log.exception("mail cannot be rendered", delivery=content.delivery_id)
                broken[content.delivery_id] = f"{type(error).__name__}: {error}"
        if broken:
            with self._database.write() as session:
                mark_broken(session, broken, self._holder)
        return rendered

    def _start(self, rendered: dict[int, Rendered]) -> set[int]:
        started = [Started(key, one.subject, one.body_hash) for key, one in rendered.items()]
        with self._database.write() as session:
            return mark_started(session, started, self._now(), self._window, self._holder)

    def _finish(self, sent: dict[int, SendResult]) -> list[DeliveryStatus]:
        results = self._unrecorded = self._unrecorded | sent
        with self._database.write() as session:
            statuses = mark_finished(
                session, results, self._now(), self._settings.in_doubt, self._holder
            )
        self._unrecorded = {}
        for delivery_id, result in results.items():
            for address, one in result.items():
                if one.code >= 400 or not one.code:
                    _log.warning(
                        "mail not accepted",
                        delivery=delivery_id,
                        address=address,
                        verdict=one.verdict.value,
                        code=one.code,
                        text=one.text,
                    )
        return statuses


def make_transport(settings: Settings) -> Transport:
    """The transport that the settings ask for. Raises InputError where it cannot work."""
    from notifications.transports.maildir import MaildirTransport
    from notifications.transports.smtp import SmtpTransport

    if settings.smtp_host:
        return SmtpTransport(settings)
    return MaildirTransport(settings.maildir)
