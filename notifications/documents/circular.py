"""The circular (通报): what a campaign reached and who is behind, to all units at once.

Laid out after GB/T 9704—2012 (党政机关公文格式) by a template that an office can replace.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

from config.i18n import _, language
from notifications.documents.paper import Paper, Properties
from notifications.documents.parts import Attachment, Section
from notifications.documents.wording import (
    characters,
    common_words,
    full_day,
    heading_number,
    names,
)

KIND = "circular"
_IMPRINT_WIDTH = 25  # characters of 14 points beside 抄送：


@dataclass(frozen=True, slots=True)
class Circular:
    """All that a circular says; what is empty is left out.

    `agency` stands in red at the head (发文机关标志), `reference` is its number (发文字号),
    `day` its date (成文日期, local to the office). `note` stands in brackets below the date
    (附注: who answers questions); `copies` (抄送) and `issuer` (印发机关) at the foot of the last
    page.
    """

    title: str
    signature: str
    day: date
    agency: str = ""
    reference: str = ""
    addressees: Sequence[str] = ()
    opening: Sequence[str] = ()
    sections: Sequence[Section] = ()
    closing: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    note: str = ""
    copies: Sequence[str] = ()
    issuer: str = ""


def write_circular(circular: Circular, template: Path | None = None) -> bytes:
    """The circular as bytes of a .docx file, on our template or on the file `template`, in the
    language in force. The same circular gives the same bytes.

    Raises InputError where the template cannot be read, is no Word document or names something
    that there is not, and where a picture is none.
    """
    paper = Paper(KIND, template)
    return paper.write(
        circular_values(circular, paper),
        Properties(circular.title, circular.signature, circular.day),
    )


def circular_values(circular: Circular, paper: Paper) -> dict[str, Any]:
    """What the template may name (docs/templates.md)."""
    day = full_day(circular.day)
    return {
        "agency": circular.agency,
        "agency_width": characters(circular.agency),
        "reference": circular.reference,
        "title": circular.title,
        "addressees": _(", ").join(circular.addressees),
        "opening": circular.opening,
        "parts": list(_parts(circular.sections, paper)),
        "closing": circular.closing,
        "attachments": list(_attachments(circular.attachments, paper)),
        "signature": circular.signature,
        "date": day,
        "note": circular.note,
        "copies": names(circular.copies),
        "issuer": circular.issuer,
        "imprint_lines": _imprint_lines(circular),
        "language": language(),
        "words": common_words()
        | {
            "copies": _("Copies to: "),
            "printed": _("Issued on {day}").format(day=day),
        },
    }


def _imprint_lines(circular: Circular) -> int:
    """How many lines the foot of the last page takes, so that the text above leaves room."""
    copies = ceil(characters(names(circular.copies)) / _IMPRINT_WIDTH)
    return copies + (1 if circular.issuer else 0)


def _parts(sections: Sequence[Section], paper: Paper) -> Iterator[dict[str, Any]]:
    counts = {1: 0, 2: 0}
    for section in sections:
        level = 1 if section.level == 1 else 2
        if section.heading:
            counts[level] += 1
            if level == 1:
                counts[2] = 0
        yield {
            "heading": section.heading,
            "level": level,
            "number": heading_number(counts[level], level) if section.heading else "",
            "paragraphs": section.paragraphs,
            "table": paper.table(section.table),
            "table_title": section.table.title if section.table else "",
            "picture": paper.picture(section.picture),
            "picture_title": section.picture.title if section.picture else "",
        }


def _attachments(attachments: Sequence[Attachment], paper: Paper) -> Iterator[dict[str, Any]]:
    space = "" if language() == "zh" else " "
    for number, one in enumerate(attachments, start=1):
        yield {
            "number": number,
            # 附件 alone where there is one, 附件1 where there are several: 7.3.7
            "mark": "" if len(attachments) == 1 else f"{space}{number}",
            "title": one.title,
            "parts": list(_parts(one.sections, paper)),
        }
