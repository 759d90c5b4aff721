"""The forms of a person's items: which there are, and how an address on the page names one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from notifications.own_items import OwnItem, own_items
from web.answering.surroundings import Answering
from workflows.forms.export import FormFormat
from workflows.forms.owed import Owed, forms_of_each, plain_title
from workflows.states import OWING, State

_FILLABLE = OWING | {State.SUBMITTED}
_NAME = re.compile(r"([0-9]{1,15})\.([a-z0-9-]{1,64})(?:\.(xlsx|docx))?")


@dataclass(frozen=True, slots=True)
class FormName:
    """A form by its duty's number and its own id: `12.progress`; with a format, its empty file."""

    item: int
    form: str
    form_format: FormFormat | None = None

    @classmethod
    def read(cls, text: str) -> "FormName | None":
        """None where the text is no such name."""
        found = _NAME.fullmatch(text)
        if found is None:
            return None
        return cls(int(found[1]), found[2], FormFormat(found[3]) if found[3] else None)

    def __str__(self) -> str:
        return ".".join(str(one) for one in (self.item, self.form, self.form_format) if one)


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form as an item offers it."""

    name: FormName
    title: str


def forms_for(session: Session, owned: Sequence[OwnItem]) -> dict[int, list[Owed]]:
    """The forms of these items, by the duty's number; nothing is looked up where none is named."""
    naming = [
        one.assignment
        for one in owned
        if any(part.get("form") for part in one.milestone.deliverables)
    ]
    return forms_of_each(session, naming)


def links_of(owed: Mapping[int, Sequence[Owed]]) -> dict[int, tuple[FormLink, ...]]:
    """How the page names them, by the duty's number."""
    return {
        number: tuple(_link(number, one) for one in forms if is_waited_for(one))
        for number, forms in owed.items()
    }


def _link(number: int, owed: Owed) -> FormLink:
    title = f"{plain_title(owed.form)}（{owed.form.attachment}）"
    return FormLink(FormName(number, owed.form.id), title)


def find_own(
    session: Session, here: Answering, address: str, name: FormName
) -> tuple[OwnItem, Owed] | None:
    """The item and its form, if it is still `address`'s to fill in."""
    for one in own_items(session, here.organisation, address, here.today(), _FILLABLE):
        if one.assignment.id == name.item:
            for owed in forms_for(session, [one]).get(name.item, ()):
                if owed.form.id == name.form and is_waited_for(owed):
                    return one, owed
    return None


def is_waited_for(owed: Owed) -> bool:
    """Whether it has not come yet: also where other parts have."""
    one = owed.assignment
    return one.state in OWING or owed.deliverable in one.missing
