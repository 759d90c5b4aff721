"""What has been done on assignments, and who is told of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from config.i18n import _
from workflows.changing.model import Held, Mail, Move, Work
from workflows.compile import CompiledAssignment
from workflows.database import batched
from workflows.ladder import Role
from workflows.organisation import Organisation
from workflows.people.record import has_mailbox, serves
from workflows.states import OWING, State
from workflows.tables import Contact, FilledForm, Progress, TargetRow, UnitRow


class Surroundings:
    """What the record says around the assignments of one campaign; with `session` None nothing, as
    where two files are compared. `today` is the campaign's local day."""

    def __init__(
        self,
        session: Session | None,
        campaign_id: str,
        version: int,
        organisation: Organisation,
        today: date,
        *,
        running: bool,
    ) -> None:
        self._session, self._campaign, self._version = session, campaign_id, version
        self._organisation, self.today, self.running = organisation, today, running
        self._contacts: dict[tuple[str, str], list[str]] = {}
        rows = session.exec(select(Contact)).all() if session is not None else []
        for one in rows:
            if one.role == Role.CONTACT and has_mailbox(one) and serves(one, today):
                key = (one.campaign_id, one.unit_id)
                self._contacts.setdefault(key, []).append(one.address.lower())

    def work(self, held: Sequence[Held]) -> Work:
        """What has been done on these."""

        def count(*states: State) -> int:
            return sum(one.state in states for one in held)

        return Work(
            submitted=count(State.SUBMITTED),
            accepted=count(State.ACCEPTED),
            returned=count(State.RETURNED),
            extended=sum(one.extended for one in held),
            waived=count(State.WAIVED),
            figures=self._figures(held),
            forms=self._forms([one.number for one in held if one.number]),
        )

    def names(self, units: Sequence[str], most: int) -> str:
        """The units' names, at most so many; of those that the organisation file has no more as the
        record has them."""
        known = {one.id: one.name for one in self._organisation.units}
        if self._session is not None and not known.keys() >= set(units):
            rows = self._session.exec(select(UnitRow).where(col(UnitRow.id).in_(units)))
            known = {one.id: one.name for one in rows} | known
        shown = _(", ").join(known.get(one, one) for one in units[:most])
        return shown + ("…" if len(units) > most else "")

    def people(self, units: Iterable[str]) -> set[str]:
        """The addresses of these units' contacts; a unit without one counts by its own name, where
        the organisation file has it: else it has no mailbox that anybody knows."""
        known = {one.id for one in self._organisation.units}
        found: set[str] = set()
        for unit in units:
            own = [
                *self._contacts.get((self._campaign, unit), ()),
                *self._contacts.get(("", unit), ()),
            ]
            found |= set(own) or ({unit} & known)
        return found

    def mail(
        self,
        told: Iterable[Held],
        planned: Iterable[CompiledAssignment] = (),
    ) -> Mail:
        """Notices about these, and the days of these ladders that are still to come. A campaign
        that is not under way causes neither."""
        if not self.running:
            return Mail()
        known = {*OWING, State.SUBMITTED}
        units = {one.unit for one in told if one.state in known and not one.silent}
        days = [rung.on for one in planned for rung in one.ladder if rung.on >= self.today]
        return Mail(frozenset(self.people(units)), len(days), min(days, default=None))

    def figures_of(self, targets: Collection[str]) -> int:
        """How many figures have been reported for targets of these ids."""
        if self._session is None or not targets:
            return 0
        return self._session.exec(
            select(func.count(col(Progress.id))).where(
                Progress.campaign_id == self._campaign,
                col(Progress.target_id).in_(sorted(targets)),
            )
        ).one()

    def _figures(self, held: Sequence[Held]) -> int:
        if self._session is None or not held:
            return 0
        targets = self._session.exec(
            select(TargetRow.id).where(
                TargetRow.campaign_id == self._campaign,
                TargetRow.version == self._version,
                col(TargetRow.milestone_id).in_(sorted({one.milestone for one in held})),
            )
        ).all()
        if not targets:
            return 0
        return self._session.exec(
            select(func.count(col(Progress.id))).where(
                Progress.campaign_id == self._campaign,
                col(Progress.target_id).in_(targets),
                col(Progress.unit_id).in_(sorted({one.unit for one in held})),
            )
        ).one()

    def _forms(self, numbers: Sequence[int]) -> int:
        if self._session is None:
            return 0
        return sum(
            self._session.exec(
                select(func.count(col(FilledForm.id))).where(
                    col(FilledForm.assignment_id).in_(batch)
                )
            ).one()
            for batch in batched(numbers)
        )


def later_for_the_unit(move: Move) -> bool:
    """Whether nobody who owes it has to hand it in earlier than was said: an extended one keeps the
    later of its dates, a returned one its correction date."""
    old, new = move.held, move.new
    if old.state not in {State.OPEN, State.SUBMITTED}:
        return True
    if old.extended:
        return True
    return (new.due, new.late_after) >= (old.effective_due, old.late_after)
