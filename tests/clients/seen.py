"""What a client should see of a feed, by the record; what the libraries in `readers/` did see."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlmodel import select

from calendars.options import FeedOptions, Phases
from tests.support.office import SampleOffice
from workflows.ladder import Role
from workflows.reminding import DueAssignment, local_date, planned
from workflows.states import State
from workflows.tables import Assignment, Campaign, MilestoneRow, UnitRow

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "build" / "clients"  # where `make clients` puts them
BIN = CLIENTS / "bin"
READERS = Path(__file__).parent / "readers"
_WAIT = 60  # seconds: a bound against hangs
_STRUCK = (State.WAIVED, State.CANCELLED)
_DONE = (State.SUBMITTED, State.ACCEPTED)


class Seen(NamedTuple):
    """An entry as a client has it. Days are ISO dates."""

    uid: str
    kind: str  # VEVENT or VTODO
    start: str  # of a task '' where it has none
    end: str  # of an event the day after its last, of a task the day on which it is due
    status: str
    sequence: int
    summary: str
    percent: int | None  # of an event None
    alarms: tuple[str, ...]  # the local moments at which they ring, in their order


def expected(office: SampleOffice, options: FeedOptions) -> list[Seen]:
    """The entries of everything on record, as the feed of these options should show them now."""
    with office.database.read() as session:
        units = dict(session.exec(select(UnitRow.id, UnitRow.name)).all())
        milestones = {(one.campaign_id, one.id): one for one in session.exec(select(MilestoneRow))}
        (campaign,) = session.exec(select(Campaign)).all()
        today = local_date(office.clock(), campaign.time_zone)
        return sorted(
            _expected(
                one,
                units[one.unit_id],
                _moments(one, milestones[one.campaign_id, one.milestone_id], campaign)
                if options.alarms
                else (),
                today,
                options,
            )
            for one in session.exec(select(Assignment))
            if one.state not in _STRUCK or today - local_date(one.changed_at, campaign.time_zone)
            <= timedelta(days=90)
        )  # fmt: skip


def _expected(
    one: Assignment, unit: str, alarms: tuple[str, ...], today: date, options: FeedOptions
) -> Seen:
    title = f"{one.title}·{unit}" if options.language == "zh" else f"{one.title} · {unit}"
    done = one.state in _DONE
    late = one.state is State.OPEN and today > one.late_after
    start = one.start if options.phases is Phases.SPAN else None
    if options.tasks:
        status = "COMPLETED" if done else "CANCELLED" if one.state in _STRUCK else "NEEDS-ACTION"
    else:
        status = "CANCELLED" if one.state in _STRUCK else "CONFIRMED"
    first = start if start else None if options.tasks else one.effective_due
    end = one.effective_due if options.tasks else one.effective_due + timedelta(days=1)
    return Seen(
        uid=one.uid,
        kind="VTODO" if options.tasks else "VEVENT",
        start=first.isoformat() if first else "",
        end=end.isoformat(),
        status=status,
        sequence=one.sequence + one.reworded,
        summary=("✓ " if done else "! " if late else "") + title,
        percent=(100 if done else 0) if options.tasks else None,
        alarms=alarms,
    )


def _moments(one: Assignment, milestone: MilestoneRow, campaign: Campaign) -> tuple[str, ...]:
    """Nine o'clock on the days on which the unit itself would be reminded."""
    if one.state is not State.OPEN:
        return ()
    due = DueAssignment(
        one.id or 0, one.campaign_id, one.milestone_id, one.unit_id, one.state, one.effective_due,
        one.late_after, silent=False, reminded_through=None, reminded_at=None,
        acknowledged_at=None, snoozes={},
    )  # fmt: skip
    days = {
        rung.on
        for rung in planned(due, milestone, campaign.issued)
        if {Role.CONTACT, Role.DEPUTY} & set(rung.rung.to)
    }
    return tuple(f"{day}T09:00:00" for day in sorted(days))


def readings(library: str, files: Iterable[Path]) -> list[list[Seen]]:
    """What a library sees in each file. Skips the test where it is not there."""
    done = run([*_reader(library), *files])
    return [
        sorted(Seen(**{**one, "alarms": tuple(one["alarms"])}) for one in entries)
        for entries in json.loads(done)
    ]


def _reader(library: str) -> list[str | Path]:
    if library == "libical":
        return [_system_python(), READERS / "read_libical.py"]
    if library == "icaljs":
        if shutil.which("node") is None or not (CLIENTS / "node_modules" / "ical.js").exists():
            pytest.skip("ical.js or node is not installed: make clients")
        return ["node", READERS / "read_icaljs.cjs"]
    return [program("python"), READERS / f"read_{library}.py"]


def program(name: str) -> Path:
    """A client that `make clients` has set up. Skips the test where it has not."""
    if not (BIN / name).exists():
        pytest.skip(f"no calendar programs here (bin/{name}): make clients")
    return BIN / name


@cache
def _system_python() -> str:
    """Debian's Python, which alone has its libraries."""
    python = "/usr/bin/python3"
    asked = "import gi; gi.require_version('ICalGLib', '3.0')"
    asking = [python, "-c", asked]
    if not Path(python).exists() or subprocess.run(asking, capture_output=True).returncode:
        pytest.skip("libical is not installed: apt-get install gir1.2-ical-3.0 python3-gi")
    return python


def run(command: Sequence[str | Path], **more: str) -> str:
    """Run a client with nothing of the developer's settings; return what it prints."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "NODE_PATH": str(CLIENTS / "node_modules"),
        **more,
    }
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=_WAIT, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
