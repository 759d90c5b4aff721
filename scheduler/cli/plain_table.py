"""Draws a table of plain lines, as rich does, for files and pipes.

There is neither colour nor a narrow window there. To load rich, and to let it measure every cell
four times, would take a tenth of the time of a short command.
"""

from collections.abc import Sequence

from rich.cells import cell_len

# Each line's characters: on the left, across, between columns, on the right.
_TOP, _HEAD, _BELOW_HEAD, _ROW, _BOTTOM = map(tuple, ("┏━┳┓", "┃ ┃┃", "┡━╇┩", "│ ││", "└─┴┘"))


def plain_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], width: int
) -> str | None:
    """The table with its lines; columns that are `numeric` stand on the right.

    None where something would have to be folded: what is wider than `width` columns of a terminal
    (Chinese characters take two), cells of several lines, and spaces at an end.
    """
    cells = [headings, *rows]
    if any(not cell.isprintable() or cell != cell.strip() for row in cells for cell in row):
        return None
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + 3 * len(widths) - 1 > width or not all(widths):
        return None
    lines = [_rule(_TOP, widths), _line(_HEAD, headings, widths, numeric)]
    lines.append(_rule(_BELOW_HEAD, widths))
    lines += [_line(_ROW, row, widths, numeric) for row in rows]
    return "\n".join([*lines, _rule(_BOTTOM, widths), ""])


def _rule(box: Sequence[str], widths: Sequence[int]) -> str:
    left, across, between, right = box
    return left + (across + between + across).join(across * one for one in widths) + right


def _line(
    box: Sequence[str], row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]
) -> str:
    left, _across, between, right = box
    cells = []
    for cell, width, on_the_right in zip(row, widths, numeric, strict=True):
        space = " " * (width - cell_len(cell))
        cells.append(space + cell if on_the_right else cell + space)
    return left + f" {between} ".join(cells) + right
