"""The words of a report: what its reasons, changes, targets and rows are called, in the language in
force, the same in every format."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from config.i18n import N_, _
from notifications.wording import short_day
from workflows.lights import LIGHT_LOOKS, Light, target_word, usual_target_word
from workflows.reporting.model import (
    CampaignReport,
    Change,
    Extension,
    Lateness,
    Outcome,
    OverdueDuty,
    Reason,
    Report,
    Run,
    Sort,
    TargetLine,
    Told,
    Why,
)
from workflows.states import State
from workflows.status import Cell
from workflows.targets.declared import Measure
from workflows.targets.recording import shown

_TENTH = Decimal("0.1")
_LAST = time(23, 59, 59)

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.PENDING: N_("waits for a decision"),
        Outcome.GRANTED: N_("granted"),
        Outcome.REJECTED: N_("not granted"),
        Outcome.HANDED_IN: N_("handed in meanwhile"),
    }
)
SORTS: Mapping[Sort, str] = MappingProxyType(
    {
        Sort.OVERDUE: N_("newly overdue"),
        Sort.HANDED_IN: N_("newly reported"),
        Sort.ACCEPTED: N_("newly accepted"),
        Sort.RETURNED: N_("newly returned"),
        Sort.EXTENDED: N_("newly due on another day"),
        Sort.WAIVED: N_("newly waived or cancelled"),
        Sort.WORSE: N_("light turned worse"),
        Sort.BETTER: N_("light turned better"),
        Sort.FIGURE: N_("figure moved"),
    }
)


def title_of(report: Report) -> str:
    """The report's title."""
    if len(report.campaigns) == 1:
        return _("{campaign}: progress report").format(campaign=report.campaigns[0].title)
    return _("Progress report of the campaigns")


def moment_shown(moment: datetime) -> str:
    """`2022-09-08`; with its hour where it is not the end of a day."""
    if moment.time().replace(microsecond=0) == _LAST:
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M}"


def as_of(report: Report) -> str:
    """As of when, and since when changes are told."""
    return _("as of {moment}, changes since {since}").format(
        moment=moment_shown(report.at), since=moment_shown(report.since)
    )


def mark(cell: Cell) -> str:
    """A cell's mark, from which its light can be told: an overdue one with its days."""
    if cell.light is Light.RED:
        return f"{cell.mark}{cell.days_overdue}"
    done = LIGHT_LOOKS[Light.DONE].sign
    return cell.mark + done if cell.light is Light.DONE and done not in cell.mark else cell.mark


def days_note() -> str:
    """What the number in a red cell is."""
    return _("the number behind “!” is that of the days overdue")


def reason_words(duty: OverdueDuty, today: date) -> str:
    """Why a duty is overdue, as far as anybody has said."""
    told = [_reason(one, today) for one in duty.reasons]
    if not told:
        return _("no reason given")
    return "；".join(told)


def _reason(reason: Reason, today: date) -> str:
    words = {
        Why.RETURNED: _("returned on {day}, to be corrected by {until}"),
        Why.ASKED: _("asked on {day} for time until {until}, not decided yet"),
        Why.EXTENDED: _("on {day} extended to {until}"),
        Why.REJECTED: _("more time not granted on {day}"),
        Why.REOPENED: _("opened again on {day}"),
        Why.SEEN: _("seen by the unit on {day}"),
    }[reason.why]
    until = short_day(reason.until, today) if reason.until else ""
    text = words.format(day=short_day(reason.on, today), until=until)
    return _("{what}: {note}").format(what=text, note=reason.note) if reason.note else text


def state_note(duty: OverdueDuty) -> str:
    """Whether nothing has come, or what came was sent back."""
    if duty.state is State.RETURNED:
        return _("returned, not handed in again")
    return _("not handed in")


def outcome_word(extension: Extension) -> str:
    """What became of it."""
    return _(OUTCOMES[extension.outcome])


def sort_word(sort: Sort) -> str:
    """The sort of a change."""
    return _(SORTS[sort])


def told_words(change: Change, told: Told) -> str:
    """What was, or is now."""
    if told is None:
        return ""
    if isinstance(told, Light):
        return light_text(told, target=change.of_target)
    if isinstance(told, date):
        words = {Sort.OVERDUE: _("was due {day}"), Sort.RETURNED: _("to be corrected by {day}")}
        return words.get(change.sort, "{day}").format(day=told)
    return f"{number(told)}{change.unit_of_measure}"


def light_text(light: Light, *, target: bool = False) -> str:
    """A light's sign and its usual word, of a target or of a duty."""
    look = LIGHT_LOOKS[light]
    return f"{look.sign} {usual_target_word(light) if target else _(look.word)}"


def lit(campaign: CampaignReport, light: Light) -> str:
    """A target's light: its sign and the campaign's word for it."""
    return f"{LIGHT_LOOKS[light].sign} {target_word(light, campaign.board.rule)}"


def who_words(line: TargetLine) -> str:
    """Who has to reach a target."""
    return line.unit or _("the whole province")


def binding_word(line: TargetLine) -> str:
    """Whether it must be reached or is striven for."""
    return _("binding") if line.must else _("strive")


def measure_of(line: TargetLine) -> str:
    """What its figures are counted in."""
    if line.measure is Measure.SHARE:
        return "%"
    return "" if line.measure is Measure.YES_NO else line.unit_of_measure


def value_text(line: TargetLine, value: Decimal | None) -> str:
    """A value with its unit of measure; '' where it is not known."""
    if value is None:
        return ""
    if line.measure is Measure.YES_NO and line.unit:
        return _("yes") if value else _("no")
    return f"{number(value)}{measure_of(line)}"


def reached_text(line: TargetLine) -> str:
    """What has been reached; of a share its two numbers too, of categories each."""
    if line.figure is None:
        return _("nothing reported")
    text = value_text(line, line.value if line.value is not None else line.figure)
    if line.measure in {Measure.SHARE, Measure.ALL} and line.whole is not None:
        text += f" ({number(line.figure)}/{number(line.whole)})"
    parts = [
        f"{part.category} {number(part.figure)}/{number(part.goal)}"
        for part in line.parts
        if part.figure is not None and part.goal is not None
    ]
    return f"{text} ({_(', ').join(parts)})" if parts else text


def forecast_text(line: TargetLine) -> str:
    """What is reached at the present rate; '' where nothing can be said."""
    if line.forecast is None:
        return ""
    return _("{value} by {day}").format(
        value=value_text(line, line.forecast.value), day=line.forecast.day
    )


def missing_text(line: TargetLine, most: int = 6) -> str:
    """Who has reported nothing; '' where nobody is missing."""
    names = _(", ").join(line.missing[:most])
    if len(line.missing) > most:
        return _("{names} and {count} more").format(names=names, count=len(line.missing) - most)
    return names


def run_text(run: Run) -> str:
    """What was late in a row."""
    text = "→".join(run.titles)
    return text if run.lasts else _("{titles} (reported in time since)").format(titles=text)


def twice_running(late: Lateness) -> str:
    """The longest row of a unit; '' where it has none."""
    return run_text(late.longest) if late.longest else ""


def bar(share: float, wide: int = 10) -> str:
    """A bar of squares that every Chinese font has (GB/T 2312): `■■■■■□□□□□` for a half."""
    full = min(wide, int(share * wide + 0.5))
    return "■" * full + "□" * (wide - full)


def number(value: Decimal) -> str:
    """A number to a tenth, with thousands parted."""
    text = shown(value.quantize(_TENTH, rounding=ROUND_HALF_UP))
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() else text
