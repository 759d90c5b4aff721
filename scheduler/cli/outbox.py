"""Commands about deliveries: show, retry, hold, release, drop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from notifications import by_hand
from notifications.ledger import entries
from scheduler.cli import ledger
from scheduler.cli.app import office
from scheduler.cli.output import MAX_ID, print_line, say
from workflows.ladder import Role
from workflows.states import Action
from workflows.supervision.finding import PURPOSE
from workflows.tables import Assignment, Delivery, DeliveryStatus, Event, NoticeItem, Reminder
from workflows.words import reminder_word, word, word_of

_Number = typer.Argument(min=1, max=MAX_ID, help=_("numbers of deliveries"))
Ids = Annotated[list[int], _Number]
SomeIds = Annotated[list[int] | None, _Number]
By = Annotated[str | None, typer.Option(help=_("who decides [DUBAN_ACTOR, else the login name]"))]
Why = Annotated[str, typer.Option("--why", "--note", help=_("why, or a note"))]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    ledger.add_commands(group)
    group.command("show", help=_("Show one delivery with its reminders."))(_show)
    group.command("retry", help=_("Send failed or doubtful deliveries again."))(_retry)
    group.command("hold", help=_("Keep queued deliveries back."))(_hold)
    group.command("release", help=_("Let held deliveries go."))(_release)
    group.command("drop", help=_("Decide against deliveries: they do not go out."))(_drop)
    app.add_typer(group, name="outbox")


def _show(
    context: typer.Context, number: Annotated[int, typer.Argument(min=1, max=MAX_ID)]
) -> None:
    here = office(context)
    zone = here.settings.zone

    def shown(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else "—"

    with here.database.read() as session:
        one = by_hand.get_delivery(session, number)
        (entry,) = entries(session, [one])
        status = ledger.fate(one, came_back=entry.came_back)
        lines = [
            f"{one.id} {word(one.kind)} → {one.address}: {status}",
            _("  subject: {subject}").format(subject=one.subject or "—"),
            _("  day: {day}, not before {moment}").format(
                day=one.local_date, moment=shown(one.not_before)
            ),
            _("  claimed {claimed}, started {started}, done {done}").format(
                claimed=shown(one.claimed_at), started=shown(one.started_at),
                done=shown(one.done_at),
            ),
            _("  tries: {attempts}, in doubt: {doubts}").format(
                attempts=one.attempts, doubts=one.doubts
            ),
            f"  Message-ID: {one.message_id}",
        ]  # fmt: skip
        lines += [f"  {shown(each.at)}: {ledger.answer(each)}" for each in entry.tries]
        if one.decided_at:
            lines.append(
                _("  decided by {who} at {moment}: {why}").format(
                    who=one.decided_by, moment=shown(one.decided_at), why=one.decision or "—"
                )
            )
        lines += _reminders(session, number) + _items(session, number)
        if one.purpose.startswith(PURPOSE):
            lines += [f"    {reason}" for reason in entry.reasons]
    for line in lines:
        print_line(line)


def _reminders(session: Session, number: int) -> list[str]:
    rows = session.exec(
        select(Reminder, Assignment)
        .join(Assignment, col(Assignment.id) == Reminder.assignment_id)
        .where(Reminder.delivery_id == number)
        .order_by(col(Reminder.id))
    )
    return [
        f"    {reminder.reason} {reminder.occurrence} {assignment.title} "
        f"[{assignment.unit_id}] {word_of(Role, reminder.role)} {reminder_word(reminder)}"
        for reminder, assignment in rows
    ]


def _items(session: Session, number: int) -> list[str]:
    """What a notice tells of; a morning list has none, since it is looked up when it goes."""
    rows = session.exec(
        select(NoticeItem, Event, Assignment)
        .join(Event, col(Event.id) == NoticeItem.event_id)
        .join(Assignment, col(Assignment.id) == Event.assignment_id)
        .where(NoticeItem.delivery_id == number)
        .order_by(col(NoticeItem.id))
    )
    return [
        f"    {word_of(Action, event.kind)} {assignment.title} [{assignment.unit_id}] "
        f"{item.recipient}"
        for item, event, assignment in rows
    ]


def _retry(context: typer.Context, ids: Ids, by: By = None, why: Why = "") -> None:
    """What a failed mail said joins the person's next digest; nothing goes to who has left."""
    organisation = office(context).organisation

    def again(session: Session, number: int, decision: by_hand.Decision) -> Delivery:
        return by_hand.retry(session, number, decision, organisation)

    _each(context, ids, again, by, why, _retried)


def _retried(one: Delivery) -> str:
    match one.status:
        case DeliveryStatus.DROPPED:
            return _("its person is not told any more: nothing goes out")
        case DeliveryStatus.SUPERSEDED:
            return _("what still holds goes with the person's next digest")
        case _:
            return word(one.status)


def _hold(context: typer.Context, ids: Ids, by: By = None, why: Why = "") -> None:
    _each(context, ids, by_hand.hold, by, why)


def _release(
    context: typer.Context,
    ids: SomeIds = None,
    every: Annotated[bool, typer.Option("--all", help=_("all that are held"))] = False,
    by: By = None,
    why: Why = "",
) -> None:
    """The reminders join the person's next digest; a notice goes out by itself."""
    _each(context, _wanted(ids, every, "--all"), by_hand.release, by, why)


def _drop(
    context: typer.Context,
    ids: SomeIds = None,
    every: Annotated[bool, typer.Option("--all-held", help=_("all that are held"))] = False,
    by: By = None,
    why: Why = "",
) -> None:
    """What is held, queued, failed or in doubt; its reminders are recorded as dropped."""
    _each(context, _wanted(ids, every, "--all-held"), by_hand.drop, by, why)


def _wanted(ids: Sequence[int] | None, every: bool, option: str) -> Sequence[int] | None:
    """The numbers, each once; None for all that are held. Raises InputError for both or neither."""
    if every == bool(ids):
        raise InputError(
            _("which deliveries?"), _("give their numbers, or {option}").format(option=option)
        )
    return None if every else ids


def _each(
    context: typer.Context,
    ids: Sequence[int] | None,
    change: Callable[[Session, int, by_hand.Decision], Delivery],
    by: str | None,
    why: str,
    said: Callable[[Delivery], str] = lambda one: word(one.status),
) -> None:
    here = office(context)
    decision = by_hand.Decision(here.operator(by), here.now(), why.strip())
    with here.database.write() as session:
        wanted = by_hand.held_ids(session) if ids is None else dict.fromkeys(ids)
        changed = [change(session, one, decision) for one in wanted]
        lines = [f"{one.id} → {one.address}: {said(one)}" for one in changed]
    for line in lines:
        say(line)
    if not lines:
        say(_("nothing to do"))
