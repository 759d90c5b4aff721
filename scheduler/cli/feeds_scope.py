"""What a feed is about, by the options of the commands that make or write one."""

from typing import Annotated

import typer
from sqlmodel import Session, select

from calendars.options import FeedOptions, FeedScope
from config.errors import InputError
from config.i18n import _
from scheduler.cli.choosing import selection
from workflows.naming import Named, find_campaign, find_named, find_unit
from workflows.organisation import Organisation
from workflows.people.finding import find_person
from workflows.tables import UnitRow

Every = Annotated[bool, typer.Option("--all", help=_("everything"))]
Overdue = Annotated[bool, typer.Option("--overdue", help=_("everything overdue"))]
PersonOption = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help=_("what one contact is reminded of, in all campaigns")),
]
DepartmentOption = Annotated[str | None, typer.Option(help=_("one department"))]


def feed_scope(
    session: Session,
    organisation: Organisation,
    unit: str | None,
    person: str | None,
    campaign: str | None,
    department: str | None,
    level: str | None,
    overdue: bool,
    every: bool,
) -> FeedOptions:
    """A feed of the one thing that is named. Raises InputError, also where it is not one."""
    named = [one for one in (unit, person, campaign, department, level) if one is not None]
    if len(named) + overdue + every != 1:
        raise InputError(
            _("a feed is of one thing"),
            _(
                "give one of --unit, --person, --campaign, --department, --level, --overdue and "
                "--all"
            ),
        )
    if unit is not None:
        return FeedOptions(FeedScope.UNIT, find_unit(session, unit).id)
    if person is not None:
        return FeedOptions(FeedScope.PERSON, find_person(session, person))
    if campaign is not None:
        return FeedOptions(FeedScope.CAMPAIGN, find_campaign(session, campaign))
    if department is not None:
        known = selection(session, department=department).department
        return FeedOptions(FeedScope.DEPARTMENT, known or "")
    if level is not None:
        return FeedOptions(FeedScope.LEVEL, _level(session, organisation, level))
    return FeedOptions(FeedScope.OVERDUE if overdue else FeedScope.ALL)


def _level(session: Session, organisation: Organisation, text: str) -> str:
    """The level's id, by id or name."""
    ids = dict.fromkeys(session.exec(select(UnitRow.level)))
    names = [Named(one, (organisation.levels.get(one, one),)) for one in ids]
    return find_named(text, names, _("level"))
