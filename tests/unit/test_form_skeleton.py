"""A form that is filled into another one's drawing is what a drawing of its own would be."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from config.plain_text import without_controls
from workflows.forms.declared import FormField
from workflows.forms.face import Face
from workflows.forms.skeleton import Draw, _skeleton, drawn
from workflows.forms.write_docx import write_docx
from workflows.forms.write_xlsx import write_xlsx
from workflows.sheets.timeless import timeless

UNIT = FormField(id="unit", title="填报单位")
COUNT = FormField(id="count", title="数量")
FACE = Face(
    "北城市进展表", "编号：a#b", ((UNIT, "北城市"),), None, (COUNT,), (), 3, (), "活动", False
)

words = st.text(min_size=1, max_size=30).map(without_controls).map(str.strip).filter(bool)


def parts(content: bytes) -> dict[str, bytes]:
    """The file's parts, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@settings(max_examples=20)
@given(words, words, words)
def test_one_s_own_words_stand_where_they_would_in_a_word_file(
    title: str, unit: str, identity: str
) -> None:
    face = replace(FACE, title=title, header=((UNIT, unit),))
    found = parts(drawn(face, identity, write_docx))
    assert found == parts(timeless(write_docx(face, identity)))


@settings(max_examples=30)
@given(words, words, words)
def test_one_s_own_words_stand_where_they_would_in_a_workbook(
    title: str, unit: str, identity: str
) -> None:
    face = replace(FACE, title=title, header=((UNIT, unit),))
    found: Any  # its types know nothing of custom properties
    fresh: Any
    found, fresh = (
        load_workbook(io.BytesIO(one))
        for one in (drawn(face, identity, write_xlsx), write_xlsx(face, identity))
    )
    assert list(found.worksheets[0].values) == list(fresh.worksheets[0].values)
    assert found.custom_doc_props.props == fresh.custom_doc_props.props


def test_the_same_form_is_the_same_bytes() -> None:
    assert drawn(FACE, "a#b", write_xlsx) == drawn(FACE, "a#b", write_xlsx)


@pytest.mark.parametrize("write", [write_xlsx, write_docx])
def test_one_drawing_serves_long_and_short_names(write: Draw) -> None:
    before = _skeleton.cache_info().misses
    for name, unit in (
        ("a#b", "北城市"),
        ("longer/than/that#b", "一个名称长得多的单位"),
        ("c#b", "南"),
    ):
        own = replace(FACE, campaign=write.__name__, header=((UNIT, unit),), number=f"编号：{name}")
        drawn(own, name, write)
    assert _skeleton.cache_info().misses == before + 1
