"""What became of each sentence of a whole document, and all that was read in its order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from config.i18n import _
from workflows.documents.model import Document, Paragraph, Place
from workflows.drafting.declaring import sure_word
from workflows.drafting.model import (
    Draft,
    Duty,
    Explained,
    Head,
    Outcome,
    Read,
    Sentence,
    Sure,
    least_sure,
)
from workflows.drafting.offices import without_persons
from workflows.drafting.outline import Outline

_Head = dict[Place, list[tuple[Read[Any], str]]]  # by place: what was read, and what it is called


def account(drafted: Draft, plan: Outline) -> None:
    """Complete what became of each sentence, once the duties have their titles."""
    read = _read_of_head(drafted.head)
    body = [_explained(one, drafted.duties, read) for one in drafted.explained]
    drafted.explained = [*_head_explained(plan, drafted.head, read), *body]


def put_in_order(drafted: Draft, document: Document) -> None:
    """Milestones, questions and sentences in the order of the document; questions about the whole
    stand first."""
    order = {block.place: n for n, block in enumerate(document.blocks)}
    by_table = {one.table: n for one, n in order.items() if one.table}

    def place(sentence: Sentence) -> tuple[int, int]:
        where = sentence.place
        number = order.get(where, by_table.get(where.table, len(order)))
        return number, where.row or where.line

    drafted.duties.sort(key=lambda one: place(one.sentence))
    drafted.explained.sort(key=lambda one: place(one.sentence))
    drafted.questions.sort(
        key=lambda one: place(one.sentence) if one.sentence.place != Place() else (-1, 0)
    )


def _explained(one: Explained, duties: Sequence[Duty], read: _Head) -> Explained:
    """With what its duties are called in the end, and how sure date and units are; a sentence of
    the body may say something of the campaign itself, such as its mailbox."""
    if one.outcome in {Outcome.PLAIN, Outcome.PART}:
        names = [
            name
            for value, name in read.get(one.sentence.place, ())
            if str(value.value) in one.sentence.text
            and (one.outcome is Outcome.PLAIN or "@" in value.value)
        ]
        if names:
            return replace(one, outcome=Outcome.HEAD, reading=_(", ").join(dict.fromkeys(names)))
    if one.outcome is not Outcome.DUTY:
        return one
    text = _bare(one.sentence.text)
    mine = [
        duty
        for duty in duties
        if duty.sentence.place == one.sentence.place
        and any(_bare(words) in text for words in _words(duty))
    ]
    told = [
        _("{due}: {title} ({sure})").format(
            due=duty.due.value, title=duty.title.value,
            sure=sure_word(least_sure(duty.due.sure, duty.who.sure)),
        )
        for duty in mine
    ]  # fmt: skip
    if not told:
        return one
    sure = least_sure(*(read.sure for duty in mine for read in (duty.due, duty.who)))
    return replace(one, reading="；".join(told), sure=sure)


def _words(duty: Duty) -> tuple[str, ...]:
    """Its words as they stand, and without the notes between them."""
    return (duty.sentence.text, *(one.value for one in duty.parts[:1]))


def _bare(text: str) -> str:
    return "".join(text.split()).strip("。；")


def _read_of_head(head: Head) -> _Head:
    """What was read of the campaign itself, by the places where it stands."""
    read = [
        (head.title, _("the campaign's title")), (head.reference, _("reference number")),
        (head.issued, _("date of issue")), (head.owner, _("campaign office")),
        (head.mailbox, _("mailbox")),
        *((one, _("mailbox")) for one in head.mailboxes.values()),
        *((one, _("whom to ask")) for one in head.enquiries),
    ]  # fmt: skip
    by_place: _Head = {}
    for value, name in read:
        if value is not None and value.sure is not Sure.GUESS:
            by_place.setdefault(value.place, []).append((value, name))
    return by_place


def _head_explained(plan: Outline, head: Head, read: _Head) -> list[Explained]:
    """What became of the lines before and after the sections."""
    found = []
    heads = {id(block) for block in plan.head}
    for block in (*plan.head, *plan.tail):
        # What says something is a sentence of its own among the others.
        said = isinstance(block, Paragraph) and len(block.text) > 20 and "。" in block.text
        if isinstance(block, Paragraph) and block.text.strip() and not said:
            names = list(dict.fromkeys(name for _value, name in read.get(block.place, ())))
            title = id(block) in heads and "".join(block.text.split()) in head.title.words
            if not names and title:
                names = [_("the campaign's title")]  # over several lines
            sentence = Sentence(without_persons(block.text), block.place, "")
            outcome = Outcome.HEAD if names else Outcome.PLAIN
            found.append(Explained(sentence, outcome, _(", ").join(names)))
    return found
