"""All tables. The database is the truth: what is not here does not survive a restart.

Times are UTC; dates are local to the campaign's zone. Columns in a unique key are NOT NULL,
since NULLs do not collide.
"""

from workflows.tables.figures import Degree as Degree
from workflows.tables.figures import FilledForm as FilledForm
from workflows.tables.figures import LightTurn as LightTurn
from workflows.tables.figures import NoticeStatus as NoticeStatus
from workflows.tables.figures import Progress as Progress
from workflows.tables.figures import SupervisionNotice as SupervisionNotice
from workflows.tables.figures import TargetRow as TargetRow
from workflows.tables.figures import TargetShare as TargetShare
from workflows.tables.inbox import FailingAddress as FailingAddress
from workflows.tables.inbox import InboxKind as InboxKind
from workflows.tables.inbox import InboxMail as InboxMail
from workflows.tables.inbox import InboxPlace as InboxPlace
from workflows.tables.inbox import InboxStatus as InboxStatus
from workflows.tables.log import Event as Event
from workflows.tables.log import ReportedAttribute as ReportedAttribute
from workflows.tables.log import TickSpan as TickSpan
from workflows.tables.mail import CarrierMinute as CarrierMinute
from workflows.tables.mail import CarrierPace as CarrierPace
from workflows.tables.mail import Delivery as Delivery
from workflows.tables.mail import DeliveryKind as DeliveryKind
from workflows.tables.mail import DeliveryStatus as DeliveryStatus
from workflows.tables.mail import FailedTry as FailedTry
from workflows.tables.mail import NoticeItem as NoticeItem
from workflows.tables.mail import Reminder as Reminder
from workflows.tables.mail import ReminderStatus as ReminderStatus
from workflows.tables.people import Absence as Absence
from workflows.tables.people import Contact as Contact
from workflows.tables.people import ContactsStamp as ContactsStamp
from workflows.tables.people import Feed as Feed
from workflows.tables.people import Silence as Silence
from workflows.tables.plan import Assignment as Assignment
from workflows.tables.plan import Campaign as Campaign
from workflows.tables.plan import CampaignStatus as CampaignStatus
from workflows.tables.plan import CampaignVersion as CampaignVersion
from workflows.tables.plan import MilestoneRow as MilestoneRow
from workflows.tables.plan import UnitRow as UnitRow
