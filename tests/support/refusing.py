"""Work that is refused because the machine cannot do it."""

from collections.abc import Callable

import pytest

from config.errors import StateError


def refused(work: Callable[[], object], said: str, mend: str) -> None:
    """The work is refused, in these words."""
    with pytest.raises(StateError, match=said) as caught:
        work()
    assert mend in caught.value.mend
    assert "\n" not in caught.value.message
