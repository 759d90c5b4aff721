"""What a restore has looked at in a tick's place counts as looked at: that is no fault."""

from pathlib import Path

import pytest

from tests.support.keeping import back_up, restore
from tests.support.office import SampleOffice
from tests.support.organisation import BUREAU, with_ladder

LIT = "[{id: red, when: light turns red}]"  # it is looked at each day, and mostly finds nothing


@pytest.mark.parametrize("others", [(), (BUREAU,)], ids=["alone", "beside what came due"])
def test_a_light_that_did_not_turn(tmp_path: Path, others: tuple[str, ...]) -> None:
    office = SampleOffice(tmp_path)
    office.apply(with_ladder(LIT), *others)
    office.tick("2022-06-08 09:00")
    file = back_up(office, tmp_path / "duban.zip")
    office.at("2022-06-14 14:00")
    done = restore(office, file, force=True)
    assert done.report.findings == []
    assert done.kept.held == 3 * len(others)
    assert office.tick("2022-06-14 14:10").sent == 0
    office.tick("2022-06-20 14:10")
    assert [one.reason for one in office.reminders() if one.reason == "red"] == ["red"]
    office.close()
