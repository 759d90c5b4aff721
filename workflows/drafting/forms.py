"""Attachments as forms: the columns of a list, the rows and columns of a grid, the fields of a
record, with what stands above (填报单位：) and below (注：). What is filled in is no form."""

import re
from dataclasses import dataclass, field
from typing import Any

from config.i18n import _
from workflows.declared import SOME
from workflows.documents.model import Block, Paragraph, Place, Table
from workflows.drafting.attachments import Attachment
from workflows.drafting.contacts import is_contact_list
from workflows.drafting.form_fields import MOST_TITLE, fields_of, header_fields, unique
from workflows.drafting.form_layout import (
    COLON,
    begins_with_header,
    grid_labels,
    heading_height,
    headings_of,
    is_blank,
    is_filled,
    on_one_line,
    record_labels,
    rows_of,
)
from workflows.drafting.model import Question, Read, Sentence, Sure
from workflows.drafting.naming import Names
from workflows.forms.face import MERGED
from workflows.forms.matching import norm

_USUAL_ROWS = 10  # empty ones of a list: a document shows a few of them
_MOST_NOTES = 50
_HEADER = re.compile(
    r"(?P<label>[^\s：:，。；]{2,12}(?:[（(][^）)]{1,10}[）)])?)\s*[：:]\s*(?P<value>[^：:]*?)(?=\s+[^\s：:]{2,20}[：:]|$)"
)
_NOTE = re.compile(r"^(?:备\s*注|注|说\s*明|填[表报写]说明|注意事项)\s*(?:[：:]|(?=\d))\s*")
_FORM_NAME = re.compile(r"(?:表|单|台账|台帐|名单|回执|清单|情况)(?:[（(][^（）()]*[）)])?$")
_WHOSE = re.compile(
    r"^(?P<blank>[XxＸ×○_＿\s]*)(?:省|市|县|州|区|单位)(?:[（(／/](?:市|县|区|州|、)+[）)]?)*"
    r"(?P<year>[XxＸ×_＿\s]*年)?(?P<month>[XxＸ×_＿\s]*月份?)?"
)


@dataclass(slots=True)
class Attached:
    """What an attachment is: a form, a list of people, or neither (with what is asked of it)."""

    form: Read[dict[str, Any]] | None = None
    contacts: list[Table] = field(default_factory=list)
    asks: list[Question] = field(default_factory=list)


def read_attachment(attachment: Attachment) -> Attached:
    """The form that an attachment is, in the shape of a declaration's."""
    tables = [block for block in attachment.blocks if isinstance(block, Table)]
    found = Attached(contacts=[one for one in tables if is_contact_list(one)])
    empty = [one for one in tables if one not in found.contacts and not is_filled(one)]
    if empty:
        found.form = _form_of_table(attachment, empty[0])
        if len(empty) > 1:
            found.asks.append(
                _ask(attachment, _("it has {count} tables, and the first was read: are the others "
                                   "forms of their own?").format(count=len(empty)))
            )  # fmt: skip
    elif not tables:
        found.form = _form_of_lines(attachment)
    if found.form is not None and (left := _cut(found.form.value)):
        asks = _("a form has {count} of them at most; left out: {names}")
        names = _(", ").join(left)[:300]
        found.asks.append(_ask(attachment, asks.format(count=SOME, names=names)))
    unread = found.form is None and not found.contacts and (empty or not tables)
    if unread and _FORM_NAME.search(attachment.title):
        asks = _("its form could not be read: which columns has it?")
        found.asks.append(_ask(attachment, asks))
    return found


def _cut(form: dict[str, Any]) -> list[str]:
    """Leave no more fields, columns and rows than a form may have; the titles of the others."""
    left: list[str] = []
    for key in ("header", "fields", "columns", "rows"):
        left += [one["title"] for one in form.get(key, ())[SOME:]]
        if key in form:
            form[key] = form[key][:SOME]
    return left


def _ask(attachment: Attachment, question: str) -> Question:
    words = f"{attachment.number} {attachment.title}".strip()
    sentence = Sentence(words, attachment.place, attachment.number)
    return Question(sentence, question, attachment.number)


