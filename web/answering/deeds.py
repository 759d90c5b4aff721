"""What a person's forms do: the same use cases as the commands, in the person's name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from config.errors import InputError
from config.i18n import N_, _
from notifications.content import with_records
from notifications.own_items import OwnItem, own_items
from web.answering.filling import gone, take_typed
from web.answering.form_files import FormFile, form_files, take_files
from web.answering.forms import Typed
from web.answering.items import of_one_paper, parts_together
from web.answering.own_forms import FormName, find_own, forms_for
from web.answering.surroundings import Answering
from web.answering.uploads import keep_files
from workflows.answering import acknowledge, snooze
from workflows.handing_in import Deed, request_extension, submit
from workflows.parts import parts_of
from workflows.reminding import local_date
from workflows.states import OWING
from workflows.tables import Assignment, MilestoneRow


class Answer(StrEnum):
    """What a form says; it comes back as a code that selects a sentence."""

    SEEN = "seen"
    SEEN_ALL = "seen-all"
    LATER = "later"
    HANDED_IN = "handed-in"
    MORE_TIME = "more-time"
    FILLED_IN = "filled-in"


class Came(StrEnum):
    """What became of the forms in a hand-in, where it has any."""

    READ = "read"
    NOT_READ = "not-read"


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        Answer.SEEN: N_("Noted as seen. Thank you."),
        Answer.SEEN_ALL: N_("All are noted as seen. Thank you."),
        Answer.LATER: N_("Noted: you will be reminded on the day that you chose."),
        Answer.HANDED_IN: N_("Received, thank you. The office will check it."),
        Answer.MORE_TIME: N_(
            "Your request has gone to the office; until it decides, the date stays."
        ),
        Answer.FILLED_IN: N_("Received, with its figures. Thank you. The office will check it."),
        Came.READ: N_(
            "Received, thank you. The figures in the form were read. The office will check it."
        ),
        Came.NOT_READ: N_(
            "Received, thank you. No figures were read: none of the files is the form from here."
            " The office will check it."
        ),
    }
)


def carry_out(here: Answering, address: str, typed: Typed) -> Answer | Came:
    """Do what the form of the person at `address` says, in one transaction.

    Raises InputError with the sentence to be shown, or what the use cases raise.
    """
    try:
        answer = Answer(typed.action)
    except ValueError:
        raise InputError(_("Please choose one of the forms.")) from None
    data: dict[str, Any] = {"via": "page"}
    sheets: list[FormFile] = []
    if answer is Answer.FILLED_IN:
        return _fill_in(here, address, typed, data)
    if answer is Answer.HANDED_IN:
        _require_something(typed)
        with here.database.read() as session:
            chosen = _chosen(session, here, address, typed)  # before a stranger's file is kept
            named = bool(forms_for(session, chosen))
        if named and not typed.nil:
            sheets = form_files(typed.files)
        data |= keep_files(here.uploads, typed.files, here.upload_bytes)
    with here.database.write() as session:
        now = here.now()
        deed = Deed(address, now, now, data=data)
        if answer is Answer.SEEN_ALL:
            for one in own_items(session, here.organisation, address, here.window.today(now)):
                _see(session, one, deed)
            return answer
        items = _chosen(session, here, address, typed)
        deed = replace(deed, actor=items[0].name or address)
        noted = replace(deed, note=typed.note)
        if answer is Answer.HANDED_IN:
            taken = take_files(session, items, sheets, data.get("files", ()), typed, noted)
            _hand_in(session, items, typed, noted, [one.deliverable for one in taken])
            if named and typed.files and not typed.nil:
                return Came.READ if taken else Came.NOT_READ
        else:
            for one in items:
                _answer(session, one, answer, typed, deed, address)
    return answer


def _fill_in(here: Answering, address: str, typed: Typed, data: dict[str, Any]) -> Answer:
    """What was typed into a form on the page is handed in."""
    typed.require_short()
    name = FormName(typed.item, typed.form)
    with here.database.read() as session:
        if find_own(session, here, address, name) is None:
            raise InputError(gone())
    data |= keep_files(here.uploads, typed.files, here.upload_bytes)
    with here.database.write() as session:
        now = here.now()
        deed = Deed(address, now, now, typed.note, data=data)
        take_typed(session, here, address, typed, deed)
    return Answer.FILLED_IN


def _answer(
    session: Session, item: OwnItem, answer: Answer, typed: Typed, deed: Deed, address: str
) -> None:
    match answer:
        case Answer.LATER:
            today = local_date(deed.now, item.campaign.time_zone)
            if today >= item.assignment.effective_due:
                raise InputError(_("It is due already and cannot be put off."))
            snooze(session, item.assignment, deed, address, typed.day_named())
        case Answer.MORE_TIME:
            until, noted = typed.day_named(), replace(deed, note=typed.reason())
            request_extension(session, item.assignment, noted, until)
        case _:
            _see(session, item, deed)


def _hand_in(
    session: Session, items: Sequence[OwnItem], typed: Typed, deed: Deed, came: Sequence[str]
) -> None:
    """For each duty what has come of it: one of which every part is to follow stays open. The
    parts in `came` have, whatever was ticked."""
    together = parts_together(items)
    missing = [
        part for place, part in enumerate(together) if place in typed.missing and part not in came
    ]
    if together and len(missing) == len(together) and not typed.nil:
        raise InputError(_("Please leave unticked what you hand in now."))
    for one in items:
        parts = parts_of(one.milestone.deliverables)
        left = [part for part in parts if part in missing]
        if typed.nil or not parts or left != parts:
            submit(session, one.assignment, deed, missing=left, nil=typed.nil)


def _see(session: Session, item: OwnItem, deed: Deed) -> None:
    if item.assignment.acknowledged_at is None:
        acknowledge(session, item.assignment, replace(deed, actor=item.name or deed.actor))


def _chosen(session: Session, here: Answering, address: str, typed: Typed) -> tuple[OwnItem, ...]:
    """The duties that the form names, if all are still this person's to answer and one paper's."""
    for entry in of_one_paper(own_items(session, here.organisation, address, here.today())):
        items = tuple(one for one in entry if one.assignment.id in typed.items)
        if items and len(items) == len(typed.items):
            return items
        if items:
            raise InputError(_what_changed(session, items, typed))
    raise InputError(gone())


def _what_changed(session: Session, items: Sequence[OwnItem], typed: Typed) -> str:
    """Why not all that the form names is one entry any more, `items` are."""
    gone = set(typed.items) - {one.assignment.id for one in items}
    settled = session.execute(
        with_records(sql_select(col(Assignment.title)))
        .where(
            col(Assignment.id).in_(sorted(gone)),
            Assignment.campaign_id == items[0].campaign.id,
            Assignment.unit_id == items[0].unit.id,
            MilestoneRow.paper == items[0].milestone.paper,
            MilestoneRow.paper != "",
            col(Assignment.state).not_in(list(OWING)),
        )
        .order_by(col(Assignment.id))
    )
    titles = list(settled.scalars())
    if titles:
        return _(
            "Nothing was recorded: meanwhile this was handed in or settled: {titles}."
            " Please look at what is still open below, and send that."
        ).format(titles=_(", ").join(titles))
    return _(
        "Nothing was recorded: these items do not belong together any more."
        " Please look at them below, and answer each."
    )


def _require_something(typed: Typed) -> None:
    typed.require_short()
    if not (typed.files or typed.note or typed.nil):
        raise InputError(
            _("Please choose a file, write how it was handed in, or tick “nil report”.")
        )
