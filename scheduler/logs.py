"""Log lines of the running program, on standard error, with time and fields."""

import logging
import sys
from contextlib import suppress

import structlog


class _Lines:
    """Standard error, as far as anybody takes it: a full disk or a reader that has gone must not
    end what a line was only to tell of."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def configure_logs() -> None:
    """Plain text lines: readable in a terminal and in a service manager's journal."""
    # That a tick is still at work when the next is due is everyday, and no warning.
    logging.getLogger("apscheduler.executors").setLevel(logging.ERROR)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%S%z", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(_Lines()),  # type: ignore[arg-type]
    )
