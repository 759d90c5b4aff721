"""Unit tests assert the English messages, whatever catalogues are compiled."""

from collections.abc import Iterator

import pytest

from config.i18n import using_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """English for each test."""
    with using_language("en"):
        yield
