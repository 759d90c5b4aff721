"""What a feed is called, and its file."""

import re

from sqlmodel import Session, col, func, select

from calendars.options import FeedOptions, FeedScope
from config.i18n import _
from workflows.organisation import Organisation
from workflows.tables import Campaign, Contact, UnitRow

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")  # what some system does not take in a file's name


def feed_name(session: Session, options: FeedOptions, organisation: Organisation) -> str:
    """The name of a feed's calendar, by its scope, in the language in force."""
    subject = subject_name(session, options, organisation)
    name = _("Duban · {name}").format(name=subject) if subject else _("Duban · everything")
    if options.scope is FeedScope.OVERDUE:
        name = _("Duban · overdue")
    return name


def subject_name(session: Session, options: FeedOptions, organisation: Organisation) -> str:
    """What a feed is about, as people call it; '' where it is about everything."""
    subject = options.subject
    match options.scope:
        case FeedScope.UNIT:
            unit = session.get(UnitRow, subject)
            return unit.name if unit else subject
        case FeedScope.CAMPAIGN:
            campaign = session.get(Campaign, subject)
            return campaign.title if campaign else subject
        case FeedScope.LEVEL:
            return organisation.levels.get(subject, subject)
        case FeedScope.PERSON:
            name = session.exec(
                select(Contact.name)
                .where(func.lower(Contact.address) == subject.lower())
                .order_by(col(Contact.id))
            ).first()
            return name or subject
    return subject


def file_name(calendar: str) -> str:
    """The name of a calendar's file, without the ending."""
    return _NOT_IN_NAMES.sub("-", calendar).strip("-.")[:60] or "duban"
