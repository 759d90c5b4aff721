"""What the office makes of the mails that wait: confirmed as what they seem, or dismissed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from config.errors import InputError, StateError
from config.i18n import _
from notifications.inbox.returned import confirm_returned
from notifications.inbox.secret_links import without_secrets
from workflows.answering import acknowledge
from workflows.handing_in import Deed, name_of, submit
from workflows.naming import Named, find_assignment, find_named
from workflows.states import OWING
from workflows.tables import Assignment, InboxKind, InboxMail, InboxStatus


class As(StrEnum):
    """What a mail is confirmed as."""

    SEEN = "seen"
    SUBMITTED = "submitted"


_AS = {InboxKind.ACKNOWLEDGEMENT: As.SEEN, InboxKind.SUBMISSION: As.SUBMITTED}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirms, when (`now` is aware), and what the mail is: by default what it seems."""

    actor: str
    now: datetime
    sort: As | None = None
    names: Sequence[str] = ()  # of assignments; '' or none: those that the mail seems to be about
    missing: Sequence[str] | None = None


def list_mails(session: Session, *, every: bool = False) -> Sequence[InboxMail]:
    """The mails that wait, oldest first; with `every` all that were read."""
    query = select(InboxMail).order_by(col(InboxMail.id))
    if not every:
        query = query.where(InboxMail.status == InboxStatus.WAITING)
    return session.exec(query).all()


def confirm(session: Session, number: int, how: Confirmation) -> list[Assignment] | str:
    """Take mail `number` for what it seems, or for what `how` says; return what was changed: of a
    returned mail the address that it came back from.

    It counts from when the mail was sent, never later than now. Raises StateError where nothing
    waits under that number or nothing is left to be done, InputError where it is not clear what
    the mail is, or what it is about.
    """
    mail = _waiting(session, number)
    if mail.kind is InboxKind.BOUNCE and how.sort is None:
        address = confirm_returned(session, mail, how.now)
        _decide(mail, InboxStatus.CONFIRMED, how.actor, how.now)
        return address
    sort = how.sort or _AS.get(mail.kind)
    if sort is None:
        raise InputError(
            _("mail {number}: it is not clear what it says").format(number=number),
            _("add --as seen or --as submitted, or dismiss it"),
        )
    if how.missing and sort is As.SEEN:
        raise InputError(
            _("--missing says what of a hand-in has not come"), _("leave it away with --as seen")
        )
    about = _about(session, mail, how.names)
    if not about:
        raise InputError(
            _("mail {number}: it is not clear what it is about").format(number=number),
            _("name it with --for campaign/milestone/unit"),
        )
    at = min(mail.sent_at or mail.recorded_at, how.now)
    note = without_secrets(mail.subject)  # an older program may have kept it with a link
    deed = Deed(how.actor, at, how.now, note, data={"via": "mail", "mail": number})
    if sort is As.SEEN:
        changed = _seen(session, about, deed, number)
    else:
        changed = _submitted(session, mail, about, deed, how)
    _decide(mail, InboxStatus.CONFIRMED, how.actor, how.now)
    mail.assignments = [one.id or 0 for one in changed]
    session.add(mail)
    return changed


def dismiss(session: Session, number: int, actor: str, now: datetime, why: str = "") -> InboxMail:
    """Decide that mail `number` asks for nothing. Raises StateError where it does not wait."""
    mail = _waiting(session, number)
    _decide(mail, InboxStatus.DISMISSED, actor, now)
    if why:
        mail.note = f"{mail.note} {why}".strip()
    session.add(mail)
    return mail


def _decide(mail: InboxMail, status: InboxStatus, actor: str, now: datetime) -> None:
    mail.status, mail.decided_by, mail.decided_at = status, actor, now


def _waiting(session: Session, number: int) -> InboxMail:
    mail = session.get(InboxMail, number)
    if mail is None or mail.status is not InboxStatus.WAITING:
        raise StateError(
            _("no mail waits under the number {number}").format(number=number),
            _("see “duban inbox list”"),
        )
    return mail


def _about(session: Session, mail: InboxMail, names: Sequence[str]) -> list[Assignment]:
    found = [session.get(Assignment, one) for one in mail.assignments]
    candidates = [one for one in found if one is not None]
    if not names:
        return candidates
    named = [
        find_assignment(session, name) if "/" in name else _among(candidates, name)
        for name in names
    ]
    return list({one.id: one for one in named}.values())


def _among(candidates: Sequence[Assignment], text: str) -> Assignment:
    """The candidate that `text` names by its title or a part of its name."""
    known = [Named(name_of(one), (one.title, one.milestone_id)) for one in candidates]
    wanted = find_named(text, known, _("assignment"))
    return next(one for one in candidates if name_of(one) == wanted)


def _seen(
    session: Session, about: Sequence[Assignment], deed: Deed, number: int
) -> list[Assignment]:
    """Those of several that have been settled or seen meanwhile are left as they are."""
    new = [one for one in about if one.state in OWING and one.acknowledged_at is None]
    if not new:
        raise StateError(
            _("mail {number}: what it is about is settled, or known to be seen").format(
                number=number
            ),
            _("dismiss it, or name another with --for"),
        )
    for one in new:
        acknowledge(session, one, deed)
    return new


def _submitted(
    session: Session,
    mail: InboxMail,
    about: Sequence[Assignment],
    deed: Deed,
    how: Confirmation,
) -> list[Assignment]:
    if len(about) > 1 and not how.names:
        raise InputError(
            _("mail {number} may be about several").format(number=mail.id),
            _("name one with --for: {names}").format(
                names=_(", ").join(name_of(one) for one in about[:8])
            ),
        )
    data = {**deed.data, **({"files": mail.files} if mail.files else {})}
    own = Deed(deed.actor, deed.at, deed.now, deed.note, data=data)
    for one in about:
        submit(session, one, own, missing=how.missing)
    return list(about)
