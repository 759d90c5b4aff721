"""The numbers that each drafted duty has to reach, and whom they bind."""

import re
from dataclasses import replace
from typing import Any

from config.i18n import _
from workflows.documents.model import Place
from workflows.drafting.actor import Sort
from workflows.drafting.linking_papers import parts_of
from workflows.drafting.model import Draft, Duty, Outcome, Question, Read, Sure
from workflows.drafting.offices import without_persons
from workflows.drafting.outline import Outline
from workflows.drafting.places import Places, selector_of
from workflows.drafting.plan_words import covers
from workflows.drafting.targets import read_numbers
from workflows.drafting.told import tells_past
from workflows.drafting.who import Actors
from workflows.organisation import Organisation
from workflows.selectors import Selector, select

_OTHERS = re.compile(r"其他|其它|其余")


def link_numbers(drafted: Draft, plan: Outline, organisation: Organisation) -> None:
    """The numbers that each duty has to reach; those of sentences that are no duty are asked."""
    actors = Actors(Places(organisation))
    texts = {one.place: one.text for one in plan.passages}

    def who_of(words: str) -> Any:
        if words.startswith("每"):
            return None  # 每个县不少于3个: how much of it, whoever does it
        actor = actors.find_all(re.sub(r"^(?:其中|[，、 ])+", "", words))
        if actor is None or actor.others or actor.sort not in {Sort.LEVEL, Sort.NAMED}:
            return None
        return selector_of(actor.units, actors.places) if actor.units else None

    for duty in drafted.duties:
        for n, part in enumerate(parts_of(duty)):
            numbers = read_numbers(part.value, part.place, who_of, _before(part, texts))
            taken = actors.excepted(f"{_before(part, texts)}{part.value}")
            if n == 0:
                _widen(duty, numbers.targets, taken, drafted, organisation, actors.places)
            bound = _selected(duty.who.value, drafted, organisation)
            named: frozenset[str] = frozenset()
            for one in numbers.targets:
                if "who" in one.value:
                    own = _selected(one.value["who"], drafted, organisation) - taken
                elif named and _OTHERS.search(one.words):
                    own = bound - named  # 其他省辖市各不少于2处
                else:
                    own = bound
                named |= own if own != bound else frozenset()
                one.value.pop("who", None)
                if own and own != bound:
                    one.value["who"] = selector_of(own, actors.places)
                if not any(_same_number(one.value, other.value) for other in duty.targets):
                    duty.targets.append(_with_reporters(one, duty, bound, actors.places))
            drafted.questions += [Question(duty.sentence, asks) for asks in numbers.asks]
    _ask_the_rest(drafted)


def _ask_the_rest(drafted: Draft) -> None:
    """Numbers in sentences that are no duty."""
    for explained in drafted.explained:
        if explained.outcome not in {Outcome.PLAIN, Outcome.ENCOURAGED}:
            continue
        sentence = explained.sentence
        if tells_past(sentence.text, drafted.head.year.value):
            continue
        for one in read_numbers(sentence.text, sentence.place).targets:
            if one.sure is Sure.CERTAIN or one.value.get("value", 0) > 1:
                asks = _("“{words}”: a number to reach? It is in no milestone")
                asked = Question(sentence, asks.format(words=without_persons(one.words)))
                drafted.questions.append(asked)


def _widen(
    duty: Duty,
    targets: list[Read[dict[str, Any]]],
    taken: frozenset[str],
    drafted: Draft,
    organisation: Organisation,
    places: Places,
) -> None:
    """各市打造2条、各县打造1条: whom the numbers of its own words bind, owe the duty, too."""
    bound = _selected(duty.who.value, drafted, organisation)
    named = [_selected(one.value["who"], drafted, organisation) for one in targets
             if "who" in one.value]  # fmt: skip
    wanted = frozenset().union(*named) - taken  # 除某市外 holds for the numbers, too
    if bound and wanted - bound and not bound & places.top:
        value = selector_of(bound | wanted, places)
        duty.who = replace(duty.who, value=value, sure=Sure.LIKELY)


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


def _selected(who: Any, drafted: Draft, organisation: Organisation) -> frozenset[str]:
    """The ids of the units that a selector picks; none where that cannot be read."""
    try:
        groups = {name: Selector.model_validate(one.value) for name, one in drafted.groups.items()}
        units = select(Selector.model_validate(who), organisation, groups)
    except ValueError:  # SelectorError, or what no selector can be made of
        return frozenset()
    return frozenset(one.id for one in units)
