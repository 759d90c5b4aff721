"""The office that mails are measured in: very many units, each of which owes two duties."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.mail_references import CONNECTIONS
from benchmarks.streets import write_organisation
from config.settings import Settings, SmtpSecurity
from notifications.sender import Sender, make_transport
from notifications.transports.base import Mail, SendResult
from scheduler.clock import SimulatedClock
from scheduler.office import Office
from scheduler.tick import remind, sending_window
from workflows.applying import apply
from workflows.comparing import plan_apply
from workflows.loading import load_declarations
from workflows.tables import DeliveryStatus

MAILS = 2000
_START = datetime(2022, 5, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
_DUE = datetime(2022, 5, 31, 9, tzinfo=ZoneInfo("Asia/Shanghai"))  # the first rung's day
BEFORE = {  # days on which a few units are written to: of each a program has been running since
    "first": datetime(2022, 5, 26, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
    "second": datetime(2022, 5, 27, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
    "third": datetime(2022, 5, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
}

_CAMPAIGN = """\
id: bench-2022
title: 农村公路隐患排查
year: 2022
owner: 公路处
mailbox: roads@example.org
enquiries: [{office: 公路处, phone: 0000-0000000}]
milestones:
  - id: plan
    title: 报送排查方案
    due: 2022-06-15
    who: {levels: [street]}
    departments: [公路处]
    deliverables: [{name: 排查方案, form: 附件1, stamped: true, formats: [PDF, WORD]}]
    clause: 二（一）
  - id: list
    title: 报送隐患清单
    due: 2022-06-15
    who: {levels: [street]}
    departments: [公路处]
    deliverables: [{name: 隐患清单, form: 附件2}]
    clause: 二（二）
  - id: first
    title: 报送第三批名单
    due: 2022-06-10
    who: {units: [unit-0, unit-1, unit-2]}
    departments: [公路处]
    deliverables: [{name: 名单, form: 附件三}]
    clause: 二（三）
  - id: second
    title: 报送第四批名单
    due: 2022-06-13
    who: {units: [unit-0, unit-1, unit-2]}
    departments: [公路处]
    deliverables: [{name: 名单, form: 附件四}]
    clause: 二（四）
  - id: third
    title: 报送第五批名单
    due: 2022-06-14
    who: {units: [unit-0, unit-1, unit-2]}
    departments: [公路处]
    deliverables: [{name: 名单, form: 附件五}]
    clause: 二（五）
"""


class _Noting:
    """A transport that remembers the messages that it hands on."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.seen: list[bytes] = []  # what has gone over the wire
        self.name = inner.name

    @property
    def trouble(self) -> Any:
        """The inner transport's."""
        return self._inner.trouble

    async def ready(self, until: float | None = None) -> Any:
        """The inner transport's."""
        return await self._inner.ready(until)

    async def send(self, mail: Mail, until: float | None = None) -> SendResult:
        """Note it and hand it on."""
        self.seen.append(mail.content)
        result: SendResult = await self._inner.send(mail, until)
        return result

    async def close(self) -> None:
        """The inner transport's."""
        await self._inner.close()


@dataclass
class Bench:
    """The office on the morning of its first rung."""

    here: Office
    clock: SimulatedClock
    transport: _Noting

    def remind(self) -> None:
        """What is due becomes reminders and deliveries."""
        due, made = remind(
            self.here.database, self.here.organisation, self.here.settings, self.clock(), "bench"
        )
        assert due >= made > 0

    def send(self) -> int:
        """They are sent and recorded, by this process and others; return how many by this one."""
        settings = self.here.settings
        sender = Sender(
            self.here.database, self.transport, settings, sending_window(settings), self.clock, "b"
        )

        async def run() -> int:
            try:
                return (await sender.run()).statuses[DeliveryStatus.DONE]
            finally:
                await self.transport.close()

        return asyncio.run(run())


def mail_settings(folder: Path, port: int, **more: Any) -> Settings:
    """The office's settings: mails leave at once, to the server at this port of loopback."""
    return Settings(
        home=folder / "home",
        organisation=folder / "organisation.yaml",
        campaigns_dir=folder,
        mail_from="duban@example.org",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=SmtpSecurity.NONE,
        smtp_connections=CONNECTIONS,
        spread_minutes=0,
        morning_list=False,
        briefing_day="off",
        **more,
    )


@contextmanager
def mail_office(folder: Path, port: int, *, units: int = MAILS, **more: Any) -> Iterator[Bench]:
    """The office in a new `folder`, whose mails go to this port; `more` are settings."""
    write_organisation(folder, units)
    (folder / "bench-2022.yaml").write_text(_CAMPAIGN, encoding="utf-8")
    settings = mail_settings(folder, port, **more)
    settings.home.mkdir()
    here = Office(settings, SimulatedClock(_START))
    declared = load_declarations([folder / "bench-2022.yaml"], here.organisation)
    with here.create_database().write() as session:
        planned = plan_apply(session, declared, here.organisation, _START)
        apply(session, planned, here.organisation, now=_START, actor="bench", past=None)
    here.close()
    with same_office(settings, "first") as bench:
        yield bench


@contextmanager
def same_office(settings: Settings, before: str) -> Iterator[Bench]:
    """An office that is there already, in another process perhaps: of a program that has been
    running since an earlier day, on which it sent the few mails of the milestone `before`."""
    clock = SimulatedClock(BEFORE[before])
    here = Office(settings, clock)
    assert here.organisation  # a running program has read it long ago
    try:
        bench = Bench(here, clock, _Noting(make_transport(settings)))
        bench.remind()
        assert bench.send() == 3
        clock.advance_to(_DUE)
        bench.transport = _Noting(make_transport(settings))
        yield bench
    finally:
        here.close()
