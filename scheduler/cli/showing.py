"""`duban show`: one assignment explained, from its clause to the reminders to come."""

from collections.abc import Iterator
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from calendars.entry import deliverable_line
from config.i18n import _
from notifications.tries import returned
from scheduler.cli.app import office
from scheduler.cli.completing import complete_assignment
from scheduler.cli.output import print_line
from scheduler.office import Office
from workflows.campaign_status import status_word
from workflows.handing_in import name_of
from workflows.ladder import Role, Rung
from workflows.lighting import campaign_lights
from workflows.lights import LIGHT_LOOKS, light_word
from workflows.naming import find_assignment
from workflows.reminding import local_date, to_come, turning_rungs
from workflows.standing import Selection, standpoints
from workflows.states import OWING, Action, state_word
from workflows.tables import (
    Assignment,
    Campaign,
    CampaignStatus,
    CampaignVersion,
    Delivery,
    Event,
    MilestoneRow,
    Reminder,
    UnitRow,
)
from workflows.targets.views import targets_of
from workflows.targets.words import pace_words
from workflows.words import reminder_word, word_of
from workflows.working_days import working_days


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("show")(show)


def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help=_("campaign/milestone/unit[/period]"), autocompletion=complete_assignment
        ),
    ],
) -> None:
    """Print everything that is known about one assignment."""
    here = office(context)
    with here.database.read() as session:
        assignment = find_assignment(session, name)
        for line in _lines(session, assignment, here):
            print_line(line)


def _lines(session: Session, assignment: Assignment, here: Office) -> Iterator[str]:
    campaign = session.get_one(Campaign, assignment.campaign_id)
    milestone = session.get_one(MilestoneRow, (campaign.id, assignment.milestone_id))
    unit = session.get_one(UnitRow, assignment.unit_id)
    yield f"{assignment.title} · {unit.name}"
    yield f"  {name_of(assignment)}"
    yield _("  campaign: {title}").format(title=campaign.title)
    if milestone.clause:
        yield _("  clause: {clause}").format(clause=milestone.clause)
    if milestone.departments:
        yield _("  departments: {names}").format(names="；".join(milestone.departments))
    for deliverable in milestone.deliverables:
        yield _("  hand in: {what} to {mailbox}").format(
            what=deliverable_line(deliverable),
            mailbox=deliverable.get("mailbox") or milestone.mailbox,
        )
    yield from _targets(session, assignment, campaign)
    yield from _dates(assignment)
    yield from _standing(assignment, campaign, here)
    yield from _light(session, assignment, campaign, here)
    yield from _events(session, assignment, here)
    yield from _reminders(session, assignment, here)
    yield from _to_come(assignment, milestone, campaign, here)


def _targets(session: Session, assignment: Assignment, campaign: Campaign) -> Iterator[str]:
    declaration = session.exec(
        select(CampaignVersion.declaration).where(
            CampaignVersion.campaign_id == campaign.id,
            CampaignVersion.version == campaign.version,
        )
    ).one()
    others = {  # what other units have to reach with the same milestone
        view.id
        for view in targets_of(session, campaign)
        if not view.is_province and assignment.unit_id not in view.units
    }
    for milestone in declaration["milestones"]:
        if milestone["id"] != assignment.milestone_id:
            continue
        for target in milestone.get("targets", []):
            if target["id"] in others:
                continue
            values = [f"{one['by']} {one['value']:g}" for one in target.get("points", [])]
            if target.get("value") is not None:
                values.append(f"{target['value']:g}")
            yield _("  target: {title} {sign} {values} {unit}").format(
                title=target["title"],
                sign={"<=": "≤", "==": "="}.get(target.get("operator", ""), "≥"),
                values="、".join(values),
                unit=target["unit_of_measure"],
            )


def _dates(assignment: Assignment) -> Iterator[str]:
    calendar = working_days()
    nominal = assignment.nominal_due
    off = ""
    if not calendar.is_working_day(nominal):
        off = _(" ({holiday})").format(holiday=calendar.day_name(nominal) or _("a day off"))
    yield _("  nominal due date: {day}{off}").format(day=nominal, off=off)
    original = assignment.extended_from or assignment.due
    if original != nominal:
        yield _("  shifted to: {day}").format(day=original)
    if assignment.extended_from:
        yield _("  extended: from {old} to {new}").format(
            old=assignment.extended_from, new=assignment.due
        )
    if assignment.requested_due:
        yield _("  extension asked for: until {day}").format(day=assignment.requested_due)
    yield _("  effective due date: {day}; overdue after {late}").format(
        day=assignment.effective_due, late=assignment.late_after
    )


