"""A whole small office for one test: real database, real tick, real mail into a Maildir."""

import asyncio
import mailbox
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from config.settings import Settings
from notifications.by_hand import Decision, release
from notifications.links import make_links
from notifications.outcomes import sweep
from notifications.sender import Sender, SendReport, make_transport
from notifications.transports.base import Transport
from scheduler.clock import SimulatedClock
from scheduler.tick import remind, sending_window
from tests.support.moments import ZONE_NAME, at
from tests.support.new_database import make_database
from tests.support.organisation import declaration, organisation, write_organisation
from workflows import handing_in
from workflows.applying import Past, apply
from workflows.comparing import plan_apply
from workflows.database import Database
from workflows.declaration import Declaration
from workflows.handing_in import Deed, deed_moment
from workflows.naming import find_assignment
from workflows.tables import Assignment, CampaignStatus, Contact, Delivery, Event, Reminder

PLAN_KEY = "bridges-2022/plan/north"


class SampleOffice:
    """What a test does to one database; each call is one transaction at one moment."""

    def __init__(
        self,
        folder: Path,
        start: str = "2022-05-20 10:00",
        *,
        announce: bool = False,
        **settings: Any,
    ) -> None:
        """Units are told of their hand-ins with `announce`, the owner office of what is held
        where `settings` say `morning_list`: by default mails are digests alone, and leave at
        once."""
        folder.mkdir(exist_ok=True)
        self.announce = announce
        self.settings = Settings(
            home=folder / "home",
            organisation=write_organisation(folder),
            mail_from="duban@office.example.org",
            **{"morning_list": False, "briefing_day": "off", "spread_minutes": 0, **settings},
        )
        self.organisation = organisation(folder)
        self.clock = SimulatedClock(at(start))
        self.database = Database(self.settings.resolved_database_url)
        make_database(self.database)

    def close(self) -> None:
        """Give up the database."""
        self.database.close()

    def declare(self, *milestones: str, **words: str) -> Declaration:
        """A campaign of these milestones, by this office's organisation."""
        return declaration(self.organisation, *milestones, **words)

    def apply(
        self,
        *milestones: str,
        past: Past | None = None,
        decisions: Mapping[str, str] | None = None,
        note: str = "",
        status: CampaignStatus = CampaignStatus.RUNNING,
        **words: str,
    ) -> int:
        """Apply a campaign of these milestones; return how many assignments were added."""
        declared = self.declare(*milestones, **words)
        with self.database.write() as session:
            plan = plan_apply(session, [declared], self.organisation, self.clock(), decisions)
            return apply(
                session, plan, self.organisation, now=self.clock(), actor="tester", past=past,
                note=note, status=status,
            )  # fmt: skip

    def add_contact(self, unit_id: str, role: str, address: str, campaign: str = "") -> None:
        """A person at a unit, for one campaign or for all."""
        with self.database.write() as session:
            session.add(
                Contact(
                    campaign_id=campaign,
                    unit_id=unit_id,
                    role=role,
                    name=address.partition("@")[0],
                    address=address,
                )
            )

    def at(self, moment: str) -> datetime:
        """Set the clock."""
        self.clock.advance_to(at(moment))
        return self.clock()

    def act(
        self,
        action: str,
        name: str = PLAN_KEY,
        *args: Any,
        on: date | None = None,
        note: str = "",
        **how: Any,
    ) -> Event:
        """A use case of workflows/handing_in.py, now."""
        with self.database.write() as session:
            assignment = find_assignment(session, name)
            moment = deed_moment(on, self.clock(), ZONE_NAME)
            deed = Deed("tester", moment, self.clock(), note, announce=self.announce)
            event: Event = getattr(handing_in, action)(session, assignment, deed, *args, **how)
            return event

    def release(self, delivery_id: int | None) -> None:
        """Let a held delivery go."""
        with self.database.write() as session:
            release(session, delivery_id or 0, self.decision())

    def decision(self) -> Decision:
        """Who decides now."""
        return Decision("tester", self.clock())

    def remind(self, moment: str) -> tuple[int, int]:
        """The first half of a tick: nothing leaves."""
        self.at(moment)
        return remind(self.database, self.organisation, self.settings, self.clock(), "test")

    def send(self, moment: str | None = None, transport: Transport | None = None) -> SendReport:
        """The second half of a tick, by default into the Maildir; what has expired comes back."""
        if moment is not None:
            self.at(moment)
        with self.database.write() as session:
            sweep(session, self.clock(), self.settings.in_doubt)
        return asyncio.run(self._send(transport))

    def tick(self, moment: str, transport: Transport | None = None) -> SendReport:
        """One whole tick."""
        self.remind(moment)
        return self.send(transport=transport)

    def ticks(self, moments: Iterable[str]) -> list[int]:
        """A tick at each moment; return how many mails each sent."""
        return [self.tick(moment).sent for moment in moments]

    def sender(self, transport: Transport, worker: str = "test") -> Sender:
        """A sender on this office's database."""
        window = sending_window(self.settings)
        return Sender(
            self.database, transport, self.settings, window, self.clock, worker,
            links=make_links(self.settings), organisation=self.organisation,
        )  # fmt: skip

    async def _send(self, transport: Transport | None) -> SendReport:
        given = transport or make_transport(self.settings)
        try:
            return await self.sender(given).run()
        finally:
            await given.close()

    def assignment(self, name: str = PLAN_KEY) -> Assignment:
        """How an assignment stands."""
        with self.database.read() as session:
            return find_assignment(session, name)

    def reminders(self) -> Sequence[Reminder]:
        """Every reminder, oldest first."""
        with self.database.read() as session:
            return session.exec(select(Reminder).order_by(col(Reminder.id))).all()

    def fates(self) -> list[tuple[str, str, str]]:
        """Each reminder's reason, address and status, oldest first."""
        return [(one.reason, one.address, one.status.value) for one in self.reminders()]

    def deliveries(self) -> Sequence[Delivery]:
        """Every delivery, oldest first."""
        with self.database.read() as session:
            return session.exec(select(Delivery).order_by(col(Delivery.id))).all()

    def statuses(self) -> list[str]:
        """Each delivery's status, oldest first."""
        return [one.status.value for one in self.deliveries()]

    def events(self) -> Sequence[Event]:
        """Every event, oldest first."""
        with self.database.read() as session:
            return session.exec(select(Event).order_by(col(Event.id))).all()

    def mails(self) -> list[EmailMessage]:
        """What has arrived in the Maildir, by Date and address."""
        if not self.settings.maildir.exists():
            return []
        box = mailbox.Maildir(self.settings.maildir, create=False)
        found = [box.get_bytes(key) for key in box.iterkeys()]
        mails = [message_from_bytes(one, policy=default) for one in found]
        return sorted(mails, key=lambda mail: (mail["Date"].datetime, mail["To"]))

    def letters(self) -> list[tuple[str, str]]:
        """The local day and the address of each mail in the Maildir."""
        return [(f"{mail['Date'].datetime:%m-%d}", str(mail["To"])) for mail in self.mails()]
