"""Attachments as forms: the columns of a list, the rows and columns of a grid, the fields of a
record, with what stands above (填报单位：) and below (注：). What is filled in is no form."""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from config.i18n import _
from workflows.documents.model import Block, Paragraph, Place, Table
from workflows.drafting.attachments import Attachment
from workflows.drafting.contacts import is_contact_list
from workflows.drafting.model import Question, Read, Sentence, Sure
from workflows.drafting.naming import Names
from workflows.forms.face import MERGED
from workflows.forms.matching import norm
from workflows.people.words import field_of

_USUAL_ROWS = 10  # empty ones of a list: a document shows a few of them
_MOST_FIELDS = 50
_MOST_NOTES = 50
_MOST_TITLE = 100
_BLANK = re.compile(
    r"[\s_＿—\-…·.／/xXＸ×○〇☐□√]*|(?:(?:\d{4}(?=\s*年))?[xXＸ×_＿\s]*[省市县区州年月日])+|"
    r"(?:XX|××)\S{0,6}|\s*[（(](?:加?盖?公?章|盖章|签字|签章)[）)]\s*"
)
_HEADER = re.compile(
    r"(?P<label>[^\s：:，。；]{2,12}(?:[（(][^）)]{1,10}[）)])?)\s*[：:]\s*(?P<value>[^：:]*?)(?=\s+[^\s：:]{2,20}[：:]|$)"
)
_NOTE = re.compile(r"^(?:备\s*注|注|说\s*明|填[表报写]说明|注意事项)\s*(?:[：:]|(?=\d))\s*")
_OF_UNIT = re.compile(r"填[报写表]单位|报送单位|单位名称|单位$|^单位")
_OF_DAY = re.compile(r"填[报写表](?:时间|日期)|报送(?:时间|日期)")
_COLON = re.compile(r"[：:]\s*\S{0,12}$")
_OF_HEADER = re.compile(rf"{_OF_UNIT.pattern}|{_OF_DAY.pattern}|填[报写表]人|审核人|制表人")
_FORM_NAME = re.compile(r"(?:表|单|台账|台帐|名单|回执|清单|情况)(?:[（(][^（）()]*[）)])?$")
_WHOSE = re.compile(
    r"^(?P<blank>[XxＸ×○_＿\s]*)(?:省|市|县|州|区|单位)(?:[（(／/](?:市|县|区|州|、)+[）)]?)*"
    r"(?P<year>[XxＸ×_＿\s]*年)?(?P<month>[XxＸ×_＿\s]*月份?)?"
)
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("yes_no", re.compile(r"是否|有无(?!.*情况)")),
    ("percent", re.compile(r"百分比|百分数|占比|比例$|比率$|率$|[（(]%[）)]|%$")),
    ("date", re.compile(r"日期$|填[报写表]时间$")),
    ("number", re.compile(r"数量$|(?<![系指参函])数$|里程$|金额$|投资额$|"
                          r"[（(](?:个|件|人|次|辆|台|家|条|处|座|公里|万元|亿元|元|人次|户|项|份)[）)]$")),
)  # fmt: skip
_LONG_PHONE = re.compile(r"联系|电话|手机")


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
    empty = [one for one in tables if one not in found.contacts and not _is_filled(one)]
    if empty:
        found.form = _form_of_table(attachment, empty[0])
        if len(empty) > 1:
            found.asks.append(
                _ask(attachment, _("it has {count} tables, and the first was read: are the others "
                                   "forms of their own?").format(count=len(empty)))
            )  # fmt: skip
    elif not tables:
        found.form = _form_of_lines(attachment)
    unread = found.form is None and not found.contacts and (empty or not tables)
    if unread and _FORM_NAME.search(attachment.title):
        asks = _("its form could not be read: which columns has it?")
        found.asks.append(_ask(attachment, asks))
    return found


def _ask(attachment: Attachment, question: str) -> Question:
    words = f"{attachment.number} {attachment.title}".strip()
    sentence = Sentence(words, attachment.place, attachment.number)
    return Question(sentence, question, attachment.number)


def _rows(table: Table) -> list[tuple[list[str], list[str]]]:
    """The rows with something in them or in what merged cells repeat, each text on one line."""
    rows = []
    for plain, repeated in zip(table.rows, table.repeated, strict=True):
        rows.append(([_line(one) for one in plain], [_line(one) for one in repeated]))
    return rows


def _line(text: str) -> str:
    """A cell on one line: Chinese joins without a space."""
    text = re.sub(r"\s+", " ", text.replace("{", "（").replace("}", "）")).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)


