"""Slows down who guesses tokens: a leaky bucket of failures for each client address.

Tokens are 256 random bits, so this spares the database rather than the tokens. Only failures
count, and they count against the address they came from: behind a proxy that hides its clients,
all of them share one bucket, which right tokens never fill.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

BURST = 30  # failures in a row
SECONDS_EACH = 6.0  # until one failure is forgiven
ADDRESSES = 10_000  # remembered at most: the longest silent one is forgotten first


class FailureLimit:
    """Who has failed too often of late. Not for several threads at once."""

    def __init__(
        self, monotonic: Callable[[], float], burst: int = BURST, addresses: int = ADDRESSES
    ) -> None:
        """`monotonic` gives seconds that never run back."""
        self._monotonic = monotonic
        self._burst = burst
        self._addresses = addresses
        self._empty_at: OrderedDict[str, float] = OrderedDict()  # when all is forgiven

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._empty_at)

    def wait(self, address: str) -> int:
        """The whole seconds until `address` may try again; 0 where it may now.

        Failures under way are not counted yet, so a burst may exceed the limit by as many.
        """
        full = self._empty_at.get(_key(address), 0.0) - self._monotonic()
        return max(0, math.ceil(full - (self._burst - 1) * SECONDS_EACH))

    def record_failure(self, address: str) -> None:
        """Count a failure."""
        key, now = _key(address), self._monotonic()
        self._empty_at[key] = max(now, self._empty_at.pop(key, now)) + SECONDS_EACH
        while len(self._empty_at) > self._addresses:
            self._empty_at.popitem(last=False)


@lru_cache(maxsize=1024)  # who asks, asks again
def _key(address: str) -> str:
    """One key for one client: who has an IPv6 network has all of its addresses (RFC 6177)."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""  # a proxy's nonsense, of any length
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
