"""Puts a draft together: head, duties, what each has to reach and to hand in, forms, ids."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from config.i18n import N_, _
from workflows.documents.model import Document, Paragraph, Place
from workflows.drafting.declaring import sure_word
from workflows.drafting.deliverables import deliverables_in, formats_for_all, is_form_name
from workflows.drafting.duties import read_duties
from workflows.drafting.forms import read_attachment
from workflows.drafting.head import read_head
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
from workflows.drafting.places import Places, selector_of
from workflows.drafting.plan_words import covers
from workflows.drafting.retitling import retitle
from workflows.drafting.sentences import Piece, outside_brackets
from workflows.drafting.targets import read_numbers
from workflows.drafting.who import Actors, Sort
from workflows.organisation import Organisation
from workflows.phrases import PhraseError, SinceIssued, parse_due
from workflows.selectors import Selector, select

_ALIKE = 0.6  # of a form's title and a paper's name
_SHAPES = {
    "rows": N_("a form: a list"),
    "grid": N_("a form: a table with rows of its own"),
    "record": N_("a form: fields"),
}
SAME = "="  # a number that binds all whom its duty binds


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
    _link_papers(drafted)
    _link_numbers(drafted, plan, organisation)
    retitle(drafted.duties, plan, organisation)
    _day_of_issue(drafted, today)
    _name(drafted, plan)
    order = {block.place: n for n, block in enumerate(document.blocks)}
    drafted.explained = sorted(
        (_explained(one, drafted.duties) for one in drafted.explained),
        key=lambda one: order.get(one.sentence.place, len(order)),
    )
    return drafted


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
    return replace(one, reading="；".join(told)) if told else one


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


def _link_papers(drafted: Draft) -> None:
    """What each duty hands in; a form that none names goes to the paper that is called alike."""
    forms = [(one.value["attachment"], one.words) for one in drafted.forms]
    for_all = formats_for_all(one.sentence for one in drafted.explained)
    named: set[str] = set()
    for duty in drafted.duties:
        papers = [
            paper
            for part in _parts(duty)
            for paper in _papers_of(duty, part, drafted.duties, forms)
        ]
        known = {str(one.value["name"]) for one in duty.deliverables}
        for paper in papers:
            if paper.value["name"] not in known:
                known.add(str(paper.value["name"]))
                duty.deliverables.append(paper)
        for paper in duty.deliverables:
            named.add(str(paper.value.get("form", "")))
            if for_all is not None:
                paper.value.setdefault("formats", list(for_all.value))
    for form in drafted.forms:
        label = form.value["attachment"]
        if label not in named and not _link_form(drafted.duties, label, form.words):
            sentence = Sentence(f"{label} {form.words}", form.place, label)
            drafted.questions.append(
                Question(
                    sentence, _("with which duty is {form} handed in?").format(form=label), label
                )
            )


def _papers_of(
    duty: Duty, part: Read[str], duties: Sequence[Duty], forms: list[tuple[str, str]]
) -> list[Read[dict[str, Any]]]:
    """What a part of a sentence asks for. 甲和乙分别于6月3日和10月31日前报送: of several duties of
    one part, each has its own."""
    same = [one for one in duties if part in one.parts]
    before, apart, after = part.value.partition("分别")
    if not apart or len(same) < 2:
        return deliverables_in(part.value, part.place, forms)
    for joints in ("和", "、", "及", "以及"):
        groups = [one.text for one in _cut(before, joints)]
        if len(groups) == len(same):
            text = f"报送{groups[same.index(duty)]}。{after.partition('报送')[2]}"
            return deliverables_in(text, part.place, forms)
    return deliverables_in(part.value, part.place, forms)


def _cut(text: str, joint: str) -> list[Piece]:
    """The parts of a list outside brackets and names."""
    found, start = [], 0
    for place in [*outside_brackets(text), len(text)]:
        if (place >= start and text.startswith(joint, place)) or place == len(text):
            found.append(Piece(text[start:place], start))
            start = place + len(joint)
    return found


def _parts(duty: Duty) -> tuple[Read[str], ...]:
    """The words that a duty was read from."""
    return duty.parts or (Read(duty.sentence.text, Sure.LIKELY, duty.sentence.place),)


def _link_form(duties: Sequence[Duty], label: str, title: str) -> bool:
    best, most = None, _ALIKE
    for duty in duties:
        for paper in duty.deliverables:
            name = str(paper.value["name"])
            if "form" in paper.value or not is_form_name(name):
                continue
            alike = 0.9 if name in title else SequenceMatcher(None, name, title).ratio()
            if alike > most:
                best, most = (duty, paper), alike
    if best is None:
        return False
    duty, paper = best
    duty.deliverables[duty.deliverables.index(paper)] = Read(
        {**paper.value, "form": label}, Sure.LIKELY, paper.place, paper.words
    )
    return True


def _link_numbers(drafted: Draft, plan: Outline, organisation: Organisation) -> None:
    """The numbers that each duty has to reach; those of sentences that are no duty are asked."""
    actors = Actors(Places(organisation))
    texts = {one.place: one.text for one in plan.passages}
    for duty in drafted.duties:
        bound = _units(duty, drafted, organisation)

        def who_of(words: str, bound: frozenset[str] = bound) -> Any:
            actor = actors.find_all(words.lstrip("其中，、 "))
            if (
                actor is None
                or actor.others
                or actor.sort not in {Sort.LEVEL, Sort.NAMED}
                or not actor.units
            ):
                return None
            return SAME if actor.units == bound else selector_of(actor.units, actors.places)

        for part in _parts(duty):
            numbers = read_numbers(part.value, part.place, who_of, _before(part, texts))
            for one in numbers.targets:
                if one.value.get("who") is SAME:
                    del one.value["who"]
                if not any(_same_number(one.value, other.value) for other in duty.targets):
                    duty.targets.append(_with_reporters(one, duty, bound, actors.places))
            drafted.questions += [Question(duty.sentence, asks) for asks in numbers.asks]
    for explained in drafted.explained:
        if explained.outcome in {Outcome.PLAIN, Outcome.ENCOURAGED}:
            sentence = explained.sentence
            for one in read_numbers(sentence.text, sentence.place).targets:
                if one.sure is Sure.CERTAIN:
                    asks = _("“{words}”: a number to reach? It is in no milestone")
                    asked = Question(sentence, asks.format(words=without_persons(one.words)))
                    drafted.questions.append(asked)


def _same_number(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two numbers are one that is told twice: the same, of the same."""
    keys = ("value", "unit_of_measure", "measure", "who", "scope", "baseline", "categories")
    if any(one.get(key) != other.get(key) for key in keys):
        return False
    return covers(one["title"], other["title"]) > 0.4 or covers(other["title"], one["title"]) > 0.4