def _is_blank(text: str) -> bool:
    return not text or (len(text) <= 20 and _BLANK.fullmatch(text) is not None)


def _is_filled(table: Table) -> bool:
    """Whether a table holds data, and is nothing to fill in."""
    rows = _rows(table)
    while _begins_with_header(rows):
        rows = rows[1:]
    if not rows or _record(rows):
        return False
    columns = list(zip(*(row for row, _repeated in rows[_heading_height(rows) :]), strict=False))
    if columns and norm(rows[0][0][0]) in {"序号", "编号"}:
        columns = columns[1:]
    # The first column may name what is to be filled in beside it.
    return any(
        sum(not _is_blank(cell) for cell in column) > len(column) * 0.7 for column in columns[1:]
    )


def _form_of_table(attachment: Attachment, table: Table) -> Read[dict[str, Any]] | None:
    rows = _rows(table)
    header: list[str] = []
    for block in attachment.blocks:
        if block is table:
            break
        header += _labels(block)
    while _begins_with_header(rows):
        for cell in filter(None, rows[0][0]):
            header += _labels_in(cell if _COLON.search(cell) else f"{cell}：")
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
    height = _heading_height(rows)
    body = [row for row, _repeated in rows[height:]]
    if record := _record(rows):
        form["shape"] = "record"
        form["fields"] = _fields(record, Names({MERGED}))
        sure = Sure.LIKELY
    else:
        titles = _headings(rows[:height])
        names = Names({MERGED})
        head_fields = _header_fields(header, names)
        grid = _grid_rows(titles, body)
        numbered = bool(titles) and norm(titles[0]) in {"序号", "编号"}
        wanted = titles[1:] if numbered or grid else titles
        if grid and numbered:
            wanted = titles[2:]
        columns = _fields(wanted, names, plain=bool(grid))
        if not columns:
            return None
        form["shape"] = "grid" if grid else "rows"
        if numbered and not grid:
            form["numbered"] = True
        blank = sum(1 for row in body if all(map(_is_blank, row[1:])))
        if not grid and blank > _USUAL_ROWS:
            form["blank_rows"] = min(blank, 200)
        if head_fields:
            form["header"] = head_fields
        form["columns"] = columns
        if grid:
            row_names = Names()
            form["rows"] = [
                {"id": row_names.name(one, "row"), "title": one[:_MOST_TITLE]}
                for one in grid[:_MOST_FIELDS]
            ]
            sure = Sure.LIKELY
        header = []
    if header and "header" not in form:
        taken = Names({MERGED, *(one["id"] for one in form.get("fields", []))})
        known = {norm(one["title"]) for one in form.get("fields", [])}
        fields = [one for one in _header_fields(header, taken) if norm(one["title"]) not in known]
        if fields:
            form["header"] = fields
    if notes:
        form["notes"] = notes[:_MOST_NOTES]
    return Read(form, sure, table.place, attachment.title)


def _title(title: str) -> str:
    """The title, with {unit} and {month} for what the form leaves open: ××市（县）×月…表."""
    title = _line(title) or "—"
    match = _WHOSE.match(title)
    if match is None or not (match["blank"] or match["month"]):
        return title[:_MOST_TITLE]
    month = "{month}" if match["month"] else ""
    return "{unit}" + month + title[match.end() :][:_MOST_TITLE]


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
        if _is_blank(match["value"].strip())
    ]


def _begins_with_header(rows: list[tuple[list[str], list[str]]]) -> bool:
    """Whether the first row holds labels above the headings: with their colons, or beside room for
    what is written there (填报单位 | | 填报时间 | )."""
    if not rows:
        return False
    cells = rows[0][0]
    written = [cell for cell in cells if cell]
    if written and all(_COLON.search(cell) for cell in written):
        return True
    if not written or len(rows) == 1 or not all(_OF_HEADER.search(cell) for cell in written):
        return False
    below = rows[1][0]
    headings = any(a and b for a, b in pairwise(below)) and len(list(filter(None, below))) > 2
    return headings and len(written) * 2 <= len(cells)


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


def _heading_height(rows: list[tuple[list[str], list[str]]]) -> int:
    """How many rows the headings take: more than one under a merged heading."""
    height = 1
    for (upper, above), (_lower, below) in pairwise(rows):
        spread = any(a and a == b for a, b in pairwise(above))
        open_above = any(not cell for cell in upper)
        kept = sum(bool(a) and a == b for a, b in zip(above, below, strict=False))
        written = sum(not _is_blank(one) for one in below)
        if height < 3 and (spread or open_above) and kept and written > len(below) * 0.7:
            height += 1
            continue
        break
    return height


