"""Tells what happened in plain sentences: who, what, until when, why, and when it was recorded."""

from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from types import MappingProxyType
from typing import Any

from config.i18n import _
from config.plain_text import one_line
from notifications.wording import short_day
from workflows.events import ASSIGNED, PLAN_VERSION, SUPERVISED, SUPERVISION_ANSWERED
from workflows.history import ENTERED, MAILED, NOTIFIED, REPORTED_FACT, Happening, day_of
from workflows.ladder import Role
from workflows.states import Action, State, state_word
from workflows.supervision.finding import reference
from workflows.tables import Degree
from workflows.words import word_of

_MANY = 3  # titles of a digest that a sentence names


def sentence(one: Happening, zone: tzinfo) -> str:
    """One sentence without its day, on one line. Moments are told in `zone`.

    A kind that is not known here is told by its name, so that nothing is left out.
    """
    tell = _TELL.get(one.kind, _anything)
    text = tell(one)
    if one.note:
        text = _("{what}: {why}").format(what=text, why=one.note)
    if names := [str(file.get("name", "")) for file in _files(one)]:
        text += _("; files: {names}").format(names=_(", ").join(names))
    return one_line(text + _by_whom(one, zone))


def _files(one: Happening) -> list[Mapping[str, Any]]:
    files = one.data.get("files")
    return [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []


def _by_whom(one: Happening, zone: tzinfo) -> str:
    recorded = one.recorded_at.astimezone(zone).date()
    later = recorded != one.at.astimezone(zone).date()
    if not one.actor:
        return ""
    if later:
        return _(" (recorded by {who} on {day})").format(
            who=one.actor, day=short_day(recorded, one.at.date())
        )
    return _(" (recorded by {who})").format(who=one.actor)


def _entered(one: Happening) -> str:
    if one.data.get("settled"):
        return _("{unit}: entered as {state} already").format(
            unit=one.unit, state=state_word(State(one.data["state"]))
        )
    text = _("{unit} is to hand it in by {day}").format(unit=one.unit, day=_day(one, "due"))
    return text + _(", without reminders") if one.data.get("silent") else text


def _assigned(one: Happening) -> str:
    return _("given to {unit}, to be done by {day}").format(unit=one.unit, day=_day(one, "due"))


def _submitted(one: Happening) -> str:
    if one.data.get("nil"):
        return _("{unit} handed in a nil report").format(unit=one.unit)
    text = _("{unit} handed in").format(unit=one.unit)
    return text + _still_missing(one)


def _received(one: Happening) -> str:
    text = _("{unit} handed in more").format(unit=one.unit)
    return text + (_still_missing(one) or _(", now complete"))


def _still_missing(one: Happening) -> str:
    missing = one.data.get("missing")
    if not isinstance(missing, list) or not missing:
        return ""
    return _(", missing: {parts}").format(parts=_(", ").join(str(part) for part in missing))


def _accepted(one: Happening) -> str:
    return _("checked and accepted")


def _returned(one: Happening) -> str:
    return _("returned, to be handed in again by {day}").format(day=_day(one, "effective_due"))


def _waived(one: Happening) -> str:
    return _("does not apply to {unit}").format(unit=one.unit)


def _reopened(one: Happening) -> str:
    return _("reopened, due by {day}").format(day=_day(one, "effective_due"))


def _replanned(one: Happening) -> str:
    was, now = (one.data.get(key) for key in ("was", "plan"))
    if not isinstance(was, dict) or not isinstance(now, dict):
        return _anything(one)
    parts = []
    if was.get("due") != now.get("due"):
        days = [short_day(day, one.at.date()) if (day := day_of(of.get("due"))) else "—"
                for of in (was, now)]  # fmt: skip
        text = _("the plan moves the due date from {old} to {new}")
        if "holidays" in one.data:
            text = _("the notice of public holidays moves the due date from {old} to {new}")
        parts.append(text.format(old=days[0], new=days[1]))
    if was.get("milestone") != now.get("milestone"):
        parts.append(_("its milestone “{old}” is now “{new}”").format(
            old=was.get("milestone"), new=now.get("milestone")))  # fmt: skip
    otherwise = _("changed with the plan")
    if "holidays" in one.data:
        otherwise = _("late from another day on, by the notice of public holidays")
    text = _("; ").join(parts) or otherwise
    return text + _(", due by {day}").format(day=_day(one, "effective_due"))


def _cancelled(one: Happening) -> str:
    return _("cancelled with the plan") if PLAN_VERSION in one.data else _("cancelled")


def _asked(one: Happening) -> str:
    return _("{unit} asked for an extension until {day}").format(
        unit=one.unit, day=_day(one, "requested_due")
    )


def _extended(one: Happening) -> str:
    return _("extended until {day}").format(day=_day(one, "effective_due"))


def _not_extended(one: Happening) -> str:
    return _("extension declined, still due by {day}").format(day=_day(one, "effective_due"))


def _undone(one: Happening) -> str:
    try:
        now = state_word(State(one.data.get("state", "")))
    except ValueError:
        return _("the last step was taken back")
    if PLAN_VERSION in one.data:
        return _("the plan asks for it again; now: {state}").format(state=now)
    return _("the last step was taken back; now: {state}").format(state=now)


def _mailed(one: Happening) -> str:
    text = _("reminder sent to {address} ({role})").format(
        address=one.data["address"], role=word_of(Role, one.data["role"])
    )
    titles = [str(title) for title in one.data.get("titles", ())]
    if len(titles) < 2:  # the one that all of this is about
        return text
    shown = _(", ").join(titles[:_MANY])
    if len(titles) > _MANY:
        shown = _("{titles} and {count} more").format(titles=shown, count=len(titles) - _MANY)
    return _("{what}: {why}").format(what=text, why=shown)


def _notified(one: Happening) -> str:
    return _("notice sent to {address}: {what}").format(
        address=one.data["address"], what=word_of(Action, one.data["of"])
    )


def _fact(one: Happening) -> str:
    return _("{unit} reported {name} = {value}").format(
        unit=one.unit, name=one.data["name"], value=one.data["value"]
    )


def _supervised(one: Happening) -> str:
    return _("{number} released ({degree}), to be answered by {day}").format(
        number=reference(one.data["year"], one.data["serial"]),
        degree=word_of(Degree, one.data["degree"]),
        day=_day(one, "answer_by"),
    )


def _supervision_answered(one: Happening) -> str:
    return _("the receipt slip of {number} came back").format(
        number=reference(one.data["year"], one.data["serial"])
    )


def _anything(one: Happening) -> str:
    return _("{unit}: {what}").format(unit=one.unit, what=word_of(Action, one.kind))


def _day(one: Happening, key: str) -> str:
    day: date | None = day_of(one.data.get(key))
    return short_day(day, one.at.date()) if day else "—"


_TELL: Mapping[str, Callable[[Happening], str]] = MappingProxyType(
    {
        ENTERED: _entered,
        ASSIGNED: _assigned,
        Action.SUBMIT: _submitted,
        Action.RECEIVE: _received,
        Action.ACCEPT: _accepted,
        Action.RETURN: _returned,
        Action.WAIVE: _waived,
        Action.REOPEN: _reopened,
        Action.CANCEL: _cancelled,
        Action.REPLAN: _replanned,
        Action.REQUEST_EXTENSION: _asked,
        Action.APPROVE_EXTENSION: _extended,
        Action.REJECT_EXTENSION: _not_extended,
        Action.UNDO: _undone,
        MAILED: _mailed,
        NOTIFIED: _notified,
        REPORTED_FACT: _fact,
        SUPERVISED: _supervised,
        SUPERVISION_ANSWERED: _supervision_answered,
    }
)
