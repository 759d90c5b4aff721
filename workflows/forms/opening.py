"""Opens a form that comes in: what file it is, its lines, and whose form it says it is."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from config.errors import InputError
from config.files import read_bounded, shown_path
from config.i18n import _
from workflows.forms.lines import Line
from workflows.forms.owed import Identity, Owed, find_owed, owed_forms, the_owed
from workflows.naming import find_campaign, find_unit
from workflows.sheets.model import MAX_BYTES, Budget
from workflows.sheets.package import Package
from workflows.sheets.workbook import read_workbook
from workflows.sheets.xml_part import Attributes, XmlPart

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PROPERTIES = ("docProps/custom.xml", "docProps/core.xml")
_SHOWN_IN = 200  # lines in which the number is looked for, from above and from below


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose form a file is, where its own number does not say it: as people write it, or ''."""

    campaign: str = ""
    form: str = ""
    unit: str = ""
    period: str = ""
    milestone: str = ""


def read_file(file: Path) -> bytes:
    """The bytes of a form, within bounds. Raises InputError."""
    return read_bounded(file, MAX_BYTES)


def read_lines(content: bytes, name: str) -> tuple[list[Line], Identity | None]:
    """A file's lines, and the number that it bears. Raises InputError."""
    budget = Budget(Path(name))
    if len(content) > MAX_BYTES:
        raise budget.refused(
            _("it is larger than {size} MB").format(size=MAX_BYTES // 1_000_000),
            _("is it the right file?"),
        )
    if not content.startswith(_ZIP):
        raise budget.refused(
            _("it is an old Word or Excel file, or protected with a password")
            if content.startswith(_OLE)
            else _("it is no form: neither .xlsx nor .docx"),
            _("open it and save it as .xlsx or .docx, without a password"),
        )
    package = Package(content, budget, word=True)
    said = Identity.find(_properties(package))
    if package.is_word:
        from workflows.forms.word_file import read_word

        lines = read_word(package, budget)
    else:
        sheets = [one for one in read_workbook(content, budget, percents=True) if one[1]]
        lines = [
            Line(row.cells, n, row.number, sheet=f"{sheet}!" if len(sheets) > 1 else "")
            for n, (sheet, rows) in enumerate(sheets)
            for row in rows
        ]
    ends = lines if len(lines) < 2 * _SHOWN_IN else lines[:_SHOWN_IN] + lines[-_SHOWN_IN:]
    seen = {
        str(one): one
        for line in ends
        for cell in line.cells
        if "#" in cell and (one := Identity.find(cell)) is not None
    }
    if len(seen) > 1:
        raise budget.refused(
            _("it bears two numbers: {numbers}").format(numbers=_(", ").join(list(seen)[:2])),
            _("leave the one of the form that it is"),
        )
    # What people see counts: a file may have been filled in over another one.
    return lines, next(iter(seen.values()), said)


def whose(session: Session, identity: Identity | None, asked: Asked, name: str) -> Owed:
    """The form that a file is, by its number and by what was asked for. Raises InputError."""
    if asked == Asked() and identity is not None:
        return find_owed(session, identity)
    if identity is None and not (asked.campaign and asked.form and asked.unit):
        raise InputError(
            _("{file}: its number is gone, so that nothing says whose form it is").format(
                file=shown_path(Path(name))
            ),
            _("say it with --campaign, --form, --unit and, of a recurring form, --period"),
        )
    known = identity or Identity("", "", "", "", "")
    campaign_id = find_campaign(session, asked.campaign) if asked.campaign else known.campaign_id
    same = campaign_id == known.campaign_id
    form = asked.form or known.form_id
    unit = find_unit(session, asked.unit).id if asked.unit else known.unit_id
    owed = owed_forms(
        session, campaign_id, form, unit_id=unit, period=asked.period or (known.period * same),
        milestone_id=asked.milestone or (known.milestone_id if same and not asked.form else ""),
    )  # fmt: skip
    return the_owed(owed, f"{form} {asked.unit or unit} {asked.period}".strip())


def _properties(package: Package) -> str:
    """The texts of the file's properties, one after the other."""
    texts: list[str] = []

    def text(_attributes: Attributes) -> None:
        xml.keep_text()

    def text_over() -> None:
        texts.append(xml.take_text())

    with package.guarded():
        for part in _PROPERTIES:
            if part in package:
                xml = XmlPart(
                    {"lpwstr": text, "identifier": text}, {"lpwstr": text_over,
                                                           "identifier": text_over}
                )  # fmt: skip
                xml.read(package.chunks(part))
    return " ".join(texts)
