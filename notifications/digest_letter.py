"""A digest as the templates see it: lines by campaign, the overdue ones marked."""

from dataclasses import dataclass
from datetime import date

from notifications.content import Content, Item
from notifications.letter import Letter, first_name, sections
from notifications.wording import deadline, is_overdue


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the templates see it."""

    item: Item
    deadline: str
    overdue: bool


def digest_letter(content: Content, today: date) -> Letter:
    """The letter of a digest, as it is to be put on the day `today`."""
    lines = sorted((_line(item, today) for item in content.items), key=lambda one: one.item.due)
    overdue = [line for line in lines if line.overdue]
    values = {
        "recipient": first_name([item.recipient for item in content.items]),
        "units": list(dict.fromkeys(line.item.unit for line in lines)),
        "lines": lines,
        "overdue": overdue,
        "more": content.more,
        # What is not listed is less urgent than what is.
        "overdue_count": len(overdue) + (content.more if len(overdue) == len(lines) else 0),
        "sections": sections(lines),
        "above": content.items[0].role in {"lead", "supervisor"} if content.items else False,
        "today": today,
    }
    return Letter(
        "digest",
        values,
        tuple(line.item.entry for line in lines),
        tuple(dict.fromkeys(line.item.mailbox for line in lines)),
    )


def _line(item: Item, today: date) -> Line:
    return Line(
        item, deadline(item.due, item.late_after, today), is_overdue(item.late_after, today)
    )
