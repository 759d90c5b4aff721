"""The way back: the old record in force again, and nothing sent a second time."""

from pathlib import Path

import pytest

from config.errors import StateError
from tests.support.contents import everything
from tests.support.keeping import back_up, restore
from tests.support.moving import NEXT, at, back, is_empty, to
from tests.support.office import SampleOffice
from tests.support.referee import found
from workflows.database import Database


def test_taken_back_before_anything_was_done_there(office: SampleOffice, target: str) -> None:
    before = everything(office.database)
    office.close()
    to(office, target)
    office.at("2022-06-13 09:20")
    done = back(office, target)
    assert (done.same, done.kept.held) == (True, 0)
    assert everything(office.database) == before
    assert is_empty(target), "nothing can be sent from there"
    office.close()
    to(office, target)


def test_taken_back_after_a_morning_there(office: SampleOffice, target: str) -> None:
    """What the other place has sent is held here, as after a restore."""
    to(office, target)
    new = at(office, target)
    assert new.tick(NEXT).sent > 0
    sent = len(new.mails())
    served = Database(target)
    assert served.exists()
    office.at("2022-06-15 10:00")
    with pytest.raises(StateError, match="another Duban is connected"):
        back(office, target)
    served.close()
    new.close()
    done = back(office, target)
    assert not done.same and done.kept.held > 0
    assert done.aside == "duban_before_return_2022_06_15_100000"
    assert office.tick("2022-06-15 10:01").sent == 0
    assert len(office.mails()) == sent
    assert found(office) == []
    office.close()
    with pytest.raises(StateError, match="has not moved"):
        back(office)


def test_taken_back_from_a_server_that_is_gone(office: SampleOffice, target: str) -> None:
    to(office, target)
    with pytest.raises(StateError, match=r"has moved to .*, and not to"):
        back(office, "postgresql://me:secret@127.0.0.1:1/x")
    assert back(office).aside == ""
    office.database.require()


def test_the_way_back_with_all_that_was_done_there(
    office: SampleOffice, target: str, tmp_path: Path
) -> None:
    to(office, target)
    new = at(office, target)
    new.tick(NEXT)
    file = back_up(new, tmp_path / "duban.zip")
    after = everything(new.database)
    new.close()
    office.at(NEXT)
    restore(office, file, force=True, resend=True)
    assert everything(office.database) == after
