"""Log lines of the running program, on standard error, with time and fields."""

import logging
import sys

import structlog


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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
