"""The headings and the legend of the status board, the same in the terminal and in a sheet."""

from config.i18n import _
from workflows.lights import LIGHT_LOOKS, Light
from workflows.signs import BESIDE_LIGHTS, late_mark, mark_of, sign_word
from workflows.status import CampaignBoard, Counts, added


def count_headings() -> dict[str, str]:
    """The counts in the order in which offices give them, the four first."""
    return {
        "due": _("due so far"), "reported": _("reported"), "late": _("reported late"),
        "outstanding": _("outstanding"), "overdue": _("of these overdue"),
        "returned": _("of these returned"), "total": _("in the whole plan"),
    }  # fmt: skip


def count_rows(boards: list[CampaignBoard]) -> list[tuple[str, Counts]]:
    """Each campaign's title and counts, then all together where there are several."""
    rows = [(board.title, board.counts) for board in boards]
    if len(boards) > 1:
        rows.append((_("all together"), added([board.counts for board in boards])))
    return rows


def light_headings() -> dict[Light, str]:
    """The lights with their usual words, in the order in which they are counted."""
    return {light: f"{look.sign} {_(look.word)}" for light, look in LIGHT_LOOKS.items()}


def light_rows(boards: list[CampaignBoard]) -> list[dict[Light, int]]:
    """How many of each light there are, in the rows of `count_rows`."""
    rows = [dict(board.lights) for board in boards]
    if len(boards) > 1:
        rows.append({light: sum(row[light] for row in rows) for light in LIGHT_LOOKS})
    return rows


def light_counts(board: CampaignBoard) -> list[tuple[Light, str]]:
    """Each light with its sign, the campaign's word for it, and how many have it."""
    return [
        (light, f"{look.sign} {board.word(light)} {board.lights[light]}")
        for light, look in LIGHT_LOOKS.items()
    ]


def legend() -> str:
    """Every mark that is not a light's, with its meaning, on one line."""
    marks = [f"{mark_of(sign)} {sign_word(sign)}" for sign in BESIDE_LIGHTS]
    return "   ".join([*marks, late_mark() + " " + _("handed in late")])


def explanation() -> str:
    """What is counted."""
    return _(
        "due: to be reported by this day, extensions included; reported: of these, handed in and "
        "not sent back; outstanding: the rest; waived and cancelled count nowhere"
    )