def _with_reporters(
    target: Read[dict[str, Any]], duty: Duty, bound: frozenset[str], places: Places
) -> Read[dict[str, Any]]:
    """A number of the whole province in a duty of many: they report what adds up to it."""
    if target.value.get("scope") == "province" and bound - places.top:
        return replace(target, value={**target.value, "reporters": duty.who.value})
    return target


def _before(part: Read[str], texts: dict[Place, str]) -> str:
    """What stands before a part in its sentence."""
    text = texts.get(part.place, "")
    start = text.find(part.value[:12])
    return text[text.rfind("。", 0, start) + 1 : start] if start > 0 else ""


def _units(duty: Duty, drafted: Draft, organisation: Organisation) -> frozenset[str]:
    """The ids of those that owe a duty; none where that cannot be read."""
    try:
        groups = {name: Selector.model_validate(one.value) for name, one in drafted.groups.items()}
        units = select(Selector.model_validate(duty.who.value), organisation, groups)
    except ValueError:  # SelectorError, or what no selector can be made of
        return frozenset()
    return frozenset(one.id for one in units)


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
            _send_by_track(duty, drafted.head)


def _send_by_track(duty: Duty, head: Head) -> None:
    """A paper of one track goes to its mailbox, where the duty is of all tracks."""
    for n, paper in enumerate(duty.deliverables):
        boxes = [
            read.value
            for track, read in head.mailboxes.items()
            if track in str(paper.value["name"]) and read.value
        ]
        if len(boxes) == 1:
            duty.deliverables[n] = replace(paper, value={**paper.value, "mailbox": boxes[0]})


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
    for block in (*plan.head, *plan.tail):
        # What says something is a sentence of its own among the others.
        said = isinstance(block, Paragraph) and len(block.text) > 20 and "。" in block.text
        if isinstance(block, Paragraph) and block.text.strip() and not said:
            names = list(dict.fromkeys(by_place.get(block.place, [])))
            if not names and "".join(block.text.split()) in head.title.words:
                names = [_("the campaign's title")]  # over several lines
            sentence = Sentence(without_persons(block.text), block.place, "")
            outcome = Outcome.HEAD if names else Outcome.PLAIN
            found.append(Explained(sentence, outcome, _(", ").join(names)))
    return found
