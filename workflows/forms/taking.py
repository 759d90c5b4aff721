"""Takes a filled form into the record: the form as it is, its figures, and the hand-in.

All of it or nothing. A form that comes again for the same assignment corrects the one before:
the newest holds, and what it replaced stays on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from config.errors import ProblemsError, StateError
from config.i18n import _
from config.plain_text import inner_quotes
from workflows.forms.collecting import Filled
from workflows.forms.declared import Shape
from workflows.forms.figures import FormFigure, figures_of, left_open
from workflows.handing_in import submit
from workflows.reminding import local_date
from workflows.states import OWING, State
from workflows.tables import Assignment, Event, FilledForm, Progress
from workflows.targets.recording import doubts, record
from workflows.targets.views import targets_of
from workflows.transitions import Deed
from workflows.uploads import Upload

_NOT_TAKEN = frozenset({State.WAIVED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Judged:
    """What taking a form would record. `doubts` are to be asked about first; `left_open` says what
    it reports nothing of, though it could."""

    filled: Filled
    figures: tuple[FormFigure, ...]
    doubts: tuple[str, ...]
    is_new: bool  # not on record like that already
    left_open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a form has recorded; `filled` is None where it stood like that already."""

    filled: FilledForm | None
    figures: Sequence[Progress] = field(default=())
    event: Event | None = None  # of the hand-in


def judge(session: Session, filled: Filled, deed: Deed) -> Judged:
    """Look at a form before it is taken; `deed` says when it was handed in.

    Raises ProblemsError for figures that cannot be, StateError where nothing is owed any more.
    """
    owed = filled.owed
    if owed.assignment.state in _NOT_TAKEN:
        raise StateError(
            _("“{title}” is not owed by {unit} any more").format(
                title=inner_quotes(owed.assignment.title), unit=owed.unit.name
            ),
            _("reopen it first, or look whether it is the right unit"),
        )
    day = local_date(deed.at, owed.campaign.time_zone)
    views = targets_of(session, owed.campaign)
    figures, problems = figures_of(filled, views, day)
    if problems:
        raise ProblemsError(problems)
    asked = [*_other_unit(filled)]
    for one in figures:
        title = one.report.view.target.title
        asked += [title + _(": ") + doubt for doubt in doubts(session, one.report)]
    asked += _other_month(session, filled, figures)
    last = newest(session, owed.assignment, owed.form.id)
    is_new = last is None or last.content != filled.content
    missing = [
        _(
            "{target}: no number was read; it counts as not reported; write 0 where there is none"
        ).format(target=title)
        for title in left_open(filled, views)
    ]
    if owed.form.shape is not Shape.GRID:
        missing = filled.remarks
    return Judged(filled, tuple(figures), tuple(asked), is_new, tuple(missing))


def take_form(
    session: Session,
    judged: Judged,
    deed: Deed,
    *,
    upload: Upload | None = None,
    hand_in: bool = False,
) -> Taken:
    """Record a form that has been judged in the same transaction. `upload` is the file where it
    is kept; with `hand_in` its part of what is owed counts as handed in, too."""
    filled, owed = judged.filled, judged.filled.owed
    row: FilledForm | None = None
    if judged.is_new:
        row = FilledForm(
            campaign_id=owed.campaign.id,
            form_id=owed.form.id,
            assignment_id=owed.assignment.id or 0,
            version=owed.campaign.version,
            content=filled.content,
            at=deed.at,
            recorded_at=deed.now,
            actor=deed.actor,
            file_name=upload.name if upload else "",
            file_hash=upload.sha256 if upload else "",
        )
        session.add(row)
        session.flush()
    last = row or newest(session, owed.assignment, owed.form.id)
    recorded = [
        record(
            session, one.report, deed, origin=f"form:{owed.form.id}",
            filled_id=last.id if last else None,
        )
        for one in judged.figures
    ]  # fmt: skip
    event = _hand_in(session, filled, deed, upload) if hand_in else None
    return Taken(row, [one for one in recorded if one is not None], event)


def newest(session: Session, assignment: Assignment, form_id: str) -> FilledForm | None:
    """The form that holds for an assignment; None where none has come."""
    return session.exec(
        select(FilledForm)
        .where(FilledForm.assignment_id == assignment.id, FilledForm.form_id == form_id)
        .order_by(col(FilledForm.id).desc())
        .limit(1)
    ).first()


def _hand_in(session: Session, filled: Filled, deed: Deed, upload: Upload | None) -> Event | None:
    """Record that the form's part has come; None where it has been handed in already."""
    assignment = session.get_one(Assignment, filled.owed.assignment.id)
    part = filled.owed.deliverable
    if assignment.state not in OWING and part not in assignment.missing:
        return None
    data: dict[str, Any] = {**deed.data, **({"files": [upload.as_data()]} if upload else {})}
    own = Deed(deed.actor, deed.at, deed.now, deed.note, deed.announce, data)
    return submit(session, assignment, own, only=[part])


def _other_unit(filled: Filled) -> list[str]:
    """Where the header names another unit than the number does."""
    owed = filled.owed
    names = {owed.unit.name, *owed.unit.aliases}
    asked = []
    for one in owed.header:
        said = filled.content["header"].get(one.id)
        if one.prefilled == "unit" and said and not any(
            name in said or said in name for name in names
        ):  # fmt: skip
            asked.append(
                _("the form is of {unit}, but “{label}” says {said}").format(
                    unit=owed.unit.name, label=one.title, said=str(said)[:60]
                )
            )
    return asked


def _other_month(session: Session, filled: Filled, figures: Sequence[FormFigure]) -> list[str]:
    """Where figures of the same day came with the form of a later month."""
    owed = filled.owed
    if not owed.assignment.period or not figures:
        return []
    rows = session.exec(
        select(Progress.filled_id).where(
            Progress.campaign_id == owed.campaign.id,
            Progress.unit_id == owed.unit.id,
            Progress.day == figures[0].report.day,
            col(Progress.filled_id).is_not(None),
        )
    ).all()
    later = {
        one.period
        for one in session.exec(
            select(Assignment)
            .join(FilledForm, col(FilledForm.assignment_id) == Assignment.id)
            .where(col(FilledForm.id).in_(set(rows)))
        )
        if one.period > owed.assignment.period
    }
    return [
        _("figures of {day} have come with the form of {period} already").format(
            day=figures[0].report.day, period=max(later)
        )
    ] if later else []  # fmt: skip
