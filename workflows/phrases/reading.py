"""Reads a due date as a declaration writes it: the grammar's table on a whole text."""

import re
from contextlib import suppress

from config.i18n import _
from workflows.phrases.dated import DATED
from workflows.phrases.model import Due, Lacks, PhraseError, Unsupported
from workflows.phrases.periods import PERIODS
from workflows.phrases.recurring import RECURRING
from workflows.phrases.relative import RELATIVE
from workflows.phrases.rows import Row
from workflows.phrases.spelling import spell

TABLE: tuple[Row, ...] = DATED + PERIODS + RECURRING + RELATIVE

# What may stand before a phrase and belongs to it. 关于, 对于, 存在, 达到 are other words.
PREFIX = (
    r"(?:(?<![关对由鉴基属位限等处终])于|(?<![存现正所实])在|截止(?:日期|时间)?(?:为|是|:|到)?|截至到?"
    r"|(?<![达直做得遇感])到|(?<![甚以直乃截])至|不晚于|不迟于|不得[晚迟]于|(?:最迟|最晚)?不超过|最迟于?|最晚于?)"
)
_PREFIX = re.compile(PREFIX)


def parse_due(text: str, year: int | None) -> Due:
    """Read a due date as a plan writes it; `year` is meant where the phrase names none.

    None is a year that is not known yet: the phrase is read, and 29 February let pass.

    Raises PhraseError, saying what cannot be read, which date does not exist, or why what was
    understood is no due date.
    """
    read = read_whole(spell(text).text, year)
    if read is None:
        raise PhraseError(_("cannot read the date “{phrase}”").format(phrase=text))
    due, _row = read
    if isinstance(due, Unsupported):
        raise PhraseError(f"“{text}”{_(': ')}{why_unsupported(due.lacks)}")
    return due


def read_whole(spelt: str, year: int | None) -> tuple[Due | Unsupported, Row] | None:
    """The reading, and the row that gives it, of a text in the one spelling that is a phrase from
    end to end; else None.

    Raises PhraseError where it names a day that does not exist.
    """
    prefix = _PREFIX.match(spelt)
    for phrase in (spelt, spelt[prefix.end() :]) if prefix else (spelt,):
        for row in TABLE:
            if match := row.whole.fullmatch(phrase):
                return row.read(match.groupdict(), year), row
    return None


def covered_by(text: str) -> str:
    """What a recurring duty reports on by the words of its phrase (次月5日前: previous), or ''."""
    read = None
    with suppress(PhraseError):
        read = read_whole(spell(text).text, None)
    return read[1].covers if read else ""


def why_unsupported(lacks: Lacks) -> str:
    """Why no declaration takes such a phrase."""
    return {
        Lacks.DAILY: _("a duty of each day has no kind of milestone"),
        Lacks.WEEKLY: _("a duty of each week has no kind of milestone"),
        Lacks.EACH_TEN_DAYS: _("a duty of every ten days or two weeks has no kind of milestone"),
        Lacks.EACH_HALF_YEAR: _("a duty of each half year has no kind: write two milestones"),
        Lacks.YEARLY: _("a campaign lasts a year: write the date"),
        Lacks.DAY: _("it does not say on which day"),
        Lacks.LAST_WORKING_DAY: _("write the last day, with if_holiday: previous"),
        Lacks.MONTH: _("it does not say of which month"),
        Lacks.EVENT: _("it counts from a day that it does not name"),
        Lacks.NO_SUCH_DAY: _("the calendar has no such day"),
        Lacks.UNCLEAR: _("it could mean more than one day"),
    }[lacks]


def phrase_mend() -> str:
    """How a due date may be written: the hint that goes with a PhraseError."""
    return _(
        "write e.g. 2022-05-31, 5月底前, 6月中旬前, 8月20日前, 每月5日前, 每季度末, 11月, "
        "5月30日至6月20日, 印发之日起30日内, or “3 working days after MILESTONE”"
    )
