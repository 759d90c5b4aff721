"""The page behind a mail's link, where one paper settles several duties: one entry with one form,
whose answer goes to each of them, or to none."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN
from tests.support.pages import Visitor, every_row, text_of
from tests.support.referee import found
from workflows.states import State

LI = "li@example.org"
LEDGER_KEY, LIST_KEY = "bridges-2022/ledger/north", "bridges-2022/list/north"
ONE_PAPER = PLAN + "    paper: survey\n"
LEDGER = """\
  - id: ledger
    title: 报送隐患台账
    due: 2022-06-15
    who: [北城市]
    departments: [公路处]
    deliverables: [{name: 隐患台账}, {name: 排查方案, stamped: true}]
    clause: 二（五）
    paper: survey
"""
LIST = """\
  - id: list
    title: 报送责任人名单
    due: 2022-06-15
    who: [北城市, 南城市]
    departments: [公路处]
    clause: 二（六）
    paper: survey
"""
ALL = (PLAN_KEY, LEDGER_KEY, LIST_KEY)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[SampleOffice]:
    office = SampleOffice(tmp_path, "2022-06-13 10:00", announce=True)
    office.apply(ONE_PAPER, MONTHLY, LEDGER, LIST)
    office.add_contact("north", "contact", LI)
    yield office
    assert found(office) == []
    office.close()


@pytest.fixture
def visitor(here: SampleOffice) -> Visitor:
    return Visitor(here)


def ids(office: SampleOffice, *names: str) -> list[int]:
    """The duties that the entry's form names."""
    return [office.assignment(name).id or 0 for name in names or ALL]


def states(office: SampleOffice) -> list[State]:
    return [office.assignment(name).state for name in ALL]


def test_one_entry_with_one_form(here: SampleOffice, visitor: Visitor) -> None:
    page = visitor.get(visitor.path(LI))
    said = text_of(page)
    assert (
        "北城市: one paper settles these 3 items 报送排查方案 报送隐患台账 报送责任人名单" in said
    )
    assert "To hand in: 排查方案, 排查方案（盖章件）, 隐患台账 By mail to:" in said
    assert page.text.count("<li class=") == 4, "and the three months of the other duty"
    assert page.text.count('value="handed-in"') == 4
    assert "one paper" not in text_of(visitor.get(visitor.path("south@example.org")))


def test_what_is_handed_in_settles_each(here: SampleOffice, visitor: Visitor) -> None:
    path = visitor.path(LI)
    files = [("file", ("排查方案.pdf", b"one"))]
    answer = visitor.post(path, files=files, action="handed-in", item=ids(here), note="一并报送")
    said = visitor.follow(path, answer)
    assert "Received, thank you" in said
    assert "not checked yet" in said and "报送排查方案" not in said.partition("not checked yet")[0]
    assert states(here) == [State.SUBMITTED] * 3
    events = here.events()[-3:]
    assert [(one.kind, one.actor, one.note) for one in events] == [("submit", "li", "一并报送")] * 3
    assert len({str(one.data["files"]) for one in events}) == 1
    here.remind("2022-06-13 11:00")
    receipts = [one.address for one in here.deliveries() if one.purpose.startswith("receipt-")]
    assert receipts == [LI], "one receipt for one paper"


def test_a_part_that_follows_is_missing_wherever_it_belongs(
    here: SampleOffice, visitor: Visitor
) -> None:
    answer = visitor.post(
        visitor.path(LI), action="handed-in", item=ids(here), note="见附件", missing="1"
    )
    assert answer.status_code == 303
    stamped = ["排查方案（盖章件）"]
    assert [here.assignment(name).missing for name in ALL] == [stamped, stamped, []]


def test_a_duty_of_which_everything_follows_stays_open(
    here: SampleOffice, visitor: Visitor
) -> None:
    path, fields = visitor.path(LI), {"action": "handed-in", "note": "台账先报"}
    answer = visitor.post(path, item=ids(here), missing=["0", "1"], **fields)
    assert "报送排查方案" in visitor.follow(path, answer)
    assert states(here) == [State.OPEN, State.SUBMITTED, State.SUBMITTED]
    answer = visitor.post(path, item=ids(here, PLAN_KEY), **fields)
    assert answer.status_code == 303 and states(here) == [State.SUBMITTED] * 3


