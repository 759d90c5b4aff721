"""The sender: claims a batch, renders it, marks it started, sends it, marks each mail done.

No transaction is open while mail is under way. The batch bounds how many can be in doubt; one
mail that hangs keeps no other back, and none is under way when its lease ends.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from config.settings import Settings
from notifications.content import Content
from notifications.letter import PageLinks
from notifications.outbox import Claims
from notifications.rendering import Rendered, manner_of, render
from notifications.rest import Rest
from notifications.sending_log import say_trouble
from notifications.sending_marks import Marks
from notifications.transports.base import (
    Mail,
    RecipientResult,
    SendResult,
    Transport,
    Verdict,
    same_for_all,
)
from notifications.window import SendingWindow
from workflows.database import Database
from workflows.organisation import Organisation
from workflows.tables import DeliveryStatus

_log = structlog.get_logger()

# A sender gives a mail up after this part of its lease; what is left is for recording that.
_SHARE = 2 / 3
_TOGETHER = 0.05  # seconds: what ends so close together is recorded in one transaction

_Sent = tuple[int, SendResult]


@dataclass(slots=True)
class SendReport:
    """What one run of the sender did."""

    statuses: Counter[DeliveryStatus] = field(default_factory=Counter)
    trouble: RecipientResult | None = None  # what kept every mail from going

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
        *,
        links: PageLinks | None = None,
        organisation: Organisation | None = None,
        parent: "Sender | None" = None,
    ) -> None:
        """`now` gives the current time, aware; `worker` names the process it is in. With `links`
        digests lead to the person's own page; briefings take from the `organisation` who is told
        through departments. With a `parent` it sends over channels alone, as
        the parent's own helper.

        Raises InputError where a channel of the settings cannot be used.
        """
        self._transport = transport
        self._settings = settings
        self._window = window
        self._now = now
        self._links = links
        self.worker = worker
        self.stopping = False  # set it to end `run` after the batch that is under way
        # Two commands started by cron have one name; a lease is one sender's.
        holder = f"{worker}/{secrets.token_hex(4)}"
        self.marks = Marks(
            database, settings, window, now, holder,
            by_channel=parent is not None, organisation=organisation,
            trouble=lambda: transport.trouble,
        )  # fmt: skip
        self._rest = Rest()
        self._parent = parent
        self._helper: Sender | None = None
        if settings.channels and parent is None:
            from notifications.transports.channel import ChannelTransport

            over = ChannelTransport(settings)
            self._helper = Sender(
                database, over, settings, window, now, worker,
                organisation=organisation, parent=self,
            )  # fmt: skip

    async def run(self, mails: int | None = None, seconds: float | None = None) -> SendReport:
        """Send everything that is due now, unless the mail server is being left alone; about
        `mails` at most, or what can be claimed in so many `seconds`."""
        report = await self._run(mails, seconds)
        if self._helper is not None and not self.stopping:
            report.statuses.update((await self._helper.run(mails, seconds)).statuses)
        return report

    async def hang_up(self) -> None:
        """Close what connections are idle: it is another process's turn with the mail server."""
        await self._transport.close()

    async def _run(self, mails: int | None, seconds: float | None) -> SendReport:
        report = SendReport()
        clock = asyncio.get_running_loop().time
        until = None if seconds is None else clock() + seconds

        def enough(taken: int) -> bool:
            late = until is not None and clock() >= until
            return late or (mails is not None and taken >= mails)

        if self.marks.unrecorded:  # the database was away when they had been sent
            report.statuses.update(await asyncio.to_thread(self.marks.finish, {}))
        if self._rest.lasts(self._now()):
            return report
        under_way: set[asyncio.Task[_Sent]] = set()
        try:
            await self._send_all(under_way, report, enough)
        except Exception:
            # Whatever it was: what is under way is not to be in doubt for it.
            self.marks.unrecorded |= dict(await asyncio.gather(*under_way))
            raise
        if report.trouble:
            self._say(report.trouble, await asyncio.to_thread(self.marks.hear, [report.trouble]))
        elif report.statuses.total():
            self._rest.end()
        return report

    async def _send_all(
        self,
        under_way: set[asyncio.Task[_Sent]],
        report: SendReport,
        enough: Callable[[int], bool],
    ) -> None:
        """Claim as soon as half a batch is free, and record results as soon as there are some."""
        batch, more = self._settings.send_batch, True
        results: dict[int, SendResult] = {}
        while under_way or more or results:
            stopping = self.stopping or (self._parent is not None and self._parent.stopping)
            more = more and not stopping and report.trouble is None
            more = more and not enough(report.statuses.total() + len(under_way) + len(results))
            room = batch - len(under_way)
            room *= more and 2 * room >= batch
            until = asyncio.get_running_loop().time() + _SHARE * self._settings.lease_seconds
            if results or room:
                statuses, claims = await asyncio.to_thread(self.marks.turn, results, room)
                report.statuses.update(statuses)
                results = {}
            if room:
                begun = await self._begin(claims, until, report)
                more = begun is not None
                under_way |= begun or set()
            if under_way:
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                ended, _others = await asyncio.wait(under_way, timeout=_TOGETHER)
                under_way -= ended
                results = dict(one.result() for one in ended)
                report.trouble = report.trouble or self._transport.trouble

    async def _begin(
        self, claims: Claims, until: float, report: SendReport
    ) -> set[asyncio.Task[_Sent]] | None:
        """Set going what was claimed, by `until`; None where there is nothing to do."""
        report.statuses[DeliveryStatus.SUPPRESSED] += claims.suppressed
        if not claims.found_work:
            return None
        if claims.contents and (trouble := await self._transport.ready(until)):
            report.trouble = trouble
            back = await asyncio.to_thread(self.marks.put_back, claims.contents, trouble)
            report.statuses[DeliveryStatus.QUEUED] += back
            return None
        rendered = await asyncio.to_thread(self._render, claims.contents)
        ours = await asyncio.to_thread(self.marks.start, rendered)
        return {
            asyncio.create_task(
                self._send_one(
                    one,
                    rendered[one.delivery_id],
                    until,
                    claims.channels[one.delivery_id],
                )
            )
            for one in claims.contents
            if one.delivery_id in ours
        }

    async def _send_one(
        self, content: Content, rendered: Rendered, until: float, channel: str
    ) -> _Sent:
        delivery_id = content.delivery_id
        mail = Mail(self._settings.mail_from, (content.address,), rendered.content, channel)
        try:
            return delivery_id, await self._transport.send(mail, until)
        except Exception as error:
            # A fault of ours: nobody knows how far it came, and the others go on.
            _log.exception("mail not sent", delivery=delivery_id)
            doubt = RecipientResult(Verdict.DOUBTFUL, 0, f"{type(error).__name__}: {error}")
            return delivery_id, same_for_all(mail, doubt)

    def _say(self, trouble: RecipientResult, until: datetime | None) -> None:
        """Once for a run, not for each mail. `until` is how long the carrier itself rests."""
        again = self._rest.begin(self._now())
        again = max(again, until or again).astimezone(self._window.zone)
        say_trouble(trouble, again)

    def _render(self, contents: list[Content]) -> dict[int, Rendered]:
        now = self._now().astimezone(self._window.zone)
        sender, manner = self._settings.mail_from, manner_of(self._settings)
        rendered, broken = {}, {}
        for content in contents:
            try:
                rendered[content.delivery_id] = render(
                    content, now, sender, self._links, manner=manner
                )
            except Exception as error:
                # One mail that cannot be written must not keep back the others.
                _log.exception("mail cannot be rendered", delivery=content.delivery_id)
                broken[content.delivery_id] = f"{type(error).__name__}: {error}"
        if broken:
            self.marks.broken(broken)
        return rendered


def make_transport(settings: Settings, *, durable: bool = True) -> Transport:
    """The transport that the settings ask for. Raises InputError where it cannot work.

    Mails written to disk survive a power cut, unless they are not to be `durable`.
    """
    from notifications.transports.maildir import MaildirTransport
    from notifications.transports.smtp import SmtpTransport

    if settings.smtp_host:
        return SmtpTransport(settings)
    return MaildirTransport(settings.maildir, durable=durable)
