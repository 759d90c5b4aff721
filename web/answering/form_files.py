"""Files of a hand-in that are forms: read by the number in them, and taken with the hand-in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import Session
from starlette.datastructures import UploadFile

from config.errors import InputError, Problem, ProblemsError
from config.i18n import _
from notifications.own_items import OwnItem
from web.answering.forms import Fault, FaultsError, Typed
from web.answering.own_forms import forms_for
from web.answering.uploads import file_name
from workflows.forms.collecting import Filled
from workflows.forms.identity import Identity
from workflows.forms.lines import Line
from workflows.forms.opening import read_lines
from workflows.forms.owed import Owed
from workflows.forms.reading import read_content
from workflows.forms.taking import Judged, judge, take_form
from workflows.handing_in import Deed
from workflows.sheets.model import MAX_BYTES
from workflows.uploads import Upload

_SHOWN = 50  # what is wrong on one page


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file that bears the number of a form; `place` is which of the files it is."""

    place: int
    name: str
    lines: Sequence[Line]
    identity: Identity


def form_files(files: Sequence[UploadFile]) -> list[FormFile]:
    """Those of the files that are forms. The others are what people hand in besides."""
    found = []
    for place, one in enumerate(files):
        if (one.size or 0) > MAX_BYTES:
            continue
        content, name = one.file.read(), file_name(one)
        one.file.seek(0)
        try:
            lines, identity = read_lines(content, name)
        except InputError:  # a scan, a picture, a workbook that nobody can read
            continue
        if identity is not None:
            found.append(FormFile(place, name, lines, identity))
    return found


def take_files(
    session: Session,
    items: Sequence[OwnItem],
    files: Sequence[FormFile],
    kept: Sequence[Mapping[str, object]],
    typed: Typed,
    deed: Deed,
) -> list[Owed]:
    """Take the forms among the files of a hand-in of `items`, in its transaction; `kept` are all
    its files, as they are kept. Returns what was taken.

    Raises FaultsError where anything in them is wrong, or doubtful and not confirmed.
    """
    owed = {
        str(form.identity): form for forms in forms_for(session, items).values() for form in forms
    }
    if not owed:
        return []
    judged: dict[str, tuple[FormFile, Judged]] = {}
    for one in files:
        form = owed.get(str(one.identity))
        if form is None:
            raise _other(one, list(owed.values()))
        filled = _read(form, one)
        before = judged.get(str(one.identity))
        if before is None:
            judged[str(one.identity)] = one, judged_of(session, filled, deed)
        elif before[1].filled.content != filled.content:
            raise FaultsError(
                _("Nothing was recorded: two files are the same form, and say different things."),
                [Fault("", one.name, "") for one in (before[0], one)],
            )
    require_confirmed([found for _file, found in judged.values()], typed)
    for file, found in judged.values():
        take_form(session, found, deed, upload=_upload(kept[file.place]))
    return [found.filled.owed for _file, found in judged.values()]


def judged_of(session: Session, filled: Filled, deed: Deed) -> Judged:
    """What taking it would record. Raises FaultsError."""
    try:
        return judge(session, filled, deed)
    except ProblemsError as error:
        raise wrong(error) from None


def require_confirmed(judged: Sequence[Judged], typed: Typed) -> None:
    """Raise FaultsError where figures are doubtful, or blanks for them were left open, and the
    person has not said that just this is right."""
    doubts = [doubt for one in judged for doubt in (*one.doubts, *one.left_open)]
    if not doubts:
        return
    asked = sha256("\n".join(doubts).encode(errors="replace")).hexdigest()[:16]
    if typed.sure != asked:
        raise FaultsError(
            _("Nothing was recorded yet: please look at these figures once more."),
            [Fault("", doubt, "") for doubt in doubts[:_SHOWN]],
            asked,
        )


def wrong(error: ProblemsError) -> FaultsError:
    """What is wrong in a form, place by place."""
    return FaultsError(
        _("Nothing was recorded: please mend this, and send it again."),
        [_fault(one) for one in error.problems[:_SHOWN]],
    )


def _fault(problem: Problem) -> Fault:
    return Fault(problem.field, problem.message, problem.mend)


def _read(form: Owed, file: FormFile) -> Filled:
    try:
        return read_content(form, file.lines, file.name)
    except ProblemsError as error:
        raise wrong(error) from None
    except InputError as error:
        raise FaultsError(
            _("Nothing was recorded: please mend this, and send it again."),
            [Fault("", error.message, error.mend)],
        ) from None


def _other(file: FormFile, owed: Sequence[Owed]) -> FaultsError:
    """The file is the form of another month, duty or unit: last month's, most of the time."""
    return FaultsError(
        _("Nothing was recorded: this file is the form of another item."),
        [
            Fault(
                file.name,
                _("it bears the number {number}").format(number=file.identity),
                _("take the empty form of this item, or write its number in: {numbers}").format(
                    numbers=_(", ").join(str(one.identity) for one in owed)
                ),
            )
        ],
    )  # fmt: skip


def _upload(kept: Mapping[str, object]) -> Upload:
    return Upload(str(kept["name"]), str(kept["sha256"]), int(str(kept["size"])))
