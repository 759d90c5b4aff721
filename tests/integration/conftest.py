"""Integration tests read messages in English, as they stand in the code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.i18n import set_language
from tests.support.office import SampleOffice
from tests.support.referee import found


@pytest.fixture(autouse=True)
def english(clean_surroundings: None) -> None:
    """Messages in English; `clean_surroundings` sets the language back."""
    set_language("en")


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[SampleOffice]:
    """An office with an empty database of each kind, on Friday 2022-05-20."""
    here = SampleOffice(tmp_path, database_url=database_url)
    yield here
    try:
        assert found(here) == []
    finally:
        here.close()
