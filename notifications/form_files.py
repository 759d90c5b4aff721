"""The empty forms that go with a digest: of what the reader themselves has to hand in."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from notifications.content import Content, Item
from notifications.recipients import AT_UNIT
from workflows.database import batched
from workflows.forms.empty import EmptyForm, empty_form_of, formats_asked
from workflows.forms.owed import Owed, forms_of_each
from workflows.tables import Assignment, Campaign
from workflows.versions import kept_plan

MOST = 5  # files in one mail


def with_empty_forms(session: Session, contents: Sequence[Content]) -> list[Content]:
    """The same contents, each with the empty forms of its items, the most urgent first."""
    asking = [one for content in contents for one in _asking(content)]
    declaring = {one for one in {one.campaign for one in asking} if _declares(session, one)}
    if not declaring:
        return [*contents]
    owed = _owed(session, {one.entry.uid for one in asking if one.campaign in declaring})
    return [_with_forms(one, owed) for one in contents]


def _declares(session: Session, campaign_id: str) -> bool:
    """Whether any form is declared, so that nothing is looked up where none is."""
    campaign = session.connection().execute(_campaign(), {"campaign": campaign_id}).one()
    plan = kept_plan(session, campaign)
    return plan is not None and bool(plan.forms)


@cache  # each batch of mails asks; building it takes longer than the database does
def _campaign() -> Any:
    return sql_select(col(Campaign.id), col(Campaign.version), col(Campaign.digest)).where(
        col(Campaign.id) == bindparam("campaign")
    )


def _asking(content: Content) -> Iterable[Item]:
    """The items whose form the reader would fill in: not what others owe."""
    return (one for one in content.items if one.names_form and one.role in AT_UNIT)


def _owed(session: Session, uids: Iterable[str]) -> dict[str, list[Owed]]:
    """The forms of each assignment, by its calendar UID; where none is declared, none."""
    assignments = [
        one
        for batch in batched(uids)
        for one in session.exec(select(Assignment).where(col(Assignment.uid).in_(batch)))
    ]
    found = forms_of_each(session, assignments)
    return {one.uid: found.get(one.id or 0, []) for one in assignments}


def _with_forms(content: Content, owed: dict[str, list[Owed]]) -> Content:
    asking = sorted(_asking(content), key=lambda one: one.due)  # as the digest lists them
    files = [
        empty_form_of(form, form_format)
        for one in asking
        for form in owed.get(one.entry.uid, ())
        for form_format in formats_asked(form)
    ]
    named = _told_apart(files[:MOST])
    return replace(content, forms=tuple(named), forms_left=len(files) - len(named))


def _told_apart(files: Sequence[EmptyForm]) -> list[EmptyForm]:
    """The files under names of their own."""
    found: list[EmptyForm] = []
    names: set[str] = set()
    for one in files:
        stem, dot, ending = one.name.rpartition(".")
        name, number = one.name, 2
        while name in names:
            name, number = f"{stem}（{number}）{dot}{ending}", number + 1
        names.add(name)
        found.append(replace(one, name=name))
    return found
