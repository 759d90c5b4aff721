"""What a person reads of a light that turned: in the mail, in `explain`, `show`, `preview` and the
mail calendar."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.i18n import set_language
from tests.integration.test_turning import KEY, TURNS, WORK
from tests.support.command_line import command
from tests.support.contents import everything
from tests.support.office import SampleOffice
from tests.support.organisation import with_ladder
from tests.support.referee import found
from tests.support.targets import report


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office whose duty has a target and rungs at the turns of its light."""
    here = SampleOffice(tmp_path, start="2022-06-01 08:00")
    here.apply(with_ladder(TURNS, WORK))
    here.tick("2022-06-08 09:00")
    yield here
    assert found(here) == []
    here.close()


def said(office: SampleOffice, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints, as one line."""
    capsys.readouterr()
    command(office, *words)
    printed = capsys.readouterr()
    return " ".join((printed.out + printed.err).split())


def body(office: SampleOffice) -> str:
    """The text of the last mail, as one line."""
    part = office.mails()[-1].get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def test_a_mail_says_which_light_and_why(office: SampleOffice) -> None:
    report(office, "bridges", "north", "1", "2022-06-08")
    office.tick("2022-06-09 09:00")
    assert "the light turned yellow: progress is behind what is expected by now. 加固桥梁" in body(
        office
    )
    assert "1 座, 2022-06-08; expected by now 3 座" in body(office)
    office.tick("2022-07-01 09:00")
    assert "the light turned red: overdue. 加固桥梁" in body(office)


def test_a_mail_says_it_in_chinese(office: SampleOffice) -> None:
    set_language("zh")
    report(office, "bridges", "north", "1", "2022-06-08")
    office.tick("2022-06-09 09:00")
    assert "已亮黄灯：进展滞后于序时进度。加固桥梁" in body(office)


def test_a_date_that_is_near_is_why(office: SampleOffice) -> None:
    report(office, "bridges", "north", "17", "2022-06-08")
    office.tick("2022-06-24 09:00")
    office.tick("2022-06-27 09:00")
    assert "the light turned yellow: the due date is near" in body(office)


def test_what_is_better_again_when_the_mail_leaves_is_not_called_behind(
    office: SampleOffice,
) -> None:
    report(office, "bridges", "north", "1", "2022-06-08")
    office.remind("2022-06-09 09:00")
    report(office, "bridges", "north", "9", "2022-06-09")
    office.send()
    assert "the light turned yellow" in body(office)
    assert "behind" not in body(office)


def test_it_is_explained_before_and_after(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = said(office, capsys, "explain", KEY)
    assert "rung: yellow (light turns yellow), due date 2022-06-30 day: — to:" in ahead
    # It began on the 6th, and nobody looked before the 8th.
    assert (
        "will go with the digest of the day on which the light is found to turn; "
        "since 2022-06-08 it is: on course"
    ) in ahead
    shown = said(office, capsys, "show", KEY)
    assert (
        "reminders to come: 2 light turns yellow yellow → contact 亮红灯时 red → contact" in shown
    )
    report(office, "bridges", "north", "1", "2022-06-08")
    office.tick("2022-06-09 09:00")
    past = said(office, capsys, "explain", "1")
    assert "rung: yellow (light turns yellow)" in past
    assert "day: 2022-06-09 to:" in past
    assert "went out in delivery 1 on 2022-06-09 09:00" in past


def test_its_mail_can_be_seen_beforehand(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    report(office, "bridges", "north", "1", "2022-06-08")
    before = everything(office.database)
    mail = said(office, capsys, "mail", "preview", KEY, "--rung", "yellow", "--day", "2022-06-09")
    assert "the light turned yellow: progress is behind" in mail
    assert everything(office.database) == before


def test_the_mail_calendar_says_that_it_foresees_no_light(
    office: SampleOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = said(office, capsys, "replay", "--mail-calendar")
    assert "rungs that wait for a light to turn are on no day ahead" in printed
    assert "no mail would go out" in printed
