"""A process goes by the holidays of its record, and reads them again when the record has others."""

import pytest
from sqlmodel import Session

from tests.support.moments import at, day
from tests.support.office import SampleOffice
from workflows.holiday_record import CALENDAR, UPDATED, follow_record
from workflows.transitions import Deed, append_campaign_event
from workflows.working_days import working_days

TUESDAY = day("2022-06-14")


def note(session: Session, *, free: bool) -> None:
    """Let the record have that Tuesday as a day off, or as a working day."""
    year = working_days().known(2022).as_data()
    if free:
        year["off"][TUESDAY.isoformat()] = "试验日"
    deed = Deed("test", at("2022-05-20 10:00"), at("2022-05-20 10:00"))
    append_campaign_event(session, "bridges-2022", UPDATED, deed, {CALENDAR: {"2022": year}})


def followed(office: SampleOffice) -> bool:
    """Whether offices work on that Tuesday by the record as it is now."""
    with office.database.read() as session:
        follow_record(session)
    return working_days().is_working_day(TUESDAY)


def test_what_is_noted_is_followed_and_what_is_taken_back_is_not(office: SampleOffice) -> None:
    office.apply()
    assert followed(office)
    with pytest.raises(RuntimeError), office.database.write() as session:
        note(session, free=True)
        follow_record(session)
        assert not working_days().is_working_day(TUESDAY)
        raise RuntimeError
    assert followed(office)
    with office.database.write() as session:
        note(session, free=True)
    assert not followed(office)
    working_days().use_files(dict)  # another part of the program begins anew
    assert working_days().is_working_day(TUESDAY) and not followed(office)
    with office.database.write() as session:
        note(session, free=False)
    assert followed(office)
