"""Says what a change of a campaign's status does to what is owed in it and to its mail."""

from collections.abc import Iterator

from config.i18n import _
from workflows.campaign_effects import Standing
from workflows.tables import Campaign, CampaignStatus


def effect_lines(campaign: Campaign, change: str, now: Standing) -> Iterator[str]:
    """What the change will do, by how the campaign stands before it."""
    yield _(
        "owed: {open}, {overdue} of them overdue; handed in and not checked: {unchecked}"
    ).format(open=now.open, overdue=now.overdue, unchecked=now.unchecked)
    yield _("mail: {held} held, {waiting} waiting, {ungrouped} reminders in none yet").format(
        held=now.held, waiting=now.waiting, ungrouped=now.ungrouped
    )
    match change:
        case "start":
            yield _("reminders begin; what is past already is reminded of at once")
        case "pause":
            yield _("what is owed stays owed, and nobody is reminded until “campaign resume”")
            yield _("what is in these mails waits; what comes due meanwhile is not made up for")
        case "resume" if campaign.status is CampaignStatus.PAUSED:
            yield _("reminders go on from today; what waited since the pause goes out")
        case "resume":
            yield _("what is open is owed and reminded of again from today")
        case "close":
            yield _("what is open stays on record as it is, and nothing of it is owed any more")
            yield _("what these mails say of it is not sent; calendars keep the entries, silent")
        case "archive":
            yield _("it leaves status, lists, reports, rankings and every calendar feed")
            yield _("nothing is deleted: named, it is shown; “campaign unarchive” brings it back")
        case "unarchive":
            yield _("it is closed, and in lists, reports and calendar feeds again")
