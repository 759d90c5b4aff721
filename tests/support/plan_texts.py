"""Plan documents out of plain text, for tests of what is read in them."""

from workflows.documents.model import Block, Document, Paragraph, Place, Table


def as_document(text: str, name: str = "plan.txt") -> Document:
    """A document with a paragraph for each line; lines of a table begin with a bar: |时间|工作|."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    tables = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        words = " ".join(line.split())
        if words.startswith("|"):
            rows.append(tuple(cell.strip() for cell in words.strip("|").split("|")))
            continue
        if rows:
            tables += 1
            place = Place(line=number - len(rows), table=tables)
            blocks.append(Table(tuple(rows), tuple(rows), place))
            rows = []
        if words:
            blocks.append(Paragraph(words, Place(line=number)))
    return Document(name, tuple(blocks))
