"""A mail as it would go out: one assignment's rung, to one person, on one day. Nothing is written
down, and the link in it opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from config.settings import Settings
from notifications.content import Content
from notifications.digest_content import item_of
from notifications.form_files import with_empty_forms
from notifications.link_places import ExampleLinks
from notifications.recipients import Directory, Recipient
from notifications.rendering import Rendered, manner_of, render
from notifications.subscribers import note_subscribers
from notifications.tried import load_tried
from notifications.turned import Turned, light_lines, turning_of
from notifications.window import SendingWindow
from workflows.campaign_status import status_word
from workflows.handing_in import name_of
from workflows.ladder import Occurrence
from workflows.organisation import Organisation
from workflows.reminding import light_rungs, planned
from workflows.states import OWING, state_word
from workflows.tables import Assignment, Campaign, CampaignStatus, MilestoneRow, UnitRow


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail with what it is: whose, for which rung, on which day; `not_now` says why it would
    not go out as things stand, '' where it would."""

    rendered: Rendered
    recipient: Recipient
    rung: str
    day: date
    not_now: str


def preview(
    session: Session,
    assignment: Assignment,
    organisation: Organisation,
    settings: Settings,
    window: SendingWindow,
    today: date,
    *,
    rung: str | None = None,
    address: str | None = None,
    day: date | None = None,
    first: bool = False,
) -> Preview:
    """The mail of `assignment`: by default of the next rung after `today`, to its first recipient,
    on the rung's own day; with `first` as the first mail to that address. All days are local to the
    office.

    Raises InputError for a rung or an address that the ladder does not know, StateError where
    there is nobody to tell.
    """
    campaign = session.get_one(Campaign, assignment.campaign_id)
    milestone = session.get_one(MilestoneRow, (campaign.id, assignment.milestone_id))
    unit = session.get_one(UnitRow, assignment.unit_id)
    occurrences = [*planned(assignment, milestone, campaign.issued)]
    if rung is not None:  # a light turns on no planned day: it is shown where it is asked for
        occurrences += [
            Occurrence(one, 1, day or today, day or today)
            for one in light_rungs(assignment, milestone)
        ]
    occurrence = _occurrence(occurrences, rung, day or today)
    on = day or occurrence.on
    directory = Directory(session, organisation, today=on)
    people = directory.recipients(occurrence.rung.to, assignment, milestone, campaign)
    person = _person(people, address or occurrence.address or None)
    tried = load_tried(session, {assignment.id or 0: assignment.effective_due})
    light = turning_of(milestone).get(occurrence.rung.id)
    turned = (
        Turned(campaign.id, milestone.id, unit.id, assignment.effective_due, light)
        if light
        else None
    )
    item = item_of(
        assignment, milestone, unit, campaign, person.role, person.name, occurrence.rung.id,
        tuple(one for one in tried.get(assignment.id or 0, ()) if one.day < on),
        light_lines(session, [turned], window.opens_on(on))[turned] if turned else "",
    )  # fmt: skip
    content = Content(
        0,
        person.address,
        f"<preview@{settings.mail_from.partition('@')[2]}>",
        (item,),
        first=first,
    )
    (content,) = note_subscribers(session, {0: content}, window.opens_on(on)).values()
    if settings.attach_forms:
        (content,) = with_empty_forms(session, [content])
    links = ExampleLinks(settings.public_url, settings.link_days) if settings.public_url else None
    moment = window.opens_on(on)
    mail = render(content, moment, settings.mail_from, links, manner=manner_of(settings))
    return Preview(mail, person, occurrence.rung.id, on, _why_not_now(assignment, campaign))


def _why_not_now(assignment: Assignment, campaign: Campaign) -> str:
    if assignment.state not in OWING:
        return _("This would not be sent now: {name} is {state}.").format(
            name=name_of(assignment), state=state_word(assignment.state)
        )
    if campaign.status is not CampaignStatus.RUNNING:
        return _("This would not be sent now: the campaign is {status}.").format(
            status=status_word(campaign.status)
        )
    return ""


def _occurrence(occurrences: Sequence[Occurrence], rung: str | None, after: date) -> Occurrence:
    if rung is not None:
        known = list(dict.fromkeys(one.rung.id for one in occurrences))
        occurrences = [one for one in occurrences if one.rung.id == rung]
        if not occurrences:
            raise InputError(
                _("there is no rung “{rung}”").format(rung=rung),
                _("write one of: {names}").format(names=_(", ").join(known) or _("none")),
            )
    if not occurrences:
        raise StateError(_("its ladder has no rung"), _("see “duban show”"))
    return next((one for one in occurrences if one.on >= after), occurrences[-1])


def _person(people: Sequence[Recipient], address: str | None) -> Recipient:
    if not people:
        raise StateError(
            _("there is nobody to tell at this rung"), _("see “duban contacts coverage”")
        )
    if address is None:
        return people[0]
    found = next((one for one in people if one.address == address.strip().lower()), None)
    if found is None:
        raise InputError(
            _("this rung does not go to {address}").format(address=address),
            _("write one of: {names}").format(names=_(", ").join(one.address for one in people)),
        )
    return found
