"""How hard the property-based tests look: a few fixed cases by default, thousands in the soak."""

import os
from typing import Any

from hypothesis import HealthCheck, settings

_ASKED = "DUBAN_FUZZ_EXAMPLES" in os.environ
# Read at import: the tests' own fixtures clear DUBAN_* variables.
EXAMPLES = int(os.environ.get("DUBAN_FUZZ_EXAMPLES", "30"))


def fuzz(share: float = 1.0, **more: Any) -> settings:
    """Decorator: run a hypothesis test with `share` of the examples, at least one. `more` are
    other settings of hypothesis.

    The same cases each time, unless DUBAN_FUZZ_EXAMPLES asks for a number: then they are new.
    A fixture serves all the cases of a test, so the test itself must leave it as it was.
    """
    return settings(
        max_examples=max(1, round(EXAMPLES * share)),
        deadline=None,
        derandomize=not _ASKED,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        **more,
    )
