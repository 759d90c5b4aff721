"""Puts a draft together: head, duties, what each has to reach and to hand in, forms, ids."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from config.i18n import N_, _
from workflows.documents.model import Document, Paragraph, Place
from workflows.drafting.declaring import sure_word
from workflows.drafting.duties import read_duties
from workflows.drafting.forms import read_attachment
from workflows.drafting.head import read_head
from workflows.drafting.linking_numbers import link_numbers
from workflows.drafting.linking_papers import link_papers, send_by_track
from workflows.drafting.model import (
    Draft,
    Duty,
    Explained,
    Head,
    Outcome,
    Question,
    Read,
    Sentence,
    Sure,
    least_sure,
)
from workflows.drafting.naming import Names
from workflows.drafting.offices import without_persons
from workflows.drafting.outline import Outline, outline
from workflows.drafting.retitling import retitle
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
        questions=[*asks, *found.questions],
        explained=[*_head_explained(plan, head), *found.explained],
    )  # fmt: skip
    _take_attachments(drafted, plan)
    link_papers(drafted)
    link_numbers(drafted, plan, organisation)
    retitle(drafted.duties, plan, organisation)
    _day_of_issue(drafted, today)
    _name(drafted, plan)
    _tidy(drafted)
    drafted.explained = [_explained(one, drafted.duties) for one in drafted.explained]
    _put_in_order(drafted, document)
    return drafted


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


def _put_in_order(drafted: Draft, document: Document) -> None:
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


def _explained(one: Explained, duties: Sequence[Duty]) -> Explained:
    """With what its duties are called in the end, and how sure date and units are."""
    if one.outcome is not Outcome.DUTY:
        return one
    text = _bare(one.sentence.text)
    mine = [
        duty
        for duty in duties
        if duty.sentence.place == one.sentence.place and _bare(duty.sentence.text) in text
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


def _bare(text: str) -> str:
    return "".join(text.split()).strip("。；")


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


def _head_explained(plan: Outline, head: Head) -> list[Explained]:
    """What became of the lines before and after the sections."""
    read = [
        (head.title, _("the campaign's title")), (head.reference, _("reference number")),
        (head.issued, _("date of issue")), (head.owner, _("campaign office")),
        (head.mailbox, _("mailbox")),
        *((one, _("mailbox")) for one in head.mailboxes.values()),
        *((one, _("whom to ask")) for one in head.enquiries),
    ]  # fmt: skip
    by_place: dict[Place, list[str]] = {}
    for value, name in read:
        if value is not None and value.sure is not Sure.GUESS:
            by_place.setdefault(value.place, []).append(name)
    found = []
    heads = {id(block) for block in plan.head}
    for block in (*plan.head, *plan.tail):
        # What says something is a sentence of its own among the others.
        said = isinstance(block, Paragraph) and len(block.text) > 20 and "。" in block.text
        if isinstance(block, Paragraph) and block.text.strip() and not said:
            names = list(dict.fromkeys(by_place.get(block.place, [])))
            title = id(block) in heads and "".join(block.text.split()) in head.title.words
            if not names and title:
                names = [_("the campaign's title")]  # over several lines
            sentence = Sentence(without_persons(block.text), block.place, "")
            outcome = Outcome.HEAD if names else Outcome.PLAIN
            found.append(Explained(sentence, outcome, _(", ").join(names)))
    return found
