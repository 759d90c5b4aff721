"""A report as an official circular (通报) in Word: a few pages of text that say what matters, and
the lists and matrices as attachments."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from config.i18n import _, language
from notifications.documents.circular import Circular, write_circular
from notifications.documents.parts import Align, Column, Section, Table
from notifications.documents.report_attachments import Kept, attachments_of, running_of, targets_of
from notifications.documents.report_summary import campaign_summary, summary
from notifications.documents.report_words import reason_words
from notifications.documents.wording import full_day
from notifications.wording import short_day
from workflows.lights import Light
from workflows.reporting.model import OverdueDuty, Report
from workflows.status_words import count_headings, count_rows

_LISTED = 12  # rows of a table in the text; all of them stand in an attachment
_BEHIND = (Light.RED, Light.YELLOW)


def write_docx(
    report: Report,
    levels: Mapping[str, str] | None = None,
    template: Path | None = None,
    *,
    agency: str = "",
    reference: str = "",
    addressees: Sequence[str] = (),
) -> bytes:
    """The circular as bytes of a .docx file, in the language in force, on our template or on the
    file `template`. `levels` gives the names of the levels of units by their ids
    (Organisation.levels). `agency` issues and signs it, else the owner offices sign; `reference` is
    its number, `addressees` whom it goes to.

    Raises InputError where the template cannot be used.
    """
    owners = list(dict.fromkeys(part.owner for part in report.campaigns))
    kept = attachments_of(report, levels, _LISTED)
    circular = Circular(
        title=_title(report),
        signature=agency or _(", ").join(owners),
        day=report.today,
        agency=agency,
        reference=reference,
        addressees=addressees,
        opening=[_("Here is how things stood on {day}.").format(day=full_day(report.today))],
        sections=list(_sections(report, kept)),
        attachments=list(kept.values()),
    )
    return write_circular(circular, template)


def _title(report: Report) -> str:
    """Broken where its words end: a title of two lines is set in the middle (GB/T 9704, 7.3.1)."""
    if len(report.campaigns) == 1:
        return _("Circular on the progress of\n{campaign}").format(
            campaign=report.campaigns[0].title
        )
    return _("Circular on the progress of the campaigns")


def _sections(report: Report, kept: Kept) -> Iterator[Section]:
    yield Section(_("The whole"), summary(report), _counts(report))
    if len(report.campaigns) > 1:
        yield Section(_("By campaign"))
        for part in report.campaigns:
            yield Section(part.title, [campaign_summary(part, report)], level=2)
    yield from _targets(report, kept)
    if duties := [one for part in report.campaigns for one in part.overdue]:
        duties.sort(key=lambda duty: -duty.days)
        rest = _rest(len(duties), kept, "overdue")
        yield Section(_("Overdue"), rest, _overdue(duties[:_LISTED], report))
    if running := [one for one in report.lateness if one.longest is not None]:
        rest = _rest(len(running), kept, "lateness")
        yield Section(_("Late twice running or more"), rest, running_of(running[:_LISTED]))


def _targets(report: Report, kept: Kept) -> Iterator[Section]:
    """All of them where they are few, else those that are behind, the binding ones first."""
    lines = [one for part in report.campaigns for one in part.targets if one.is_sum]
    if not lines:
        return
    if len(lines) <= _LISTED:
        yield Section(_("Targets"), (), targets_of(lines))
        return
    behind = sorted(
        (one for one in lines if one.light in _BEHIND),
        key=lambda one: (not one.must, _BEHIND.index(one.light)),
    )
    said = _("{count} are behind or not reached in time; the first {shown} of them:").format(
        count=len(behind), shown=min(len(behind), _LISTED)
    )
    if len(behind) <= _LISTED:
        said = _("{count} are behind or not reached in time:").format(count=len(behind))
    space = "" if language() == "zh" else " "
    said = space.join([said, _all_in(kept, "targets")])
    yield Section(_("Targets"), [said], targets_of(behind[:_LISTED]) if behind else None)


def _rest(count: int, kept: Kept, key: str) -> list[str]:
    if count <= _LISTED:
        return []
    said = _("The first {shown} of {count}.").format(shown=_LISTED, count=count)
    space = "" if language() == "zh" else " "
    return [space.join([said, _all_in(kept, key)])]


def _all_in(kept: Kept, key: str) -> str:
    """Where all of it stands."""
    if len(kept) == 1:
        return _("All are in the attachment.")
    return _("All are in attachment {number}.").format(number=list(kept).index(key) + 1)


def _counts(report: Report) -> Table:
    headings = dict(list(count_headings().items())[:5])
    columns = [Column(_("campaign"), 4.2 if language() == "zh" else 3)]
    columns += [Column(title, 1, Align.CENTRE) for title in headings.values()]
    rows = [
        [title, *(str(getattr(counts, key)) for key in headings)]
        for title, counts in count_rows([part.board for part in report.campaigns])
    ]
    return Table(columns, rows, small=language() != "zh")


def _overdue(duties: Sequence[OverdueDuty], report: Report) -> Table:
    columns = (
        Column(_("unit"), 1.5), Column(_("title"), 4), Column(_("due now"), 1.7, Align.CENTRE),
        Column(_("days overdue"), 1.2, Align.CENTRE), Column(_("reasons"), 3),
    )  # fmt: skip
    rows = [
        (
            duty.unit, duty.title, short_day(duty.effective_due, report.today), str(duty.days),
            reason_words(duty, report.today),
        )
        for duty in duties
    ]  # fmt: skip
    return Table(columns, rows, small=True)
