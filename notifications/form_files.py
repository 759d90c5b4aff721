"""The empty forms that go with a digest: of what the reader themselves has to hand in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from notifications.content import Content, Item
from notifications.recipients import AT_UNIT
from workflows.database import batched
from workflows.forms.empty import EmptyForm, empty_form_of, formats_asked
from workflows.forms.owed import Owed, forms_of_each
from workflows.one_of import one_of
from workflows.tables import Assignment, Campaign
from workflows.versions import kept_plan

MOST = 5  # files in one mail


def with_empty_forms(session: Session, contents: Sequence[Content]) -> list[Content]:
    """The same contents, each with the empty forms of its items, the most urgent first."""
    asking = [one for content in contents for one in _asking(content)]
    declaring = _declaring(session, {one.campaign for one in asking})
    if not declaring:
        return [*contents]
    owed = _owed(session, {one.entry.uid for one in asking if one.campaign in declaring})
    return [_with_forms(one, owed) for one in contents]


def _declaring(session: Session, campaign_ids: Collection[str]) -> dict[str, Campaign]:
    """Those that declare a form, so that nothing is looked up where none is. As long as they are
    held none is read again."""
    if not campaign_ids:
        return {}
    found = session.execute(_CAMPAIGNS, {"campaigns": list(campaign_ids)}).scalars()
    plans = ((one, kept_plan(session, one)) for one in found.all())
    return {one.id: one for one, plan in plans if plan is not None and plan.forms}


# Building these takes longer than the database does.
_CAMPAIGNS = select(Campaign).where(one_of(col(Campaign.id), "campaigns"))
_BY_UID = select(Assignment).where(one_of(col(Assignment.uid), "uids"))


def _asking(content: Content) -> Iterable[Item]:
    """The items whose form the reader would fill in: not what others owe."""
    return (one for one in content.items if one.names_form and one.role in AT_UNIT)


def _owed(session: Session, uids: Iterable[str]) -> dict[str, list[Owed]]:
    """The forms of each assignment, by its calendar UID; where none is declared, none."""
    assignments = [
        one
        for batch in batched(uids)
        for one in session.execute(_BY_UID, {"uids": batch}).scalars()
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
