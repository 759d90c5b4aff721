"""The page on which a form is filled in, and what happens to what is typed there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from config.errors import InputError, ProblemsError
from config.i18n import _
from notifications.own_items import OwnItem
from notifications.wording import deadline
from web.answering.form_files import judged_of, require_confirmed, wrong
from web.answering.forms import Fault, Typed
from web.answering.own_forms import FormName, find_own
from web.answering.surroundings import Answering
from workflows.forms.collecting import cells_of
from workflows.forms.declared import FieldType, FormField, Prefilled, Shape
from workflows.forms.face import answers, face_of, heading
from workflows.forms.owed import Owed
from workflows.forms.taking import newest, take_form
from workflows.forms.typed_in import as_typed, is_fixed, read_typed, rows_to_show
from workflows.forms.values import LONGEST
from workflows.handing_in import Deed, submit
from workflows.parts import parts_of
from workflows.states import State

_NARROW = 12  # characters; wider text gets a field of several lines
_OPEN = 2  # lines of a list that are not folded
_LINES, _MOST_LINES, _ON_A_LINE = 3, 10, 18  # of a grid's cell on a telephone


@dataclass(frozen=True, slots=True)
class Place:
    """One place to write in. `kind` is `line`, `lines`, `choice`, `day` or `fixed`."""

    key: str
    label: str
    kind: str
    value: str
    choices: Sequence[str] = ()
    required: bool = False
    number: bool = False
    note: str = ""
    lines: int = 1
    faults: Sequence[Fault] = ()

    @property
    def id(self) -> str:
        """What the field is called in the page."""
        return "at-" + self.key.replace("/", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together: a line of a list, a row of a grid."""

    title: str
    places: Sequence[Place]
    folds: bool = False
    open: bool = True


@dataclass(frozen=True, slots=True)
class FillPage:
    """A form as the page shows it. `groups` is empty where it is too long for a page; `others` are
    the further parts of what is owed, by their numbers."""

    name: FormName
    title: str
    unit: str
    campaign: str
    deadline: str
    returned: bool
    header: Sequence[Place]
    groups: Sequence[Group]
    notes: Sequence[str]
    others: Sequence[tuple[int, str]]
    from_record: bool
    longest: int = LONGEST
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # by key: id, whole name


def fill_page(
    session: Session, here: Answering, address: str, name: FormName, failed: Typed | None
) -> FillPage | None:
    """The page for `address`, with what `failed` has typed, or what is on record; None where the
    form is not theirs to fill in."""
    found = find_own(session, here, address, name)
    if found is None:
        return None
    item, owed = found
    last = newest(session, owed.assignment, owed.form.id)
    typed: Mapping[str, str] = as_typed(owed, last.content if last else {})
    if failed is not None:
        typed = failed.values
    else:
        failed = Typed()
    today = here.today()
    header = [
        _header(one, fixed, typed, failed, today.isoformat(), is_new=last is None)
        for one, fixed in face_of(owed).header
    ]
    groups = list(_groups(owed, typed, failed))
    one = owed.assignment
    return FillPage(
        name=name,
        title=owed.title,
        unit=owed.unit.name,
        campaign=owed.campaign.title,
        deadline=deadline(one.effective_due, one.late_after, today),
        returned=one.state is State.RETURNED,
        header=header,
        groups=groups,
        notes=owed.form.notes,
        others=[
            (place, part)
            for place, part in enumerate(parts_of(item.milestone.deliverables))
            if part != owed.deliverable and part in _waiting(item)
        ],
        from_record=last is not None,
        names={
            place.key: (place.id, f"{group.title} · {place.label}" if group.title else place.label)
            for group in (Group("", header), *groups)
            for place in group.places
        },
    )


def take_typed(session: Session, here: Answering, address: str, typed: Typed, deed: Deed) -> None:
    """Record what was typed, its figures, and that the form's part has come. Raises FaultsError
    where anything is wrong, or doubtful and not confirmed."""
    found = find_own(session, here, address, FormName(typed.item, typed.form))
    if found is None:
        raise InputError(gone())
    item, owed = found
    deed = replace(deed, actor=item.name or address)
    try:
        filled = read_typed(owed, typed.values)
    except ProblemsError as error:
        raise wrong(error) from None
    judged = judged_of(session, filled, deed)
    require_confirmed([judged], typed)
    take_form(session, judged, deed)
    missing = [
        part
        for place, part in enumerate(parts_of(item.milestone.deliverables))
        if place in typed.missing and part != owed.deliverable and part in _waiting(item)
    ]
    submit(session, owed.assignment, deed, missing=missing)


def gone() -> str:
    """What to say where a form is not the person's to fill in, or not any more."""
    return _("This item is not open for you any more: it may be settled already.")


def _waiting(item: OwnItem) -> Sequence[str]:
    """The parts that have not come yet."""
    if item.assignment.state is State.SUBMITTED:
        return item.assignment.missing
    return parts_of(item.milestone.deliverables)


def _header(
    one: FormField, fixed: str, typed: Mapping[str, str], failed: Typed, today: str, *, is_new: bool
) -> Place:
    key = f"header/{one.id}"
    if is_fixed(one):
        return Place(key, one.title, "fixed", fixed, faults=failed.faults_at(key))
    value = typed.get(key, "")
    if is_new and not value and one.prefilled is Prefilled.TODAY and not failed.action:
        value = today
    return _place(one, key, value, failed, required=one.required)


def _groups(owed: Owed, typed: Mapping[str, str], failed: Typed) -> Iterator[Group]:
    form = owed.form
    if form.shape is Shape.GRID:
        for row in form.rows:
            places = []
            for one in cells_of(row, owed.columns):
                key = f"cells/{row.id}/{one.id}"
                star = "*" if row.required and row.merged else ""
                text = typed.get(key, "")
                lines = min(max(_LINES, len(text) // _ON_A_LINE + 1), _MOST_LINES)
                faults = failed.faults_at(key)
                places.append(
                    Place(key, one.title + star, "lines", text, lines=lines, faults=faults)
                )
            yield Group("" if row.merged else row.title + ("*" if row.required else ""), places)
        return
    record = form.shape is Shape.RECORD
    for number in range(rows_to_show(owed, typed)):
        places = [
            _place(one, key, typed.get(key, ""), failed, required=one.required and record)
            for one in owed.columns
            for key in (f"rows/{number}/{one.id}",)
        ]
        used = any(one.value.strip() or one.faults for one in places)
        title = "" if record else _("Line {number}").format(number=number + 1)
        yield Group(title, places, folds=not record, open=used or number < _OPEN)


def _place(one: FormField, key: str, value: str, failed: Typed, *, required: bool) -> Place:
    choices: Sequence[str] = ()
    match one.type:
        case FieldType.CHOICE:
            kind, choices = "choice", one.choices
        case FieldType.YES_NO:
            kind, choices = "choice", answers()
        case FieldType.DATE:
            kind = "day"
        case FieldType.TEXT if (one.width or 0) > _NARROW or "\n" in value:
            kind = "lines"
        case _:
            kind = "line"
    if value and kind == "choice" and value not in choices:
        choices = (value, *choices)  # what was typed stays
    return Place(
        key, heading(one), kind, value, choices, required,
        one.type in (FieldType.NUMBER, FieldType.PERCENT), one.note or "",
        faults=failed.faults_at(key),
    )  # fmt: skip
