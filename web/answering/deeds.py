"""What a person's forms do: the same use cases as the commands, in the person's name."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from config.errors import InputError
from config.i18n import N_, _
from notifications.own_items import OwnItem, own_items
from web.answering.forms import Typed
from web.answering.surroundings import Answering
from web.answering.uploads import keep_files
from workflows.answering import acknowledge, snooze
from workflows.handing_in import Deed, request_extension, submit
from workflows.parts import parts_of
from workflows.reminding import local_date


class Answer(StrEnum):
    """What a form says; it comes back as a code that selects a sentence."""

    SEEN = "seen"
    SEEN_ALL = "seen-all"
    LATER = "later"
    HANDED_IN = "handed-in"
    MORE_TIME = "more-time"


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        Answer.SEEN: N_("Noted as seen. Thank you."),
        Answer.SEEN_ALL: N_("All are noted as seen. Thank you."),
        Answer.LATER: N_("Noted: you will be reminded on the day that you chose."),
        Answer.HANDED_IN: N_("Received, thank you. The office will check it."),
        Answer.MORE_TIME: N_(
            "Your request has gone to the office; until it decides, the date stays."
        ),
    }
)


def carry_out(here: Answering, address: str, typed: Typed) -> Answer:
    """Do what the form of the person at `address` says, in one transaction.

    Raises InputError with the sentence to be shown, or what the use cases raise.
    """
    try:
        answer = Answer(typed.action)
    except ValueError:
        raise InputError(_("Please choose one of the forms.")) from None
    data: dict[str, Any] = {"via": "page"}
    if answer is Answer.HANDED_IN:
        _require_something(typed)
        with here.database.read() as session:
            _chosen(session, here, address, typed)  # before a stranger's file is kept
        data |= keep_files(here.uploads, typed.files, here.upload_bytes)
    with here.database.write() as session:
        now = here.now()
        deed = Deed(address, now, now, data=data)
        if answer is Answer.SEEN_ALL:
            for one in own_items(session, here.organisation, address, here.window.today(now)):
                _see(session, one, deed)
            return answer
        item = _chosen(session, here, address, typed)
        _answer(session, item, answer, typed, replace(deed, actor=item.name or address), address)
    return answer


def _answer(
    session: Session, item: OwnItem, answer: Answer, typed: Typed, deed: Deed, address: str
) -> None:
    match answer:
        case Answer.LATER:
            today = local_date(deed.now, item.campaign.time_zone)
            if today >= item.assignment.effective_due:
                raise InputError(_("It is due already and cannot be put off."))
            snooze(session, item.assignment, deed, address, typed.day_named())
        case Answer.HANDED_IN:
            parts = parts_of(item.milestone.deliverables)
            missing = [part for place, part in enumerate(parts) if place in typed.missing]
            if missing == parts and parts and not typed.nil:
                raise InputError(_("Please leave unticked what you hand in now."))
            noted = replace(deed, note=typed.note)
            submit(session, item.assignment, noted, missing=missing, nil=typed.nil)
        case Answer.MORE_TIME:
            until, noted = typed.day_named(), replace(deed, note=typed.reason())
            request_extension(session, item.assignment, noted, until)
        case _:
            _see(session, item, deed)


def _see(session: Session, item: OwnItem, deed: Deed) -> None:
    if item.assignment.acknowledged_at is None:
        acknowledge(session, item.assignment, replace(deed, actor=item.name or deed.actor))


def _chosen(session: Session, here: Answering, address: str, typed: Typed) -> OwnItem:
    """The item that the form names, if it is still this person's to answer."""
    for one in own_items(session, here.organisation, address, here.today()):
        if one.assignment.id == typed.item:
            return one
    raise InputError(_("This item is not open for you any more: it may be settled already."))


def _require_something(typed: Typed) -> None:
    typed.require_short()
    if not (typed.files or typed.note or typed.nil):
        raise InputError(
            _("Please choose a file, write how it was handed in, or tick “nil report”.")
        )
