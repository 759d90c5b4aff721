"""Shell completion from the record: campaigns, milestones, units and whole assignment names.

A shell that waits for a word must never see an error, nor may asking make or change a database:
whatever goes wrong, nothing is offered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import typer
from sqlmodel import Session, col, select

_Completion = Callable[[typer.Context, str], list[str]]


def _never_failing(complete: Callable[[Session, str], list[str]]) -> _Completion:
    @wraps(complete)
    def completed(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            with _reading(ctx) as session:
                return complete(session, incomplete)
        except Exception:  # whatever it is, a shell is waiting
            return []

    # Typer looks at the names and types of what it calls.
    completed.__annotations__ = {"ctx": typer.Context, "incomplete": str, "return": list[str]}
    del completed.__wrapped__
    return completed


@_never_failing
def complete_campaign(session: Session, incomplete: str) -> list[str]:
    """Ids of campaigns."""
    return _campaigns(session, incomplete)


@_never_failing
def complete_milestone(session: Session, incomplete: str) -> list[str]:
    """`campaign/milestone`, one part after the other, in the plan's order."""
    campaign, slash, rest = incomplete.partition("/")
    if not slash:
        return [f"{one}/" for one in _campaigns(session, campaign)]
    return _milestones(session, campaign, rest)


@_never_failing
def complete_target(session: Session, incomplete: str) -> list[str]:
    """Ids of targets, of all campaigns."""
    from workflows.tables import TargetRow

    ids = session.exec(select(TargetRow.id).distinct())
    return sorted(id_ for id_ in ids if id_.startswith(incomplete))


@_never_failing
def complete_unit(session: Session, incomplete: str) -> list[str]:
    """Units, each by the first of its name, aliases and id that begins with what is written."""
    return [name for _id, name in _units(session, incomplete)]


@_never_failing
def complete_assignment(session: Session, incomplete: str) -> list[str]:
    """`campaign/milestone/unit[/period]`, one part after the other."""
    parts = incomplete.split("/")
    if len(parts) == 1:
        return [f"{one}/" for one in _campaigns(session, parts[0])]
    if len(parts) == 2:
        return [f"{one}/" for one in _milestones(session, *parts)]
    return _assignments(session, *parts)


def _assignments(
    session: Session, campaign: str, milestone: str, unit: str, period: str | None = None
) -> list[str]:
    from workflows.naming import find_campaign
    from workflows.tables import Assignment

    periods: dict[str, list[str]] = {}
    owed = (
        select(Assignment.unit_id, Assignment.period)
        .where(
            Assignment.campaign_id == find_campaign(session, campaign),
            Assignment.milestone_id == milestone,
        )
        .order_by(Assignment.period)
    )
    for unit_id, of in session.exec(owed):
        periods.setdefault(unit_id, []).append(of)
    return [
        "/".join(filter(None, (campaign, milestone, name, of)))
        for unit_id, name in _units(session, unit)
        for of in periods.get(unit_id, ())
        if period is None or (of and of.startswith(period))
    ]


def _campaigns(session: Session, incomplete: str) -> list[str]:
    from workflows.tables import Campaign

    return sorted(id_ for id_ in session.exec(select(Campaign.id)) if id_.startswith(incomplete))


def _milestones(session: Session, campaign: str, incomplete: str) -> list[str]:
    from workflows.naming import find_campaign
    from workflows.tables import MilestoneRow

    ids = session.exec(
        select(MilestoneRow.id)
        .where(MilestoneRow.campaign_id == find_campaign(session, campaign))
        .order_by(col(MilestoneRow.position))
    )
    return [f"{campaign}/{id_}" for id_ in ids if id_.startswith(incomplete)]


def _units(session: Session, incomplete: str) -> Iterator[tuple[str, str]]:
    """Each unit's id and what to offer for it: a shell takes only what begins as it is written."""
    from workflows.tables import UnitRow

    for unit in session.exec(select(UnitRow).order_by(col(UnitRow.position))):
        names = (unit.name, *unit.aliases, unit.id)
        fitting = [name for name in names if name.startswith(incomplete)]
        if fitting:
            yield unit.id, fitting[0]


@contextmanager
def _reading(ctx: typer.Context) -> Iterator[Session]:
    """The record as it is: nothing is made, and no schema is upgraded."""
    from config.settings import load_settings
    from workflows.database import Database

    settings = load_settings(home=ctx.find_root().params.get("home"))
    database = Database(settings.resolved_database_url, busy_seconds=0.2)
    try:
        if not database.exists():
            raise LookupError("no record")
        with database.read() as session:
            yield session
    finally:
        database.close()
