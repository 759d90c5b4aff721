"""The rule of a ranking and how things counted, in words, so that everybody can work it out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from config.i18n import N_, _
from workflows.reporting.counting import Counting
from workflows.reporting.declared import Extensions, Ranking, Waivers
from workflows.reporting.scoring import PartName, ScorePart, Tally, rounded
from workflows.targets.views import exact

COUNTING_WORDS: Mapping[Counting, str] = MappingProxyType(
    {
        Counting.ON_TIME: N_("on time"),
        Counting.LATE: N_("late"),
        Counting.OVERDUE: N_("overdue, still owed"),
        Counting.WAIVED_ON_TIME: N_("waived, counts as on time"),
        Counting.WAIVED: N_("waived, left out"),
        Counting.STILL_TIME: N_("not late yet, left out"),
        Counting.SETTLED_BEFORE: N_("settled before it was entered, left out"),
    }
)
PART_WORDS: Mapping[PartName, str] = MappingProxyType(
    {
        PartName.ON_TIME: N_("on-time rate"),
        PartName.DAYS_LATE: N_("average days late"),
        PartName.RETURNED: N_("returned"),
        PartName.TARGETS: N_("targets reached"),
    }
)


def counting_word(counting: Counting) -> str:
    """How an assignment counts, in the language in force."""
    return _(COUNTING_WORDS[counting])


def part_word(part: PartName) -> str:
    """A part's name in the language in force."""
    return _(PART_WORDS[part])


def rule_words(rule: Ranking, *, grace: bool) -> list[str]:
    """The rule, a sentence each; `grace` is the declaration's `holiday_grace`."""
    weights = [
        f"{part_word(part)} {number(exact(weight))}"
        for part in PartName
        if (weight := getattr(rule, part.value))
    ]
    return [
        _("Weights: {weights}. The score is 100 × points earned / weights; a part with nothing to "
          "go by is left out of both.").format(weights=_(", ").join(weights)),
        _("What was due by the day counts, once it is handed in or its last day is past."),
        _("Days late are calendar days after the due date, of each hand-in and correction date, "
          "and so far for what is still owed; the average is over all that counts; {days} or "
          "more leave nothing of that part.").format(days=rule.most_days_late),
        _("Returned: how often what counts and was handed in was sent back; as many returns as "
          "hand-ins leave nothing."),
        _("Targets: reached or not by the last point whose day has come, with what is reported by "
          "now; those striven for count too.")
        if rule.strive
        else _("Targets: reached or not by the last point whose day has come, with what is "
               "reported by now; those striven for do not count."),
        _("What was waived is left out.")
        if rule.waived is Waivers.LEFT_OUT
        else _("What was waived counts as handed in on time."),
        _("With more time granted, the new date holds.")
        if rule.extensions is Extensions.EXTENDED
        else _("More time that was granted does not count: the first date holds."),
        _("Due on a day off, the next working day is still on time.")
        if grace and rule.grace
        else _("Due on a day off, that day is the last on time."),
        _("Equal scores share a place, and stand in administrative order."),
    ]  # fmt: skip


def share_words(part: ScorePart, count: Tally, rule: Ranking) -> str:
    """How the share of a part came about, as a sum that can be checked."""
    if part.share is None:
        return _("nothing to go by")
    match part.name:
        case PartName.ON_TIME:
            return f"{count.on_time} / {count.counted}"
        case PartName.DAYS_LATE:
            return f"1 − {count.days_late} / {count.counted} / {rule.most_days_late}"
        case PartName.RETURNED:
            return f"1 − {count.returns} / {count.handed_in}"
    return f"{count.reached} / {count.targets}"


def score_words(parts: tuple[ScorePart, ...], score: Decimal | None) -> str:
    """How the score came about."""
    known = [part for part in parts if part.points is not None]
    if score is None:
        return _("nothing was due by the day: no score and no place")
    earned = " + ".join(str(rounded(part.points)) for part in known if part.points is not None)
    weights = " + ".join(number(Decimal(str(float(part.weight)))) for part in known)
    return f"100 × ({earned}) / ({weights}) = {score}"


def number(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value.normalize():f}" if value else "0"


def day_or_none(day: date | None) -> str:
    """A date, or that nothing has come."""
    return day.isoformat() if day else _("not yet")
