"""Picks many assignments at once: by their names, or one milestone for many units.

Units come as people have them: a list pasted from a chat, a file, or `all`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.i18n import _
from workflows.naming import Named, find_assignment, find_milestone, find_named, of_period
from workflows.tables import Assignment, UnitRow

ALL = frozenset({"all", "全部", "所有"})
_BREAKS = re.compile(r"[\n\r\t,;，；、]+")
_NUMBERED = re.compile(r"\A\s*[（(]?\d{1,3}[.．、)）]\s*")


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit as somebody wrote it, with where: a file and a line, or nothing."""

    text: str
    file: str = ""
    line: int = 0


def split_names(text: str, known: Callable[[str], bool]) -> list[str]:
    """The names in a pasted list: one a line, or with commas, 、 or blanks between them; numbers
    before them are left away. `known` says whether a text with blanks is one name."""
    names: list[str] = []
    for piece in _BREAKS.split(text):
        whole = _NUMBERED.sub("", piece).strip()
        if not whole:
            continue
        if known(whole) or " " not in whole.replace("\u3000", " "):
            names.append(whole)
        else:
            names += [_NUMBERED.sub("", one) for one in whole.split()]
    return [one for one in names if one and not one.isdecimal()]  # the 3 of “3、滑县”


class Picker:
    """Finds assignments for what was written, and gathers everything that is wrong with it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.units = list(session.exec(select(UnitRow).order_by(col(UnitRow.position))))
        self._named = [Named(one.id, (one.name, *one.aliases)) for one in self.units]
        self._names = {name for one in self._named for name in (one.id, *one.names)}
        self._by_id = {one.id: one for one in self.units}

    def known(self, text: str) -> bool:
        """Whether the text is the id, name or alias of a unit."""
        return text in self._names

    def find_units(self, written: Iterable[NamedUnit]) -> list[UnitRow]:
        """The units, each once, in the order in which they were written; `all` is every unit.

        Raises ProblemsError with every name that is not known.
        """
        found: dict[str, UnitRow] = {}
        problems: list[Problem] = []
        for one in written:
            if one.text in ALL:
                found.update(self._by_id)
                continue
            if len(problems) > SHOWN:
                break
            try:
                key = find_named(one.text, self._named, _("unit"))
                found[key] = self._by_id[key]
            except InputError as error:
                problems.append(Problem(error.message, error.mend, one.file, one.line))
        if problems:
            raise ProblemsError(problems)
        return list(found.values())

    def pick(self, names: Sequence[str], written: Sequence[NamedUnit] | None) -> list[Assignment]:
        """The assignments meant, each once.

        Without units each name is `campaign/milestone/unit[/period]`; with units
        `campaign/milestone[/period]`. A unit that was named and does not owe it is an error; of
        `all` only those count that owe it. Raises ProblemsError.
        """
        if written is None:
            return self._by_names(names)
        every = any(one.text in ALL for one in written)
        units = self.find_units(written)
        found: dict[int, Assignment] = {}
        for name in names:
            for assignment in self._of_milestone(name, units, every=every):
                found[assignment.id or 0] = assignment
        return list(found.values())

    def _by_names(self, names: Sequence[str]) -> list[Assignment]:
        found: dict[int, Assignment] = {}
        problems: list[Problem] = []
        for name in names:
            try:
                assignment = find_assignment(self._session, name)
                found[assignment.id or 0] = assignment
            except InputError as error:
                if len(names) == 1:
                    raise
                problems.append(Problem(error.message, error.mend))
        if problems:
            raise ProblemsError(problems)
        return list(found.values())

    def _of_milestone(
        self, name: str, units: Sequence[UnitRow], *, every: bool
    ) -> Iterator[Assignment]:
        campaign_id, milestone_id, period = find_milestone(self._session, name)
        owed: dict[str, list[Assignment]] = {}
        for one in self._session.exec(
            select(Assignment)
            .where(Assignment.campaign_id == campaign_id, Assignment.milestone_id == milestone_id)
            .order_by(Assignment.period)
        ):
            owed.setdefault(one.unit_id, []).append(one)
        problems = [
            Problem(
                _("{unit} does not owe “{milestone}”").format(
                    unit=unit.name, milestone=milestone_id
                ),
                _("take it out of the list"),
            )
            for unit in units
            if unit.id not in owed and not every
        ]
        if problems:
            raise ProblemsError(problems)
        for unit in units:
            if unit.id in owed:
                yield of_period(owed[unit.id], period, name)
