"""Tables that say how many of something each unit has: a unit without any owes nothing about it,
but what all report on."""

import re
from dataclasses import dataclass

from workflows.documents.model import Table
from workflows.drafting.outline import Outline
from workflows.drafting.places import Places, Units
from workflows.drafting.plan_words import covers

_COUNT = re.compile(r"数量|个数|家数|总数|户数|座数|处数|台数|数$")
_NAME = re.compile(r"(?:名称|名单|清单|情况|明细|数量)+$")
_MOST = 0.6  # of the local units: else it is no table of all of them
_ABOUT = 0.8  # of the words of a thing that stand where a duty speaks of it


@dataclass(frozen=True, slots=True)
class Having:
    """A thing, and the units that have none of it."""

    thing: str
    without: Units

    def concerns(self, words: str) -> bool:
        """Whether words speak of that thing."""
        return covers(self.thing, words) >= _ABOUT


def things_counted(outline: Outline, places: Places) -> list[Having]:
    """What the tables of a plan count by unit, where some have none."""
    tables = [one.table for one in outline.passages if one.table is not None]
    for attachment in outline.attachments:
        tables += [block for block in attachment.blocks if isinstance(block, Table)]
    return [found for table in tables if (found := _counted(table, places)) is not None]


def _counted(table: Table, places: Places) -> Having | None:
    if len(table.rows) < 3:
        return None
    heading, *rows = table.repeated
    counts = [n for n, cell in enumerate(heading) if _COUNT.search("".join(cell.split()))]
    things = [
        _NAME.sub("", "".join(cell.split()))
        for cell in heading
        if _NAME.search("".join(cell.split()))
    ]
    things = [one for one in things if len(one) >= 3]
    if not counts or not things:
        return None
    having: dict[str, int] = {}
    for row in rows:
        unit = next(
            (places.names[cell] for cell in map(str.strip, row) if cell in places.names), ""
        )
        number = row[counts[-1]].strip() if counts[-1] < len(row) else ""
        if unit and number.isdigit():
            having[unit] = int(number)
    without = frozenset(unit for unit, number in having.items() if not number)
    if not without or len(having) < len(places.cities | places.counties) * _MOST:
        return None
    return Having(max(things, key=len), without)
