"""What is overdue as paragraphs to paste into a work group's chat: plain, and courteous."""

from collections.abc import Iterable, Sequence
from datetime import date

from config.i18n import _
from config.plain_text import inner_quotes, one_line
from config.settings import Settings
from notifications.wording import short_day
from scheduler.cli.choosing import Moment
from workflows.overdue import OverdueItem
from workflows.states import State
from workflows.status import CampaignBoard, Column
from workflows.working_days import working_days


def overdue_text(
    items: Iterable[OverdueItem],
    boards: Iterable[CampaignBoard],
    moment: Moment,
    today: date,
    settings: Settings,
) -> str:
    """A paragraph for each milestone and period with anything overdue, in the plan's order, as
    written on the local day `today`.

    `boards` give the counts; they must have been asked for with the same selection as `items`.
    """
    late: dict[tuple[str, str, str], list[OverdueItem]] = {}
    for item in sorted(items, key=lambda item: item.position):
        late.setdefault((item.campaign, item.milestone, item.period), []).append(item)
    paragraphs = []
    shown = _shown(moment, today)
    for board in boards:
        for column in board.columns:
            missing = late.get((board.id, column.milestone, column.period))
            if missing:
                paragraphs.append(_paragraph(column, missing, moment, shown, settings))
    if not paragraphs:
        return _("As of {moment}, nothing is overdue.").format(moment=shown) + "\n"
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(
    column: Column,
    missing: Sequence[OverdueItem],
    moment: Moment,
    shown: str,
    settings: Settings,
) -> str:
    text = _(
        "As of {moment}, “{title}” was due from {due} units; {reported} have reported; not yet "
        "received from: {units}."
    ).format(
        moment=shown,
        title=inner_quotes(one_line(column.title)),
        due=column.counts.due,
        reported=column.counts.reported,
        units=_units(missing),
    )
    rest = column.counts.outstanding - column.counts.overdue
    if rest > 0:
        text += _(" {count} more still have time, after a return or an extension.").format(
            count=rest
        )
    ask = (
        _(" Would these units please hand in by the end of today; if you have, please ignore this.")
        if _still_today(moment, settings)
        else _(" Would these units please hand in soon; if you have, please ignore this.")
    )
    return text + ask


def _units(missing: Sequence[OverdueItem]) -> str:
    """The units in administrative order, with since when; said once where it is the same."""
    days = {item.days_overdue for item in missing}
    if len(missing) > 1 and len(days) == 1:
        names = _(", ").join(_name(item) for item in missing)
        return _("{units} (each {days} days overdue)").format(units=names, days=days.pop())
    return _(", ").join(
        _("{unit} ({days} days overdue)").format(unit=_name(item), days=item.days_overdue)
        for item in missing
    )


def _name(item: OverdueItem) -> str:
    name = one_line(item.unit)
    return _("{unit} [returned]").format(unit=name) if item.state is State.RETURNED else name


def _still_today(moment: Moment, settings: Settings) -> bool:
    """Whether it can be asked for today: while the office works."""
    today: date = moment.at.date()
    works = working_days().is_working_day(today)
    return works and not moment.past and moment.at.time() < settings.window_end


def _shown(moment: Moment, today: date) -> str:
    """`6月6日9时`, `6 June, 09:00`."""
    day = short_day(moment.at.date(), today)
    if moment.day_only:
        return day
    if moment.at.minute == 0:
        return _("{day}, {hour}:00").format(day=day, hour=moment.at.hour)
    return _("{day}, {hour}:{minute}").format(
        day=day, hour=moment.at.hour, minute=f"{moment.at.minute:02}"
    )
