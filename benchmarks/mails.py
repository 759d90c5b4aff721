"""Mails end to end: from rungs that come due to the server's 250, recorded, in one process."""

import asyncio
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.mail_references import (
    CONNECTIONS,
    RUNS,
    django_time,
    postfix_program,
    running_sink,
    source_time,
)
from benchmarks.measured import Result, print_rows, timed
from benchmarks.streets import write_organisation
from config.settings import Settings, SmtpSecurity
from notifications.sender import Sender, make_transport
from notifications.transports.base import Mail, SendResult
from scheduler.clock import SimulatedClock
from scheduler.collector import spare_the_collector
from scheduler.office import Office
from scheduler.tick import remind, sending_window
from workflows.applying import apply
from workflows.comparing import plan_apply
from workflows.loading import load_declarations
from workflows.tables import DeliveryStatus

MAILS = 2000
BATCH = 500  # mails that one claim takes; the default bounds doubts after a crash more closely
_START = datetime(2022, 5, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
_DUE = datetime(2022, 5, 31, 9, tzinfo=ZoneInfo("Asia/Shanghai"))  # the first rung's day

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
"""


def measure(folder: Path) -> Iterator[Result | str]:
    """The rows; a line that says so where a reference is missing."""
    sink, source = postfix_program("smtp-sink"), postfix_program("smtp-source")
    what = f"mails end to end, {MAILS:,} of 2 duties"
    if sink is None:
        yield f"{what:44} not measured: there is no smtp-sink (Debian's package postfix)"
        return
    with running_sink(sink) as port:
        own, messages = zip(
            *(_own_run(folder / f"run{n}", port, BATCH) for n in range(RUNS)), strict=True
        )
        wire = messages[0]
        django = django_time(wire, port)
        mine = statistics.median(own)
        yield Result(f"{what} ({MAILS / mine:,.0f}/s)", mine, *django)
        default: int = Settings.model_fields["send_batch"].default
        few = [_own_run(folder / f"few{n}", port, default)[0] for n in range(RUNS)]
        yield Result(
            f"the same, {default} in a batch, the default", statistics.median(few), *django
        )
        if source is None:
            yield f"{what:44} no limit: there is no smtp-source (Debian's package postfix)"
        else:
            yield Result(f"the same, {BATCH} in a batch", mine, *source_time(source, wire, port))
        rendering, sending = _halves(folder / "halves", port)
    before = "  of that, until deliveries are made"
    yield f"{before:44} {rendering:9.3f} s   and then {sending:.3f} s"


def _halves(folder: Path, port: int) -> tuple[float, float]:
    """Seconds until deliveries are made, and from then on."""
    with _office(folder, port, BATCH) as here:
        first = timed(here.remind)
        return first, timed(here.send)


def _own_run(folder: Path, port: int, batch: int) -> tuple[float, list[bytes]]:
    """Seconds for all of it, and the messages as they went over the wire."""
    with _office(folder, port, batch) as here:
        spare_the_collector()  # as `duban serve` does

        def whole() -> None:
            here.remind()
            here.send()

        return timed(whole), here.transport.seen


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
class _Bench:
    """An office of very many units, each of which owes two duties."""

    here: Office
    clock: SimulatedClock
    transport: _Noting

    def remind(self) -> None:
        """What is due becomes reminders and deliveries."""
        made = remind(
            self.here.database, self.here.organisation, self.here.settings, self.clock(), "bench"
        )
        assert made == (2 * MAILS, MAILS), made

    def send(self) -> None:
        """They are sent and recorded."""
        settings = self.here.settings
        sender = Sender(
            self.here.database, self.transport, settings, sending_window(settings), self.clock, "b"
        )

        async def run() -> int:
            try:
                return (await sender.run()).statuses[DeliveryStatus.DONE]
            finally:
                await self.transport.close()

        done = asyncio.run(run())
        assert done == MAILS, done


@contextmanager
def _office(folder: Path, port: int, batch: int) -> Iterator[_Bench]:
    organisation = write_organisation(folder, MAILS)
    (folder / "bench-2022.yaml").write_text(_CAMPAIGN, encoding="utf-8")
    settings = Settings(
        home=folder / "home",
        organisation=organisation,
        campaigns_dir=folder,
        mail_from="duban@example.org",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=SmtpSecurity.NONE,
        smtp_connections=CONNECTIONS,
        send_batch=batch,
        spread_minutes=0,
        morning_list=False,
        briefing_day="off",
    )
    settings.home.mkdir()
    clock = SimulatedClock(_START)
    here = Office(settings, clock)
    declared = load_declarations([folder / "bench-2022.yaml"], here.organisation)
    with here.create_database().write() as session:
        planned = plan_apply(session, declared, here.organisation, _START)
        apply(session, planned, here.organisation, now=_START, actor="bench", past=None)
    clock.advance_to(_DUE)
    try:
        yield _Bench(here, clock, _Noting(make_transport(settings)))
    finally:
        here.close()


def main() -> None:
    """Measure and print."""
    print_rows(measure)


if __name__ == "__main__":
    main()
