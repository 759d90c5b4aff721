"""A notice of hand-ins as the templates see it: received, accepted, or returned and until when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.i18n import _
from notifications.content import AGAIN, NEW, Content, Told
from notifications.letter import Letter, greeted, sections
from notifications.wording import deadline, long_day, short_day
from workflows.states import OWING, Action, State, state_word

# What the unit has to do something about comes first in a subject.
_URGENCY = (State.RETURNED, State.OPEN, State.SUBMITTED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Sort:
    """How many of a notice's lines say the same: a word for the subject, and the number."""

    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment as the templates see it: a word for the subject, a sentence for the text."""

    item: Told
    word: str
    outcome: str
    wanted: bool  # the unit has something to send


def notice_letter(content: Content, today: date) -> Letter:
    """The letter of a notice, as it is to be put on the day `today`."""
    lines = [_line(one, today) for one in content.told]
    summary = _summary(lines)
    values = {
        "recipient": greeted(
            (one.recipient for one in content.told), (one.unit for one in content.told)
        ),
        "units": list(dict.fromkeys(one.unit for one in content.told)),
        "lines": lines,
        "summary": summary,
        "others": [
            _("{what}: {count}").format(what=one.word, count=one.count) for one in summary[1:]
        ],
        "more": content.more,
        "sections": sections(lines),
        "today": today,
    }
    return Letter(
        "notice",
        values,
        tuple(line.item.entry for line in lines if line.item.state in OWING),
        tuple(dict.fromkeys(line.item.mailbox for line in lines)),
    )


def _line(told: Told, today: date) -> Line:
    word, outcome = _said(told, today)
    if told.correction:
        word = _("correction")
    return Line(told, word, outcome, told.state in OWING or bool(told.missing))


def _said(told: Told, today: date) -> tuple[str, str]:
    if told.kind == AGAIN:
        how = _until(told, today) if told.state in OWING else _standing(told, today)[1]
        return _("asked for again"), _("the plan asks for it again: {how}").format(how=how)
    if told.state in OWING and told.kind == Action.APPROVE_EXTENSION.value:
        return _("new date"), _extended(told, today)
    if told.state in OWING and told.kind == Action.REPLAN.value:
        text = _("{what}, as the plan has been changed")
        if told.by_holidays:
            text = _("{what}, by the notice of public holidays")
        text = text.format(what=_extended(told, today))
        if told.late_after < today:
            text = _("{what}; that day is past, please hand it in soon").format(what=text)
        return _("new date"), text
    if told.kind == NEW:
        return _("new"), _("new: {until}").format(until=_until(told, today))
    if told.kind == Action.CANCEL.value:
        return _("cancelled"), _("the plan no longer asks for it; nothing is to be handed in")
    if told.state in OWING and told.kind == Action.REJECT_EXTENSION.value:
        return _("date stays"), _(
            "the request for more time was not granted; the due date stays: {until}"
        ).format(until=_until(told, today))
    return _standing(told, today)


def _standing(told: Told, today: date) -> tuple[str, str]:
    match told.state:
        case State.SUBMITTED:
            day = short_day(told.received, today)
            if told.nil:
                return _("received"), _(
                    "the nil report was received on {day} and waits to be checked"
                ).format(day=day)
            return _("received"), _("received on {day}, waits to be checked").format(day=day)
        case State.ACCEPTED:
            return _("checked and accepted"), _("checked and accepted; nothing more is needed")
        case State.RETURNED:
            return _("to be corrected"), _("returned to be corrected: {until}").format(
                until=_until(told, today)
            )
        case State.OPEN:
            return _("to be handed in"), _("to be handed in: {until}").format(
                until=_until(told, today)
            )
        case _:
            return state_word(told.state), state_word(told.state)


def _extended(told: Told, today: date) -> str:
    if told.previous_due is None:
        return _("the deadline has been changed: until {day}").format(day=long_day(told.due, today))
    return _("the deadline has been changed: until {day} instead of {before}").format(
        day=long_day(told.due, today), before=long_day(told.previous_due, today)
    )


def _until(told: Told, today: date) -> str:
    if told.due < today:
        return deadline(told.due, told.late_after, today)
    if told.state is State.RETURNED:
        return _("please hand it in again by {day}").format(day=long_day(told.due, today))
    return _("please hand it in by {day}").format(day=long_day(told.due, today))


def _summary(lines: Sequence[Line]) -> list[Sort]:
    """What is said how often, first what the unit has to act on."""
    places = {state: place for place, state in enumerate(_URGENCY)}
    in_order = sorted(lines, key=lambda line: places.get(line.item.state, len(places)))
    return [Sort(*one) for one in Counter(line.word for line in in_order).items()]
