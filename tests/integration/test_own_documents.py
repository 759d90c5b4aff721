"""An office's own templates of documents: used, and their faults told with how to mend them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.errors import InputError
from notifications.documents.circular import Circular, write_circular
from notifications.documents.notice import write_notice
from notifications.documents.own import document_problems, own_document
from notifications.documents.paper import OURS
from tests.support.documents import CIRCULAR, NOTICE, changed, convert, need_programs, texts
from tests.support.program import run_here

BARE = Circular("关于甲的通报", "署名甲", date(2022, 9, 8))


def test_an_own_template_replaces_ours(tmp_path: Path) -> None:
    assert own_document(None, "circular") is None
    assert own_document(tmp_path, "circular") is None
    own = changed(tmp_path / "circular.docx", "circular", lambda text: text.replace("版记", "脚注")
                  .replace("{{ signature }}", "{{ signature }}（印）"))  # fmt: skip
    assert own_document(tmp_path, "circular") == own
    assert "署名甲（印）" in texts(write_circular(BARE, own))
    assert document_problems(tmp_path) == []


Change = Callable[[str], str]


def instead(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize(
    ("change", "says", "mend"),
    [
        (instead("{{ title }}", "{{ titel }}"), "the document has no “titel”", "signature"),
        (instead("{{ words.colon }}", "{{ words.colour }}"), "has no “colour”", "templates.md"),
        (instead("{{ title }}", "{{ title ! }}"), "“!” is not expected here", "{{"),
        (instead("{{ title }}", "{{ title | shout }}"), "there is no filter “shout”", ""),
        (instead("{{ title }}", "{% for a in parts %}"), "“for”", "{%"),
        (instead("{{ title }}", "{{ title.__class__.__mro__ }}"), "“__class__”", ""),
        (instead("{%p if note %}", "{% if note %}"), "cut a paragraph", "{%p"),
        (instead("{{ title }}", "{% include 'a' %}"), "", ""),
        (instead("<w:body>", "<w:body"), "is not a Word document", "save it"),
    ],
)  # fmt: skip
def test_a_faulty_template_says_what_is_wrong(
    tmp_path: Path, change: Change, says: str, mend: str
) -> None:
    own = changed(tmp_path / "circular.docx", "circular", change)
    with pytest.raises(InputError) as caught:
        write_circular(replace(CIRCULAR, note=""), own)
    assert "circular.docx" in caught.value.message
    assert says in caught.value.message and mend in caught.value.mend
    [problem] = document_problems(tmp_path)
    assert problem.message and problem.file == str(own)


def test_a_file_that_is_no_word_document(tmp_path: Path) -> None:
    own = tmp_path / "notice.docx"
    with pytest.raises(InputError, match=r"notice\.docx"):
        write_notice(NOTICE, own)
    for content in (b"", b"PK\x03\x04", b"text", write_notice(NOTICE)[:3000]):
        own.write_bytes(content)
        with pytest.raises(InputError, match=r"notice\.docx is not a Word doc"):
            write_notice(NOTICE, own)
    with pytest.raises(InputError, match="there is no such folder"):
        own_document(tmp_path / "none", "notice")


def test_check_tries_own_templates_out(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    monkeypatch.setenv("DUBAN_DOCUMENTS_DIR", str(tmp_path))
    changed(tmp_path / "notice.docx", "notice", instead("{{ unit }}", "{{ units }}"))
    changed(tmp_path / "circular.docx", "circular", instead("{{ title }}", "通报"))
    (tmp_path / "letter.docx").write_bytes(b"")
    code, _out, err = run_here(capfdbinary, "check")
    assert code == 2
    assert "notice.docx: " in err and "“units”" in err
    assert (
        "the document never shows “title”" in err
        and "letter.docx: no document has a template" in err
    )
    monkeypatch.setenv("DUBAN_DOCUMENTS_DIR", str(tmp_path / "none"))
    code, _out, err = run_here(capfdbinary, "check")
    assert code == 2 and "documents_dir" in err


def test_a_template_saved_by_another_program_still_serves(tmp_path: Path) -> None:
    need_programs()
    convert(tmp_path, "docx", sorted(OURS.glob("*.docx")))
    assert document_problems(tmp_path) == []
    own = own_document(tmp_path, "circular")
    assert own is not None
    # LibreOffice keeps a second copy of a text box, for old programs.
    assert set(texts(write_circular(CIRCULAR, own))) == set(texts(write_circular(CIRCULAR)))
