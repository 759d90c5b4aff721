"""The headings and the legend of the status board, the same in the terminal and in a sheet."""

from config.i18n import _
from workflows.signs import LOOKS, late_mark, mark_of, sign_word
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


def legend() -> str:
    """Every mark with its meaning, on one line."""
    marks = [f"{mark_of(sign)} {sign_word(sign)}" for sign in LOOKS]
    return "   ".join([*marks, late_mark() + " " + _("handed in late")])


def explanation() -> str:
    """What is counted."""
    return _(
        "due: to be reported by this day, extensions included; reported: of these, handed in and "
        "not sent back; outstanding: the rest; waived and cancelled count nowhere"
    )
