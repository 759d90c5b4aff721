"""`duban explain`, `silence`, `campaign` and `acknowledge`, as the office types them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.errors import DubanError
from tests.support.command_line import command
from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import CAMPAIGN, ON_HOLIDAY, PLAN, with_ladder
from tests.support.referee import found

WANG = "wang@north.example.org"
BY = ("--by", "office")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SampleOffice]:
    """An office on SQLite with a plan and a duty due on a holiday; the referee looks on."""
    here = SampleOffice(tmp_path)
    here.add_contact("north", "contact", WANG)
    here.add_contact("north", "lead", "lead@north.example.org")
    here.apply(PLAN, ON_HOLIDAY)
    yield here
    assert found(here) == []
    here.close()


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command prints, as one line."""

    def printed(office: SampleOffice, *words: str) -> str:
        capsys.readouterr()
        command(office, *words)
        printed = capsys.readouterr()
        return " ".join((printed.out + printed.err).split())

    return printed


def number(office: SampleOffice, reason: str, address: str = WANG) -> str:
    """The number of the plan's reminder of that rung."""
    (one,) = [
        one.id
        for one in office.reminders()
        if (one.reason, one.address) == (reason, address) and one.assignment_id == 1
    ]
    return str(one)


def test_why_it_went_or_did_not(office: SampleOffice, out: Any) -> None:
    office.tick("2022-06-08 09:00")
    said = out(office, "explain", number(office, "before-5"))
    assert "rung: before-5 (5 working days before), due date 2022-06-15" in said
    assert f"to: wang <{WANG}>, as contact" in said
    assert "what stops it: that it is seen" in said
    assert "went out in delivery 1 on 2022-06-08 09:00" in said
    assert "came in its stead" in out(office, "explain", number(office, "before-10"))
    office.tick("2022-06-20 09:00")
    lead = number(office, "lead", "lead@north.example.org")
    assert "waits in delivery" in (held := out(office, "explain", lead))
    assert "release: held for the owner office" in held and "as lead" in held


def test_why_the_day_is_another_one(office: SampleOffice, out: Any) -> None:
    """Due on Sunday 5 June, a holiday: its own day's rung goes on the Thursday before."""
    said = out(office, "explain", "bridges-2022/festival/north")
    assert "brought forward: 2022-06-05 is a day off: moved to 2022-06-02" in said


def test_why_it_comes_later(office: SampleOffice, out: Any) -> None:
    """Not before it is overdue, nor before the day of issue; or to the next working day."""
    ladder = (
        "[{id: day, when: on the day}, {id: soon, when: 1 calendar days after},"
        " {id: off, when: 7 calendar days after}, {id: early, when: 10 working days before}]"
    )
    head = CAMPAIGN.replace("bridges", "tunnels").replace("owner:", "issued: 2022-05-30\nowner:")
    office.apply(with_ladder(ladder, ON_HOLIDAY), head=head)
    said = out(office, "explain", "tunnels-2022/festival/north")
    assert "shift: on 2022-06-06 it is not overdue yet: moved to 2022-06-07" in said
    assert "shift: 2022-06-12 is a day off: moved to 2022-06-13" in said
    assert "shift: 2022-05-20 is before the day of issue: moved to 2022-05-30" in said
    office.tick("2022-05-30 09:00")
    (early,) = [one for one in office.reminders() if one.reason == "early" and one.address == WANG]
    said = out(office, "explain", str(early.id))
    assert "before the day of issue: moved to 2022-05-30" in said


def test_when_an_hours_rung_goes(office: SampleOffice, out: Any) -> None:
    ladder = (
        "[{id: day, when: on the day}, {id: last, when: on the day at 14:00},"
        " {id: desk, when: 1 working days after, to: [desk@example.org], release: auto}]"
    )
    office.apply(with_ladder(ladder), head=CAMPAIGN.replace("bridges", "tunnels"))
    said = out(office, "explain", "tunnels-2022/plan/north")
    assert "day: 2022-06-15 14:00" in said
    assert "why: will go at 14:00, by itself where the day's digest has gone by then" in said
    assert "to: desk@example.org, as" in said and "—" not in said


