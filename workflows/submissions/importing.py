"""Takes what a table says into the record: only what is new, and without telling the units."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.i18n import _
from workflows.handing_in import Deed, accept, deed_moment, submit, waive
from workflows.states import OWING, State, state_word
from workflows.submissions.reading import Entry
from workflows.submissions.words import Mark, mark_word
from workflows.tables import Assignment, Campaign


@dataclass(slots=True)
class Difference:
    """Which entries change the record, and how many it has already."""

    new: list[Entry] = field(default_factory=list)
    unchanged: int = 0

    @property
    def signature(self) -> list[tuple[int | None, State, Mark]]:
        """What is compared to see whether the record has changed since it was shown."""
        return [(one.assignment.id, one.assignment.state, one.mark) for one in self.new]


def compare(session: Session, entries: Sequence[Entry], now: datetime) -> Difference:
    """What of the entries is new to the record. Raises ProblemsError where it says otherwise."""
    found = Difference()
    problems: list[Problem] = []
    for entry in entries:
        assignment = session.get_one(Assignment, entry.assignment.id)
        campaign = session.get_one(Campaign, assignment.campaign_id)
        try:
            deed_moment(entry.on, now, campaign.time_zone)
            if _is_new(entry, assignment.state):
                found.new.append(entry)
            else:
                found.unchanged += 1
        except InputError as error:
            problems.append(entry.problem(error))
        if len(problems) > SHOWN:
            break
    if problems:
        raise ProblemsError(problems)
    return found


def carry_out(
    session: Session, difference: Difference, actor: str, now: datetime, note: str = ""
) -> None:
    """Record what is new. `at` is the day that the table names, `now` when it is recorded."""
    for entry in difference.new:
        assignment = session.get_one(Assignment, entry.assignment.id)
        campaign = session.get_one(Campaign, assignment.campaign_id)
        at = deed_moment(entry.on, now, campaign.time_zone)
        deed = Deed(actor, at, now, entry.note or note, announce=False)
        if entry.mark is Mark.WAIVED:
            waive(session, assignment, deed)
            continue
        if assignment.state in OWING:
            submit(session, assignment, deed, nil=entry.mark is Mark.NIL)
        if entry.mark is Mark.ACCEPTED:
            # When it was checked the table does not say: by now it has been.
            accept(session, assignment, Deed(actor, now, now, entry.note or note, announce=False))


def _is_new(entry: Entry, state: State) -> bool:
    """Whether an entry changes an assignment in that state. Raises InputError where it cannot."""
    settled = {
        Mark.SUBMITTED: {State.SUBMITTED, State.ACCEPTED},
        Mark.NIL: {State.SUBMITTED, State.ACCEPTED},
        Mark.ACCEPTED: {State.ACCEPTED},
        Mark.WAIVED: {State.WAIVED},
    }[entry.mark]
    if state in settled:
        return False
    if state in OWING or (entry.mark is Mark.ACCEPTED and state is State.SUBMITTED):
        return True
    raise InputError(
        _("the record says “{state}”, the file “{mark}”").format(
            state=state_word(state), mark=mark_word(entry.mark)
        ),
        _("leave the cell empty, or reopen it first"),
    )
