"""The weekly briefing as the templates see it: campaigns with anything to tell, long lists cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.i18n import _
from notifications.letter import Letter
from notifications.wording import absent_until, short_day
from workflows.bouncing import Bouncing
from workflows.briefing import (
    Absent,
    Briefing,
    CampaignBriefing,
    DueThisWeek,
    NotSeen,
    OverdueUnit,
)
from workflows.resting import resting_line

LISTED = 60  # lines of a section


@dataclass(frozen=True, slots=True)
class Section:
    """One question's answer in lines; `more` are not listed; `late`: what is overdue."""

    title: str
    lines: tuple[str, ...]
    more: int
    late: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A campaign with its sections; empty ones are left out."""

    title: str
    sections: tuple[Section, ...]


def briefing_letter(recipient: str, said: Briefing) -> Letter:
    """The letter of a briefing; `recipient` may be ''."""
    values = {
        "recipient": recipient,
        "campaigns": _parts(said),
        "overdue_count": said.overdue_count,
        "first": said.first,
        "last": said.last,
        "today": said.today,
        "remark": remark_on(said),
    }
    return Letter("briefing", values, (), ())


def remark_on(said: Briefing) -> str:
    """What is overdue in campaigns that rest, and what of a past day's briefing is not as of that
    day; '' where there is neither."""
    as_of_now = _(
        "Who the contacts are, and whose mail comes back, is as of today;"
        " all else as recorded by then."
    )
    remarks = [resting_line(said.resting), as_of_now if said.past else ""]
    return " ".join(one for one in remarks if one)


def _parts(said: Briefing) -> list[Part]:
    """Whose mail comes back is told once: with the campaign where there is one alone."""
    parts = [_part(one, said.today) for one in said.campaigns if one.has_news]
    lines = [bouncing_line(one, said.today) for one in said.bouncing]
    if not lines:
        return parts
    section = _section(_("Contacts whose mail comes back: {count}"), lines)
    if len(said.campaigns) == 1 and parts:
        return [Part(parts[0].title, (*parts[0].sections, section))]
    return [*parts, Part(_("All campaigns"), (section,))]


def _part(one: CampaignBriefing, today: date) -> Part:
    late = _("Overdue: {count}, at {units} units").format(
        count=one.overdue_count, units=len(one.overdue)
    )
    sections = (
        _section(_("Due this week: {count}"), [_due(each, today) for each in one.due]),
        _section(late, [_late(each) for each in one.overdue], late=True),
        _section(
            _("Not acknowledged, overdue or due within ten working days, units: {count}"),
            [_not_seen(each, today) for each in one.not_seen],
        ),
        _section(_("Units without a contact: {count}"), list(one.without_contact)),
        _section(
            _("Units whose contact is absent, nobody in place: {count}"),
            [absent_line(each, today) for each in one.absent],
        ),
    )
    return Part(one.title, tuple(section for section in sections if section.lines))


def _section(title: str, lines: Sequence[str], *, late: bool = False) -> Section:
    shown = tuple(lines[:LISTED])
    return Section(title.format(count=len(lines)), shown, len(lines) - len(shown), late)


def _due(one: DueThisWeek, today: date) -> str:
    return _("{day}: {title}, {owing} of {total} not handed in yet: {units}").format(
        day=short_day(one.due, today), title=one.title, owing=len(one.owing), total=one.total,
        units=_(", ").join(one.owing),
    )  # fmt: skip


def _late(one: OverdueUnit) -> str:
    duties = _("; ").join(
        _("{title} ({count} working days late)").format(title=duty.title, count=duty.working_days)
        for duty in one.duties
    )
    return _("{unit}: {duties}").format(unit=one.unit, duties=duties)


def _not_seen(one: NotSeen, today: date) -> str:
    return _("{unit}: {count}, the first due on {day}").format(
        unit=one.unit, count=len(one.duties), day=short_day(one.earliest, today)
    )


def absent_line(one: Absent, today: date) -> str:
    """A unit with its contact who is away: in briefings and morning lists of `today`."""
    return _("{unit}: {what}").format(unit=one.unit, what=absent_until(one.name, one.until, today))


def bouncing_line(one: Bouncing, today: date) -> str:
    """Whose mail comes back, since when and in which words: in briefings and morning lists."""
    return _("{unit}: {name} {address}, since {day}: {said}").format(
        unit=_(", ").join(one.units), name=one.name, address=one.address,
        day=short_day(one.since.date(), today), said=one.said or "—",
    )  # fmt: skip
