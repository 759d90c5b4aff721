"""A plan's stages from its headings, and names for the groups of units that its duties share."""

import re
from collections import Counter
from typing import Any

from workflows.drafting.actions import Stage
from workflows.drafting.model import Duty, Read, StageRead, Sure
from workflows.drafting.naming import Names
from workflows.drafting.numbering import CLAUSE, SECTION
from workflows.drafting.outline import Heading, Outline
from workflows.drafting.places import Places, selector_of
from workflows.drafting.timing import deadlines_in
from workflows.drafting.who import Actors
from workflows.phrases import OnDate, Span

_FEW = 4  # units that are named wherever they owe something
_BRACKETS = re.compile(r"[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)]")


def stages_in(outline: Outline, year: int) -> list[Stage]:
    """The headings that bear dates: 试点应用阶段（5月30日-6月20日）."""
    found = []
    headings = [(one.text, one.clause) for one in outline.headings]
    headings += [(one.heading, one.clause) for one in outline.passages if one.heading]
    for text, clause in headings:
        dates = [one for one in deadlines_in(text, year) if isinstance(one.due, OnDate | Span)]
        if not dates:
            continue
        title = text
        for one in reversed(dates):
            title = title[: one.start] + title[one.end :]
        title = _BRACKETS.sub("", title)
        title = re.sub(r"[（(]\s*[）)]|[:：，,\s　]+$", "", title).strip(" 　:：，,（）()")
        found.append(Stage(title or text, dates[-1], clause))
    return found


def stages_of(outline: Outline, stages: list[Stage], duties: list[Duty]) -> list[StageRead]:
    """The stages in order: dated headings, else the headings under which duties stand. Each duty
    is given its stage's id."""
    dated = {stage.clause: stage for stage in stages if stage.clause}
    headings = {one.clause: one for one in outline.headings}
    for passage in outline.passages:
        if passage.heading and passage.clause not in headings:
            rank = SECTION + len(passage.chain)
            headings[passage.clause] = Heading(
                passage.heading, passage.place, passage.clause, rank, passage.chain
            )
    found: dict[str, StageRead] = {}
    of_duty: list[tuple[Duty, str]] = []
    for duty in duties:
        cited = reversed(duty.sentence.clause.split("；"))
        clauses = (_stage_clause(one, dated, headings) for one in cited)
        of_duty.append((duty, next(filter(None, clauses), "")))
    places = {clause: one.place for clause, one in headings.items()}
    order = {clause: (p.page, p.paragraph, p.line) for clause, p in places.items()}
    wanted = {clause for _duty, clause in of_duty if clause}
    for clause in sorted(wanted, key=lambda one: order[one]):
        heading, stage = headings[clause], dated.get(clause)
        title = stage.title if stage else _BRACKETS.sub("", heading.text)
        read = StageRead(
            f"stage-{len(found) + 1}",
            Read(title[:40], Sure.LIKELY, heading.place, heading.text),
            clause=clause,
        )
        if stage and stage.timed:
            due = stage.timed.due
            words = stage.timed.words
            if isinstance(due, Span):
                read.start = Read(f"{due.start:%Y-%m-%d}", Sure.CERTAIN, heading.place, words)
            if isinstance(due, OnDate | Span):
                read.end = Read(f"{due.due:%Y-%m-%d}", Sure.CERTAIN, heading.place, words)
        found[clause] = read
    for duty, clause in of_duty:
        duty.stage = found[clause].id if clause else ""
    return list(found.values())


def _stage_clause(clause: str, dated: dict[str, Stage], headings: dict[str, Heading]) -> str:
    above = [one for one in dated if clause.startswith(one)]
    if above:
        return max(above, key=len)
    near = [
        one
        for one, heading in headings.items()
        if clause.startswith(one) and one and heading.rank <= CLAUSE
    ]
    return max(near, key=len, default="")


def name_groups(duties: list[Duty], places: Places, actors: Actors) -> dict[str, Read[Any]]:
    """Names for the sets of units that two duties or more share; the duties use the names. A few
    units stay named one by one, which is easier to read."""
    keys = [repr(duty.who.value) for duty in duties]
    often = Counter(keys)
    names = {
        repr(selector_of(places.local, places)): "local",
        repr(selector_of(places.everyone, places)): "all",
        repr(selector_of(places.cities, places)): "cities",
        repr(selector_of(places.counties, places)): "counties",
    }
    if places.everyone == places.local:
        names[repr(selector_of(places.local, places))] = "local"
    if actors.pilots:
        names[repr(selector_of(actors.pilots, places))] = "pilots"
    groups: dict[str, Read[Any]] = {}
    given: dict[str, str] = {}
    named = Names()
    for duty, key in zip(duties, keys, strict=True):
        few = isinstance(duty.who.value, list) and len(duty.who.value) <= _FEW
        if often[key] < 2 or few or isinstance(duty.who.value, str):
            continue
        if key not in given:
            name = named.name(names.get(key) or _called(duty.who.value, places), "group")
            given[key] = name
            groups[name] = Read(duty.who.value, duty.who.sure, duty.who.place, duty.who.words)
        duty.who = Read(given[key], duty.who.sure, duty.who.place, duty.who.words)
    return groups


def _called(selector: Any, places: Places) -> str:
    """A name for a set of units: by the first of them, or by who is not among them."""
    match selector:
        case {"except": [str(first), *others]}:
            levels = selector_of(places.local, places)
            base = "local" if selector.get("levels") == levels.get("levels") else "units"
            return f"{base} without {first}" + (f" and {len(others)}" if others else "")
        case [str(first), str(second), *others]:
            return f"{first} {second}" + (f" and {len(others)}" if others else "")
        case {"levels": [*levels]}:
            return " ".join([*map(str, levels), "units"])
        case {"union": [inner, *others]}:
            return f"{_called(inner, places)} and {len(others)}"
        case _:
            return "group"
