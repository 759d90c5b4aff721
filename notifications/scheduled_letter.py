"""A scheduled report as the templates see it."""

from notifications.content import Scheduled
from notifications.letter import Letter


def scheduled_letter(said: Scheduled) -> Letter:
    """The letter that brings a report."""
    values = {
        "recipient": said.recipient,
        "campaign": said.campaign,
        "heading": said.heading,
        "lines": said.lines,
        "more": said.more,
        "late": said.late,
        "today": said.today,
    }
    return Letter("scheduled", values, (), ())
