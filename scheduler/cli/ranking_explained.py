"""The working of one unit's score, in words and as data: the rule, the parts, each assignment."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from config.i18n import _
from config.plain_text import one_line
from workflows.reporting.counting import Counting, Item, Term
from workflows.reporting.gathering import TargetItem
from workflows.reporting.ranking import OverallRanking, RankGroup, RankingTable, RankLine
from workflows.reporting.ranking_words import (
    counting_word,
    day_or_none,
    number,
    part_word,
    rule_words,
    score_words,
    share_words,
)
from workflows.reporting.scoring import rounded


def explained_text(overall: OverallRanking, unit_id: str) -> str:
    """The working as a text: each campaign's rule, points and assignments."""
    group, line = _find(overall, unit_id)
    among = _(", ").join(group.levels.values())
    said = [_headline(line, among, sum(one.place is not None for one in group.lines))]
    if line.scores:
        titles = {table.campaign_id: table.title for table in overall.tables}
        scores = [f"{titles[campaign]} {score}" for campaign, score in line.scores.items()]
        said.append(
            _("The mean of {count} campaigns: {scores}").format(
                count=len(scores), scores=_(", ").join(scores)
            )
        )
    for table in overall.tables:
        own = table.line(unit_id)
        if own is not None:
            said += ["", *_campaign(table, own)]
    return "\n".join(map(one_line, said)) + "\n"


def _find(overall: OverallRanking, unit_id: str) -> tuple[RankGroup, RankLine]:
    return next(
        (group, line) for group in overall.groups for line in group.lines if line.unit_id == unit_id
    )


def _headline(line: RankLine, among: str, count: int) -> str:
    if line.place is None:
        return _("{unit}: no place, nothing was due by the day").format(unit=line.unit)
    return _("{unit}: place {place} of {count} ({among}), {score} points").format(
        unit=line.unit, place=line.place, count=count, among=among, score=line.score
    )


def _campaign(table: RankingTable, line: RankLine) -> Iterator[str]:
    yield f"{table.title} ({table.today})"
    yield from (f"  {one}" for one in rule_words(table.rule, grace=table.grace))
    yield _("Points")
    for part in line.parts:
        words = share_words(part, line.tally, table.rule)
        if part.points is not None:
            words += f" → {rounded(part.points)} / {_weight(part.weight)}"
        yield f"  {part_word(part.name)}: {words}"
    yield "  " + score_words(line.parts, line.score)
    yield _("Assignments due by the day: {due}, of which {counted} count").format(
        due=len(line.items), counted=line.tally.counted
    )
    for item in line.items:
        yield f"  {item.title} ({item.name})"
        yield "    " + _item(item)
    if line.targets:
        yield _("Targets whose day has come: {count}").format(count=len(line.targets))
    for one in line.targets:
        yield "  " + _target(one)


def _target(one: TargetItem) -> str:
    reached = _("reached") if one.reached else _("not reached")
    figure = _("nothing reported") if one.figure is None else number(one.figure)
    if not one.unit_of_measure or one.goal is None:
        said = reached if one.figure is not None else figure
        return _("{title} (by {day}): {reached}").format(title=one.title, day=one.day, reached=said)
    return _("{title}: {figure} of {goal} {measure} (by {day}): {reached}").format(
        title=one.title, figure=figure, goal=number(one.goal), measure=one.unit_of_measure,
        day=one.day, reached=reached,
    )  # fmt: skip


def _item(item: Item) -> str:
    said = [counting_word(item.counting)]
    said += [_term(term) for term in item.terms]
    if not item.terms:
        said.append(_("due {due}").format(due=item.due))
    if item.returns:
        said.append(_("returned {count} times").format(count=item.returns))
    return _("; ").join(said)


def _term(term: Term) -> str:
    last = "" if term.last_day == term.due else _(" (in time until {day})").format(
        day=term.last_day
    )  # fmt: skip
    text = _("due {due}{last}, handed in {day}").format(
        due=term.due, last=last, day=day_or_none(term.handed_in)
    )
    if term.days_late:
        text += _(", {days} days late").format(days=term.days_late)
    return text


def _weight(weight: Any) -> str:
    return f"{float(weight):g}"


def explained_rows(overall: OverallRanking, unit_id: str) -> list[dict[str, Any]]:
    """A row for each assignment and target that was due by the day."""
    return [
        {"campaign": table.campaign_id, "unit": line.unit, **row}
        for table in overall.tables
        if (line := table.line(unit_id)) is not None
        for row in (*map(_item_row, line.items), *_target_rows(line))
    ]


def how_word(how: str) -> str:
    """How a row of `explained_rows` counts, in the language in force."""
    words = {"reached": _("reached"), "not_reached": _("not reached")}
    return words.get(how) or counting_word(Counting(how))


def _item_row(item: Item) -> dict[str, Any]:
    first, last = (item.terms[0], item.terms[-1]) if item.terms else (None, None)
    return {
        "title": item.title,
        "name": item.name,
        "due": item.due,
        "last_day": first and first.last_day,
        "handed_in": first and first.handed_in,
        "corrected": last.handed_in if last is not None and last is not first else None,
        "days_late": item.days_late,
        "returned": item.returns,
        "counts": item.counts,
        "how": item.counting.value,
    }


def _target_rows(line: RankLine) -> Iterable[dict[str, Any]]:
    for one in line.targets:
        yield {
            "title": one.title, "name": one.id, "due": one.day, "last_day": None,
            "handed_in": None, "corrected": None, "days_late": None, "returned": None,
            "counts": True, "how": "reached" if one.reached else "not_reached",
        }  # fmt: skip


def explained_data(overall: OverallRanking, unit_id: str) -> dict[str, Any]:
    """The working as data."""
    group, line = _find(overall, unit_id)
    return {
        "unit": line.unit,
        "unit_id": line.unit_id,
        "levels": list(group.levels),
        "place": line.place,
        "score": None if line.score is None else float(line.score),
        "campaigns": [
            _table_data(table, own)
            for table in overall.tables
            if (own := table.line(unit_id)) is not None
        ],
    }


def _table_data(table: RankingTable, line: RankLine) -> dict[str, Any]:
    return {
        "campaign": table.campaign_id,
        "day": table.today,
        "place": line.place,
        "score": None if line.score is None else float(line.score),
        "rule": rule_words(table.rule, grace=table.grace),
        "parts": [
            {
                "part": part.name.value,
                "weight": float(part.weight),
                "share": None if part.share is None else share_words(part, line.tally, table.rule),
                "points": None if part.points is None else float(rounded(part.points)),
            }
            for part in line.parts
        ],
        "assignments": [
            {**_item_row(item), "terms": [_term_data(term) for term in item.terms]}
            for item in line.items
        ],
        "targets": [
            {
                "target": one.id, "title": one.title, "day": one.day, "reached": one.reached,
                "figure": None if one.figure is None else number(one.figure),
                "goal": None if one.goal is None else number(one.goal),
            }
            for one in line.targets
        ],
    }  # fmt: skip


def _term_data(term: Term) -> dict[str, date | int | None]:
    return {
        "due": term.due, "last_day": term.last_day, "handed_in": term.handed_in,
        "days_late": term.days_late,
    }  # fmt: skip
