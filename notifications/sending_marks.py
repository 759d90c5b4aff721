"""What a sender reads and writes down: claims, begun and ended mails, each in a short transaction.

What was sent is recorded together with the next claim, where all of it was taken.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from config.settings import Settings
from notifications.carriers.limiter import Limiter
from notifications.carriers.replies import Meaning
from notifications.content import Content
from notifications.form_files import with_empty_forms
from notifications.outbox import Claims, Started, claim, mark_started
from notifications.outcomes import mark_broken, mark_finished, put_back
from notifications.rendering import Rendered
from notifications.sending_log import say_refused
from notifications.transports.base import RecipientResult, SendResult, Verdict
from notifications.window import SendingWindow
from workflows.database import Database
from workflows.organisation import Organisation
from workflows.tables import DeliveryStatus


class Marks:
    """The record as one sender keeps it, under leases of the name `holder`, which is its alone."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        window: SendingWindow,
        now: Callable[[], datetime],
        holder: str,
        *,
        by_channel: bool,
        organisation: Organisation | None,
        trouble: Callable[[], RecipientResult | None],
    ) -> None:
        """`now` gives the current time, aware; `trouble` what keeps every mail from going. Only
        what goes by mail is taken, or with `by_channel` only what goes over a channel."""
        self._database = database
        self._settings = settings
        self._window = window
        self._now = now
        self._holder = holder
        self._by_channel = by_channel
        self._organisation = organisation
        self._trouble = trouble
        self._limiter = Limiter(settings, by_mail=not by_channel)
        self.unrecorded: dict[int, SendResult] = {}  # sent, and not yet marked

    def turn(
        self, sent: Mapping[int, SendResult], room: int
    ) -> tuple[list[DeliveryStatus], Claims]:
        """Record what was sent, and claim up to `room` deliveries: in one transaction, unless
        something was refused, which may mean to go slower."""
        if not (sent and room and _all_taken(sent)):
            statuses = self.finish(sent) if sent else []
            return statuses, self.claim(room) if room else Claims()
        self.unrecorded |= sent
        try:
            with self._database.write(shared=not self._limiter.counts) as session:
                statuses = self._mark(session)
                claims = self._take(session, room)
        except Exception:
            self.finish({})  # a claim that fails is not to put these in doubt
            raise
        self.unrecorded = {}
        return statuses, claims

    def claim(self, limit: int | None = None) -> Claims:
        """Take up to `limit` deliveries, by default a batch, and no more than the carrier does."""
        with self._database.write(shared=not self._limiter.counts) as session:
            return self._take(session, limit or self._settings.send_batch)

    def put_back(self, contents: Sequence[Content], trouble: RecipientResult) -> int:
        """Queue what was claimed again, since no mail can go; return how many."""
        with self._database.write() as session:
            ids = [one.delivery_id for one in contents]
            back = put_back(session, ids, trouble, self._holder)
            self._limiter.give_back(session, self._now(), back)
            return back

    def broken(self, faults: Mapping[int, str]) -> None:
        """Close what could not be rendered."""
        with self._database.write() as session:
            mark_broken(session, faults, self._holder)
            self._limiter.give_back(session, self._now(), len(faults))

    def start(self, rendered: Mapping[int, Rendered]) -> set[int]:
        """Mark that the transport is about to be asked; return the ids that are still ours."""
        started = [Started(key, one.subject, one.body_hash) for key, one in rendered.items()]
        with self._database.write(shared=not self._limiter.counts) as session:
            ours = mark_started(session, started, self._now(), self._window, self._holder)
            self._limiter.give_back(session, self._now(), len(started) - len(ours))
            return ours

    def finish(self, sent: Mapping[int, SendResult]) -> list[DeliveryStatus]:
        """Record what was sent, and what could not be recorded before."""
        self.unrecorded |= sent
        results = self.unrecorded
        # What was refused changes more than the mail's own rows.
        shared = _all_taken(results) and not self._limiter.counts
        answers = [one for result in results.values() for one in result.values()]
        with self._database.write(shared=shared) as session:
            statuses = self._mark(session)
            # Faults of the server or the settings: their mails were not taken.
            faults = sum(one.general and one.meaning is not Meaning.FREQUENCY for one in answers)
            self._limiter.give_back(session, self._now(), faults)
        self.unrecorded = {}
        self.hear(answers)
        say_refused(results, self._trouble())
        return statuses

    def hear(self, answers: Sequence[RecipientResult]) -> datetime | None:
        """Go slower where the carrier asks for it; return until when it is left alone."""
        complaint = next((one for one in answers if one.meaning is Meaning.FREQUENCY), None)
        if complaint is None:
            return None
        with self._database.write() as session:
            return self._limiter.complain(session, self._now(), complaint.text)

    def _take(self, session: Session, limit: int) -> Claims:
        settings, now = self._settings, self._now()
        room = self._limiter.room(session, now, limit)
        if not room:
            return Claims()
        claims = claim(
            session,
            now,
            self._window,
            limit=room,
            lease=timedelta(seconds=settings.lease_seconds),
            worker=self._holder,
            channels=settings.channels,
            by_channel=self._by_channel,
            organisation=self._organisation,
        )
        self._limiter.take(session, now, len(claims.contents))
        if settings.attach_forms and not self._by_channel:  # channels take no files
            claims.contents = with_empty_forms(session, claims.contents)
        return claims

    def _mark(self, session: Session) -> list[DeliveryStatus]:
        return mark_finished(
            session,
            self.unrecorded,
            self._now(),
            self._settings.in_doubt,
            self._holder,
            self._settings.fallback_channel,
        )


def _all_taken(results: Mapping[int, SendResult]) -> bool:
    answers = (one for result in results.values() for one in result.values())
    return all(one.verdict is Verdict.ACCEPTED for one in answers)
