"""The names of what can be wrong, with the promise that each breaks and what to do about it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from config.i18n import N_


class Code(StrEnum):
    """What a finding is called; names never change, so that programs can ask for them."""

    UNREADABLE = "unreadable"
    ORPHAN = "orphan"
    EVENT_CHANGED = "event-changed"
    EVENT_UNLINKED = "event-unlinked"
    EVENT_MISSING = "event-missing"
    EVENT_IMPOSSIBLE = "event-impossible"
    STATE_DIFFERS = "state-differs"
    NEXT_AT_DIFFERS = "next-at-differs"
    PLAN_DIFFERS = "plan-differs"
    APPLIED_MISSING = "applied-missing"
    ASSIGNMENT_MISSING = "assignment-missing"
    CHANGE_MISSING = "change-missing"
    RUNG_MISSED = "rung-missed"
    RUNG_LATE = "rung-late"
    WISH_MISSED = "wish-missed"
    LIGHT_DIFFERS = "light-differs"
    REMINDER_UNPLANNED = "reminder-unplanned"
    REMINDER_STATUS = "reminder-status"
    REMINDER_FORGOTTEN = "reminder-forgotten"
    SENT_TWICE = "sent-twice"
    ESCALATED_FIRST = "escalated-first"
    SENT_AFTER_HAND_IN = "sent-after-hand-in"
    SUPPRESSED_WHILE_OWED = "suppressed-while-owed"
    SENT_WHILE_HELD = "sent-while-held"
    SENT_AFTER_SEEN = "sent-after-seen"
    SENT_WHILE_RESTING = "sent-while-resting"
    SENT_WHILE_SILENCED = "sent-while-silenced"
    WRONG_ADDRESS = "wrong-address"
    CLAIM_UNKNOWN = "claim-unknown"
    DAY_OFF = "day-off"
    OUTSIDE_WINDOW = "outside-window"
    DIGEST_TWICE = "digest-twice"
    DIGEST_DAY = "digest-day"
    DELIVERY_EMPTY = "delivery-empty"
    DELIVERY_STATUS = "delivery-status"
    DELIVERY_STUCK = "delivery-stuck"
    DELIVERY_WAITING = "delivery-waiting"
    NOTICE_FORGOTTEN = "notice-forgotten"
    NOTICE_UNFOUNDED = "notice-unfounded"
    SUPERVISION_CHANGED = "supervision-changed"
    SUPERVISION_NUMBER = "supervision-number"
    SUPERVISION_UNFOUNDED = "supervision-unfounded"
    SUPERVISION_UNSENT = "supervision-unsent"
    FILE_DIFFERS = "file-differs"
    FILE_LEFT = "file-left"
    FILE_MISSING = "file-missing"


WARNINGS = frozenset(
    {
        Code.RUNG_LATE,
        Code.CLAIM_UNKNOWN,
        Code.OUTSIDE_WINDOW,
        Code.DELIVERY_WAITING,
        Code.FILE_LEFT,
    }
)

_REPORT = N_("Duban broke its promise: keep this database and report it")

MENDS: Mapping[Code, str] = MappingProxyType(
    {
        Code.UNREADABLE: N_("the row holds what Duban never writes: restore a backup"),
        Code.ORPHAN: N_("a row that it belongs to was removed: restore a backup"),
        Code.EVENT_CHANGED: N_("someone changed the log: restore a backup, or ask who did"),
        Code.EVENT_UNLINKED: N_("the event before it was removed or another put in its place"),
        Code.EVENT_MISSING: N_("the newest events were removed, or events were added by hand"),
        Code.EVENT_IMPOSSIBLE: N_("the rules do not allow it: the log was written by hand"),
        Code.STATE_DIFFERS: N_("the events are the record: the row was changed without one"),
        Code.NEXT_AT_DIFFERS: N_("a reminder would come too early, too late or never"),
        Code.PLAN_DIFFERS: N_("it is not what the applied declaration says"),
        Code.APPLIED_MISSING: N_("who applied this version is not on record: restore a backup"),
        Code.ASSIGNMENT_MISSING: N_("assignments were removed or added by hand: restore a backup"),
        Code.CHANGE_MISSING: N_(
            "what a new version of the plan moves or takes away was not written, or by hand"
        ),
        Code.RUNG_MISSED: N_(
            "nobody was reminded although Duban ran; look at it by hand. If the sending window "
            "was another at that time, this may be no loss"
        ),
        Code.RUNG_LATE: N_("Duban ran on its day and took it up later; was the clock turned?"),
        Code.WISH_MISSED: N_(
            "a person asked to be reminded on that day and was not, although Duban ran"
        ),
        Code.LIGHT_DIFFERS: N_("a light that turns would be told twice, late or never"),
        Code.REMINDER_UNPLANNED: N_("the ladder has no such day for that due date"),
        Code.REMINDER_STATUS: N_("what became of this reminder is not told right"),
        Code.REMINDER_FORGOTTEN: N_("it waits and no delivery takes it up"),
        Code.SENT_TWICE: _REPORT,
        Code.ESCALATED_FIRST: N_(
            "somebody above a unit heard what the unit had not been told: keep this database and "
            "report it"
        ),
        Code.SENT_AFTER_HAND_IN: _REPORT,
        Code.SUPPRESSED_WHILE_OWED: _REPORT,
        Code.SENT_WHILE_HELD: _REPORT,
        Code.SENT_AFTER_SEEN: _REPORT,
        Code.SENT_WHILE_RESTING: _REPORT,
        Code.SENT_WHILE_SILENCED: _REPORT,
        Code.WRONG_ADDRESS: N_("one address is told what was meant for another"),
        Code.CLAIM_UNKNOWN: N_("whether it came before the hand-in cannot be judged"),
        Code.DAY_OFF: N_("mail leaves on working days only; was the clock or the time zone right?"),
        Code.OUTSIDE_WINDOW: N_("no fault if the sending window was another at that time"),
        Code.DIGEST_TWICE: _REPORT,
        Code.DIGEST_DAY: N_("it counts for another day than the one on which it went"),
        Code.DELIVERY_EMPTY: N_("its reminders were removed: restore a backup"),
        Code.DELIVERY_STATUS: N_("its status does not fit the rest of it"),
        Code.DELIVERY_STUCK: N_("ticks ran and left it: see “duban outbox show”"),
        Code.DELIVERY_WAITING: N_("is the mail server down? See “duban outbox show”"),
        Code.NOTICE_FORGOTTEN: N_("a unit was not told what became of its hand-in"),
        Code.NOTICE_UNFOUNDED: N_("a notice tells of nothing that a unit is told of"),
        Code.SUPERVISION_CHANGED: N_(
            "a supervision notice is not as a person released it: restore a backup, or ask who did"
        ),
        Code.SUPERVISION_NUMBER: N_("supervision notices were removed or added by hand"),
        Code.SUPERVISION_UNFOUNDED: N_("a mail of supervision that no person released"),
        Code.SUPERVISION_UNSENT: N_("a supervision notice was released and is not in the outbox"),
        Code.FILE_DIFFERS: N_("the file was changed or put there by hand: restore a backup"),
        Code.FILE_MISSING: N_("an upload was removed: bring it back from a backup"),
        Code.FILE_LEFT: N_("left by a program that was broken off; it may be removed"),
    }
)
