"""The referee in tests: what `duban verify` would say of a sample office."""

from scheduler.judging import judge
from tests.support.office import SampleOffice
from workflows.referee import Report


def referee(office: SampleOffice) -> Report:
    """The referee's report on the office as it stands, at its clock."""
    with office.database.read() as session:
        return judge(session, office.settings, office.clock())


def found(office: SampleOffice) -> list[str]:
    """The broken promises that the referee finds, one line each; warnings are none."""
    return [f"{one.code} {one.where}: {one.message}" for one in referee(office).errors]
