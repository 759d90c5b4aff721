"""Asks the referee with what the office has set: its zone, its sending window and its uploads."""

from datetime import datetime

from sqlmodel import Session

from config.settings import Settings
from workflows.referee import Report, verify


def judge(session: Session, settings: Settings, now: datetime) -> Report:
    """The referee's report on the database as `session` sees it at `now` (aware)."""
    return verify(
        session,
        now=now,
        zone=settings.zone,
        window_start=settings.window_start,
        window_end=settings.window_end,
        files=settings.uploads,
    )
