"""The grammar's table: each example is read as its own row says, and the docs show that table."""

from pathlib import Path

import pytest

from config.i18n import set_language
from workflows.phrases import (
    TABLE,
    PhraseError,
    Unsupported,
    find_phrases,
    parse_due,
    why_unsupported,
)
from workflows.phrases.describing import YEAR, example_of, phrase_tables
from workflows.phrases.reading import read_whole
from workflows.phrases.rows import Row
from workflows.phrases.spelling import spell

DOCS = Path(__file__).parents[2] / "docs" / "phrases.md"
EXAMPLES = [(row, example) for row in TABLE for example in row.examples]


@pytest.mark.parametrize(("row", "example"), EXAMPLES, ids=[example for _row, example in EXAMPLES])
def test_an_example_is_read_by_its_row_in_both_uses(row: Row, example: str) -> None:
    read = read_whole(spell(example).text, YEAR)
    assert read is not None and read[1] is row
    if isinstance(read[0], Unsupported):
        with pytest.raises(PhraseError, match=why_unsupported(read[0].lacks)):
            parse_due(example, YEAR)
    else:
        assert parse_due(example, YEAR) == read[0]
    if row.in_text:
        (one,) = find_phrases(f"各地要{example}，认真报送。", YEAR)
        assert (one.words, one.due) == (example, example_of(example))


def test_every_row_has_an_example_and_says_how_it_is_read() -> None:
    for row in TABLE:
        assert row.examples, row.name
        assert bool(row.reading) != isinstance(example_of(row.examples[0]), Unsupported), row.name
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_the_docs_show_the_table() -> None:
    set_language("en")
    taken, refused = phrase_tables()
    text = DOCS.read_text(encoding="utf-8")
    assert taken in text and refused in text, "write it anew: python -m workflows.phrases"
