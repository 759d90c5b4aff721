"""Reads plain text: a line is a paragraph, runs of tabs or bars are tables."""

from config.encodings import text_encoding
from config.errors import InputError
from config.i18n import _
from workflows.documents.gathering import MAX_TEXT, Gathering
from workflows.documents.model import Place
from workflows.documents.spaces import clean, joined
from workflows.documents.text_tables import TextTable, TextTables
from workflows.documents.wrapping import paragraph_end, parts_of, wrapped_at

_NOT_TEXT = 0.01  # share of control characters in what is no text


def read_text(content: bytes, gathering: Gathering) -> None:
    """Take the blocks of a text file. Raises InputError."""
    lines = text_lines(content, gathering)
    tables, width = TextTables(lines), wrapped_at(lines)
    number = 0
    while number < len(lines):
        table = tables.at(number)
        if table is None:
            end = paragraph_end(lines, number, width)
            text = ""
            for line in lines[number:end]:
                text = joined(text, line.strip())
            for part in parts_of(clean(text)):
                gathering.paragraph(part, Place(line=number + 1))
            number = end
        else:
            take_table(table, number, gathering)
            number = table.end


def take_table(table: TextTable, start: int, gathering: Gathering) -> None:
    """Take a table that begins on the line `start`, counted from 0. Raises InputError."""
    row_lines = [line + 1 for line in table.row_lines]
    gathering.table(table.rows, place=Place(line=start + 1), row_lines=row_lines)


def text_lines(content: bytes, gathering: Gathering) -> list[str]:
    """The lines of a text file. Raises InputError where it is none."""
    encoding = text_encoding(content)
    text = content.decode(encoding) if encoding else "\0"
    if sum(one < " " and one not in "\t\n\r\f\v" for one in text) > _NOT_TEXT * len(text):
        raise unknown(gathering)
    if len(text) > MAX_TEXT:
        raise gathering.too_much()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")


def unknown(gathering: Gathering) -> InputError:
    """What to say of a file that is nothing we read."""
    return gathering.refused(
        _("it is no document that can be read here, nor text in UTF-8, UTF-16 or GB18030"),
        _("save it as .docx; .txt, .md, .html and .pdf can be read too"),
    )
