"""What every test starts from: no settings of whoever runs it, and the language as it was."""

import os
from collections.abc import Iterator

import pytest

from config.i18n import language, set_language


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without `DUBAN_*` variables; a test that sets another language does not touch the next."""
    for name in [one for one in os.environ if one.startswith("DUBAN_")]:
        monkeypatch.delenv(name)
    before = language()
    yield
    set_language(before)