def _headings(rows: list[tuple[list[str], list[str]]]) -> list[str]:
    """Each column's heading: a merged one above and its own below are one, 负责人姓名."""
    titles = []
    for column in zip(*(repeated for _row, repeated in rows), strict=False):
        parts = list(dict.fromkeys(one for one in column if one))
        titles.append("".join(parts))
    return titles


def _record(rows: list[tuple[list[str], list[str]]]) -> list[str]:
    """The labels of a table that is filled in beside them: 姓名 | | 性别 | ."""
    if len(rows) < 2:
        return []
    labels = []
    for row, repeated in rows:
        seen = [one for n, one in enumerate(repeated) if n == 0 or repeated[n - 1] != one]
        written = [not _is_blank(one) for one in seen]
        pairs = all(a != b for a, b in pairwise(written))
        if not written or not written[0] or not pairs or (written[-1] and len(seen) > 1):
            return []
        labels += [one for one in seen if not _is_blank(one)]
        if len(row) > 8:
            return []
    return labels if len(labels) > 1 else []


def _grid_rows(titles: list[str], body: list[list[str]]) -> list[str]:
    """The labels of a grid's rows: written in front of empty cells."""
    labels = []
    numbered = bool(titles) and norm(titles[0]) in {"序号", "编号"}
    column = 1 if numbered else 0
    for row in body:
        cells = row[column:]
        if not cells or not any(row):
            continue
        if _is_blank(cells[0]) or cells[0].isdigit() or not all(map(_is_blank, cells[1:])):
            return []
        labels.append(cells[0])
    unique = len({norm(one) for one in labels}) == len(labels)
    return labels if len(labels) > 1 and unique and len(titles) > column + 1 else []


def _header_fields(labels: list[str], names: Names) -> list[dict[str, Any]]:
    fields = []
    for label in list(dict.fromkeys(labels))[:_MOST_FIELDS]:
        one: dict[str, Any] = {"id": names.name(label, "field"), "title": label[:_MOST_TITLE]}
        if _OF_UNIT.search(label):
            one |= {"prefilled": "unit", "required": True}
        elif _OF_DAY.search(label):
            one |= {"type": "date", "prefilled": "today"}
        fields.append(one)
    return fields


def _fields(titles: list[str], names: Names, *, plain: bool = False) -> list[dict[str, Any]]:
    """The columns. `plain`: free text without a type, as in a grid."""
    fields: list[dict[str, Any]] = []
    for title in _unique([one for one in titles if one])[:_MOST_FIELDS]:
        known = field_of(title)
        words = known.replace("_", "-") if known and known not in {"number", "campaign"} else title
        one: dict[str, Any] = {"id": names.name(words, "column"), "title": title[:_MOST_TITLE]}
        if not plain:
            one |= _type(title)
        fields.append(one)
    return fields


def _unique(titles: list[str]) -> list[str]:
    """Headings that stand twice (职务, 职务) with the person before them: 负责人职务."""
    twice = {norm(one) for one in titles if sum(norm(t) == norm(one) for t in titles) > 1}
    found: list[str] = []
    whose = ""
    for title in titles:
        if norm(title) not in twice:
            if re.search(r"人$|员$|领导$|人姓名$|员姓名$", title):
                whose = title.removesuffix("姓名")
            found.append(title)
            continue
        name = f"{whose}{title}" if whose else title
        n = 1
        while norm(name) in {norm(one) for one in found}:
            n += 1
            name = f"{whose}{title}{n}"
        found.append(name)
    return found


def _type(title: str) -> dict[str, Any]:
    plain = unicodedata.normalize("NFKC", title)
    if norm(plain) == "性别":
        return {"type": "choice", "choices": ["男", "女"]}
    if _LONG_PHONE.search(plain):
        return {}
    return next(({"type": name} for name, form in _TYPES if form.search(plain)), {})


def _form_of_lines(attachment: Attachment) -> Read[dict[str, Any]] | None:
    """A form without a table: lines with labels, or one line of headings."""
    labels: list[str] = []
    for block in attachment.blocks:
        labels += _labels(block)
    labels = _unique(list(dict.fromkeys(labels)))
    names = Names({MERGED})
    place: Place = attachment.place
    if len(labels) >= 3:
        form = {
            "title": _title(attachment.title),
            "attachment": attachment.number,
            "shape": "record",
            "fields": _fields(labels, names),
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
                "columns": _fields([one for one in words if norm(one) != "序号"], names),
            }
            return Read(form, Sure.LIKELY, block.place, attachment.title)
    return None
