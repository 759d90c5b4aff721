"""All tables. The database is the truth: what is not here does not survive a restart.

Times are UTC; dates are local to the campaign's zone. Columns in a unique key are NOT NULL,
since NULLs do not collide.

To map a table onto its class takes two milliseconds: those that few commands want are imported when
they are asked for. Their keys refer to tables that are always here, or to ones of their own module.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from workflows.tables.log import Event as Event
from workflows.tables.mail import UNDER_WAY as UNDER_WAY
from workflows.tables.mail import Delivery as Delivery
from workflows.tables.mail import DeliveryKind as DeliveryKind
from workflows.tables.mail import DeliveryStatus as DeliveryStatus
from workflows.tables.mail import Reminder as Reminder
from workflows.tables.mail import ReminderStatus as ReminderStatus
from workflows.tables.people import Contact as Contact
from workflows.tables.plan import Assignment as Assignment
from workflows.tables.plan import Campaign as Campaign
from workflows.tables.plan import CampaignStatus as CampaignStatus
from workflows.tables.plan import MilestoneRow as MilestoneRow
from workflows.tables.plan import UnitRow as UnitRow

_WHEN_ASKED_FOR = {
    "absences": ("Absence", "Silence"),
    "feeds": ("Feed",),
    "figures": (
        "Degree", "FilledForm", "LightTurn", "NoticeStatus", "Progress", "ReportedAttribute",
        "SupervisionNotice", "TargetRow", "TargetShare",
    ),
    "inbox": ("FailingAddress", "InboxKind", "InboxMail", "InboxPlace", "InboxStatus"),
    "running": (
        "CarrierMinute", "CarrierPace", "ContactsStamp", "FailedTry", "NoticeItem", "TickSpan",
    ),
    "versions": ("CampaignVersion",),
}  # fmt: skip

if TYPE_CHECKING:
    from workflows.tables.absences import Absence as Absence
    from workflows.tables.absences import Silence as Silence
    from workflows.tables.feeds import Feed as Feed
    from workflows.tables.figures import Degree as Degree
    from workflows.tables.figures import FilledForm as FilledForm
    from workflows.tables.figures import LightTurn as LightTurn
    from workflows.tables.figures import NoticeStatus as NoticeStatus
    from workflows.tables.figures import Progress as Progress
    from workflows.tables.figures import ReportedAttribute as ReportedAttribute
    from workflows.tables.figures import SupervisionNotice as SupervisionNotice
    from workflows.tables.figures import TargetRow as TargetRow
    from workflows.tables.figures import TargetShare as TargetShare
    from workflows.tables.inbox import FailingAddress as FailingAddress
    from workflows.tables.inbox import InboxKind as InboxKind
    from workflows.tables.inbox import InboxMail as InboxMail
    from workflows.tables.inbox import InboxPlace as InboxPlace
    from workflows.tables.inbox import InboxStatus as InboxStatus
    from workflows.tables.running import CarrierMinute as CarrierMinute
    from workflows.tables.running import CarrierPace as CarrierPace
    from workflows.tables.running import ContactsStamp as ContactsStamp
    from workflows.tables.running import FailedTry as FailedTry
    from workflows.tables.running import NoticeItem as NoticeItem
    from workflows.tables.running import TickSpan as TickSpan
    from workflows.tables.versions import CampaignVersion as CampaignVersion
else:

    def __getattr__(name: str) -> Any:
        for module, names in _WHEN_ASKED_FOR.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"there is no table {name!r}")


def all_tables() -> MetaData:
    """Every table, for who looks at them all: migrations, and copies of a whole record."""
    for module in _WHEN_ASKED_FOR:
        import_module(f"{__name__}.{module}")
    return SQLModel.metadata
