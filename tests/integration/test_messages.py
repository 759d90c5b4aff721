"""Every message has its Chinese: the catalogue and the sources say the same things."""

import gettext
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from config import i18n
from config.locales.build_hook import compile_catalogues

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "config" / "locales"
CATALOGUE = LOCALES / "zh_CN" / "LC_MESSAGES" / "duban.po"

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
PERSON = re.compile(
    r"\w@(?!([\w-]+\.)?example\.(com|net|org)\b)"
)  # an example's address may stand in a message


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the sources say now, by the same extraction as `make messages`."""
    template = tmp_path_factory.mktemp("messages") / "duban.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # the mapping's patterns are relative to it
        mapping = str(LOCALES / "babel.cfg")
        CommandLineInterface().run(  # type: ignore[no-untyped-call]
            ["pybabel", "-q", "extract", "-F", mapping, "-o", str(template), "."]
        )
    return read(template)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read(CATALOGUE)


def read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale="zh_CN")


def texts(catalogue: Catalog) -> dict[str, str]:
    """Message and translation; the header, which is the empty message, left out."""
    return {str(one.id): str(one.string or "") for one in catalogue if one.id}


def test_the_extraction_finds_code_and_templates(extracted: Catalog) -> None:
    found = texts(extracted)
    assert "overdue at its end" in found  # scheduler/cli
    assert "open" in found  # N_ in workflows/states.py
    assert "[overdue] " in found  # digest.txt and digest.html
    assert "[Overdue %(count)s] since %(day)s" in found  # digest.subject.txt


def test_every_message_is_translated(extracted: Catalog, catalogue: Catalog) -> None:
    known = texts(catalogue)
    assert [message for message in texts(extracted) if not known.get(message)] == []


def test_no_translation_is_left_over(extracted: Catalog, catalogue: Catalog) -> None:
    said = texts(extracted)
    assert [message for message in texts(catalogue) if message not in said] == []
    assert list(catalogue.obsolete) == []


def test_nothing_is_guessed(catalogue: Catalog) -> None:
    assert [one.id for one in catalogue if one.id and one.fuzzy] == []


def test_both_sides_fill_in_the_same_values(catalogue: Catalog) -> None:
    different = {
        message: chinese
        for message, chinese in texts(catalogue).items()
        if Counter(PLACEHOLDER.findall(message)) != Counter(PLACEHOLDER.findall(chinese))
    }
    assert different == {}


def test_lines_and_indentation_are_the_same_on_both_sides(catalogue: Catalog) -> None:
    """What follows a line break is the mend of a message; leading spaces indent `duban show`."""
    different = {
        message: chinese
        for message, chinese in texts(catalogue).items()
        if message.count("\n") != chinese.count("\n")
        or (message.startswith("  ") and not chinese.startswith("  "))
    }
    assert different == {}


def test_the_header_says_what_is_needed_and_names_nobody() -> None:
    header, _blank, rest = CATALOGUE.read_text(encoding="utf-8").partition("\n\n")
    assert "Language: zh_CN" in header
    assert "charset=utf-8" in header
    assert "-Date" not in header
    assert PERSON.search(header + rest) is None


def test_the_compiled_catalogue_speaks_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "zh_CN" / "LC_MESSAGES"
    target.mkdir(parents=True)
    shutil.copy(CATALOGUE, target)
    assert compile_catalogues(tmp_path) == [target / "duban.mo"]

    monkeypatch.setattr(i18n, "_LOCALES", tmp_path)
    i18n.translations.cache_clear()
    try:
        assert type(i18n.translations("zh")) is gettext.GNUTranslations
        with i18n.using_language("zh"):
            assert i18n._("submitted") == "已报送"
        with i18n.using_language("en"):
            assert i18n._("submitted") == "submitted"
    finally:
        i18n.translations.cache_clear()
