"""Runs a command of the program in this process, with a clock and a database of the test's."""

from scheduler.cli.app import build_app
from scheduler.office import Office
from tests.support.office import SampleOffice
from workflows.holiday_record import follow_record


def command(sample: SampleOffice, *arguments: str) -> None:
    """Run `duban ARGUMENTS` at the sample's time; what goes wrong is raised as it is printed."""
    here = Office(sample.settings, sample.clock)
    sample.database.require()  # as the office does
    here.__dict__["database"] = sample.database  # with the sample's patience
    with sample.database.read() as session:
        follow_record(session)
    build_app()(list(arguments), obj=here, standalone_mode=False)
