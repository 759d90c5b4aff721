"""The words that people read for what the record keeps as values."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from config.i18n import N_, _
from workflows.ladder import Role
from workflows.states import Action
from workflows.tables import (
    Degree,
    DeliveryKind,
    DeliveryStatus,
    InboxKind,
    InboxStatus,
    NoticeStatus,
    Reminder,
    ReminderStatus,
)

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        Action.__name__: {
            Action.SUBMIT: N_("handed in"),
            Action.RECEIVE: N_("more received"),
            Action.ACCEPT: N_("accepted"),
            Action.RETURN: N_("returned"),
            Action.WAIVE: N_("waived"),
            Action.REOPEN: N_("reopened"),
            Action.CANCEL: N_("cancelled"),
            Action.REQUEST_EXTENSION: N_("extension asked for"),
            Action.APPROVE_EXTENSION: N_("extension approved"),
            Action.REJECT_EXTENSION: N_("extension rejected"),
            Action.ACKNOWLEDGE: N_("seen"),
            Action.SNOOZE: N_("to be reminded later"),
            Action.REPLAN: N_("changed with the plan"),
            Action.UNDO: N_("taken back"),
        },
        Role.__name__: {
            Role.CONTACT: N_("contact"),
            Role.DEPUTY: N_("deputy"),
            Role.LEAD: N_("lead"),
            Role.DEPARTMENT: N_("department"),
            Role.OWNER: N_("owner office"),
            Role.SUPERVISOR: N_("supervisor"),
            "office": N_("office mailbox"),
            "copy": N_("copy"),
            "address": N_("fixed address"),
        },
        ReminderStatus.__name__: {
            ReminderStatus.PENDING: N_("waiting"),
            ReminderStatus.SENT: N_("gone out"),
            ReminderStatus.SUPERSEDED: N_("superseded"),
            ReminderStatus.SUPPRESSED: N_("no longer needed"),
            ReminderStatus.NO_CONTACT: N_("nobody to tell"),
            ReminderStatus.FAILED: N_("failed"),
            ReminderStatus.DROPPED: N_("dropped"),
            ReminderStatus.ACKNOWLEDGED: N_("not sent: seen already"),
            ReminderStatus.SNOOZED: N_("not sent: put off"),
            ReminderStatus.SILENCED: N_("not sent: silenced"),
        },
        DeliveryStatus.__name__: {
            DeliveryStatus.HELD: N_("held"),
            DeliveryStatus.QUEUED: N_("queued"),
            DeliveryStatus.CLAIMED: N_("claimed"),
            DeliveryStatus.STARTED: N_("started"),
            DeliveryStatus.DONE: N_("gone out"),
            DeliveryStatus.IN_DOUBT: N_("in doubt"),
            DeliveryStatus.FAILED: N_("failed"),
            DeliveryStatus.SUPPRESSED: N_("no longer needed"),
            DeliveryStatus.SUPERSEDED: N_("superseded"),
            DeliveryStatus.RELEASED: N_("released"),
            DeliveryStatus.DROPPED: N_("dropped"),
        },
        InboxKind.__name__: {
            InboxKind.BOUNCE: N_("a returned mail"),
            InboxKind.AUTOMATIC: N_("an automatic answer"),
            InboxKind.ACKNOWLEDGEMENT: N_("says that it was seen"),
            InboxKind.SUBMISSION: N_("a hand-in"),
            InboxKind.OTHER: N_("other"),
        },
        InboxStatus.__name__: {
            InboxStatus.WAITING: N_("waiting"),
            InboxStatus.CONFIRMED: N_("confirmed"),
            InboxStatus.DISMISSED: N_("dismissed"),
            InboxStatus.DONE: N_("nothing to decide"),
        },
        DeliveryKind.__name__: {
            DeliveryKind.DIGEST: N_("digest"),
            DeliveryKind.NOTICE: N_("notice"),
        },
        Degree.__name__: {
            Degree.REMINDER: N_("letter of reminder"),
            Degree.SUPERVISION: N_("supervision notice"),
            Degree.CIRCULAR: N_("proposal of a circular or a talk"),
        },
        NoticeStatus.__name__: {
            NoticeStatus.DRAFT: N_("draft, to be released"),
            NoticeStatus.RELEASED: N_("released, receipt awaited"),
            NoticeStatus.DROPPED: N_("given up"),
            NoticeStatus.ANSWERED: N_("receipt came back"),
        },
    }
)


def word(value: StrEnum) -> str:
    """The word for a value, in the language in force."""
    return word_of(type(value), value.value)


def word_of(kind: type[StrEnum], value: str) -> str:
    """The word for a stored value of that kind; the value itself where there is none."""
    found = _WORDS[kind.__name__].get(value)
    return _(found) if found else value


def reminder_word(reminder: Reminder) -> str:
    """How a reminder stands: one that waits for the owner office's release is held, not waiting."""
    held = reminder.held and reminder.status is ReminderStatus.PENDING
    return word(DeliveryStatus.HELD if held else reminder.status)
