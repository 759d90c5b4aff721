"""Silences: times in which a unit, a campaign, or a unit in a campaign, is not reminded.

A silence ends by itself with its last day, or earlier by hand; what came due in it is not made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, bindparam, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from config.errors import InputError, StateError
from config.i18n import _
from workflows.phrases import YEARS
from workflows.tables import Silence

_LONGEST = 1000  # days
_SILENCES: Table = Silence.__table__  # type: ignore[attr-defined]
_LASTING = sql_select(_SILENCES.c.unit_id, _SILENCES.c.campaign_id).where(
    _SILENCES.c.first <= bindparam("today"),
    _SILENCES.c.last >= bindparam("today"),
    _SILENCES.c.ended_at.is_(None),
    or_(_SILENCES.c.unit_id != "", _SILENCES.c.campaign_id != ""),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to leave alone ('' for all units, or all campaigns), from which day through which."""

    unit_id: str
    campaign_id: str
    first: date
    last: date
    why: str


def add_silence(
    session: Session, wanted: Wanted, *, now: datetime, today: date, actor: str
) -> Silence:
    """Keep a silence. `now` is aware, `today` its local day.

    Raises InputError where it is for nobody in particular, over already, or without a reason.
    """
    if not wanted.unit_id and not wanted.campaign_id:
        raise InputError(
            _("it is not said who is to be left alone"), _("add --unit, --campaign or both")
        )
    if wanted.last < wanted.first:
        raise InputError(
            _("{last} comes before {first}").format(last=wanted.last, first=wanted.first),
            _("--to is the last day, itself included"),
        )
    if wanted.last < today:
        raise InputError(
            _("{day} is already past").format(day=wanted.last), _("choose a day to come")
        )
    if wanted.first.year not in YEARS or (wanted.last - wanted.first).days > _LONGEST:
        raise InputError(
            _("a silence lasts {count} days at most").format(count=_LONGEST), _("mend the year")
        )
    if not wanted.why.strip():
        raise InputError(_("it is not said why"), _("add --why"))
    silence = Silence(
        unit_id=wanted.unit_id,
        campaign_id=wanted.campaign_id,
        first=wanted.first,
        last=wanted.last,
        why=wanted.why.strip(),
        actor=actor,
        created_at=now,
    )
    session.add(silence)
    session.flush()
    return silence


def end_silence(
    session: Session, silence_id: int, *, now: datetime, today: date, actor: str
) -> Silence:
    """End a silence before its last day. Raises StateError where it is over, or not known."""
    silence = session.get(Silence, silence_id)
    if silence is None or silence.ended_at is not None or silence.last < today:
        raise StateError(
            _("there is no silence {id} that lasts").format(id=silence_id),
            _("see “duban silence list”"),
        )
    silence.ended_at, silence.ended_by = now, actor
    session.add(silence)
    return silence


def silences(session: Session, today: date, *, all_of_them: bool = False) -> Sequence[Silence]:
    """Those that last on the local day `today` or are to come; with `all_of_them` the past too."""
    query = select(Silence).order_by(col(Silence.first), col(Silence.id))
    if not all_of_them:
        query = query.where(Silence.last >= today, col(Silence.ended_at).is_(None))
    return session.exec(query).all()


class Silenced:
    """Who is left alone on one local day. Read once for many questions."""

    def __init__(self, session: Session, today: date) -> None:
        found = session.execute(_LASTING, {"today": today})
        self._pairs = [(unit_id, campaign_id) for unit_id, campaign_id in found]

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def covers(self, unit_id: str, campaign_id: str) -> bool:
        """Whether a unit is not reminded of a campaign."""
        return any(
            unit in {"", unit_id} and campaign in {"", campaign_id}
            for unit, campaign in self._pairs
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The units and campaigns, '' for all."""
        return list(self._pairs)
