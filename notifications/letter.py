"""What a mail is made from: its templates with what they are filled with, and what goes with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from calendars.entry import EntrySource
from config.i18n import _
from notifications.content import Enquiry

_GREETED = 3  # names that one greeting has


class PageLinks(Protocol):
    """What makes the links to a person's pages, made at `now` (aware)."""

    @property
    def days(self) -> int:
        """For how many days they are good."""

    def answer(self, address: str, now: datetime) -> str:
        """The address of that person's items."""

    def decide(self, address: str, now: datetime) -> str:
        """The address of the requests that an owner office has to decide."""

    def subscribe(self, address: str, now: datetime) -> str:
        """The address of the page where that person comes to a calendar of their own."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`template` names three files; `entries` are attached, replies go to `reply_to`."""

    template: str
    values: Mapping[str, Any]
    entries: tuple[EntrySource, ...]
    reply_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A campaign's lines in a letter, with where to hand in and whom to ask."""

    title: str
    lines: tuple[Any, ...]
    mailboxes: tuple[str, ...]
    enquiries: tuple[Enquiry, ...]


def sections(lines: Sequence[Any]) -> list[Section]:
    """The lines (each with an `item`) by campaign, in the order in which campaigns come first."""
    grouped: dict[str, list[Any]] = {}
    for line in lines:
        grouped.setdefault(line.item.campaign, []).append(line)
    return [
        Section(
            own[0].item.campaign_title,
            tuple(own),
            tuple(dict.fromkeys(line.item.mailbox for line in own)),
            tuple(dict.fromkeys(one for line in own for one in line.item.enquiries)),
        )
        for own in grouped.values()
    ]


def greeted(names: Iterable[str], units: Iterable[str] = ()) -> str:
    """Whom to greet who read one mailbox: all of `names` that are not empty, each once. Where they
    are too many, their `units`; where these are too many as well nobody by name: ''."""
    several = list(dict.fromkeys(name for name in names if name))
    if len(several) > _GREETED:
        several = list(dict.fromkeys(units))
    return _(", ").join(several) if len(several) <= _GREETED else ""
