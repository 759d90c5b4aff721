"""The C library's allocator, told that threads may share their memory."""

import ctypes

_ARENA_MAX = -8  # mallopt(3): M_ARENA_MAX


def share_memory_between_threads() -> None:
    """To be called before the first thread begins. glibc gives each thread memory of its own, which
    stays as large as a batch of mails once was, however many threads take turns at it. Python lets
    one thread work at a time, so that nothing is gained by it. Elsewhere nothing is changed."""
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(_ARENA_MAX, 1)
