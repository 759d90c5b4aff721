"""The log: each event's hash is worked out again, and each assignment's chain walked through."""

import json
from collections.abc import Sequence
from hashlib import sha256

from config.i18n import _
from workflows.referee.codes import Code
from workflows.referee.report import Report
from workflows.tables import Event

# What people answer to a reminder changes nothing of the assignment's entry.
ANSWERS = frozenset({"acknowledge", "snooze"})


def check_chain(report: Report, where: str, events: Sequence[Event], sequence: int) -> bool:
    """Whether the chain of one assignment is whole: nothing changed, removed or put in.

    `events` are in the order of their ids; `sequence` is how many the assignment says it had.
    """
    whole = True
    previous = ""
    for event in events:
        whole &= check_hash(report, event)
        if event.previous_hash != previous:
            whole = False
            report.add(
                Code.EVENT_UNLINKED,
                _("event {id}").format(id=event.id),
                _("it does not follow from the event before it ({name})").format(name=where),
            )
        previous = event.hash
    changes = sum(event.kind not in ANSWERS for event in events)
    if whole and changes != sequence:
        whole = False
        report.add(
            Code.EVENT_MISSING,
            where,
            _("{sequence} changes are counted and {count} events are there").format(
                sequence=sequence, count=changes
            ),
        )
    return whole


def check_hash(report: Report, event: Event) -> bool:
    """Whether the event says what it said when it was recorded."""
    if event.hash == _hash_of(event):
        return True
    report.add(
        Code.EVENT_CHANGED,
        _("event {id}").format(id=event.id),
        _("“{kind}” by {actor} is not what was recorded").format(
            kind=event.kind, actor=event.actor
        ),
    )
    return False


def _hash_of(event: Event) -> str:
    """SHA-256 over a JSON list of what the event says: the log's format, which never changes."""
    said = [
        event.previous_hash, event.campaign_id, event.assignment_id, event.kind,
        event.at.timestamp(), event.recorded_at.timestamp(), event.actor, event.note, event.data,
    ]  # fmt: skip
    written = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
