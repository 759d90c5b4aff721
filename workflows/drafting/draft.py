"""Puts a draft together: head, duties, what each has to reach and to hand in, forms, ids."""

from collections import Counter
from dataclasses import replace
from datetime import date

from config.i18n import N_, _
from workflows.documents.model import Document, Place, Table
from workflows.drafting.accounting import account, put_in_order
from workflows.drafting.duties import read_duties
from workflows.drafting.forms import read_attachment
from workflows.drafting.head import read_head
from workflows.drafting.linking_numbers import link_numbers
from workflows.drafting.linking_papers import link_papers, send_by_track
from workflows.drafting.model import (
    Draft,
    Explained,
    Outcome,
    Question,
    Read,
    Sentence,
    Sure,
)
from workflows.drafting.naming import Names
from workflows.drafting.outline import Outline, outline
from workflows.drafting.retitling import retitle
from workflows.drafting.unread import add_unread
from workflows.organisation import Organisation
from workflows.phrases import PhraseError, SinceIssued, parse_due

_SHAPES = {
    "rows": N_("a form: a list"),
    "grid": N_("a form: a table with rows of its own"),
    "record": N_("a form: fields"),
}


def draft(
    document: Document, organisation: Organisation, today: date, year: int | None = None
) -> Draft:
    """What a plan document says, as the draft of a declaration.

    `year` is the campaign's where a person gave it; `today` gives one where the document has none.
    """
    plan = outline(document)
    head, asks = read_head(plan, organisation, today, year)
    issued = date.fromisoformat(head.issued.value) if head.issued is not None else None
    found = read_duties(plan, organisation, year=head.year.value, issued=issued)
    drafted = Draft(
        document.name, head, found.stages, found.groups, found.duties,
        questions=[*_unread(document), *asks, *found.questions],
        explained=found.explained,
    )  # fmt: skip
    _take_attachments(drafted, plan)
    link_papers(drafted)
    link_numbers(drafted, plan, organisation)
    retitle(drafted.duties, plan, organisation)
    _day_of_issue(drafted, today)
    _name(drafted, plan)
    _tidy(drafted)
    drafted.questions = list(dict.fromkeys(drafted.questions))
    account(drafted, plan)
    add_unread(drafted, plan, document)
    put_in_order(drafted, document)
    return drafted


def _unread(document: Document) -> list[Question]:
    """What of the document could not be read at all: pages and pictures."""
    asks = _("does it say what is owed, and by when? Then write that milestone by hand")
    return [Question(Sentence(note, Place(), ""), asks) for note in document.notes]


def _tidy(drafted: Draft) -> None:
    """Without stages and names of groups that no duty has; a group that one duty has is written
    there."""
    stages = {one.stage for one in drafted.duties}
    drafted.stages = [one for one in drafted.stages if one.id in stages or one.start or one.end]
    uses = Counter(one.who.value for one in drafted.duties if isinstance(one.who.value, str))
    for duty in drafted.duties:
        name = duty.who.value if isinstance(duty.who.value, str) else ""
        if uses[name] == 1 and name in drafted.groups:
            duty.who = replace(duty.who, value=drafted.groups[name].value)
    drafted.groups = {name: read for name, read in drafted.groups.items() if uses[name] > 1}


def _take_attachments(drafted: Draft, plan: Outline) -> None:
    for attachment in plan.attachments:
        one = read_attachment(attachment)
        drafted.questions += one.asks
        drafted.contacts += one.contacts
        words = f"{attachment.number} {attachment.title}"
        if one.form is not None:
            drafted.forms.append(one.form)
            shape = one.form.value["shape"]
            reading = _(_SHAPES[shape])
            outcome = Outcome.PART
        elif one.contacts:
            reading, outcome = _("a list of people, for “duban contacts import”"), Outcome.PART
        elif one.asks:
            reading, outcome = one.asks[0].asks, Outcome.ASKED
        elif any(row.sentence.clause == attachment.number for row in drafted.explained):
            reading, outcome = _("its rows and notes are read by themselves"), Outcome.PART
        elif any(isinstance(block, Table) for block in attachment.blocks):
            reading = _("this table was not read: does it set dates or numbers?")
            outcome = Outcome.ASKED
            asked = Sentence(words, attachment.place, attachment.number)
            drafted.questions.append(Question(asked, reading))
        else:
            reading, outcome = _("nothing to fill in"), Outcome.PLAIN
        sentence = Sentence(words, attachment.place, attachment.number)
        drafted.explained.append(Explained(sentence, outcome, reading))


def _day_of_issue(drafted: Draft, today: date) -> None:
    """Duties that are due so long after the issue need its day: where the document does not say
    it, today's stands in, and is asked about."""
    head = drafted.head
    year = head.year.value
    counted = [one for one in drafted.duties if _counts_from_issue(one.due.value, year)]
    if counted and head.issued is None:
        day = today if today.year == year else date(year, 1, 1)
        head.issued = Read(day.isoformat(), Sure.GUESS, Place())
        asks = _("the document does not say when it was issued: is it {day}?")
        asked = Question(counted[0].sentence, asks.format(day=day), "issued")
        drafted.questions.append(asked)


def _counts_from_issue(phrase: str, year: int) -> bool:
    try:
        return isinstance(parse_due(phrase, year), SinceIssued)
    except PhraseError:
        return False


def _name(drafted: Draft, plan: Outline) -> None:
    """Ids for all duties; the tracks by the headings over them."""
    _name_stages(drafted)
    names = Names()
    tracks = list(drafted.head.mailboxes)
    for duty in drafted.duties:
        duty.id = names.name(duty.title.value, "duty")
        if not duty.track:
            texts = [*_headings_over(plan, duty.sentence.clause), duty.sentence.text]
            named = [one for one in tracks if any(one in text for text in texts)]
            duty.track = named[0] if len(named) == 1 else ""
        if not duty.track:
            send_by_track(duty, drafted.head)


def _name_stages(drafted: Draft) -> None:
    """Ids of the stages from their titles."""
    names = Names()
    ids = {one.id: names.name(one.title.value, "stage") for one in drafted.stages}
    for stage in drafted.stages:
        stage.id = ids[stage.id]
    for duty in drafted.duties:
        duty.stage = ids.get(duty.stage, "")


def _headings_over(plan: Outline, clause: str) -> list[str]:
    return [one.text for one in plan.headings if one.clause and clause.startswith(one.clause)]
