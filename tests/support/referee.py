"""The referee in tests: what `duban verify` would say of a sample office."""

from tests.support.office import SampleOffice
from workflows.referee import Report, verify


def referee(office: SampleOffice) -> Report:
    """The referee's report on the office as it stands, at its clock."""
    settings = office.settings
    with office.database.read() as session:
        return verify(
            session,
            now=office.clock(),
            zone=settings.zone,
            window_start=settings.window_start,
            window_end=settings.window_end,
            files=settings.uploads,
        )


def found(office: SampleOffice) -> list[str]:
    """The broken promises that the referee finds, one line each; warnings are none."""
    return [f"{one.code} {one.where}: {one.message}" for one in referee(office).errors]
