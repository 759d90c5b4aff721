"""What a report comes to, in a few sentences that can be pasted into a circular."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from config.i18n import N_, _, language
from notifications.documents.report_words import (
    number,
    sort_word,
    value_text,
)
from notifications.documents.wording import full_day
from workflows.lights import Light
from workflows.reporting.model import CampaignReport, Lateness, Report, Sort, TargetLine
from workflows.tables import CampaignStatus

_RESTING: Mapping[CampaignStatus, str] = MappingProxyType(
    {
        CampaignStatus.DRAFT: N_("not begun"),
        CampaignStatus.PAUSED: N_("paused"),
        CampaignStatus.CLOSED: N_("closed"),
        CampaignStatus.ARCHIVED: N_("archived"),
    }
)
_NAMED = 5  # units or targets that a sentence names


def summary(report: Report) -> list[str]:
    """The sentences of the whole report."""
    if not report.campaigns:
        return [_("Nothing is owed in any campaign that is under way.")]
    found = [*_resting(report), _opening(report), *_overdue(report)]
    found += _targets(report)
    found += _late(report.lateness)
    found += _moved(report)
    return found


def campaign_summary(part: CampaignReport, report: Report) -> str:
    """One campaign's part among several, in a paragraph: counts, what is overdue, targets."""
    own = Report(report.at, report.since, (part,), part.lateness)
    space = "" if language() == "zh" else " "
    return space.join([*_resting(own), _opening(own), *_overdue(own), *_lights(own)])


def _resting(report: Report) -> Iterator[str]:
    """Which campaigns were not under way, so that nobody takes what they owe for what runs."""
    for part in report.campaigns:
        if (status := _RESTING.get(part.status)) is not None:
            yield _("{campaign}: {status}.").format(campaign=part.title, status=_(status))


def _opening(report: Report) -> str:
    counts, day = report.counts, full_day(report.today)
    names = {
        "day": day, "due": counts.due, "reported": counts.reported, "late": counts.late,
        "outstanding": counts.outstanding, "overdue": counts.overdue,
    }  # fmt: skip
    text = _(
        "By {day}, {due} hand-ins were due; {reported} had been reported, {late} of them late; "
        "{outstanding} were outstanding, {overdue} of them overdue."
    ).format(**names)
    if counts.due:
        rate = (counts.reported - counts.late) / counts.due
        text += _(" Reported in time: {rate}.").format(rate=f"{rate:.1%}")
    return text


def _overdue(report: Report) -> Iterator[str]:
    duties = [duty for part in report.campaigns for duty in part.overdue]
    if not duties:
        yield _("Nothing is overdue.")
        return
    counts = Counter(duty.unit for duty in duties)
    worst = {
        duty.unit: max(each.days for each in duties if each.unit == duty.unit) for duty in duties
    }
    named = sorted(counts, key=lambda unit: (-counts[unit], -worst[unit]))[:_NAMED]
    units = _(", ").join(
        _("{unit} ({count}, up to {days} days)").format(
            unit=unit, count=counts[unit], days=worst[unit]
        )
        for unit in named
    )
    if len(counts) > _NAMED:
        yield _("{count} units are overdue with something, the most: {units}.").format(
            count=len(counts), units=units
        )
    else:
        yield _("Overdue are: {units}.").format(units=units)


def _targets(report: Report) -> Iterator[str]:
    yield from _lights(report)
    told = [line for line in _sums(report) if line.value is not None and line.goal]
    if told and len(report.campaigns) == 1:  # of several the first five would be one's alone
        yield _("Figures: {targets}.").format(targets=_("; ").join(map(_target, told[:_NAMED])))


def _sums(report: Report) -> list[TargetLine]:
    return [line for part in report.campaigns for line in part.targets if line.is_sum]


def _lights(report: Report) -> Iterator[str]:
    if not (lines := _sums(report)):
        return
    lights = Counter(line.light for line in lines)
    yield _(
        "Of {count} targets {done} are reached, {green} on course, {yellow} behind or due soon, "
        "{red} not reached in time and {grey} not begun or without figures."
    ).format(
        count=len(lines), done=lights[Light.DONE], green=lights[Light.GREEN],
        yellow=lights[Light.YELLOW], red=lights[Light.RED], grey=lights[Light.GREY],
    )  # fmt: skip


def _target(line: TargetLine) -> str:
    text = _("{title}: {value} of {goal}").format(
        title=line.title, value=value_text(line, line.value), goal=value_text(line, line.goal)
    )
    if line.measure != "share" and line.share is not None:
        text += _(" ({share})").format(share=f"{line.share:.1%}")
    if line.forecast is not None:
        text += _(", at this rate {value} by {day}").format(
            value=number(line.forecast.value), day=full_day(line.forecast.day)
        )
    if line.missing:
        text += _(", {count} units have reported nothing").format(count=len(line.missing))
    return text


def _late(lateness: Sequence[Lateness]) -> Iterator[str]:
    if not lateness:
        return
    most = _(", ").join(
        _("{unit} ({count} times)").format(unit=one.unit, count=one.times)
        for one in lateness[:_NAMED]
    )
    yield _("Late most often this season: {units}.").format(units=most)
    running = [(one.unit, one.lasting.length) for one in lateness if one.lasting is not None]
    if running:
        running.sort(key=lambda pair: -pair[1])
        units = _(", ").join(
            _("{unit} ({count} in a row)").format(unit=unit, count=count) for unit, count in running
        )
        yield _("Late twice running or more, up to now: {units}.").format(units=units)


def _moved(report: Report) -> Iterator[str]:
    counts = Counter(change.sort for part in report.campaigns for change in part.changes)
    since = full_day(report.since.date())
    if not counts:
        yield _("Since {day} nothing has changed.").format(day=since)
        return
    yield _("Since {day}: {changes}.").format(
        day=since,
        changes=_(", ").join(
            _("{sort} {count}").format(sort=sort_word(sort), count=counts[sort])
            for sort in Sort
            if counts[sort]
        ),
    )
