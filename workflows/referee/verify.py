"""Runs every check over one snapshot and gathers what they find."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from workflows.referee.report import Report


def verify(
    session: Session,
    *,
    now: datetime,
    zone: ZoneInfo,
    window_start: time,
    window_end: time,
    files: Path | None,
) -> Report:
    """Check the whole database as `session` sees it.

    `now` (aware) decides what has come due; `zone`, `window_start` and `window_end` are the
    office's sending window, its end outside; `files` is the folder of uploads, named by their
    hash, or None where there are none to look at. Reads only.
    """
    return Report()
