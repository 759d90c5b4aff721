"""The contacts whose mail comes back, each person once, with every unit that they serve."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from workflows.people.record import has_mailbox, serves
from workflows.tables import Contact, FailingAddress, UnitRow


@dataclass(frozen=True, slots=True)
class Bouncing:
    """A contact whose mail comes back, with the server's words; `units` in administrative order."""

    units: tuple[str, ...]
    name: str
    address: str
    since: datetime
    said: str


def bouncing(
    session: Session, now: datetime, owing: Mapping[str, Iterable[UnitRow]], today: date
) -> tuple[Bouncing, ...]:
    """Whose address failed at `now` (aware) among those who serve on the local day `today` at the
    units that are `owing` something, by campaign id."""
    failing = failing_at(session, now)
    if not failing:
        return ()
    units = {one.id: one for ones in owing.values() for one in ones}
    pairs = {(key, one.id) for key, ones in owing.items() for one in ones}
    pairs |= {("", unit_id) for unit_id in units}
    people = session.exec(
        select(Contact).where(col(Contact.unit_id).in_(list(units))).order_by(col(Contact.id))
    ).all()
    found: dict[str, list[Contact]] = {}
    for one in sorted(people, key=lambda one: units[one.unit_id].position):
        served = has_mailbox(one) and serves(one, today)
        if one.address.lower() in failing and served and (one.campaign_id, one.unit_id) in pairs:
            found.setdefault(one.address.lower(), []).append(one)
    return tuple(
        Bouncing(
            tuple(dict.fromkeys(units[one.unit_id].name for one in ones)),
            ones[0].name, ones[0].address, failing[address].since,
            f"{failing[address].code} {failing[address].text}".strip(),
        )
        for address, ones in found.items()
    )  # fmt: skip


def failing_at(session: Session, now: datetime) -> dict[str, FailingAddress]:
    """The addresses that failed at that moment, in lower case."""
    query = select(FailingAddress).where(
        col(FailingAddress.since) <= now,
        col(FailingAddress.cleared_at).is_(None) | (col(FailingAddress.cleared_at) > now),
    )
    return {one.address.lower(): one for one in session.exec(query)}
