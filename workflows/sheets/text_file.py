"""CSV files as Excel and WPS save them: UTF-8 with or without a byte order mark, UTF-16, GBK."""

import csv
import io
import re
from collections.abc import Iterator

from config.encodings import text_encoding
from config.i18n import _
from workflows.sheets.model import MAX_ROWS, Budget, SheetRow

_GUARDED = re.compile(r"\A'(?=[=+\-@＝＋－＠])")  # as our own CSV marks what is no formula
_HEAD = 4_000  # bytes in which the separator shows


def read_text(content: bytes, budget: Budget) -> Iterator[SheetRow]:
    """The rows with something in them, each with the line on which it ends. Raises InputError."""
    if (encoding := text_encoding(content)) is None:
        raise budget.refused(
            _("it is neither an .xlsx workbook nor a CSV text file"),
            _("save it as .xlsx, or as CSV in UTF-8 or GBK"),
        )
    head = content[:_HEAD].decode(encoding, "ignore").strip().partition("\n")[0]
    separator = "\t" if head.count("\t") > head.count(",") else ","
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(stream, delimiter=separator)
    count = 0
    try:
        for cells in reader:
            count += 1
            if count > MAX_ROWS:
                raise budget.refused(
                    _("it has more than {count} rows").format(count=MAX_ROWS),
                    _("is it the right file?"),
                )
            values = [_GUARDED.sub("", one.strip()) for one in cells]
            while values and not values[-1]:
                values.pop()
            for column, value in enumerate(values):
                if value:
                    budget.take(value, count, column)
            if values:
                yield SheetRow(reader.line_num, tuple(values))
    except csv.Error as error:
        raise budget.refused(
            _("it cannot be read as CSV: {reason}").format(reason=error),
            _("save it as CSV, in UTF-8 or GBK"),
        ) from None
