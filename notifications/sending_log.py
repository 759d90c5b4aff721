"""What the sender tells the operator's log: once for a run what keeps all back, else each mail."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from notifications.transports.base import RecipientResult, SendResult, Verdict

_log = structlog.get_logger()


def say_trouble(trouble: RecipientResult, again: datetime) -> None:
    """No mail can go; it is tried `again` (aware, in the office's zone)."""
    _log.error(
        "no mail can go",
        code=trouble.code,
        text=trouble.text,
        mend=trouble.mend,
        again_at=f"{again:%H:%M:%S}",
    )


def say_refused(results: Mapping[int, SendResult], trouble: RecipientResult | None) -> None:
    """Each mail that was not accepted, by the delivery's id; what is said as `trouble` is not
    said again."""
    for delivery_id, result in results.items():
        for address, one in result.items():
            if one.verdict is Verdict.ACCEPTED or (one.general and trouble):
                continue
            _log.warning(
                "mail not accepted",
                delivery=delivery_id,
                address=address,
                verdict=one.verdict.value,
                code=one.code,
                text=one.text,
                mend=one.mend,
            )
