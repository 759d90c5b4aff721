"""What a form brought: plain values with nothing in them that steers, and what was typed kept."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData, UploadFile

from config.errors import InputError
from config.i18n import _
from config.plain_text import UNUSABLE

LONGEST_NOTE = 2000  # characters
PLACE = "at/"  # leads the names of what is typed into a form of the plan

# As a date field sends it, and as people write it where their browser has no such field.
_DAY = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong or doubtful at one place of a form: where, what, and how to mend it."""

    place: str
    said: str
    mend: str


class FaultsError(InputError):
    """A form cannot be taken as it is; nothing of it was. Where all that is left is to be asked
    about, `asked` stands for these questions: sent back, it confirms them."""

    def __init__(self, message: str, faults: Sequence[Fault], asked: str = "") -> None:
        super().__init__(message)
        self.faults, self.asked = tuple(faults), asked


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they were typed; `items` are the duties that it is about."""

    action: str = ""
    items: tuple[int, ...] = ()
    day: str = ""
    note: str = ""
    nil: bool = False
    missing: frozenset[int] = frozenset()
    calendar: str = ""  # which one it is about
    alarms: bool = False
    tasks: bool = False
    form: str = ""  # that was filled in on the page
    values: Mapping[str, str] = field(default_factory=dict)  # by the key of its place
    sure: str = ""  # of these questions
    faults: tuple[Fault, ...] = ()  # what is wrong with it
    asked: str = ""
    files: Sequence[UploadFile] = field(default=(), compare=False)

    @property
    def item(self) -> int:
        """The one duty that it is about; 0 where it is not just one."""
        return self.items[0] if len(self.items) == 1 else 0

    def names(self, items: Collection[int]) -> bool:
        """Whether it is about any of these duties."""
        return not set(self.items).isdisjoint(items)

    def faults_at(self, place: str) -> list[Fault]:
        """What is wrong at one place."""
        return [one for one in self.faults if one.place == place]

    def day_named(self) -> date:
        """The day that was typed. Raises InputError where it is none."""
        found = _DAY.fullmatch(self.day)
        try:
            return date(*(int(one) for one in found.groups())) if found else _no_day()
        except ValueError:
            return _no_day()

    def reason(self) -> str:
        """The note where one is required. Raises InputError where nothing was written."""
        self.require_short()
        if not self.note:
            raise InputError(_("Please give a reason."))
        return self.note

    def require_short(self) -> None:
        """Raise InputError where the note is longer than the record keeps."""
        if len(self.note) > LONGEST_NOTE:
            raise InputError(
                _("Please shorten the text: at most {count} characters.").format(count=LONGEST_NOTE)
            )


def text_field(form: FormData, name: str) -> str:
    """The text of a field; '' where there is none, or a file in its place."""
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    return UNUSABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def typed(form: FormData) -> Typed:
    """What the form says; what is not there, or of another sort, counts as not filled in."""
    items = [one for one in form.getlist("item") if isinstance(one, str)]
    missing = [one for one in form.getlist("missing") if isinstance(one, str)]
    return Typed(
        action=text_field(form, "action"),
        items=tuple(
            dict.fromkeys(int(one) if re.fullmatch(r"[0-9]{1,15}", one) else 0 for one in items)
        ),
        day=text_field(form, "day")[:40],
        note=text_field(form, "note"),
        nil=bool(text_field(form, "nil")),
        missing=frozenset(int(one) for one in missing if re.fullmatch(r"[0-9]{1,4}", one)),
        calendar=text_field(form, "calendar")[:600],
        alarms=bool(text_field(form, "alarms")),
        tasks=text_field(form, "shown") == "tasks",
        form=text_field(form, "form")[:64],
        values={
            name.removeprefix(PLACE): text_field(form, name)
            for name in form
            if name.startswith(PLACE)
        },
        sure=text_field(form, "sure")[:40],
        files=[one for one in form.getlist("file") if isinstance(one, UploadFile) and _chosen(one)],
    )


def _chosen(file: UploadFile) -> bool:
    """A file field that was left empty is sent with neither name nor content."""
    return bool(file.filename or file.size)


def _no_day() -> date:
    raise InputError(_("Please give a date, such as 2022-06-15."))
