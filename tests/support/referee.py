"""The referee in tests: what `duban verify` would say of a sample office."""

from collections.abc import Iterator

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


def watched(office: SampleOffice) -> Iterator[SampleOffice]:
    """The office for a test's fixture; the referee looks on at the end."""
    yield office
    try:
        assert found(office) == []
    finally:
        office.close()
