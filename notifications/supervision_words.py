"""How a supervision notice puts what it says: the same sentences in its mail and its document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.i18n import _
from config.plain_text import inner_quotes
from notifications.content import Supervised
from notifications.documents.wording import full_day
from notifications.wording import short_day
from workflows.supervision.finding import reference
from workflows.supervision.said import Matter, Missed, Owed
from workflows.tables import Degree
from workflows.targets.recording import shown
from workflows.words import word

_FEW = 2  # campaigns that a heading names
_FEW_DAYS = 3  # that are named one by one


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in a notice. `sent` says which reminders of it went, '' for a target; `settled`
    whether it has come since the notice was drafted."""

    number: int
    what: str
    campaign_title: str
    due: date
    since: date
    days: int  # calendar days overdue, on the day of the draft
    sent: str
    settled: bool


def number(notice: Supervised) -> str:
    """The number: 督办〔2022〕3号."""
    return reference(notice.year, notice.serial)


def about(notice: Supervised) -> str:
    """Of what the notice is, in a few words: the campaign's title, or how many there are."""
    titles = [f"“{inner_quotes(one.title)}”" for one in notice.said.campaigns]
    if len(titles) <= _FEW:
        return _(", ").join(titles)
    return _("{count} campaigns").format(count=len(titles))


def heading(notice: Supervised) -> str:
    """The notice's title."""
    match notice.degree:
        case Degree.REMINDER:
            text = _("Reminder about what is overdue in {about}")
        case Degree.SUPERVISION:
            text = _("Supervision of what is overdue in {about}")
        case _:
            text = _("Proposal of a circular about {unit}, or a talk with it, on {about}")
    return text.format(about=about(notice), unit=notice.said.unit)


def lines(notice: Supervised) -> list[Line]:
    """Everything that it speaks of, numbered."""
    said = notice.said
    titles = {one.id: one.title for one in said.campaigns}
    return [
        Line(
            place,
            _what(one),
            titles.get(one.campaign, one.campaign),
            one.due,
            one.since,
            (said.day - one.due).days,
            sent(one.sent, said.day) if isinstance(one, Owed) else "",
            one.name in notice.settled,
        )
        for place, one in enumerate(said.matters, start=1)
    ]


def sent(days: Sequence[date], today: date) -> str:
    """Which reminders went, as written on `today`: `3: 31 May, 8 June, 13 June`; of many the first
    and the last, since they stand in a narrow column."""
    if not days:
        return _("none on record")
    if len(days) > _FEW_DAYS:
        return _("{count}, from {first} to {last}").format(
            count=len(days), first=short_day(days[0], today), last=short_day(days[-1], today)
        )
    return _("{count}: {days}").format(
        count=len(days), days=_(", ").join(short_day(one, today) for one in days)
    )


def opening(notice: Supervised) -> list[str]:
    """What stands before the list: paragraphs."""
    said = notice.said
    day, count = full_day(said.day), len(said.matters)
    match notice.degree:
        case Degree.REMINDER:
            text = _(
                "Thank you for your work in {about}. On {day} the following still waits for you "
                "({count}); this is to remind you of it:"
            )
        case Degree.SUPERVISION:
            text = _("On {day} the following in {about} still waits for you ({count}):")
        case _:
            text = _("On {day} the following in {about} still waits for {unit} ({count}):")
    first = text.format(about=about(notice), day=day, count=count, unit=said.unit)
    return [*_before(notice), first]


def _before(notice: Supervised) -> list[str]:
    return [
        _("{number} of {day} ({degree}) asked for an answer by {until}; none is on record.").format(
            number=reference(one.year, one.serial),
            day=full_day(one.released),
            degree=word(one.degree),
            until=full_day(one.answer_by),
        )
        for one in notice.said.before
    ]


def closing(notice: Supervised) -> list[str]:
    """What stands after the list: paragraphs."""
    match notice.degree:
        case Degree.REMINDER:
            asked = _(
                "Please see to it soon. What has been handed in meanwhile need not be sent again: "
                "a word in the receipt slip will do."
            )
        case Degree.SUPERVISION:
            asked = _(
                "Please name who answers for each item and by when it will be done, and see to it "
                "without delay. What has been handed in meanwhile need not be sent again: a word "
                "in the receipt slip will do."
            )
        case _:
            asked = _(
                "It is proposed to name {unit} in a circular, or to talk with those who lead it. "
                "Please decide by {day}."
            ).format(unit=notice.said.unit, day=full_day(notice.answer_by))
    return [asked, *([notice.said.note] if notice.said.note else [])]


def signature(notice: Supervised) -> str:
    """Who signs: the owner offices of the campaigns."""
    return _(", ").join(dict.fromkeys(one.owner for one in notice.said.campaigns))


def mailboxes(notice: Supervised) -> list[str]:
    """Where answers go."""
    return list(dict.fromkeys(one.mailbox for one in notice.said.campaigns))


def _what(one: Matter) -> str:
    if isinstance(one, Missed):
        return _target(one)
    if isinstance(one, Owed) and one.returned:
        return _("{title} (returned to be corrected)").format(title=one.title)
    return one.title


def _target(one: Missed) -> str:
    if one.yes_no:
        return _("{title} (target: not yet done)").format(title=one.title)
    goal = None if one.goal is None else f"{shown(one.goal)}{one.unit_of_measure}"
    if one.figure is None:
        if goal is None:
            return _("{title} (target: nothing reported yet)").format(title=one.title)
        text = _("{title} (target: {goal}, nothing reported yet)")
        return text.format(title=one.title, goal=goal)
    figure = f"{shown(one.figure)}{one.unit_of_measure}"
    if goal is None:
        return _("{title} (target: reported {figure})").format(title=one.title, figure=figure)
    text = _("{title} (target: {goal}, reported {figure})")
    return text.format(title=one.title, goal=goal, figure=figure)
