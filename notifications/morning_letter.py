"""An owner office's morning list as the templates see it."""

from dataclasses import dataclass
from datetime import date

from config.i18n import _
from notifications.briefing_letter import absent_line, bouncing_line
from notifications.content import Draft, Morning
from notifications.letter import Letter
from notifications.wording import deadline
from workflows.ladder import Role
from workflows.words import word_of


@dataclass(frozen=True, slots=True)
class Line:
    """One draft as the templates see it."""

    draft: Draft
    whom: str
    deadline: str


def morning_letter(morning: Morning, today: date) -> Letter:
    """The letter of a morning list, as it is to be put on the day `today`."""
    values = {
        "office": morning.office,
        "lines": [_line(one, today) for one in morning.drafts],
        "more": morning.more,
        "by_office": morning.by_office,
        "unreached": [
            _("{unit} ({role})").format(unit=unit, role=word_of(Role, role))
            for unit, role in morning.unreached
        ],
        "absent": [absent_line(one, today) for one in morning.absent],
        "refused": [bouncing_line(one, today) for one in morning.refused],
        "today": today,
    }
    return Letter("morning", values, (), ())


def _line(draft: Draft, today: date) -> Line:
    whom = " ".join(one for one in (draft.recipient, draft.address) if one)
    if draft.role:
        name = draft.recipient or draft.address
        role = word_of(Role, draft.role)
        whom = _("{name} ({role}) {address}").format(name=name, role=role, address=draft.address)
    said = deadline(draft.due, draft.late_after, today) if draft.role else ""
    return Line(draft, whom, said)
