"""How a form's table is laid out: labels above, headings, rows or fields to fill in."""

import re
from itertools import pairwise

from workflows.documents.model import Table
from workflows.drafting.form_fields import OF_DAY, OF_UNIT
from workflows.forms.matching import norm

Rows = list[tuple[list[str], list[str]]]  # each as it stands, and with merged cells repeated

_BLANK = re.compile(
    r"[\s_＿—\-…·.／/xXＸ×○〇☐□√]*|(?:(?:\d{4}(?=\s*年))?[xXＸ×_＿\s]*[省市县区州年月日])+|"
    r"(?:XX|××)\S{0,6}|\s*[（(](?:加?盖?公?章|盖章|签字|签章)[）)]\s*"
)
COLON = re.compile(r"[：:]\s*\S{0,12}$")
_OF_HEADER = re.compile(rf"{OF_UNIT.pattern}|{OF_DAY.pattern}|填[报写表]人|审核人|制表人")


def rows_of(table: Table) -> Rows:
    """The rows with something in them or in what merged cells repeat, each text on one line."""
    rows = []
    for plain, repeated in zip(table.rows, table.repeated, strict=True):
        rows.append(([on_one_line(one) for one in plain], [on_one_line(one) for one in repeated]))
    return rows


def on_one_line(text: str) -> str:
    """A cell on one line: Chinese joins without a space."""
    text = re.sub(r"\s+", " ", text.replace("{", "（").replace("}", "）")).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)


def is_blank(text: str) -> bool:
    """Whether a cell is left to be filled in: nothing, lines, boxes, 　年　月　日."""
    return not text or (len(text) <= 20 and _BLANK.fullmatch(text) is not None)


def is_filled(table: Table) -> bool:
    """Whether a table holds data, and is nothing to fill in."""
    rows = rows_of(table)
    while begins_with_header(rows):
        rows = rows[1:]
    if not rows or record_labels(rows):
        return False
    columns = list(zip(*(row for row, _repeated in rows[heading_height(rows) :]), strict=False))
    if columns and norm(rows[0][0][0]) in {"序号", "编号"}:
        columns = columns[1:]
    # The first column may name what is to be filled in beside it.
    return any(
        sum(not is_blank(cell) for cell in column) > len(column) * 0.7 for column in columns[1:]
    )


def begins_with_header(rows: Rows) -> bool:
    """Whether the first row holds labels above the headings: with their colons, or beside room for
    what is written there (填报单位 | | 填报时间 | )."""
    if not rows:
        return False
    cells = rows[0][0]
    written = [cell for cell in cells if cell]
    if written and all(COLON.search(cell) for cell in written):
        return True
    if not written or len(rows) == 1 or not all(_OF_HEADER.search(cell) for cell in written):
        return False
    below = rows[1][0]
    headings = any(a and b for a, b in pairwise(below)) and len(list(filter(None, below))) > 2
    return headings and len(written) * 2 <= len(cells)


def heading_height(rows: Rows) -> int:
    """How many rows the headings take: more than one under a merged heading."""
    height = 1
    for (upper, above), (_lower, below) in pairwise(rows):
        spread = any(a and a == b for a, b in pairwise(above))
        open_above = any(not cell for cell in upper)
        kept = sum(bool(a) and a == b for a, b in zip(above, below, strict=False))
        written = sum(not is_blank(one) for one in below)
        if height < 3 and (spread or open_above) and kept and written > len(below) * 0.7:
            height += 1
            continue
        break
    return height


def headings_of(rows: Rows) -> list[str]:
    """Each column's heading: a merged one above and its own below are one, 负责人姓名."""
    titles = []
    for column in zip(*(repeated for _row, repeated in rows), strict=False):
        parts = list(dict.fromkeys(one for one in column if one))
        titles.append("".join(parts))
    return titles


def record_labels(rows: Rows) -> list[str]:
    """The labels of a table that is filled in beside them: 姓名 | | 性别 | ."""
    if len(rows) < 2:
        return []
    labels = []
    for row, repeated in rows:
        seen = [one for n, one in enumerate(repeated) if n == 0 or repeated[n - 1] != one]
        written = [not is_blank(one) for one in seen]
        pairs = all(a != b for a, b in pairwise(written))
        if not written or not written[0] or not pairs or (written[-1] and len(seen) > 1):
            return []
        labels += [one for one in seen if not is_blank(one)]
        if len(row) > 8:
            return []
    return labels if len(labels) > 1 else []


def grid_labels(titles: list[str], body: list[list[str]]) -> list[str]:
    """The labels of a grid's rows: written in front of empty cells."""
    labels = []
    numbered = bool(titles) and norm(titles[0]) in {"序号", "编号"}
    column = 1 if numbered else 0
    for row in body:
        cells = row[column:]
        if not cells or not any(row):
            continue
        if is_blank(cells[0]) or cells[0].isdigit() or not all(map(is_blank, cells[1:])):
            return []
        labels.append(cells[0])
    unique = len({norm(one) for one in labels}) == len(labels)
    return labels if len(labels) > 1 and unique and len(titles) > column + 1 else []