def test_a_nil_report_is_for_each(here: SampleOffice, visitor: Visitor) -> None:
    answer = visitor.post(visitor.path(LI), action="handed-in", item=ids(here), nil="1")
    assert answer.status_code == 303
    assert [here.assignment(name).nil for name in ALL] == [True] * 3


def test_the_other_answers_are_for_each(here: SampleOffice, visitor: Visitor) -> None:
    path, items = visitor.path(LI), ids(here)
    visitor.follow(path, visitor.post(path, action="seen", item=items))
    visitor.follow(path, visitor.post(path, action="later", item=items, day="2022-06-14"))
    fields = {"day": "2022-06-30", "note": "桥检未完成"}
    said = visitor.follow(path, visitor.post(path, action="more-time", item=items, **fields))
    assert said.count("You asked for time until Thursday 30 June") == 1
    assert said.count("You will be reminded on Tuesday 14 June") == 1
    for name in ALL:
        one = here.assignment(name)
        assert one.acknowledged_at == here.clock() and one.snoozes == {LI: "2022-06-14"}
        assert one.requested_due == date(2022, 6, 30)


def test_what_was_settled_meanwhile_is_named_and_nothing_is_recorded(
    here: SampleOffice, visitor: Visitor
) -> None:
    items = ids(here)
    here.act("submit", LEDGER_KEY)
    before = every_row(here)
    for action in ("handed-in", "seen", "later", "more-time"):
        answer = visitor.post(
            visitor.path(LI), action=action, item=items, day="2022-06-14", note="一并报送"
        )
        said = text_of(answer)
        assert answer.status_code == 422
        assert "Nothing was recorded: meanwhile this was handed in or settled: 报送隐患台账" in said
        assert answer.text.count('role="alert"') == 1
        assert "one paper settles these 2 items" in said
        if action in ("handed-in", "more-time"):
            assert "<details open>" in answer.text and ">一并报送</textarea>" in answer.text
    assert every_row(here) == before and not here.settings.uploads.exists()
    answer = visitor.post(
        visitor.path(LI), action="handed-in", item=ids(here, PLAN_KEY, LIST_KEY), note="补"
    )
    assert answer.status_code == 303 and states(here) == [State.SUBMITTED] * 3


def test_what_fails_for_one_is_recorded_for_none(here: SampleOffice, visitor: Visitor) -> None:
    before = every_row(here)
    for fields, said in (
        ({"nil": "1", "missing": "1"}, "a nil report has no parts"),
        ({"note": "x", "missing": ["0", "1", "2"]}, "leave unticked what you hand in"),
    ):
        answer = visitor.post(visitor.path(LI), action="handed-in", item=ids(here), **fields)
        assert answer.status_code == 422 and said in text_of(answer)
        assert answer.text.count('role="alert"') == 1 and "<details open>" in answer.text
    assert every_row(here) == before


def test_what_is_not_one_paper_is_not_answered_together(
    here: SampleOffice, visitor: Visitor
) -> None:
    june = "bridges-2022/monthly/north/2022-06"
    south = "bridges-2022/list/south"
    items = ids(here)
    here.act("request_extension", LIST_KEY, date(2022, 6, 30))
    here.act("approve_extension", LIST_KEY)
    before = every_row(here)
    for names in (items, ids(here, PLAN_KEY, june), ids(here, PLAN_KEY, south)):
        answer = visitor.post(visitor.path(LI), action="handed-in", item=names, note="mine")
        assert answer.status_code == 422
        assert "do not belong together any more" in text_of(answer)
        assert "南城市" not in text_of(answer)
    assert every_row(here) == before
    said = text_of(visitor.get(visitor.path(LI)))
    assert "one paper settles these 2 items" in said and "报送责任人名单" in said


def test_in_chinese(here: SampleOffice) -> None:
    visitor = Visitor(here, "zh")
    items = ids(here)
    assert "以下3项由同一份材料一并报送" in text_of(visitor.get(visitor.path(LI)))
    here.act("submit", LEDGER_KEY)
    answer = visitor.post(visitor.path(LI), action="handed-in", item=items, note="x")
    assert "未作任何登记" in text_of(answer) and "报送隐患台账" in text_of(answer)
