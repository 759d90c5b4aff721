"""Prints a season's mails: each day in the table, each mail in the other formats."""

from collections.abc import Sequence
from pathlib import Path

from config.i18n import _
from notifications.wording import long_day
from scheduler.cli.output import Format, say, write_rows
from scheduler.mail_calendar import SentMail, mail_days
from workflows.words import word

_WIDTH = 30  # of the longest bar


def write_mail_calendar(mails: Sequence[SentMail], form: Format, output: Path | None) -> None:
    """Write what goes to whom on which day."""
    if form is Format.TABLE:
        _write_days(mails, output)
        return
    plain = form in {Format.JSON, Format.CSV}
    rows = [
        {
            "day": one.day,
            "address": one.address,
            "kind": one.kind.value if plain else word(one.kind),
            "assignments": one.assignments,
            "subject": one.subject,
        }
        for one in mails
    ]
    headings = {
        "day": _("day"), "address": _("address"), "kind": _("what"),
        "assignments": _("assignments"), "subject": _("subject"),
    }  # fmt: skip
    write_rows(rows, form, output, headings, title=_("Mail calendar"))


def _write_days(mails: Sequence[SentMail], output: Path | None) -> None:
    days = mail_days(mails)
    most = max((one.mails for one in days), default=1)
    rows = [
        {
            "day": long_day(one.day),
            "mails": one.mails,
            "digests": one.digests,
            "notices": one.notices,
            "assignments": one.assignments,
            "busiest": one.busiest,
            "bar": "█" * max(1, round(_WIDTH * one.mails / most)) + (" ▲" if one.peak else ""),
        }
        for one in days
    ]
    headings = {
        "day": _("day"), "mails": _("mails"), "digests": _("digests"), "notices": _("notices"),
        "assignments": _("assignments"), "busiest": _("longest digest"), "bar": _("▲ a peak"),
    }  # fmt: skip
    narrow = ("day", "mails", "assignments", "bar")
    write_rows(rows, Format.TABLE, output, headings, narrow=narrow, title=_("Mail calendar"))
    say(
        _("{mails} mails to {people} addresses on {days} days").format(
            mails=len(mails), people=len({one.address for one in mails}), days=len(days)
        )
    )
