"""What people do with supervision notices: draft, drop, release, note the receipt slip.

The three degrees are suggested by what is on record and chosen by a person. Who released a notice,
and when its slip came back, are events of the campaigns that it speaks of. A deed's `now` is in the
office's zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.events import SUPERVISED, SUPERVISION_ANSWERED
from workflows.organisation import Organisation
from workflows.resting import Resting
from workflows.supervision.facts import Facts, facts_of
from workflows.supervision.finding import (
    list_notices,
    reference_of,
    said_by,
)
from workflows.supervision.said import Before, Said, hash_of
from workflows.tables import Degree, NoticeStatus, SupervisionNotice, UnitRow
from workflows.transitions import Deed, append_campaign_event
from workflows.words import word
from workflows.working_days import working_days

ANSWER_WITHIN = 5  # working days, unless another date is asked for
_LONGEST_ANSWER = timedelta(days=366)
_LONGEST_NOTE = 500  # characters
_DEGREES = tuple(Degree)  # from the mildest on


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a notice to a unit, about one campaign or all (None), of the degree that
    is suggested (None) or another, to be answered by a day or within five working days (None)."""

    unit: UnitRow
    campaign_id: str | None = None
    degree: Degree | None = None
    answer_by: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, with the degree that was suggested and what was left out of it."""

    notice: SupervisionNotice
    suggested: Degree
    waiting: SupervisionNotice | None  # an earlier one whose time for an answer still runs
    resting: tuple[Resting, ...]
    silenced: int
    silent: int
    requested: tuple[str, ...]  # titles for which an extension waits for a decision


@dataclass(frozen=True, slots=True)
class Checked:
    """A notice at its release: titles of what was settled since it was drafted, and of what has
    fallen overdue since, which it does not speak of."""

    settled: tuple[str, ...] = field(default=())
    arisen: tuple[str, ...] = field(default=())


def draft(
    session: Session, wanted: Wanted, organisation: Organisation, deed: Deed, today: date
) -> Drafted:
    """Draft a notice of what the unit owes now; `today` is the office's day.

    Raises StateError where there is nothing to say or nobody to say it to, InputError for a date
    or a note that cannot be.
    """
    unit = wanted.unit
    _require_supervised(unit, organisation)
    answer_by = wanted.answer_by or working_days().shift(today, ANSWER_WITHIN)
    _check_answer_by(answer_by, today)
    if len(wanted.note.strip()) > _LONGEST_NOTE:
        raise InputError(
            _("the note has {count} characters").format(count=len(wanted.note.strip())),
            _("write at most {count}").format(count=_LONGEST_NOTE),
        )
    _require_no_draft(session, unit, wanted.campaign_id)
    facts = facts_of(session, unit.id, wanted.campaign_id, deed.now)
    if not facts.names:
        raise StateError(*_nothing(unit, facts))
    before = _earlier(session, unit, facts.names)
    suggested, waiting = _suggested(before, today)
    notice = SupervisionNotice(
        year=today.year,
        serial=_next_serial(session, today.year),
        degree=wanted.degree or suggested,
        unit_id=unit.id,
        campaign_id=wanted.campaign_id or "",
        content=_said(wanted, facts, before, organisation, deed, today).model_dump(mode="json"),
        answer_by=answer_by,
        drafted_at=deed.now,
        drafted_by=deed.actor,
    )
    session.add(notice)
    session.flush()
    requested = tuple(one.title for one in facts.owed if one.requested is not None)
    return Drafted(
        notice, suggested, waiting, facts.resting, facts.silenced, facts.silent, requested
    )


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
    settled = tuple(one.title for one in content.matters if one.name not in facts.names)
    if len(settled) == len(content.matters):
        raise StateError(
            _("nothing that {number} speaks of is owed any more").format(
                number=reference_of(notice)
            ),
            _("drop it: duban notice drop {number}").format(number=number_of(notice)),
        )
    if settled and not as_drafted:
        raise StateError(
            _("settled since {number} was drafted: {titles}").format(
                number=reference_of(notice), titles=_(", ").join(settled)
            ),
            _("{anew}; or release it with --as-drafted, the mail says what has come").format(
                anew=anew
            ),
        )
    known = set(content.names)
    arisen = tuple(one.title for one in facts.matters if one.name not in known)
    return Checked(settled, arisen)


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
    released = _released_on(notice, deed)
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


def number_of(notice: SupervisionNotice) -> str:
    """The number as commands take it, whatever the year."""
    return f"{notice.year}-{notice.serial}"


def still_owed(session: Session, notice: SupervisionNotice, now: datetime) -> set[str]:
    """Of what the notice speaks of, by name, what is owed at `now` (aware)."""
    content = said_by(notice)
    facts = facts_of(
        session, notice.unit_id, notice.campaign_id or None, now, targets=bool(content.missed)
    )
    return facts.names & set(content.names)


def _require_supervised(unit: UnitRow, organisation: Organisation) -> None:
    """All but the highest level, which gives the orders; where there is one level alone, all."""
    highest = next(iter(organisation.levels), "")
    if unit.level == highest and any(one.level != highest for one in organisation.units):
        raise StateError(
            _("{unit} is of the highest level, which supervises and is not supervised").format(
                unit=unit.name
            ),
            _("name a unit of another level"),
        )


def _check_answer_by(day: date, today: date) -> None:
    if day <= today:
        raise InputError(
            _("--answer-by {day} is not to come").format(day=day), _("choose a later day")
        )
    if day - today > _LONGEST_ANSWER:
        raise InputError(
            _("--answer-by {day} is more than a year away").format(day=day), _("mend the year")
        )


def _require_no_draft(session: Session, unit: UnitRow, campaign_id: str | None) -> None:
    """Two drafts about the same would both be released."""
    waiting = session.exec(
        select(SupervisionNotice)
        .where(
            SupervisionNotice.unit_id == unit.id,
            SupervisionNotice.status == NoticeStatus.DRAFT,
            col(SupervisionNotice.campaign_id).in_(["", campaign_id or ""])
            if campaign_id is not None
            else True,
        )
        .order_by(col(SupervisionNotice.id))
    ).first()
    if waiting is not None:
        raise StateError(
            _("{number} to {unit} is drafted and waits").format(
                number=reference_of(waiting), unit=unit.name
            ),
            _("release it or drop it first: duban notice show {number}").format(
                number=number_of(waiting)
            ),
        )


def _nothing(unit: UnitRow, facts: Facts) -> tuple[str, str]:
    message = _("{unit} has nothing overdue and misses no binding target").format(unit=unit.name)
    why = []
    if facts.resting:
        names = _(", ").join(one.title for one in facts.resting)
        why.append(
            _("what is overdue there is of campaigns that rest: {names}").format(names=names)
        )
    if facts.silenced:
        why.append(_("reminders are silenced for {count} items").format(count=facts.silenced))
    if facts.silent:
        why.append(
            _("{count} items were entered as past, to be listed and never mailed").format(
                count=facts.silent
            )
        )
    return message, _("; ").join(why) or _("see “duban overdue” and “duban status”")


def _earlier(session: Session, unit: UnitRow, names: Iterable[str]) -> list[SupervisionNotice]:
    """Notices that went out about something still owed and were not answered, the newest first."""
    owed = set(names)
    return [
        one.notice
        for one in list_notices(session, unit_id=unit.id, statuses=[NoticeStatus.RELEASED])
        if one.went and owed & set(said_by(one.notice).names)
    ]


def _suggested(
    before: Sequence[SupervisionNotice], today: date
) -> tuple[Degree, SupervisionNotice | None]:
    """One degree above the gravest notice without an answer; the same while the time for one
    still runs, with that notice."""
    if not before:
        return Degree.REMINDER, None
    gravest = max(before, key=lambda one: (_DEGREES.index(one.degree), one.answer_by))
    place = _DEGREES.index(gravest.degree)
    if today <= gravest.answer_by:
        return gravest.degree, gravest
    return _DEGREES[min(place + 1, len(_DEGREES) - 1)], None


def _next_serial(session: Session, year: int) -> int:
    """Writers are serial (docs/adr/0004-writers-are-serial.md): nobody else takes it meanwhile."""
    last = session.exec(
        select(func.max(SupervisionNotice.serial)).where(SupervisionNotice.year == year)
    ).one()
    return (last or 0) + 1


def _released_on(notice: SupervisionNotice, deed: Deed) -> date:
    return (notice.decided_at or deed.now).astimezone(deed.now.tzinfo).date()


def _said(
    wanted: Wanted,
    facts: Facts,
    before: Sequence[SupervisionNotice],
    organisation: Organisation,
    deed: Deed,
    today: date,
) -> Said:
    return Said(
        unit=wanted.unit.name,
        day=today,
        campaigns=facts.campaigns,
        owed=facts.owed,
        missed=facts.missed,
        before=tuple(
            Before(
                year=one.year, serial=one.serial, degree=one.degree.value,
                released=_released_on(one, deed), answer_by=one.answer_by,
            )
            for one in reversed(before)
        ),
        supervisors=tuple(one.name for one in organisation.supervisors),
        note=wanted.note.strip(),
    )  # fmt: skip


def _require(notice: SupervisionNotice, status: NoticeStatus, action: str) -> None:
    if notice.status is not status:
        raise StateError(
            _("{number} is “{status}”: “{action}” is not possible").format(
                number=reference_of(notice), status=word(notice.status), action=action
            ),
            _("see “duban notice list”"),
        )
