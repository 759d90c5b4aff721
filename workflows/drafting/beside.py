"""What stands beside the sentences: tables of tasks, and notes under forms that say when."""

from dataclasses import replace

from config.i18n import _
from workflows.documents.model import Paragraph, Place, Table
from workflows.drafting.actions import Source
from workflows.drafting.actor import Actor, Sort
from workflows.drafting.departments import Offices
from workflows.drafting.items import Item
from workflows.drafting.making import Made, make_duty
from workflows.drafting.model import Explained, Outcome, Question, Sentence, Sure
from workflows.drafting.outline import Outline, Passage
from workflows.drafting.passages import Around, PassageReader
from workflows.drafting.plan_words import SEND, covers
from workflows.drafting.sentences import sentences_in
from workflows.drafting.tables import rows_in
from workflows.drafting.timing import deadlines_in
from workflows.drafting.who import Actors
from workflows.organisation import Organisation


class Beside:
    """Adds what tables and attachments say to the duties that were made."""

    def __init__(
        self,
        outline: Outline,
        items: list[Item],
        made: list[Made],
        actors: Actors,
        organisation: Organisation,
        year: int,
    ) -> None:
        self._outline, self._items, self._made = outline, items, made
        self._actors, self._organisation, self._year = actors, organisation, year

    def tables(self) -> tuple[list[Question], list[Explained]]:
        """Add the rows of tables; what is asked of rows whose date no declaration can say, and of
        tables in the body that are of no known kind; what became of each row."""
        questions: list[Question] = []
        explained: list[Explained] = []
        tables = [(item.passage, item.passage.table) for item in self._items if item.passage.table]
        for block in (*self._outline.head, *self._outline.tail):
            if not isinstance(block, Paragraph):
                # A list of tasks that is all of the plan, with a few lines around it.
                tables.append((Passage("", block.place, _("body")), block))
        for attachment in self._outline.attachments:
            for block in attachment.blocks:
                if not isinstance(block, Paragraph):
                    passage = Passage("", block.place, attachment.number, (attachment.title,))
                    tables.append((passage, block))
        for passage, table in tables:
            assert table is not None  # noqa: S101
            rows = rows_in(table, passage, self._actors, self._organisation, self._year)
            if rows is not None:
                told_again = self._add_rows(rows.made)
                questions += rows.questions
                explained += [_told_again(one, told_again) for one in rows.explained]
            elif passage.table is table and _says_much(table):
                sentence = Sentence(_in_short(table), table.place, passage.clause)
                asks = _("this table was not read: does it set dates or numbers?")
                questions.append(Question(sentence, asks))
                explained.append(Explained(sentence, Outcome.ASKED, asks))
        return questions, explained

    def _add_rows(self, made: list[Made]) -> set[Place]:
        """Rows that tell a duty again add to it, others are duties of their own; where those stand
        that do."""
        told_again: set[Place] = set()
        for row in made:
            for one in self._made:
                same = _days(one) == _days(row) and one.action.units & row.action.units
                if (
                    same
                    and max(covers(row.title, one.action.words), covers(one.title, row.action.text))
                    > 0.6
                ):
                    one.clauses = list(dict.fromkeys((*one.clauses, *row.clauses)))
                    told_again.add(row.action.place)
                    break
            else:
                self._made.append(row)
        return told_again - {one.action.place for one in self._made}

    def notes(self) -> None:
        """Notes under forms say when they are due: 每月末25日前报送."""
        for attachment in self._outline.attachments:
            for block in attachment.blocks:
                if not isinstance(block, Paragraph) or len(block.text) > 300:
                    continue
                for sentence in sentences_in(block.text):
                    dates = [one for one in deadlines_in(sentence.text, self._year) if one.usable]
                    if not dates or not SEND.search(sentence.text):
                        continue
                    clause = f"{attachment.number}注"
                    around = Around(self._year, self._actors)
                    around.actor = Actor("", self._actors.places.everyone, Sort.ALL, Sure.GUESS)
                    actions = PassageReader(sentence.text, block.place, clause, around).read()
                    passage = Passage(block.text, block.place, clause, (attachment.title,))
                    for action in actions:
                        if action.timed and action.source is Source.OWN:
                            self._add_note(make_duty(action, passage, Offices()))

    def _add_note(self, made: list[Made]) -> None:
        for row in made:
            twice = [one for one in self._made if _days(one) == _days(row) and one.action.sends]
            if twice:
                twice[0].clauses.append(row.clauses[0])
                twice[0].action.joined.append(row.action)
            else:
                self._made.append(row)


def _told_again(one: Explained, places: set[Place]) -> Explained:
    if one.outcome is not Outcome.DUTY or one.sentence.place not in places:
        return one
    return replace(one, outcome=Outcome.PART, reading=_("adds to another sentence's milestone"))


def _says_much(table: Table) -> bool:
    """Whether a table holds more than headings: one to be filled in is a form, not a part."""
    cells = [cell for row in table.rows[1:] for cell in row]
    return sum(bool(cell.strip()) for cell in cells) * 2 > len(cells)


def _in_short(table: Table) -> str:
    """What a table is called by: its headings."""
    return "，".join(dict.fromkeys(" ".join(cell.split()) for cell in table.repeated[0] if cell))


def _days(one: Made) -> tuple[str, ...]:
    return (str(one.timed.due),)
