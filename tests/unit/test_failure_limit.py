"""The limit on wrong tokens: who guesses waits, nobody else does, and memory has an end."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import fuzz
from web.failure_limit import BURST, SECONDS_EACH, FailureLimit


class Watch:
    """Seconds that pass when a test says so."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def limit(**sizes: int) -> tuple[Watch, FailureLimit]:
    watch = Watch()
    return watch, FailureLimit(watch, **sizes)


def fail(here: FailureLimit, address: str, times: int = BURST) -> None:
    for _time in range(times):
        here.record_failure(address)


def test_a_burst_then_one_failure_each_time_one_is_forgiven() -> None:
    watch, here = limit()
    fail(here, "192.0.2.1", BURST - 1)
    assert here.wait("192.0.2.1") == 0
    fail(here, "192.0.2.1", 1)
    assert here.wait("192.0.2.1") == SECONDS_EACH
    watch.seconds += SECONDS_EACH / 2
    assert here.wait("192.0.2.1") == SECONDS_EACH / 2
    watch.seconds += SECONDS_EACH / 2
    assert here.wait("192.0.2.1") == 0
    fail(here, "192.0.2.1", 1)
    assert here.wait("192.0.2.1") == SECONDS_EACH
    watch.seconds += SECONDS_EACH * BURST
    fail(here, "192.0.2.1", BURST - 1)
    assert here.wait("192.0.2.1") == 0, "all was forgiven"


def test_others_do_not_wait() -> None:
    _watch, here = limit()
    fail(here, "192.0.2.1")
    fail(here, "2001:db8:1:1::1")
    for other in ("192.0.2.2", "2001:db8:1:2::1", "::1", ""):
        assert here.wait(other) == 0


def test_an_ipv6_network_is_one_client_and_a_mapped_address_the_same_one() -> None:
    _watch, here = limit()
    fail(here, "2001:db8:1:1::1")
    assert here.wait("2001:db8:1:1:ffff::2") > 0
    fail(here, "192.0.2.1")
    assert here.wait("::ffff:192.0.2.1") > 0
    fail(here, "fe80::1%eth0")
    assert here.wait("fe80::2") > 0


def test_the_longest_silent_address_is_forgotten_first() -> None:
    _watch, here = limit(burst=1, addresses=3)
    for last in (1, 2, 3, 1, 4):
        here.record_failure(f"192.0.2.{last}")
    assert [here.wait(f"192.0.2.{last}") > 0 for last in (1, 2, 3, 4)] == [True, False, True, True]


@fuzz()
@given(st.lists(st.one_of(st.text(), st.ip_addresses().map(str)), max_size=50))
def test_any_address_is_taken_and_memory_has_an_end(addresses: list[str]) -> None:
    _watch, here = limit(addresses=5)
    for address in addresses:
        here.record_failure(address)
        here.record_failure(address * 100)
        assert len(here) <= 5
        assert 0 <= here.wait(address) <= SECONDS_EACH * (len(addresses) * 2 + 1)
