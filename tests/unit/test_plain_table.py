"""Tables in files and pipes are, character by character, the ones that rich draws."""

import io
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.plain_text import visible
from scheduler.cli.plain_table import plain_table

WIDTH = 200
TEXT = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", "12", "长垣县", " 市 ", "①〇﹡", "e\u0301", "👍🏽", "a\nb", "\t", "x" * 90, "[bold]"]
)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(TEXT, min_size=n, max_size=n), min_size=1, max_size=4),
            st.lists(st.booleans(), min_size=n, max_size=n),
        )
    )
)
def test_it_is_what_rich_draws(drawn: tuple[list[list[str]], list[bool]]) -> None:
    cells, numeric = [[[visible(cell) for cell in row] for row in drawn[0]], drawn[1]]
    headings = [f"h{n}" for n in range(len(numeric))]
    plain = plain_table(headings, cells, numeric, WIDTH)
    assert plain in {None, by_rich(headings, cells, numeric)}


def test_what_must_be_folded_is_left_to_rich() -> None:
    assert plain_table(["事项"], [["长" * 99]], [False], WIDTH) is not None
    assert plain_table(["事项"], [["长" * 100]], [False], WIDTH) is None
    assert plain_table(["事项"], [["两\n行"]], [False], WIDTH) is None


def by_rich(headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    table = Table(header_style="bold", pad_edge=False)
    for heading, on_the_right in zip(headings, numeric, strict=True):
        table.add_column(
            Text(heading), justify="right" if on_the_right else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*map(Text, row))
    buffer = io.StringIO()
    Console(file=buffer, width=WIDTH, force_terminal=False, highlight=False).print(table)
    return buffer.getvalue()
