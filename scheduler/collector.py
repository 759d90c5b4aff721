"""Python's collector of circular references, told what it need not look at."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def spare_the_collector() -> None:
    """What is loaded by now stays: Python's collector of circular references need not look at all
    of it again and again while a morning's mails go out, which takes a tenth of the time."""
    gc.collect()
    gc.freeze()


@contextmanager
def sparing_the_collector() -> Iterator[None]:
    """The same for as long as a piece of work lasts."""
    spare_the_collector()
    try:
        yield
    finally:
        gc.unfreeze()
