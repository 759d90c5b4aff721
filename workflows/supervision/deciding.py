"""What people do with drafted supervision notices: release, drop, note the receipt slip.

Who released a notice, and when its slip came back, are events of the campaigns that it speaks of.
A deed's `now` is in the office's zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.events import SUPERVISED, SUPERVISION_ANSWERED
from workflows.supervision.facts import Facts, facts_of, quiet_among
from workflows.supervision.finding import number_of, reference_of, said_by
from workflows.supervision.said import Said, hash_of
from workflows.tables import NoticeStatus, SupervisionNotice
from workflows.transitions import Deed, append_campaign_event
from workflows.words import word


@dataclass(frozen=True, slots=True)
class Looked:
    """A notice looked at again: by name what of it is still owed and to be asked for, and what is
    settled (handed in, reached, extended). What rests or is silenced is neither."""

    owed: frozenset[str]
    settled: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """A notice at its release: titles of what was settled, and of what has come to rest or was
    silenced, since it was drafted; and of what is overdue since, which it does not speak of."""

    settled: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    arisen: tuple[str, ...] = ()

    @property
    def gone(self) -> tuple[str, ...]:
        """What it would ask for in vain."""
        return (*self.settled, *self.quiet)


def check_release(
    session: Session, notice: SupervisionNotice, now: datetime, today: date, *, as_drafted: bool
) -> Checked:
    """Look again at a draft that is to be released at `now` (aware), on the office's day `today`.

    Raises StateError where it is no draft, nothing of it is owed any more, its date for an answer
    has come, or, unless it is to go `as_drafted`, where a part of it has been settled.
    """
    _require(notice, NoticeStatus.DRAFT, "release")
    anew = _("drop it and draft again: duban notice drop {number}").format(number=number_of(notice))
    if notice.answer_by <= today:
        raise StateError(
            _("{number} asks for an answer by {day}, and that day has come").format(
                number=reference_of(notice), day=notice.answer_by
            ),
            anew,
        )
    content = said_by(notice)
    facts = facts_of(session, notice.unit_id, notice.campaign_id or None, now)
    looked = _looked(session, notice, content, facts, now)
    known = set(content.names)
    checked = Checked(
        tuple(one.title for one in content.matters if one.name in looked.settled),
        tuple(
            one.title
            for one in content.matters
            if one.name not in looked.owed and one.name not in looked.settled
        ),
        tuple(one.title for one in facts.matters if one.name not in known),
    )
    if not looked.owed:
        raise StateError(
            _("nothing that {number} speaks of is owed any more").format(
                number=reference_of(notice)
            ),
            _("drop it: duban notice drop {number}").format(number=number_of(notice)),
        )
    if checked.gone and not as_drafted:
        raise StateError(
            _("settled, or left alone, since {number} was drafted: {titles}").format(
                number=reference_of(notice), titles=_(", ").join(checked.gone)
            ),
            _("{anew}; or release it with --as-drafted, the mail says what has come").format(
                anew=anew
            ),
        )
    return checked


def mark_released(
    session: Session, notice: SupervisionNotice, addresses: Sequence[str], deed: Deed
) -> list[int]:
    """Mark a checked draft as released to these addresses; return the numbers of the events that
    say so, one for each campaign that it speaks of."""
    notice.status = NoticeStatus.RELEASED
    notice.decided_at, notice.decided_by, notice.decision = deed.now, deed.actor, deed.note
    session.add(notice)
    data = {
        "notice": notice.id,
        "year": notice.year,
        "serial": notice.serial,
        "degree": notice.degree.value,
        "unit": notice.unit_id,
        "answer_by": notice.answer_by.isoformat(),
        "addresses": list(addresses),
        "content": hash_of(notice.content),
    }
    return [
        append_campaign_event(session, one.id, SUPERVISED, deed, data).id or 0
        for one in said_by(notice).campaigns
    ]


def drop(session: Session, notice: SupervisionNotice, deed: Deed) -> None:
    """Give a draft up; its number stays taken. Raises StateError where it is no draft."""
    _require(notice, NoticeStatus.DRAFT, "drop")
    notice.status = NoticeStatus.DROPPED
    notice.decided_at, notice.decided_by, notice.decision = deed.now, deed.actor, deed.note
    session.add(notice)


def answer(session: Session, notice: SupervisionNotice, deed: Deed) -> None:
    """Note that the receipt slip came back, at the deed's `at`.

    Raises StateError where the notice was not released, or its slip had come back already.
    """
    _require(notice, NoticeStatus.RELEASED, "answer")
    released = released_on(notice, deed)
    if deed.at.astimezone(deed.now.tzinfo).date() < released:
        raise InputError(
            _("it was released on {day}").format(day=released),
            _("an answer comes later: mend --on"),
        )
    notice.status = NoticeStatus.ANSWERED
    notice.answered_at, notice.answered_by, notice.answer = deed.at, deed.actor, deed.note
    session.add(notice)
    data = {
        "notice": notice.id, "year": notice.year, "serial": notice.serial, "unit": notice.unit_id,
    }  # fmt: skip
    for one in said_by(notice).campaigns:
        append_campaign_event(session, one.id, SUPERVISION_ANSWERED, deed, data)


def look_again_at(session: Session, notice: SupervisionNotice, now: datetime) -> Looked:
    """How the notice stands at `now` (aware). Raises StateError where it cannot be read."""
    content = said_by(notice)
    facts = facts_of(
        session, notice.unit_id, notice.campaign_id or None, now, targets=bool(content.missed)
    )
    return _looked(session, notice, content, facts, now)


def _looked(
    session: Session, notice: SupervisionNotice, content: Said, facts: Facts, now: datetime
) -> Looked:
    quiet = quiet_among(session, notice.unit_id, [one.id for one in content.campaigns], now)
    gone = [one for one in content.matters if one.name not in facts.names]
    return Looked(
        frozenset(facts.names & set(content.names)),
        frozenset(one.name for one in gone if one.campaign not in quiet),
    )


def released_on(notice: SupervisionNotice, deed: Deed) -> date:
    """The office's day on which the notice was released; the deed's where it was not."""
    return (notice.decided_at or deed.now).astimezone(deed.now.tzinfo).date()


def _require(notice: SupervisionNotice, status: NoticeStatus, action: str) -> None:
    if notice.status is not status:
        raise StateError(
            _("{number} is “{status}”: “{action}” is not possible").format(
                number=reference_of(notice), status=word(notice.status), action=action
            ),
            _("see “duban notice list”"),
        )
