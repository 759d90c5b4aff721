"""Reads what has come in: each mail once, in a transaction of its own.

One that cannot be understood is kept with a note and stops no other.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import DubanError
from config.i18n import _
from config.plain_text import single_line, without_controls
from config.settings import Settings
from notifications.inbox.bounces import is_bounce
from notifications.inbox.large_links import large_links
from notifications.inbox.phrases import is_automatic
from notifications.inbox.received import Received, split_page, take_apart
from notifications.inbox.returned import settle_returned
from notifications.inbox.senders import is_our_own, sender_of
from notifications.inbox.sources import Incoming, Source
from notifications.inbox.understanding import Guess, understand
from workflows.database import Database
from workflows.organisation import Organisation
from workflows.tables import InboxKind, InboxMail, InboxPlace, InboxStatus
from workflows.uploads import keep_stream

_BODY, _NOTE = 4000, 1000  # characters that are kept
_FILES = 100
_DONE = InboxStatus.DONE


@dataclass(slots=True)
class Reading:
    """What one reading brought: the mails that were new."""

    mails: list[InboxMail] = field(default_factory=list)

    @property
    def waiting(self) -> list[InboxMail]:
        """Those that a person has to look at."""
        return [one for one in self.mails if one.status is InboxStatus.WAITING]


class Reader:
    """Reads the office's mailboxes. `now` gives the current time, aware."""

    def __init__(
        self,
        database: Database,
        organisation: Organisation,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._organisation = database, organisation
        self._settings, self._now = settings, now

    def read(self, source: Source, stopping: Callable[[], bool] = lambda: False) -> Reading:
        """Read what is new in `source`, until `stopping` says so between two mails.

        Raises InputError or StateError where the source cannot be reached or read.
        """
        reading = Reading()
        with self._database.read() as session:
            place = session.get(InboxPlace, source.name)
        known = (place.uid_validity, place.last_uid) if place is not None else (0, 0)
        for incoming in source.mails(known, self._now()):
            mail = self._take(source.name, incoming)
            if mail is not None:
                reading.mails.append(mail)
            if stopping():
                break
        return reading

    def _take(self, source: str, incoming: Incoming) -> InboxMail | None:
        """Keep what one mail says; None where it was read before, or has gone meanwhile."""
        row = None
        if incoming.content is not None:
            mail = take_apart(incoming.content, incoming.arrived)
            with self._database.read() as session:
                new = not _is_known(session, mail.fingerprint)
                draft = self._draft(session, source, mail, incoming) if new else None
            if draft is not None and draft.status is InboxStatus.WAITING:
                self._keep_files(draft, mail)  # a slow disk keeps nobody else from writing
            row = draft
        with self._database.write() as session:
            if row is not None and _is_known(session, row.fingerprint):
                row = None  # another reader was faster
            if row is not None:
                session.add(row)
                if row.kind is InboxKind.BOUNCE:
                    settle_returned(session, row, mail, self._now())
            _advance(session, source, incoming)
            session.flush()
        return row

    def _draft(
        self, session: Session, source: str, mail: Received, incoming: Incoming
    ) -> InboxMail:
        now = self._now()
        today = now.astimezone(self._settings.zone).date()
        sent = min(mail.sent_at or now, now)
        row = InboxMail(
            source=source,
            fingerprint=mail.fingerprint,
            message_id=single_line(mail.message_id)[:500],
            sender=mail.sender,
            subject=mail.subject,
            sent_at=sent,
            recorded_at=now,
            kind=InboxKind.OTHER,
            status=_DONE,
            body=without_controls(split_page(mail.text)[0])[:_BODY],
            note=single_line(mail.fault)[:_NOTE],
            links=large_links(mail, sent.astimezone(self._settings.zone).date()),
        )
        if incoming.too_large:
            row.note = _("larger than 50 MB: its files were not read")
        if is_our_own(session, mail.message_id) or mail.sender == self._settings.mail_from.lower():
            row.note = _("a mail of our own")
            return row
        if is_bounce(mail):
            row.kind = InboxKind.BOUNCE
            return row
        if is_automatic(mail):
            row.kind = InboxKind.AUTOMATIC
            return row
        sender = sender_of(session, self._organisation, mail.sender, mail.answers, today)
        broken = bool(mail.fault) or incoming.too_large
        guess = understand(mail, sender)
        if broken:
            waits = InboxStatus.WAITING if sender.known else _DONE
            guess = Guess(InboxKind.OTHER, waits, guess.about)
        row.kind, row.status = guess.kind, guess.status
        row.unit_id, row.assignments = sender.unit_id, list(guess.about)
        if not sender.known and row.status is InboxStatus.WAITING:
            row.note = _("the sender is no contact of any unit")
        row.note = single_line(f"{row.note} {guess.note}".strip())[:_NOTE]
        return row

    def _keep_files(self, row: InboxMail, mail: Received) -> None:
        """Keep the files among the uploads; what cannot be kept is named in the note."""
        lost = []
        for one in mail.attachments[:_FILES]:
            try:
                upload = keep_stream(self._settings.uploads, io.BytesIO(one.content), one.name)
            except DubanError as error:
                lost.append(f"{one.name}: {error.message}")
            else:
                row.files = [*row.files, upload.as_data()]
        lost += [one.name for one in mail.attachments[_FILES:]]
        if lost:
            text = _("not kept: {files}").format(files=_(", ").join(lost))
            row.note = single_line(f"{row.note} {text}".strip())[:_NOTE]


def _is_known(session: Session, fingerprint: str) -> bool:
    query = select(col(InboxMail.id)).where(InboxMail.fingerprint == fingerprint)
    return session.exec(query).first() is not None


def _advance(session: Session, source: str, incoming: Incoming) -> None:
    """Remember how far the source has been read."""
    place = session.get(InboxPlace, source)
    if place is None:
        place = InboxPlace(source=source, uid_validity=incoming.validity, last_uid=0)
    if place.uid_validity != incoming.validity:
        place.uid_validity, place.last_uid = incoming.validity, 0
    place.last_uid = max(place.last_uid, incoming.number)
    session.add(place)
