"""What of a document nobody read: dated sentences outside the body, a second plan in the file."""

from collections.abc import Iterator

from config.i18n import _
from workflows.documents.model import Document, Paragraph, Place
from workflows.drafting.model import Draft, Explained, Outcome, Question, Sentence
from workflows.drafting.numbering import SECTION, number_of
from workflows.drafting.outline import Outline
from workflows.drafting.sentences import sentences_in
from workflows.drafting.timing import deadlines_in
from workflows.drafting.titles import is_title_line

_NEAR = 4  # blocks between a plan's title and its first section: number, day of issue, preamble


def add_unread(drafted: Draft, plan: Outline, document: Document) -> None:
    """Name what was not read, so that nothing is dropped."""
    for paragraph in _second_plans(plan, document):
        asks = _("another plan seems to begin here: has it a campaign of its own? "
                 "Then draft it from a file of its own")  # fmt: skip
        drafted.questions.append(Question(Sentence(paragraph.text, paragraph.place, ""), asks))
    stages = [
        Sentence(one.title.words or one.title.value, one.title.place, one.clause)
        for one in drafted.stages
    ]
    # A heading may begin its paragraph: it stands before what is said there.
    told = [Explained(one, Outcome.HEAD, _("a stage")) for one in stages]
    drafted.explained = [*told, *drafted.explained]
    seen = {*_seen(drafted), *(one.place for one in plan.headings)}
    year = drafted.head.year.value
    for block in document.blocks:
        if not isinstance(block, Paragraph) or block.place in seen:
            continue
        for piece in sentences_in(block.text):
            if any(one.usable for one in deadlines_in(piece.text, year)):
                sentence = Sentence(piece.text, block.place, _attachment(plan, block))
                drafted.explained.append(
                    Explained(sentence, Outcome.PLAIN, _("it was not read"), dated=True)
                )


def _seen(drafted: Draft) -> set[Place]:
    """The places from which something was read or asked."""
    head = drafted.head
    values = (head.title, head.issued, head.reference, head.owner, head.mailbox)
    return {
        *(one.sentence.place for one in drafted.explained),
        *(one.sentence.place for one in drafted.questions),
        *(one.sentence.place for one in drafted.duties),
        *(part.place for one in drafted.duties for part in one.parts),
        *(one.place for one in values if one is not None),
    }


def _attachment(plan: Outline, block: Paragraph) -> str:
    return next((one.number for one in plan.attachments if block in one.blocks), "")


def _second_plans(plan: Outline, document: Document) -> Iterator[Paragraph]:
    """Lines that are titles, with a first section after them where one has been before."""
    head = {block.place for block in plan.head}
    begun = False
    blocks = document.blocks
    for n, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            continue
        if begun and block.place not in head and is_title_line(block.text):
            following = [one for one in blocks[n + 1 : n + 1 + _NEAR] if isinstance(one, Paragraph)]
            if any(_begins_sections(one) for one in following):
                yield block
        begun = begun or _begins_sections(block)


def _begins_sections(block: Paragraph) -> bool:
    number = number_of(block.text)
    return number is not None and number.rank == SECTION and number.value == 1
