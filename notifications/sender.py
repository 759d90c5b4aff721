"""The sender: claims a batch, renders it, marks it started, sends it, marks each mail done.

No transaction is open while mail is under way. The batch bounds how many can be in doubt; one
mail that hangs keeps no other back, and none is under way when its lease ends.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from config.settings import Settings
from notifications.carriers.limiter import Limiter
from notifications.carriers.replies import Meaning
from notifications.content import Content
from notifications.form_files import with_empty_forms
from notifications.letter import PageLinks
from notifications.outbox import Claims, Started, claim, mark_started
from notifications.outcomes import mark_broken, mark_finished, put_back
from notifications.rendering import Rendered, manner_of, render
from notifications.rest import Rest
from notifications.sending_log import say_refused, say_trouble
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
        self._database = database
        self._transport = transport
        self._settings = settings
        self._window = window
        self._now = now
        self._links = links
        self._organisation = organisation
        self.worker = worker
        self.stopping = False  # set it to end `run` after the batch that is under way
        # Two commands started by cron have one name; a lease is one sender's.
        self._holder = f"{worker}/{secrets.token_hex(4)}"
        self._unrecorded: dict[int, SendResult] = {}  # sent, and not yet marked
        self._rest = Rest()
        self._limiter = Limiter(settings, by_mail=parent is None)
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

    async def _run(self, mails: int | None, seconds: float | None) -> SendReport:
        report = SendReport()
        clock = asyncio.get_running_loop().time
        until = None if seconds is None else clock() + seconds

        def enough(taken: int) -> bool:
            late = until is not None and clock() >= until
            return late or (mails is not None and taken >= mails)

        if self._unrecorded:  # the database was away when they had been sent
            report.statuses.update(await asyncio.to_thread(self._finish, {}))
        if self._rest.lasts(self._now()):
            return report
        under_way: set[asyncio.Task[_Sent]] = set()
        try:
            await self._send_all(under_way, report, enough)
        except Exception:
            # Whatever it was: what is under way is not to be in doubt for it.
            self._unrecorded |= dict(await asyncio.gather(*under_way))
            raise
        if report.trouble:
            self._say(report.trouble, await asyncio.to_thread(self._hear, [report.trouble]))
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
        while under_way or more:
            stopping = self.stopping or (self._parent is not None and self._parent.stopping)
            more = more and not stopping and report.trouble is None
            more = more and not enough(report.statuses.total() + len(under_way))
            room = batch - len(under_way)
            if more and 2 * room >= batch:
                begun = await self._begin(room, report)
                more = begun is not None
                under_way |= begun or set()
            if under_way:
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                ended, _others = await asyncio.wait(under_way, timeout=_TOGETHER)
                under_way -= ended
                results = dict(one.result() for one in ended)
                report.statuses.update(await asyncio.to_thread(self._finish, results))
                report.trouble = report.trouble or self._transport.trouble

    async def _begin(self, room: int, report: SendReport) -> set[asyncio.Task[_Sent]] | None:
        """Take up to `room` deliveries and set them going; None where there is nothing to do."""
        until = asyncio.get_running_loop().time() + _SHARE * self._settings.lease_seconds
        claims = await asyncio.to_thread(self._claim, room)
        report.statuses[DeliveryStatus.SUPPRESSED] += claims.suppressed
        if not claims.found_work:
            return None
        if claims.contents and (trouble := await self._transport.ready(until)):
            report.trouble = trouble
            back = await asyncio.to_thread(self._put_back, claims.contents, trouble)
            report.statuses[DeliveryStatus.QUEUED] += back
            return None
        rendered = await asyncio.to_thread(self._render, claims.contents)
        ours = await asyncio.to_thread(self._start, rendered)
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

    def _claim(self, limit: int | None = None) -> Claims:
        with self._database.write(shared=not self._limiter.counts) as session:
            now = self._now()
            room = self._limiter.room(session, now, limit or self._settings.send_batch)
            if not room:
                return Claims()
            claims = claim(
                session,
                now,
                self._window,
                limit=room,
                lease=timedelta(seconds=self._settings.lease_seconds),
                worker=self._holder,
                channels=self._settings.channels,
                by_channel=self._parent is not None,
                organisation=self._organisation,
            )
            self._limiter.take(session, now, len(claims.contents))
            if self._settings.attach_forms and self._parent is None:  # channels take no files
                claims.contents = with_empty_forms(session, claims.contents)
            return claims

    def _put_back(self, contents: list[Content], trouble: RecipientResult) -> int:
        with self._database.write() as session:
            ids = [one.delivery_id for one in contents]
            back = put_back(session, ids, trouble, self._holder)
            self._limiter.give_back(session, self._now(), back)
            return back

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
            with self._database.write() as session:
                mark_broken(session, broken, self._holder)
                self._limiter.give_back(session, self._now(), len(broken))
        return rendered

    def _start(self, rendered: dict[int, Rendered]) -> set[int]:
        started = [Started(key, one.subject, one.body_hash) for key, one in rendered.items()]
        with self._database.write(shared=not self._limiter.counts) as session:
            ours = mark_started(session, started, self._now(), self._window, self._holder)
            self._limiter.give_back(session, self._now(), len(started) - len(ours))
            return ours

    def _finish(self, sent: dict[int, SendResult]) -> list[DeliveryStatus]:
        results = self._unrecorded = self._unrecorded | sent
        answers = [one for result in results.values() for one in result.values()]
        # What was refused changes more than the mail's own rows.
        taken = all(one.verdict is Verdict.ACCEPTED for one in answers)
        with self._database.write(shared=taken and not self._limiter.counts) as session:
            statuses = mark_finished(
                session,
                results,
                self._now(),
                self._settings.in_doubt,
                self._holder,
                self._settings.fallback_channel,
            )
            # Faults of the server or the settings: their mails were not taken.
            faults = sum(one.general and one.meaning is not Meaning.FREQUENCY for one in answers)
            self._limiter.give_back(session, self._now(), faults)
        self._unrecorded = {}
        self._hear(answers)
        say_refused(results, self._transport.trouble)
        return statuses

    def _hear(self, answers: list[RecipientResult]) -> datetime | None:
        """Go slower where the carrier asks for it; return until when it is left alone."""
        complaint = next((one for one in answers if one.meaning is Meaning.FREQUENCY), None)
        if complaint is None:
            return None
        with self._database.write() as session:
            return self._limiter.complain(session, self._now(), complaint.text)


def make_transport(settings: Settings, *, durable: bool = True) -> Transport:
    """The transport that the settings ask for. Raises InputError where it cannot work.

    Mails written to disk survive a power cut, unless they are not to be `durable`.
    """
    from notifications.transports.maildir import MaildirTransport
    from notifications.transports.smtp import SmtpTransport

    if settings.smtp_host:
        return SmtpTransport(settings)
    return MaildirTransport(settings.maildir, durable=durable)
