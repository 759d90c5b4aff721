"""Lines of a plan, and questions about them."""

from collections.abc import Iterator

from workflows.documents.model import Paragraph, Place
from workflows.drafting.model import Question, Sentence
from workflows.drafting.offices import without_persons
from workflows.drafting.outline import Passage

Questions = list[Question]


def lines_of(blocks: tuple[object, ...]) -> Iterator[tuple[str, Place]]:
    """Each paragraph that says something, with its place."""
    for block in blocks:
        if isinstance(block, Paragraph) and block.text.strip():
            yield block.text.strip(), block.place


def ask(asks: Questions, about: str, place: Place, words: str, question: str) -> None:
    """Add a question about a key of the declaration (`owner`); persons in `words` are hidden."""
    asks.append(Question(Sentence(without_persons(words), place, ""), question, about))


def text_of(passage: Passage) -> str:
    """Its words, or those of its table's cells."""
    if passage.table is None:
        return passage.text
    return "\n".join(cell for row in passage.table.rows for cell in row)
