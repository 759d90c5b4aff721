"""Anything that may be asked of, typed into or uploaded as a form: recorded, or said on the page;
never a 500, nothing is taken for HTML, and the record stays sound."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.integration.test_fuzz_answer_pages import (
    HOSTILE,
    AsItWas,
    assert_answered,
    assert_plain,
    encodable,
)
from tests.support.form_office import LISTS_KEY, PROGRESS_KEY, form_office
from tests.support.fuzzing import fuzz
from tests.support.hostile import texts
from tests.support.office import SampleOffice
from tests.support.pages import LI, Visitor, every_row, number
from tests.support.referee import found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = form_office(tmp_path)
    yield office
    office.close()


names = st.builds(
    "{}.{}{}".format,
    st.integers(0, 9),
    st.sampled_from(["progress", "platforms", "liaison", "x"]),
    st.sampled_from(["", ".xlsx", ".docx", ".exe"]),
)


@fuzz(0.7)
@given(st.sampled_from(["fill", "empty"]), names | texts)
@example("empty", HOSTILE)
@example("fill", "9" * 80 + ".x")
def test_any_form_asked_for(here: SampleOffice, how: str, name: str) -> None:
    before = every_row(here)
    visitor = Visitor(here)
    with capture_logs() as logs:
        answer = visitor.get(visitor.path(LI), params={how: encodable(name)})
    assert_answered(answer, {200, 404})
    disposition = answer.headers.get("content-disposition", "attachment;")
    assert disposition.startswith("attachment;") and disposition.isascii()
    assert logs == [] and every_row(here) == before


keys = st.sampled_from(
    ["header/reporter", "header/day", "header/unit", "cells/done/work", "cells/done/patrol",
     "cells/trouble/all", *(f"rows/{n}/{one}" for n in (0, 3, 9999) for one in
                            ("name", "kind", "people", "since", "licensed", "share", "phone"))]
) | st.builds("rows/{}/name".format, texts) | texts  # fmt: skip
values = st.sampled_from(
    ["12", "累计改造桥梁12座。", "累计改造桥梁－座。", "累计改造桥梁999999999999999座。", "检测",
     "1.2万", "85%", "0.5", "2022-06-30", "9月底", "9999-99-99", "是", "=1+1", HOSTILE, "长" * 5000]
) | texts  # fmt: skip


@fuzz()
@given(
    st.sampled_from(["progress", "platforms", "liaison", "x"]),
    st.dictionaries(keys, values, max_size=8),
    st.sampled_from([PROGRESS_KEY, LISTS_KEY]),
    texts,
)
@example("progress", {"header/reporter": HOSTILE, "cells/done/work": "累计改造桥梁12座。",
                      "cells/done/patrol": HOSTILE, "cells/trouble/all": HOSTILE},
         PROGRESS_KEY, HOSTILE)  # fmt: skip
@example("platforms", {"rows/0/name": HOSTILE, "rows/0/kind": "检测"}, LISTS_KEY, "")
@example("platforms", {"rows/0/kind": HOSTILE, "rows/9999/since": HOSTILE}, LISTS_KEY, "")
def test_anything_typed_into_a_form(
    here: SampleOffice, form: str, typed: dict[str, str], key: str, other: str
) -> None:
    with AsItWas(here):
        visitor, item = Visitor(here), number(here, key)
        path = visitor.path(LI)
        fields: dict[str, Any] = {
            encodable(f"at/{name}"): encodable(value) for name, value in typed.items()
        }
        fields |= {name: encodable(other) for name in ("note", "sure", "missing")}
        with capture_logs() as logs:
            answer = visitor.post(path, **fields, action="filled-in", item=item, form=form)
        assert logs == []
        assert_answered(answer, {303, 422})
        assert answer.status_code != 422 or answer.text.count('role="alert"') == 1
        if answer.status_code == 303:
            assert_plain(visitor.get(path).text)
            assert found(here) == []
            here.act("return_for_correction", key, here.clock().date().replace(day=24), note="x")
        assert_plain(visitor.get(path, params={"fill": f"{item}.{form}"}).text)


@fuzz(0.5)
@given(
    st.sampled_from(["xlsx", "docx"]), st.integers(0, 40_000), st.binary(max_size=30), st.booleans()
)
def test_a_broken_form_is_an_ordinary_file(
    here: SampleOffice, ending: str, at: int, piece: bytes, inside: bool
) -> None:
    with AsItWas(here):
        visitor = Visitor(here)
        path, item = visitor.path(LI), number(here, PROGRESS_KEY)
        content = visitor.get(f"{path}?empty={item}.progress.{ending}").content
        broken = _inside(content, at, piece) if inside else content[:at] + piece + content[at + 9 :]
        with capture_logs() as logs:
            answer = visitor.post(
                path, files=[("file", (f"a.{ending}", broken))], action="handed-in", item=item
            )
        assert logs == []
        assert_answered(answer, {303, 422})
        assert answer.status_code != 422 or answer.text.count('role="alert"') == 1
        assert found(here) == []


def _inside(content: bytes, at: int, piece: bytes) -> bytes:
    """The same file with the piece put into one of its parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        names = source.namelist()
        for name in names:
            part = source.read(name)
            if name == names[at % len(names)]:
                place = at % (len(part) + 1)
                part = part[:place] + piece + part[place:]
            target.writestr(name, part)
    return packed.getvalue()
