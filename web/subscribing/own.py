"""/subscribe/LINK: where a person makes a calendar of their own, or gets a new address for it.

Looking makes nothing, since scanners open what is in a mail. What is made is shown once, by the
page of the feed to which the form leads.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import Session
from starlette.responses import Response

from calendars.own import OwnCalendar, make_own, own_calendars, renew_own
from calendars.subscribed import last_fetched
from calendars.tokens import GRACE_DAYS
from config.errors import InputError
from config.i18n import _
from notifications.links import LinkKind
from notifications.wording import long_day
from web.answering.forms import Typed
from web.answering.pages import page
from web.answering.surroundings import Answering


class Line(NamedTuple):
    """What the person's page of items says of their calendar: when it was last fetched ('': by
    nobody of late), and where it is looked after, relative to that page."""

    fetched: str
    link: str


class Wish(StrEnum):
    """What a form asks for."""

    MAKE = "make"
    RENEW = "renew"


@dataclass(frozen=True, slots=True)
class Held:
    """A calendar that the person has, as the page tells of it; `fetched` is '' for never."""

    code: str
    name: str
    made: str
    fetched: str


def show(here: Answering, address: str, _said: str, failed: Typed | None, problem: str) -> Response:
    """The page of `address`; after a form that was refused with what was chosen in it."""
    with here.database.read() as session:
        found = own_calendars(session, here.organisation, address, here.today(), here.now())
    return page(
        "own_calendar.html",
        address=address,
        held=[_held(here, one) for one in found if one.feed_id is not None],
        others=[one for one in found if one.feed_id is None],
        failed=failed or Typed(),
        problem=problem,
        grace=GRACE_DAYS,
    )


def line(session: Session, here: Answering, address: str) -> Line | None:
    """What to tell `address` of its calendar; None where it can have none."""
    now, today = here.now(), here.today()
    if not own_calendars(session, here.organisation, address, today, now):
        return None
    fetched = last_fetched(session, address, now)
    return Line(
        long_day(here.window.today(fetched), today) if fetched is not None else "",
        f"../{LinkKind.SUBSCRIBE}/{here.links.token(LinkKind.SUBSCRIBE, address, now)}",
    )


def carry_out(here: Answering, address: str, typed: Typed) -> str:
    """Do what the form of the person at `address` asks for, in one transaction; return the token of
    the feed.

    Raises InputError with the sentence to be shown.
    """
    try:
        wish = Wish(typed.action)
    except ValueError:
        raise InputError(_("Please choose one of the forms.")) from None
    with here.database.write() as session:
        now = here.now()
        found = own_calendars(session, here.organisation, address, here.today(), now)
        wanted = next((one for one in found if one.code == typed.calendar), None)
        if wanted is None:
            raise InputError(_("Please choose one of the calendars."))
        if wish is Wish.RENEW:
            return renew_own(session, wanted, now)
        return make_own(session, wanted, address, now, alarms=typed.alarms, tasks=typed.tasks)


def _held(here: Answering, one: OwnCalendar) -> Held:
    today = here.today()
    made, fetched = (
        long_day(here.window.today(moment), today) if moment is not None else ""
        for moment in (one.made_at, one.fetched_at)
    )
    return Held(one.code, one.name, made, fetched)
