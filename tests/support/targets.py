"""Targets for tests: a milestone with one of each kind, and figures reported on them."""

from datetime import date
from decimal import Decimal

from tests.support.office import SampleOffice
from workflows.tables import Campaign, Progress
from workflows.targets.numbers import Numbers, numbers_at
from workflows.targets.recording import Reporting, check, record
from workflows.targets.shares import set_shares
from workflows.targets.views import find_target, targets_of
from workflows.transitions import Deed

CAMPAIGN_ID = "bridges-2022"

# From Monday 2022-06-06 to Thursday 30 June there are 18 working days after the first.
REPAIRS = """\
  - id: repairs
    title: 完成桥梁加固
    due: 2022-06-30
    start: 2022-06-06
    who: {levels: [city, county]}
    departments: [公路处]
    clause: 三（一）
    targets:
      - {id: bridges, title: 加固桥梁, unit_of_measure: 座,
         points: [{by: 2022-06-15, value: 4}, {by: 2022-06-30, value: 10}]}
      - {id: all-bridges, title: 全省加固桥梁, scope: province, unit_of_measure: 座, value: 25,
         sum_of: [bridges]}
      - {id: surveyed, title: 排查比例, measure: share, unit_of_measure: '%', value: 90}
      - {id: lamps, title: 更换灯具, scope: province, unit_of_measure: 盏, value: 700,
         reporters: {levels: [city, county]}, maximum: 5000}
      - {id: signs, title: 全部标志更换, measure: all, of: signs, unit_of_measure: 块}
      - {id: sorts, title: 新建, who: [北城市], unit_of_measure: 个,
         categories: {涵洞: 1, 护栏: 1}}
      - {id: either, title: 任建一类, who: [山县], unit_of_measure: 个, need: any,
         categories: {涵洞: 1, 护栏: 1}}
      - {id: fourfold, title: 办件量, scope: province, unit_of_measure: 件,
         baseline: {times: 4, value: 50}}
      - {id: opened, title: 开通热线, measure: yes_no, unit_of_measure: 是否}
      - {id: wished, title: 力争加固, binding: strive, unit_of_measure: 座, value: 12,
         who: [北城市]}
"""


def report(
    office: SampleOffice,
    target: str,
    unit: str,
    value: str | None,
    on: str,
    whole: str | None = None,
    category: str = "",
) -> Progress | None:
    """A figure, recorded at the office's moment."""
    now = office.clock()
    with office.database.write() as session:
        campaign = session.get_one(Campaign, CAMPAIGN_ID)
        reporting = Reporting(
            find_target(targets_of(session, campaign), target),
            unit,
            date.fromisoformat(on),
            None if value is None else Decimal(value),
            None if whole is None else Decimal(whole),
            category,
        )
        deed = Deed("tester", now, now)
        check(reporting, unit, now.date())
        return record(session, reporting, deed)


def share(office: SampleOffice, target: str, **shares: int) -> None:
    """Shares of a province's target, by unit id."""
    now = office.clock()
    with office.database.write() as session:
        view = find_target(targets_of(session, session.get_one(Campaign, CAMPAIGN_ID)), target)
        set_shares(
            session, view, {unit: Decimal(value) for unit, value in shares.items()},
            Deed("tester", now, now),
        )  # fmt: skip


def numbers(office: SampleOffice, moment: str = "", *, as_of_past: bool = False) -> Numbers:
    """How the targets stand at the office's moment, or at `moment`."""
    when = office.at(moment) if moment and not as_of_past else office.clock()
    if as_of_past:
        from tests.support.moments import at

        when = at(moment)
    with office.database.read() as session:
        campaign = session.get_one(Campaign, CAMPAIGN_ID)
        return numbers_at(session, campaign, when, as_of_past=as_of_past)