@pytest.mark.parametrize(
    ("hour", "warned", "goes"),
    [
        ("09:00", "", "will go at 09:00"),
        ("18:00", "on the next working day at 09:00, too late", "from 2022-06-16 09:00 on"),
        ("20:30", "on the next working day at 09:00, too late", "from 2022-06-16 09:00 on"),
        ("07:15", "on that day at 09:00", "will go from 2022-06-15 09:00 on"),
    ],
)
def test_an_hour_at_which_no_mail_leaves(
    hour: str, warned: str, goes: str, office: SampleOffice, out: Any, tmp_path: Path
) -> None:
    """It is named at check, at its place, and explained as it will be."""
    head = CAMPAIGN.replace("bridges", "tunnels")
    plan = with_ladder(f"[{{id: day, when: on the day at {hour}}}]")
    office.apply(plan, head=head)
    said = out(office, "explain", "tunnels-2022/plan/north")
    assert goes in said and f"day: 2022-06-15 {hour}" in said
    file = tmp_path / "tunnels-2022.yaml"
    file.write_text(head + plan, encoding="utf-8")
    checked = out(office, "check", str(file))
    if warned:
        assert f"warning: {file}:15:" in checked and "milestones[0].ladder[0].when" in checked
        assert f"at {hour} no mail leaves: it goes {warned}" in checked
        assert "from 09:00 to before 18:00, or widen window_start and window_end" in checked
    else:
        assert "no mail leaves" not in checked
    office.tick("2022-06-15 17:59")
    office.tick("2022-06-16 09:00")
    days = [f"{mail['Date'].datetime:%m-%d %H}" for mail in office.mails() if mail["To"] == WANG]
    assert ("06-16 09" in days) == ("2022-06-16" in goes)


def test_what_will_go_to_whom(office: SampleOffice, out: Any) -> None:
    office.at("2022-06-07 10:00")
    out(office, "acknowledge", PLAN_KEY, *BY)
    said = out(office, "explain", PLAN_KEY)
    assert "will not go: it has been seen" in said
    assert "will go with the day's digest" in said
    assert "will wait for the owner office's release" in said
    assert "seen on 2022-06-07 10:00" in out(office, "show", PLAN_KEY)


def test_an_explanation_of_nothing(office: SampleOffice, out: Any) -> None:
    with pytest.raises(DubanError, match="there is no reminder 99"):
        out(office, "explain", "99")
    office.act("submit")
    assert "no reminder is to come" in out(office, "explain", PLAN_KEY)


def test_a_silence_from_the_command_line(office: SampleOffice, out: Any) -> None:
    office.at("2022-06-10 10:00")
    days = ("--from", "2022-06-13", "--to", "2022-06-14")
    said = out(office, "silence", "add", "--unit", "北城", *days, "--why", "防汛", *BY)
    assert said.startswith("silence 1: 北城市, all campaigns, from 2022-06-13")
    options = ("--campaign", "bridges-2022", "--from", "2022-08-01", "--to", "2022-08-02")
    said = out(office, "silence", "add", *options, "--why", "休整", *BY)
    assert said.startswith("silence 2: all units, 桥梁隐患排查, from 2022-08-01")
    office.tick("2022-06-13 09:00")
    assert WANG not in [to for _day, to in office.letters()]
    assert "防汛" in out(office, "silence", "list")
    assert "will not go" not in out(office, "explain", PLAN_KEY)
    out(office, "silence", "end", "1", *BY)
    assert "防汛" not in out(office, "silence", "list")
    assert "防汛" in out(office, "silence", "list", "--all")
    with pytest.raises(DubanError, match="no silence 1 that lasts"):
        out(office, "silence", "end", "1", *BY)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2022-06-13", "--to", "2022-06-14"), "who is to be left alone"),
        (("--unit", "north", "--from", "2022-06-14", "--to", "2022-06-13"), "comes before"),
        (("--unit", "north", "--from", "2022-05-01", "--to", "2022-05-02"), "already past"),
        (("--unit", "north", "--from", "2022-06-14", "--to", "2099-06-14"), "days at most"),
    ],
)
def test_a_silence_that_is_refused(
    office: SampleOffice, out: Any, options: tuple[str, ...], said: str
) -> None:
    with pytest.raises(DubanError, match=said):
        out(office, "silence", "add", *options, "--why", "防汛", *BY)


def test_a_campaign_is_paused_and_resumed(office: SampleOffice, out: Any) -> None:
    out(office, "campaign", "pause", "bridges", *BY, "--why", "换届")
    assert "paused" in out(office, "campaign", "list")
    assert "the campaign is paused" in out(office, "show", PLAN_KEY)
    assert "no reminder is to come: the campaign is paused" in out(office, "explain", PLAN_KEY)
    assert office.tick("2022-06-13 09:00").sent == 0
    with pytest.raises(DubanError, match="is paused: “pause” is not possible"):
        out(office, "campaign", "pause", "bridges", *BY)
    out(office, "campaign", "resume", "bridges", *BY)
    assert office.tick("2022-06-13 10:00").sent > 0
