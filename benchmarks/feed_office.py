"""An office whose feeds are measured: 100 units owe ten duties each, 1,000 entries with alarms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from benchmarks.streets import write_organisation
from calendars.options import FeedOptions, FeedScope
from calendars.tokens import create_feed
from config.settings import Settings
from scheduler.clock import SimulatedClock
from scheduler.office import Office
from workflows.applying import apply
from workflows.comparing import plan_apply
from workflows.handing_in import Deed, submit
from workflows.loading import load_declarations
from workflows.naming import find_assignment

UNITS = 100
NOW = datetime(2022, 5, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
EVERYTHING = FeedOptions(FeedScope.ALL, alarms=True, language="zh")
ONE_UNIT = FeedOptions(FeedScope.UNIT, "unit-0", alarms=True, language="zh")

_CAMPAIGN = """\
id: bench-2022
title: 农村公路隐患排查整治专项行动
year: 2022
owner: 公路处
mailbox: roads@example.org
enquiries: [{office: 公路处, phone: 0000-0000000}]
milestones:
  - id: plan
    title: 制定并报送本地隐患排查工作方案
    due: 2022-06-15
    who: {levels: [street]}
    departments: [公路处]
    deliverables: [{name: 排查工作方案, form: 附件1, stamped: true, formats: [PDF, WORD]}]
    clause: 二（一）
  - id: list
    title: 报送隐患清单和整治台账
    due: 2022-06-30
    who: {levels: [street]}
    departments: [公路处]
    deliverables: [{name: 隐患清单, form: 附件2}, {name: 整治台账, form: 附件3, formats: [EXCEL]}]
    clause: 二（二）
  - id: monthly
    title: 报送整治进展月报
    kind: monthly
    due: 每月20日前
    first: 2022-05
    last: 2022-12
    covers: current
    who: {levels: [street]}
    departments: [公路处]
    deliverables: [{name: 整治进展月报, form: 附件4}]
    clause: 三（一）
"""


@contextmanager
def feed_office(folder: Path, database_url: str = "") -> Iterator[Office]:
    """The office with its record, in `folder` or in the database of that address."""
    organisation = write_organisation(folder, UNITS)
    (folder / "bench-2022.yaml").write_text(_CAMPAIGN, encoding="utf-8")
    settings = Settings(
        home=folder / "home",
        organisation=organisation,
        campaigns_dir=folder,
        database_url=SecretStr(database_url),
        public_url="https://duban.example.org",
        language="zh",
    )
    settings.home.mkdir(exist_ok=True)
    here = Office(settings, SimulatedClock(NOW))
    declared = load_declarations([folder / "bench-2022.yaml"], here.organisation)
    with here.create_database().write() as session:
        planned = plan_apply(session, declared, here.organisation, NOW)
        added = apply(session, planned, here.organisation, now=NOW, actor="bench", past=None)
    assert added == 10 * UNITS, added
    try:
        yield here
    finally:
        here.close()


def change(here: Office, number: int) -> None:
    """Hand in one duty of the unit of that number."""
    moment = NOW + timedelta(minutes=number)
    with here.database.write() as session:
        duty = find_assignment(session, f"bench-2022/list/unit-{number}")
        submit(session, duty, Deed("bench", moment, moment))


def make_feed(here: Office, options: FeedOptions) -> str:
    """The path of a new feed."""
    with here.database.write() as session:
        _feed, token = create_feed(session, options, NOW, "bench")
    return f"/feeds/{token}.ics"