def _form_of_table(attachment: Attachment, table: Table) -> Read[dict[str, Any]] | None:
    rows = rows_of(table)
    header: list[str] = []
    for block in attachment.blocks:
        if block is table:
            break
        header += _labels(block)
    while begins_with_header(rows):
        for cell in filter(None, rows[0][0]):
            header += _labels_in(cell if COLON.search(cell) else f"{cell}：")
        rows = rows[1:]
    notes = _notes(attachment.blocks, table)
    header += _below(attachment.blocks, table)
    while rows and (not any(rows[-1][0]) or _NOTE.match(rows[-1][0][0])):
        if rows[-1][0][0]:
            notes = [*_note_lines(rows[-1][0][0]), *notes]
            rows = rows[:-1]
        elif len(rows) > 1 and not any(any(row) for row, _r in rows):
            return None
        else:
            break
    rows = [one for one in rows if len(set(one[1])) > 1 or not one[0][0]] or rows
    if not any(any(row) for row, _repeated in rows):
        return None
    form: dict[str, Any] = {"title": _title(attachment.title), "attachment": attachment.number}
    sure = Sure.CERTAIN
    height = heading_height(rows)
    body = [row for row, _repeated in rows[height:]]
    if record := record_labels(rows):
        form["shape"] = "record"
        form["fields"] = fields_of(record, Names({MERGED}))
        sure = Sure.LIKELY
    else:
        titles = headings_of(rows[:height])
        names = Names({MERGED})
        head_fields = header_fields(header, names)
        grid = grid_labels(titles, body)
        numbered = bool(titles) and norm(titles[0]) in {"序号", "编号"}
        wanted = titles[1:] if numbered or grid else titles
        if grid and numbered:
            wanted = titles[2:]
        columns = fields_of(wanted, names, plain=bool(grid))
        if not columns:
            return None
        form["shape"] = "grid" if grid else "rows"
        if numbered and not grid:
            form["numbered"] = True
        blank = sum(1 for row in body if all(map(is_blank, row[1:])))
        if not grid and blank > _USUAL_ROWS:
            form["blank_rows"] = min(blank, 200)
        if head_fields:
            form["header"] = head_fields
        form["columns"] = columns
        if grid:
            row_names = Names()
            form["rows"] = [
                {"id": row_names.name(one, "row"), "title": one[:MOST_TITLE]} for one in grid
            ]
            sure = Sure.LIKELY
        header = []
    if header and "header" not in form:
        taken = Names({MERGED, *(one["id"] for one in form.get("fields", []))})
        known = {norm(one["title"]) for one in form.get("fields", [])}
        fields = [one for one in header_fields(header, taken) if norm(one["title"]) not in known]
        if fields:
            form["header"] = fields
    if notes:
        form["notes"] = notes[:_MOST_NOTES]
    return Read(form, sure, table.place, attachment.title)


def _title(title: str) -> str:
    """The title, with {unit} and {month} for what the form leaves open: ××市（县）×月…表."""
    title = on_one_line(title) or "—"
    match = _WHOSE.match(title)
    if match is None or not (match["blank"] or match["month"]):
        return title[:MOST_TITLE]
    month = "{month}" if match["month"] else ""
    return "{unit}" + month + title[match.end() :][:MOST_TITLE]


def _labels(block: Block) -> list[str]:
    if isinstance(block, Table):
        return []
    return _labels_in(block.text)


def _labels_in(text: str) -> list[str]:
    """Labels that are left open: 填报单位：  填报时间：."""
    if len(text) > 120 or _NOTE.match(text):
        return []
    return [
        match["label"].strip("（( ")
        for match in _HEADER.finditer(" ".join(text.split()))
        if is_blank(match["value"].strip())
    ]


def _below(blocks: tuple[Block, ...], table: Table) -> list[str]:
    """Labels under the table: 填表人：  审核人：."""
    labels: list[str] = []
    for block in blocks[blocks.index(table) + 1 :]:
        if isinstance(block, Table) or _NOTE.match(block.text):
            break
        labels += _labels(block)
    return labels


def _notes(blocks: tuple[Block, ...], table: Table) -> list[str]:
    place = blocks.index(table)
    notes: list[str] = []
    for block in blocks[place + 1 :]:
        if isinstance(block, Table):
            break
        text = block.text.strip()
        if notes or _NOTE.match(text):
            notes += _note_lines(text)
    return notes


def _note_lines(text: str) -> list[str]:
    text = _NOTE.sub("", text.replace("{", "（").replace("}", "）"))
    text = re.sub(r"^\d{1,2}[.．、]\s*", "", text.strip())
    return [text[:2000]] if text else []


def _form_of_lines(attachment: Attachment) -> Read[dict[str, Any]] | None:
    """A form without a table: lines with labels, or one line of headings."""
    labels: list[str] = []
    for block in attachment.blocks:
        labels += _labels(block)
    labels = unique(list(dict.fromkeys(labels)))
    names = Names({MERGED})
    place: Place = attachment.place
    if len(labels) >= 3:
        form = {
            "title": _title(attachment.title),
            "attachment": attachment.number,
            "shape": "record",
            "fields": fields_of(labels, names),
        }
        return Read(form, Sure.LIKELY, place, attachment.title)
    for block in attachment.blocks:
        words = block.text.split() if isinstance(block, Paragraph) else []
        short = all(2 <= len(one) <= 16 and not re.search(r"[。；，：:]", one) for one in words)
        if len(words) >= 3 and short:
            form = {
                "title": _title(attachment.title),
                "attachment": attachment.number,
                "shape": "rows",
                "columns": fields_of([one for one in words if norm(one) != "序号"], names),
            }
            return Read(form, Sure.LIKELY, block.place, attachment.title)
    return None
