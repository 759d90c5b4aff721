"""A spike: very many assignments of which a rung comes due at one moment."""

import resource
from dataclasses import dataclass
from pathlib import Path

from tests.support.office import SampleOffice
from tests.support.organisation import ORGANISATION, PLAN, organisation

_MEGABYTE = 1024  # of the kilobytes in which Linux counts


@dataclass(frozen=True)
class Spike:
    """How large it is, and where: each of `units` units owes each of `duties`."""

    folder: Path
    url: str
    units: int
    duties: int

    @property
    def assignments(self) -> int:
        """How many rungs come due at once."""
        return self.units * self.duties

    def open(self, start: str = "2022-05-20 10:00") -> SampleOffice:
        """The office, with all those units."""
        lines = [
            f"  - {{id: unit-{n}, name: 第{n}区, level: district, mailbox: unit-{n}@example.org}}\n"
            for n in range(self.units)
        ]
        text = ORGANISATION.replace("county: 县}", "county: 县, district: 区}")
        text = text.replace("departments:\n", "".join(lines) + "departments:\n", 1)
        office = SampleOffice(self.folder, start, database_url=self.url)
        office.organisation = organisation(self.folder, text)
        return office


def apply(spike: Spike) -> None:
    """Put the plan into the database."""
    office = spike.open()
    plan = PLAN.replace("who: [北城市]", "who: {levels: [district]}")
    office.apply(*(plan.replace("id: plan", f"id: plan-{n}") for n in range(spike.duties)))
    office.close()


def tick(spike: Spike, moment: str) -> tuple[int, float]:
    """One tick; returns how many mails went out, and by how many megabytes the memory grew."""
    office = spike.open()
    before = _peak()
    sent = office.tick(moment).sent
    grown = (_peak() - before) / _MEGABYTE
    office.close()
    return sent, grown


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
