"""A draft as the YAML text of a declaration, with what was read where and what is asked.

Whatever was read, the text passes `duban check`: what the check refuses is taken away, and asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from config.errors import Problem
from config.i18n import _
from workflows.declared import MANY
from workflows.documents.model import Place
from workflows.drafting.declaring import cited, labels, tree_of
from workflows.drafting.mending import Path_, check, mend
from workflows.drafting.model import Draft, Duty, Explained, Outcome, Question, Sentence
from workflows.drafting.offices import without_persons
from workflows.drafting.plan_words import SEND
from workflows.drafting.yaml_text import Node, clean, comment_lines, plain, yaml_text
from workflows.organisation import Organisation
from workflows.phrases import OnDate, Unsupported, find_phrases

_LONGEST = 200  # characters of a sentence that is quoted in a comment
_MOST_BYTES = 900_000  # of a whole file; a declaration may have a million
_NEEDED = ("id", "title", "year", "owner", "mailbox")


@dataclass(slots=True)
class Written:
    """A draft's text, all its questions, and the duties that are milestones in it."""

    text: str
    questions: list[Question] = field(default_factory=list)
    left_over: list[Sentence] = field(default_factory=list)  # dated, without a milestone
    duties: list[Duty] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many questions there are: those about one sentence are one."""
        return len(_by_sentence(self.questions))


def write_draft(draft: Draft, organisation: Organisation, campaign_id: str = "") -> Written:
    """The YAML text of `draft`. `campaign_id` replaces the id that is made from the title."""
    tree = tree_of(draft, organisation, campaign_id)
    questions = list(draft.questions)
    kept = draft.duties[:MANY]
    for duty in draft.duties[MANY:]:
        asks = _("a plan has {count} milestones at most: this one was left out").format(count=MANY)
        questions.append(Question(duty.sentence, asks))

    def stand_in(path: Path_) -> Any:
        return _stand_in(path, draft, organisation)

    def told(path: Path_, node: Node, problem: Problem) -> None:
        sentence = _sentence_of(path, node, kept)
        questions.append(Question(sentence, _refused(path, node, problem)))
        if len(path) == 2 and path[0] == "milestones" and isinstance(path[1], int):
            del kept[path[1] : path[1] + 1]

    if not mend(tree, organisation, stand_in, told):
        tree = _bare(tree, draft, organisation, questions)
        kept = []
    if not tree["milestones"].value:
        tree["milestones"].value = [_only_placeholder(draft, organisation)]
    left_over = _left_over(draft)
    text = _text(tree, draft, questions, left_over, kept)
    if len(text.encode()) > _MOST_BYTES:
        text = _text(tree, draft, questions[:100], left_over[:100], kept, short=True)
    return Written(text, questions, left_over, kept)


def _only_placeholder(draft: Draft, organisation: Organisation) -> Node:
    empty = Draft(draft.name, draft.head)
    node: Node = tree_of(empty, organisation)["milestones"].value[0]
    return node


def _bare(
    tree: dict[str, Node], draft: Draft, organisation: Organisation, questions: list[Question]
) -> dict[str, Node]:
    """The smallest declaration, where not even mending helped: all that was read is asked."""
    bare: dict[str, Node] = {
        key: tree[key] for key in ("id", "title", "year", "owner", "mailbox") if key in tree
    }
    for key in ("id", "title", "year", "owner", "mailbox"):
        trial = {**bare, "milestones": Node([_only_placeholder(draft, organisation)])}
        if key not in bare or any(one.field == key for one in check(trial, organisation)):
            bare[key] = Node(_stand_in((key,), draft, organisation))
    for duty in draft.duties:
        asks = _("this could not be drafted: when is it due, and who owes it?")
        questions.append(Question(duty.sentence, asks))
    return {**bare, "milestones": Node([_only_placeholder(draft, organisation)])}


def _stand_in(path: Path_, draft: Draft, organisation: Organisation) -> Any:
    """What a place must hold where what was read cannot stand there."""
    match path:
        case ("id",):
            return f"campaign-{draft.head.year.value}" if _is_year(draft) else "campaign"
        case ("title",):
            return "—"
        case ("year",):
            return 2026
        case ("owner",):
            offices = organisation.departments
            return offices[0].name if offices else None
        case ("mailbox",):
            offices = organisation.departments
            return offices[0].mailbox if offices else "office@example.org"
        case ("milestones",):
            return [plain(_only_placeholder(draft, organisation))]
        case ("milestones", int(), "who"):
            return {"levels": list(dict.fromkeys(one.level for one in organisation.units))}
        case ("milestones", int(), "clause"):
            return "—"
        case ("stages" | "milestones", int() as number, "id"):
            return f"{'stage' if path[0] == 'stages' else 'duty'}-{number + 1}"
        case ("milestones", int(), "title"):
            return "—"
        case _:
            return None


def _is_year(draft: Draft) -> bool:
    return 2000 <= draft.head.year.value <= 2100


def _refused(path: Path_, node: Node, problem: Problem) -> str:
    value = clean(without_persons(str(_short(plain(node)))), 120)
    if path[:1] == ("milestones",) and len(path) == 2:
        return _("this could not be taken: {why}").format(why=problem.message)
    return _("“{value}” could not be taken: {why}").format(value=value, why=problem.message)


def _short(value: Any) -> Any:
    return value.get("title", value.get("name", value)) if isinstance(value, dict) else value


def _sentence_of(path: Path_, node: Node, kept: list[Duty]) -> Sentence:
    number = path[1] if path[:1] == ("milestones",) and len(path) > 1 else None
    if isinstance(number, int) and number < len(kept):
        return kept[number].sentence
    return Sentence(".".join(map(str, path)), Place(), "")


def _left_over(draft: Draft) -> list[Sentence]:
    """Sentences with a deadline that made no milestone."""
    found = []
    for one in draft.explained:
        if one.outcome in {Outcome.PLAIN, Outcome.ENCOURAGED} and _is_dated(one, draft):
            found.append(one.sentence)
    return found


def _is_dated(one: Explained, draft: Draft) -> bool:
    if one.dated:
        return True
    if not re.search(r"[\d一二三四五六七八九十每底末旬]", one.sentence.text):
        return False
    year = draft.head.year.value if _is_year(draft) else 2026
    try:
        found = find_phrases(one.sentence.text[:2000], year)
    except (ValueError, OverflowError):
        return False
    sends = SEND.search(one.sentence.text) is not None  # 每日17时前报送: named, if not declared
    return any(
        sends
        if isinstance(phrase.due, Unsupported)
        else phrase.before or not isinstance(phrase.due, OnDate)
        for phrase in found
    )


def _text(
    tree: dict[str, Node],
    draft: Draft,
    questions: Sequence[Question],
    left_over: Sequence[Sentence],
    kept: Sequence[Duty],
    *,
    short: bool = False,
) -> str:
    """The whole file: what it is, the questions, the declaration, what was left over."""
    milestones = tree["milestones"].value
    if short:
        _shorten(milestones)
    at_their_place = {
        id(one) for one in questions if _put(one, milestones, kept) | _put_at(one, tree)
    }
    lines = [*_heading(draft, len(milestones)), ""]
    if questions:
        lines.append(_("Questions ({count}):").format(count=len(_by_sentence(questions))))
        for number, same in enumerate(_by_sentence(questions), start=1):
            whole = not all(id(one) in at_their_place for one in same)
            lines.append(f"{number}. {_question(same, whole=whole)}")
        lines.append("")
    head = "\n".join(line for text in lines for line in (comment_lines(text) if text else [""]))
    body = yaml_text(tree)
    if not left_over:
        return f"{head}\n{body}"
    tail = [_("Sentences with a date that made no milestone:")]
    for sentence in left_over:
        words = clean(without_persons(sentence.text), _LONGEST)
        tail += cited(sentence.place, sentence.clause, words)
    end = "\n".join(line for text in tail for line in comment_lines(text))
    return f"{head}\n{body}\n{end}\n"


def _heading(draft: Draft, milestones: int) -> list[str]:
    return [
        _("Drafted from {file}: {count} milestones. Go through it with the document beside you, "
          "then “duban check” and “duban apply”.").format(
            file=clean(draft.name.rpartition("/")[2], 100), count=milestones
        ),
        _("Behind each line: where it stands in the document, and how sure the reading is "
          "(certain; likely: it could mean something else; a guess: the document does not say)."),
    ]  # fmt: skip


def _by_sentence(questions: Sequence[Question]) -> list[list[Question]]:
    """The questions in their order, those about one sentence together."""
    found: dict[object, list[Question]] = {}
    for one in questions:
        key: object = one.sentence if one.sentence.text else id(one)
        found.setdefault(key, []).append(one)
    return list(found.values())


def _question(same: Sequence[Question], *, whole: bool) -> str:
    sentence = same[0].sentence
    words = clean(without_persons(sentence.text), _LONGEST if whole else 40)
    where = "".join(cited(sentence.place, sentence.clause, words))
    asks = clean("；".join(one.asks for one in same), 800)
    return f"{where} —— {asks}" if where else asks


def _put(one: Question, milestones: list[Node], kept: Sequence[Duty]) -> bool:
    """Write a question over the first milestone of its sentence, too; whether there is one."""
    for node, duty in zip(milestones, kept, strict=False):
        if duty.sentence == one.sentence:
            node.above.append(_("Question: {asks}").format(asks=clean(one.asks, 400)))
            return True
    return False


def _put_at(one: Question, tree: dict[str, Node]) -> bool:
    """Write a question over the key or the form that it is about."""
    forms = tree["forms"].value if "forms" in tree else []
    alike = [form for form in forms if plain(form)["attachment"] == one.about]
    node = tree.get(one.about) or (alike[0] if alike else None)
    if node is not None:
        node.above.append(_("Question: {asks}").format(asks=clean(one.asks, 400)))
    return node is not None


def _shorten(milestones: list[Node]) -> None:
    """Without the sentences over the milestones: the file would be longer than it may be."""
    for node in milestones:
        node.above = [one for one in node.above[:1] if not one]


__all__ = ["Written", "labels", "write_draft"]
