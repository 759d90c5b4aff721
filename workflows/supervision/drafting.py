"""Drafts supervision notices: what a unit owes now, by the degree that is on record or chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.organisation import Organisation
from workflows.resting import Resting
from workflows.supervision.deciding import released_on
from workflows.supervision.facts import Facts, facts_of
from workflows.supervision.finding import list_notices, number_of, reference_of, said_by
from workflows.supervision.said import Before, Said
from workflows.tables import Degree, NoticeStatus, SupervisionNotice, UnitRow
from workflows.transitions import Deed
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
                year=one.year, serial=one.serial, degree=one.degree,
                released=released_on(one, deed), answer_by=one.answer_by,
            )
            for one in reversed(before)
        ),
        supervisors=tuple(one.name for one in organisation.supervisors),
        note=wanted.note.strip(),
    )  # fmt: skip
