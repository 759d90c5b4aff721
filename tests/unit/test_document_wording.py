"""How official documents put numbers and days, and that text stays text in them."""

from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from markupsafe import Markup

from config.i18n import using_language
from config.plain_text import without_controls
from notifications.documents.drawing import table_of, text_of
from notifications.documents.parts import Align, Column, Table
from notifications.documents.wording import (
    characters,
    chinese,
    full_day,
    heading_number,
    names,
)
from tests.support.hostile import texts

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100"), (0, "0")],
)
def test_chinese_numerals(number: int, said: str) -> None:
    assert chinese(number) == said


def test_headings_days_and_copies_in_both_languages() -> None:
    def said() -> list[str]:
        one, two = heading_number(3, 1), heading_number(3, 2)
        return [one, two, full_day(date(2022, 9, 8)), names(["甲", "乙"])]

    assert said() == ["3. ", "(3) ", "8 September 2022", "甲, 乙"]
    with using_language("zh"):
        assert said() == ["三、", "（三）", "2022年9月8日", "甲，乙。"]
    assert names([]) == ""


def test_half_width_signs_are_half_a_character() -> None:
    assert characters("河南〔2022〕") == 6
    assert characters("河南省\n交通运输厅") == 5
    assert characters("") == 0


@given(texts)
def test_any_text_comes_back_from_a_table_as_it_was(text: str) -> None:
    table = Table((Column("a", 1, Align.RIGHT), Column(text, 2)), ((text, "b"),))
    root = ElementTree.fromstring(  # noqa: S314 (our own text)
        Markup('<w:x xmlns:w="{}">{}</w:x>').format(W, table_of(table, 9000, {}))
    )
    found = [one.text or "" for one in root.iter(f"{{{W}}}t")]
    clean = without_controls(text.replace("\r\n", "\n")).replace("\t", " ")
    assert found == ["a", clean, clean, "b"]
    assert [one.get(f"{{{W}}}w") for one in root.iter(f"{{{W}}}gridCol")] == ["3000", "6000"]
    assert "{" not in text_of(text)


@pytest.mark.parametrize(
    ("columns", "rows"),
    [((), ()), ((Column("a", 0),), ()), ((Column("a"),), (("1", "2"),))],
)
def test_a_table_that_is_none_is_refused(
    columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...]
) -> None:
    with pytest.raises(ValueError, match="columns"):
        Table(columns, rows)
