"""Empty forms on their way to units: named so that people know them, made once in a process.

What is needed is taken from the record first, so that no transaction is open while a file is made.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from config.i18n import language
from workflows.forms.export import MEDIA_TYPES, UNFIT, FormFormat, written
from workflows.forms.face import Face, face_of
from workflows.forms.owed import Owed, plain_title

_LONGEST = 80  # characters of a title in a file name
_MOST_MADE = 256  # files that are kept: a few megabytes
_MADE: OrderedDict[str, bytes] = OrderedDict()


@dataclass(frozen=True, slots=True)
class EmptyForm:
    """A unit's empty form as a file that can be made at any time: its name and media type."""

    name: str
    kind: str
    face: Face
    identity: str
    form_format: FormFormat

    def content(self) -> bytes:
        """The file. The same form is the same bytes, whenever and wherever it is made."""
        key = self._key()
        made = _MADE.get(key)
        if made is None:
            made = _MADE[key] = written(self.face, self.identity, self.form_format)
            while len(_MADE) > _MOST_MADE:
                _MADE.popitem(last=False)
        return made

    def _key(self) -> str:
        """Of all that is drawn: what a plan or the list of units changes is another form."""
        said = f"{language()}\n{self.form_format}\n{self.identity}\n{self.face.said}"
        return sha256(said.encode(errors="replace")).hexdigest()


def empty_form_of(owed: Owed, form_format: FormFormat) -> EmptyForm:
    """The empty form that is owed, as a file to be sent."""
    return EmptyForm(
        sent_name(owed, form_format),
        MEDIA_TYPES[form_format],
        face_of(owed),
        str(owed.identity),
        form_format,
    )


def formats_asked(owed: Owed) -> Sequence[FormFormat]:
    """A workbook always; a Word file too where the plan wants the deliverable as one."""
    word = any(one.strip().upper() in ("WORD", "DOC", "DOCX") for one in owed.formats)
    return (FormFormat.XLSX, FormFormat.DOCX) if word else (FormFormat.XLSX,)


def sent_name(owed: Owed, form_format: FormFormat) -> str:
    """The name under which people get it: what it is, whose, of which month or quarter."""
    whose = owed.unit.name
    if owed.covers is not None:
        whose += f"，{owed.covers.full}"
    title = UNFIT.sub("", plain_title(owed.form))[:_LONGEST]
    return f"{title}（{UNFIT.sub('', whose)[:_LONGEST]}）.{form_format}"
