"""Whatever is done and undone, and whenever it is told: a unit's last word is how it stands."""

import re
from pathlib import Path
from random import Random

from tests.support.moments import day
from tests.support.office import SampleOffice
from tests.support.organisation import PLAN
from tests.support.referee import found
from tests.support.soaking import rounds
from workflows.events import events_of, standing_events
from workflows.handing_in import Deed, accept, return_for_correction, submit, undo
from workflows.naming import find_assignment
from workflows.states import State

DUTIES, STEPS = 12, 24
SAYS = {
    "waits to be checked": State.SUBMITTED,
    "checked and accepted": State.ACCEPTED,
    "returned to be corrected": State.RETURNED,
    "to be handed in": State.OPEN,
}
LINE = re.compile(r"^\d+\. (duty-\d+) · .+\n((?:   .+\n)+)", re.MULTILINE)


def duties() -> list[str]:
    """Duties of the north with their ids as titles."""
    return [
        PLAN.replace("id: plan", f"id: duty-{n}").replace("报送排查方案", f"duty-{n}")
        for n in range(DUTIES)
    ]


def act(office: SampleOffice, name: str, chance: Random) -> None:
    """Something that may happen to it now, or the undoing of the last thing that did."""
    with office.database.write() as session:
        assignment = find_assignment(session, f"bridges-2022/{name}/north")
        deed = Deed("tester", office.clock(), office.clock())
        standing = standing_events(events_of(session, assignment.id))
        if standing and chance.random() < 0.4:
            undo(session, assignment, deed, standing[-1])
        elif assignment.state in {State.OPEN, State.RETURNED}:
            submit(session, assignment, deed)
        elif assignment.state is State.SUBMITTED and chance.random() < 0.5:
            accept(session, assignment, deed)
        elif assignment.state is State.SUBMITTED:
            return_for_correction(session, assignment, deed, day("2022-06-10"))


def last_told(office: SampleOffice) -> dict[str, State]:
    """What the newest mail that speaks of each duty says."""
    told = {}
    for mail in office.mails():
        body = mail.get_body(("plain",))
        assert body is not None
        for name, said in LINE.findall(body.get_content()):
            (told[name],) = (state for words, state in SAYS.items() if words in said)
    return told


def test_the_last_word_is_how_it_stands(tmp_path: Path) -> None:
    for seed in range(rounds(1)):
        office = SampleOffice(tmp_path / str(seed), "2022-05-23 09:00", announce=True)
        office.apply(*duties())
        chance = Random(seed)  # noqa: S311 - a pattern, not a secret
        for minute in range(STEPS):
            office.at(f"2022-05-23 10:{minute:02}")
            for n in range(DUTIES):
                if chance.random() < 0.5:
                    act(office, f"duty-{n}", chance)
            match chance.randint(0, 3):
                case 0:
                    office.remind(f"2022-05-23 10:{minute:02}:30")
                case 1:
                    office.tick(f"2022-05-23 10:{minute:02}:30")
        office.tick("2022-05-23 11:00")
        told = last_told(office)
        stands = {
            f"duty-{n}": office.assignment(f"bridges-2022/duty-{n}/north").state
            for n in range(DUTIES)
        }
        untold = {name for name, state in stands.items() if name not in told}
        assert {stands[name] for name in untold} <= {State.OPEN}
        assert told == {name: stands[name] for name in told}
        assert len(told) > DUTIES / 2
        assert found(office) == []
        office.close()
