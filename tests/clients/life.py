"""A campaign's life in three steps, which every client follows over HTTP."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.support.office import PLAN_KEY, SampleOffice
from tests.support.organisation import MONTHLY, PLAN

PHASE = """\
  - id: patrol
    title: 集中排查
    kind: phase
    due: 6月1日至6月20日
    who: {levels: [city]}
    departments: [公路处]
    clause: 二（五）
"""
ADDED = """\
  - id: review
    title: 报送“回头看”总结, 附整改清单; 一式三份
    due: 2022-09-30
    who: {levels: [city]}
    departments: [安全处]
    clause: 三（一）
"""
WAIVED = "bridges-2022/monthly/south/2022-06"
HANDED_IN = "bridges-2022/monthly/hill/2022-06"
COUNTS = (12, 12, 13)  # what is shown at each step: two are added, one has gone


def first(folder: Path) -> SampleOffice:
    """The office at the first step, on 20 May: three milestones, twelve entries."""
    office = SampleOffice(folder)
    office.apply(PLAN, MONTHLY, PHASE)
    return office


def steps(office: SampleOffice) -> Iterator[int]:
    """The numbers of the steps, each of which is there when it is yielded.

    On 1 June a date moves, a duty is waived and another handed in. By September two entries more
    are there, the waived one is gone after ninety days, and others are overdue.
    """
    yield 1
    office.at("2022-06-01 10:00")
    office.act("approve_extension", PLAN_KEY, date(2022, 6, 30))
    office.act("waive", WAIVED)
    office.act("submit", HANDED_IN)
    yield 2
    office.at("2022-08-31 10:00")
    office.apply(PLAN, MONTHLY, PHASE, ADDED)
    yield 3
