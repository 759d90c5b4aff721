"""Python's collector of circular references, told what it need not look at."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW = 20_000  # objects after which new ones are looked at: a few megabytes; Python's own is 700


def spare_the_collector() -> None:
    """What is loaded by now stays: Python's collector of circular references need not look at all
    of it again and again while a morning's mails go out, which takes a tenth of the time."""
    gc.collect()
    gc.freeze()


@contextmanager
def sparing_the_collector() -> Iterator[None]:
    """The same for as long as a piece of work lasts, and it looks at what is new more rarely. What
    nobody holds when it begins goes after it: to look for that first takes a tenth of a second."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_NEW, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
