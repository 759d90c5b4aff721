"""A template of ours, or an office's own of the same name, and a document written on it.

docxtpl fills Word files in with Jinja2. What it gets here is a sandbox whose values are text: none
of them is markup, none is evaluated.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.image.image import Image
from docx.shared import Length, Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from config.errors import DubanError, InputError
from config.files import read_bounded, shown_path
from config.i18n import _
from config.plain_text import single_line
from notifications.documents.drawing import table_of, text_of
from notifications.documents.parts import Picture, Table
from notifications.template_faults import told

OURS = Path(__file__).parent / "templates"
_LARGEST = 10_000_000  # bytes of a template
_HIGHEST = Mm(190)  # of a picture: a page has room for its title too
_TWIP = 635  # EMU
_LONGEST = 255  # characters of a property


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document's properties say of it."""

    title: str
    author: str
    day: date  # its date: of the document, not of the file


class Paper:
    """One document about to be written on the template `kind`, or on the file `own` in its place.

    Raises InputError where the file cannot be read.
    """

    def __init__(self, kind: str, own: Path | None = None) -> None:
        self.file = own if own is not None else OURS / f"{kind}.docx"
        self._template = _Strict(BytesIO(read_bounded(self.file, _LARGEST)))
        try:
            self._template.init_docx()
            self._styles = {one.name: one.style_id for one in self._template.docx.styles}
            section = self._template.docx.sections[-1]
            self._width = section.page_width - section.left_margin - section.right_margin
        except Exception:  # a damaged file may raise anything
            raise InputError(
                _("{file} is not a Word document (.docx)").format(file=shown_path(self.file)),
                _("save it from Word or WPS as .docx, or copy ours: see docs/templates.md"),
            ) from None

    def table(self, table: Table | None) -> Markup | None:
        """The table in the template's styles, over the whole width of the text."""
        if table is None:
            return None
        return table_of(table, self._width // _TWIP, self._styles)

    def picture(self, picture: Picture | None) -> InlineImage | None:
        """The picture. Raises InputError where it is none that Word shows."""
        if picture is None:
            return None
        try:
            image = Image.from_blob(picture.content)
            shape = image.px_height / image.px_width
        except Exception:  # a damaged picture may raise anything
            raise InputError(
                _("“{title}” is not a picture that Word shows").format(title=picture.title),
                _("give a PNG or JPEG file"),
            ) from None
        width = min(Mm(picture.width), self._width, int(_HIGHEST / shape))
        return InlineImage(self._template, BytesIO(picture.content), width=Length(width))

    def write(self, values: Mapping[str, Any], properties: Properties) -> bytes:
        """The document as bytes of a .docx file; the same for the same input. Raises InputError
        where the template is wrong."""
        templates = _environment()
        try:
            unknown = self._template.get_undeclared_template_variables(templates)
            if unknown := unknown - values.keys() - templates.globals.keys():
                raise self._unknown(sorted(unknown), sorted(values))
            self._template.render(dict(values), templates)
        except DubanError:
            raise
        except Exception as error:  # a template may raise anything
            raise self._wrong(error) from None
        return _packed(self._template.docx, properties)

    def _unknown(self, names: list[str], known: list[str]) -> InputError:
        return InputError(
            _("{file}: the document has no “{name}”").format(
                file=shown_path(self.file), name=_(", ").join(names)
            ),
            _("it has: {names}").format(names=_(", ").join(known)),
        )

    def _wrong(self, error: Exception) -> InputError:
        if isinstance(error, etree.XMLSyntaxError):
            what = _("its tags cut a paragraph or a table in pieces")
            mend = _("give a tag that begins or ends a part a paragraph of its own: {tag}").format(
                tag="{%p … %}"
            )
        else:
            what, mend = told(error)
        near = [line.strip() for line in getattr(error, "docx_context", ())]
        if near := [line for line in near if "{" in line]:
            what = _("{what} (near “{text}”)").format(what=what, text=near[min(3, len(near) - 1)])
        file = shown_path(self.file)
        return InputError(_("{file}: {what}").format(file=file, what=what), mend)


class _Strict(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """docxtpl mends broken XML by leaving out what it does not understand; here it is a fault."""

    def fix_tables(self, xml: str) -> Any:
        etree.fromstring(xml)
        return super().fix_tables(xml)


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, finalize=_finalized
    )


def _finalized(value: object) -> object:
    """What an expression writes: markup that was made here as it is, all else as text."""
    return value if hasattr(value, "__html__") else text_of("" if value is None else value)


def _packed(document: Any, properties: Properties) -> bytes:
    """The document's file, with no moment in it but the day of the document."""
    day = max(properties.day, date(1980, 1, 1))  # zip archives know none before
    midnight = datetime.combine(day, time(), UTC)
    core = document.core_properties
    core.title = single_line(properties.title)[:_LONGEST]
    core.author = single_line(properties.author)[:_LONGEST]
    core.last_modified_by = core.author
    core.created = core.modified = midnight
    core.revision = 1
    saved, packed = BytesIO(), BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, midnight.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