def _standing(assignment: Assignment, campaign: Campaign, here: Office) -> Iterator[str]:
    today = local_date(here.now(), campaign.time_zone)
    extra = ""
    if assignment.state in OWING and today > assignment.late_after:
        extra = _(", overdue by {days} days ({working} working days)").format(
            days=(today - assignment.effective_due).days,
            working=working_days().between(assignment.effective_due, today),
        )
    elif assignment.handed_in_late:
        extra = _(", handed in late")
    if assignment.nil:
        extra += _(", nil report")
    if assignment.missing:
        extra += _(", missing: {parts}").format(parts=_(", ").join(assignment.missing))
    if assignment.acknowledged_at is not None and assignment.state in OWING:
        seen = assignment.acknowledged_at.astimezone(here.settings.zone)
        extra += _(", seen on {day}").format(day=f"{seen:%Y-%m-%d %H:%M}")
    if campaign.status is not CampaignStatus.RUNNING:
        extra += _(", the campaign is {status}").format(status=status_word(campaign.status))
    if assignment.silent and assignment.state in OWING:
        extra += _(", without reminders")
    yield _("  state: {state}{extra}").format(state=state_word(assignment.state), extra=extra)


def _light(
    session: Session, assignment: Assignment, campaign: Campaign, here: Office
) -> Iterator[str]:
    """Its light, and how the unit stands with each target of the milestone."""
    wanted = Selection(campaign.id, assignment.unit_id)
    lit = campaign_lights(session, [campaign], here.now())[campaign.id]
    for one in standpoints(session, here.now(), wanted):
        light = lit.of(one) if one.assignment.id == assignment.id else None
        if light is not None:
            yield _("  light: {sign} {word}").format(
                sign=LIGHT_LOOKS[light].sign, word=light_word(light, lit.rule)
            )
    for standing in lit.numbers.of_unit(assignment.unit_id):
        if standing.target.milestone_id == assignment.milestone_id:
            yield f"    {LIGHT_LOOKS[standing.light].sign} {pace_words(standing)}"


def _events(session: Session, assignment: Assignment, here: Office) -> Iterator[str]:
    events = session.exec(
        select(Event).where(Event.assignment_id == assignment.id).order_by(col(Event.id))
    ).all()
    yield _("  events: {count}").format(count=len(events) or _("none"))
    zone = here.settings.zone
    for event in events:
        at = event.at.astimezone(zone)
        line = f"    {at:%Y-%m-%d %H:%M} {word_of(Action, event.kind)} · {event.actor}"
        if event.recorded_at != event.at:
            line += _(" · recorded {moment}").format(
                moment=f"{event.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}"
            )
        yield f"{line} · {event.note}" if event.note else line


def _reminders(session: Session, assignment: Assignment, here: Office) -> Iterator[str]:
    rows = session.exec(
        select(Reminder, Delivery)
        .join(Delivery, col(Delivery.id) == Reminder.delivery_id, isouter=True)
        .where(Reminder.assignment_id == assignment.id)
        .order_by(col(Reminder.id))
    ).all()
    yield _("  reminders so far: {count}").format(count=len(rows) or _("none"))
    back = returned(session, [one.id or 0 for _reminder, one in rows if one is not None])
    for reminder, delivery in rows:
        sent = ""
        if delivery is not None and delivery.done_at is not None:
            sent = f" {delivery.done_at.astimezone(here.settings.zone):%Y-%m-%d %H:%M}"
            if said := back.get(delivery.id or 0):
                sent += " · " + _("came back: {note}").format(note=said.text)
        yield (
            f"    {reminder.id}. {reminder.occurrence} {reminder.reason} → "
            f"{reminder.address or '—'} "
            f"[{word_of(Role, reminder.role)}] {reminder_word(reminder)}{sent}"
        )


def _to_come(
    assignment: Assignment, milestone: MilestoneRow, campaign: Campaign, here: Office
) -> Iterator[str]:
    coming = to_come(assignment, milestone, campaign)
    turning = turning_rungs(assignment, milestone, campaign)
    yield _("  reminders to come: {count}").format(count=len(coming) + len(turning) or _("none"))
    for one in coming:
        hour = f" {one.at:%H:%M}" if one.at else ""
        yield _coming(f"{one.on}{hour}", one.rung, one.address)
    for rung in turning:
        yield _coming(rung.when, rung, "")


def _coming(when: str, rung: Rung, address: str) -> str:
    to = [address] if address else [word_of(Role, role) for role in rung.to]
    held = _(" (held)") if rung.held else ""
    return f"    {when} {rung.id} → {_(', ').join(to)}{held}"
