"""What all units wrote into one form: their lines together, and who has not handed it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from config.i18n import _
from workflows.forms.blanks import BLANK, names_of
from workflows.forms.declared import Form, FormField, Shape
from workflows.forms.face import MERGED
from workflows.forms.owed import Owed, due_before, owed_forms, the_owed
from workflows.reminding import local_date
from workflows.standing import Selection, standpoints
from workflows.states import State
from workflows.tables import FilledForm
from workflows.targets.views import exact


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A line of a unit: a row of its list, or a grid's cell with its row and column."""

    unit: str
    values: tuple[Any, ...]  # as the record keeps them, by the summary's columns; None: empty


@dataclass(frozen=True, slots=True)
class Figure:
    """A number asked for in a grid's text: each unit's, None where it was not reported."""

    title: str
    by_unit: tuple[Decimal | None, ...]  # by the summary's `units`

    @property
    def total(self) -> Decimal:
        """The sum of what was reported."""
        return sum((one for one in self.by_unit if one is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Summary:
    """A form over all units that owe it, as of a moment. Units stand in administrative order."""

    campaign: str
    title: str
    duty: str  # with the month
    period: str
    columns: tuple[FormField, ...]
    lines: tuple[SummaryLine, ...]
    units: tuple[str, ...]  # whose form has come
    figures: tuple[Figure, ...]  # of a grid
    missing: tuple[str, ...]  # from whom nothing has come
    without_form: tuple[str, ...]  # handed in, but their form was not taken in
    nil: tuple[str, ...]  # a nil report
    at: datetime

    @property
    def sentence(self) -> str:
        """Who has handed it in and who has not, in one sentence."""
        text = _("{title}: {count} of {all} units").format(
            title=self.duty,
            count=len(self.units),
            all=len(self.units) + len(self.missing) + len(self.without_form) + len(self.nil),
        )
        for names, what in (
            (self.missing, _("not handed in: {names}")),
            (self.without_form, _("handed in without the form itself: {names}")),
            (self.nil, _("nil report: {names}")),
        ):
            if names:
                text += _("; ") + what.format(names=_(", ").join(names))
        return text


def summarise(
    session: Session,
    campaign_id: str,
    form: str,
    period: str,
    at: datetime,
    *,
    milestone_id: str = "",
    as_of_past: bool = False,
) -> Summary:
    """What has come of a form up to `at` (aware). `period` is the month of the due date; without
    it the last one that was due, today included, else the first.

    With `as_of_past` by what had been recorded then. Raises InputError for what is not known, or
    where nobody owes it.
    """
    owed = owed_forms(session, campaign_id, form, period=period, milestone_id=milestone_id, at=at)
    if not owed:
        the_owed(owed, f"{form} {period}".strip())
    owed = due_before(owed, local_date(at, owed[0].campaign.time_zone))
    first = owed[0]
    standing = {
        one.assignment.id: one.standing
        for one in standpoints(session, at, Selection(campaign_id), as_of_past=as_of_past)
    }
    newest = _newest(session, owed, at)
    come: list[tuple[Owed, FilledForm]] = []
    missing, without, nil = [], [], []
    for one in owed:
        filled, how = newest.get(one.assignment.id or 0), standing.get(one.assignment.id)
        if filled is not None:
            come.append((one, filled))
        elif how is None or how.state in {State.WAIVED, State.CANCELLED}:
            continue
        elif how.nil:
            nil.append(one.unit.name)
        elif how.owing or one.deliverable in how.missing:
            missing.append(one.unit.name)
        else:
            without.append(one.unit.name)
    columns, lines = lines_of(first.form, come)
    return Summary(
        first.campaign.title, first.form.title.replace("{unit}", "").replace(
            "{month}", first.covers.short if first.covers else ""),
        first.assignment.title, first.assignment.period, columns, lines,
        tuple(one.unit.name for one, _filled in come), _figures(first.form, come),
        tuple(missing), tuple(without), tuple(nil), at,
    )  # fmt: skip


def _newest(session: Session, owed: Sequence[Owed], at: datetime) -> dict[int, FilledForm]:
    """The form that held at `at`, by assignment."""
    ids = [one.assignment.id for one in owed]
    rows = session.exec(
        select(FilledForm)
        .where(
            col(FilledForm.assignment_id).in_(ids),
            FilledForm.form_id == owed[0].form.id,
            col(FilledForm.recorded_at) <= at,
        )
        .order_by(col(FilledForm.id))
    )
    return {row.assignment_id: row for row in rows}


def lines_of(
    form: Form, come: Sequence[tuple[Owed, FilledForm]]
) -> tuple[tuple[FormField, ...], tuple[SummaryLine, ...]]:
    """The lines of these forms, and what stands in them: a list's rows, a grid's cells."""
    if form.shape is Shape.GRID:
        columns: tuple[FormField, ...] = (
            FormField(id="row", title=_("row")),
            FormField(id="column", title=_("column"), width=16),
            FormField(id="text", title=_("what was written"), width=40),
        )
        return columns, tuple(
            SummaryLine(one.unit.name, cell)
            for one, filled in come
            for cell in _cells(form, filled.content)
        )
    columns = form.fields or form.columns
    return columns, tuple(
        SummaryLine(one.unit.name, tuple(row.get(field.id) for field in columns))
        for one, filled in come
        for row in filled.content.get("rows", ())
    )


def _cells(form: Form, content: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A grid's cells with something in them, in its order."""
    found = []
    for row in form.rows:
        texts = content.get("cells", {}).get(row.id, {})
        for column in form.columns if not row.merged else [FormField(id=MERGED, title="—")]:
            if texts.get(column.id):
                found.append((row.title, column.title, texts[column.id]))
    return found


def _figures(form: Form, come: Sequence[tuple[Owed, FilledForm]]) -> tuple[Figure, ...]:
    found = []
    for row in form.rows:
        for template in row.cells.values():
            for name in names_of(template):
                numbers = [filled.content.get("blanks", {}).get(name) for _o, filled in come]
                found.append(
                    Figure(
                        f"{row.title}：{_clause(template, name)}",
                        tuple(None if one is None else exact(one) for one in numbers),
                    )
                )
    return tuple(found)


def _clause(template: str, name: str) -> str:
    """The words around a blank, as a heading."""
    clauses = template.replace("，", "；").replace("。", "；").split("；")
    words = next((one for one in clauses if f"{{{name}}}" in one), name)
    return BLANK.sub("…", words)
