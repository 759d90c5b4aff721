"""What became of each sentence of a plan's body. A dated one without a milestone is asked about."""

from collections.abc import Iterator, Mapping, Sequence

from config.i18n import _
from workflows.drafting.actions import Action
from workflows.drafting.items import Item
from workflows.drafting.making import Made
from workflows.drafting.model import Explained, Outcome, Question, Sentence
from workflows.drafting.plan_words import ENCOURAGES, GOES_ON, INNER_HEADING
from workflows.drafting.timing import deadlines_in

Asked = Mapping[tuple[int, int], str]  # by the numbers of a passage and its sentence


def explain(
    items: Sequence[Item], made: Sequence[Made], asked: Asked, year: int
) -> tuple[list[Explained], list[Question]]:
    """Every sentence with its outcome, and questions about dates that no duty bears; `asked` are
    the questions about sentences that were put before."""
    told: dict[int, list[Made]] = {}
    parts: set[int] = set()
    for one in made:
        told.setdefault(id(one.action), []).append(one)
        parts |= {id(action) for action in one.action.joined}
    explained: list[Explained] = []
    questions: list[Question] = []
    for place, item in enumerate(items):
        for number, sentence in _sentences(item):
            outcome, reading = _outcome(item, number, told, parts)
            if outcome is not Outcome.DUTY and (place, number) in asked:
                outcome, reading = Outcome.ASKED, asked[place, number]
            elif outcome is not Outcome.DUTY and ENCOURAGES.match(sentence.text):
                outcome, reading = Outcome.ENCOURAGED, _("encourages, or goes on without a date")
            elif outcome in (Outcome.PLAIN, Outcome.ENCOURAGED) and (
                asks := _undutiful_date(item, number, sentence, year)
            ):
                outcome, reading = Outcome.ASKED, asks
                questions.append(Question(sentence, asks))
            explained.append(Explained(sentence, outcome, reading))
    return explained, questions


def _sentences(item: Item) -> Iterator[tuple[int, Sentence]]:
    """The sentences of a passage; a line of notes, has number -1."""
    if item.reader is None:
        if item.passage.text:
            yield -1, item.sentence(-1)
        return
    for number in range(len(item.reader.sentences)):
        sentence = item.sentence(number)
        if sentence.text.strip("。 "):
            yield number, sentence


def _outcome(
    item: Item, number: int, told: Mapping[int, list[Made]], parts: set[int]
) -> tuple[Outcome, str]:
    if item.reader is None:
        return Outcome.PART, _("dates and offices of the item")
    mine = _actions(item, number)
    made = [one for action in mine for one in told.get(id(action), ())]
    if made:
        return Outcome.DUTY, "；".join(f"{one.due_words}：{one.title}" for one in made)
    if any(id(action) in parts for action in mine):
        return Outcome.PART, _("adds to another sentence's milestone")
    if number in item.reader.plain:
        if INNER_HEADING.match(item.reader.sentences[number].text.strip()):
            return Outcome.HEAD, _("a heading")
        if any(action.timed for action in item.actions):
            return Outcome.PART, _("adds to another sentence's milestone")
        return Outcome.PLAIN, _("nothing that is owed")
    if any(_goes_on(action.clauses[0].strip("　 ")) for action in mine):
        return Outcome.ENCOURAGED, _("encourages, or goes on without a date")
    return Outcome.PLAIN, _("nothing that is owed")


def _actions(item: Item, number: int) -> list[Action]:
    return [
        one for action in item.actions for one in (action, *action.joined) if one.sentence == number
    ]


def _goes_on(clause: str) -> bool:
    return bool(ENCOURAGES.match(clause) or GOES_ON.match(clause))


def _undutiful_date(item: Item, number: int, sentence: Sentence, year: int) -> str:
    """What is asked of a dated sentence that makes no milestone; empty where it bears no date."""
    dates = [one for one in deadlines_in(sentence.text, year) if one.usable]
    if not dates or item.reader is None or number in item.reader.plain:
        return ""
    return _("it names {date}, but no duty was read in it").format(date=dates[0].words)
