"""What was handed in and the office has not checked yet: shown, so that a wrong file is noticed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from notifications.own_items import OwnItem
from notifications.wording import long_day
from web.answering.figures_read import figures_read
from web.answering.own_forms import FormLink
from workflows.database import batched
from workflows.events import standing_events
from workflows.states import Action
from workflows.tables import Event

LISTED = 50  # entries on one page, the newest first

_HAND_INS = (Action.SUBMIT, Action.RECEIVE)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came at one time. `when` is as people read it, `files` are their names; `who` and `note`
    are the unit's own words, '' where the office has typed it."""

    when: str
    who: str
    note: str
    nil: bool
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Duties of a unit that were handed in together, what of them is `missing`, and what came,
    the oldest first; `forms` are those that are missing, `figures` what others have said."""

    titles: tuple[str, ...]
    unit: str
    campaign: str
    mailboxes: tuple[str, ...]
    missing: tuple[str, ...]
    sent: tuple[Sent, ...]
    forms: tuple[FormLink, ...] = ()
    figures: tuple[str, ...] = ()


_Key = tuple[str, str, tuple[Sent, ...]]  # campaign, unit, what came


def handed_in(
    session: Session,
    owned: Sequence[OwnItem],
    today: date,
    zone: ZoneInfo,
    forms: Mapping[int, tuple[FormLink, ...]] = MappingProxyType({}),
) -> list[HandedIn]:
    """What of `owned`, all of it handed in, came when; on the day `today` in `zone`. `forms` are
    those that are missing of a duty, by its number."""
    events: dict[int | None, list[Event]] = defaultdict(list)
    for batch in batched([one.assignment.id or 0 for one in owned]):
        query = select(Event).where(col(Event.assignment_id).in_(batch)).order_by(col(Event.id))
        for event in session.exec(query):
            events[event.assignment_id].append(event)
    together: dict[_Key, list[OwnItem]] = defaultdict(list)
    newest: dict[_Key, datetime] = {}
    for one in owned:
        came = _that_counts(events[one.assignment.id])
        if came:
            key = (one.campaign.id, one.unit.id, tuple(_sent(each, today, zone) for each in came))
            together[key].append(one)
            newest[key] = came[-1].at
    in_order = sorted(together, key=lambda key: newest[key], reverse=True)
    listed = [one for key in in_order[:LISTED] for one in together[key]]
    figures = figures_read(session, listed)
    return [_entry(together[key], key[2], forms, figures) for key in in_order[:LISTED]]


def _that_counts(events: Sequence[Event]) -> list[Event]:
    """The hand-ins since it was last returned or opened anew."""
    came: list[Event] = []
    for event in standing_events(events):
        if event.kind in (Action.RETURN, Action.REOPEN):
            came.clear()
        elif event.kind in _HAND_INS:
            came.append(event)
    return came


def _sent(event: Event, today: date, zone: ZoneInfo) -> Sent:
    local = event.at.astimezone(zone)
    # What happened on a day that somebody named counts from its first instant.
    hour = f" {local:%H:%M}" if (local.hour, local.minute) != (0, 0) else ""
    via = event.data.get("via")
    return Sent(
        when=f"{long_day(local.date(), today)}{hour}",
        who=event.actor if via == "page" else "",
        note=event.note if via in ("page", "mail") else "",
        nil=bool(event.data.get("nil")),
        files=tuple(str(one["name"]) for one in event.data.get("files", ())),
    )


def _entry(
    items: Sequence[OwnItem],
    sent: tuple[Sent, ...],
    forms: Mapping[int, tuple[FormLink, ...]],
    figures: Mapping[int, tuple[str, ...]],
) -> HandedIn:
    numbers = [one.assignment.id or 0 for one in items]
    return HandedIn(
        titles=tuple(one.assignment.title for one in items),
        unit=items[0].unit.name,
        campaign=items[0].campaign.title,
        mailboxes=tuple(dict.fromkeys(one.milestone.mailbox for one in items)),
        missing=tuple(dict.fromkeys(part for one in items for part in one.assignment.missing)),
        sent=sent,
        forms=tuple(link for number in numbers for link in forms.get(number, ())),
        figures=tuple(one for number in numbers for one in figures.get(number, ())),
    )
