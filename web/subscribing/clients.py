"""Calendar programs: which of them subscribe, and how, in the words of their own menus.

Only what was tried or has a source. The sources are in docs/calendars.md, which a test compares
with this table, so that the page and the documentation say the same.
"""

from dataclasses import dataclass
from enum import StrEnum

from config.i18n import N_


class Way(StrEnum):
    """How a program takes a calendar."""

    LINK = "link"  # it opens our webcal:// link and keeps the calendar up to date
    ADDRESS = "address"  # it takes the https address and keeps the calendar up to date
    FILE = "file"  # nothing says that it subscribes: a file is imported once and stays as it was


class Shows(StrEnum):
    """Which form of a feed suits a program."""

    EVENTS = "events"  # VEVENT
    BOTH = "events or tasks"  # VTODO too, as tasks


@dataclass(frozen=True, slots=True)
class Client:
    """A calendar program. The texts are messages in English, for `_()` to translate."""

    name: str
    way: Way
    shows: Shows = Shows.EVENTS
    steps: tuple[str, ...] = ()
    note: str = ""


_FILE_ONLY = (
    N_("Subscribing is not supported, as far as we know. Download the .ics file below."),
    N_("Import the file. What changes later does not appear there: import it again."),
)
_PHONE = N_("Or subscribe with the calendar of your telephone, which is kept up to date.")

CLIENTS: tuple[Client, ...] = (
    Client(
        N_("iPhone, iPad"),
        Way.LINK,
        steps=(
            N_("Open this page in Safari and tap “Subscribe” above, then “Subscribe” once more."),
            N_("To be reminded, turn off there what removes alerts, before you tap “Add”."),
            N_(
                "Or: Settings → Apps → Calendar → Calendar Accounts → Add Account → Other →"
                " Add Subscribed Calendar, and paste the address."
            ),
        ),
    ),
    Client(
        N_("Mac"),
        Way.LINK,
        steps=(
            N_("Calendar → File → New Calendar Subscription, paste the address, Subscribe."),
            N_("Set “Auto-refresh” to every hour. For reminders, turn off what removes alerts."),
        ),
    ),
    Client(
        N_("Android (ICSx⁵)"),
        Way.ADDRESS,
        steps=(
            N_("Install ICSx⁵, open it, tap “+” and paste the https address (not webcal)."),
            N_("Tap “Next” and subscribe. The entries appear in the calendar of the telephone."),
            N_("Set a synchronization interval there, and let it run in the background."),
        ),
    ),
    Client(
        N_("Xiaomi"),
        Way.ADDRESS,
        steps=(N_("Calendar → Import events (日程导入) → From URL (URL导入), paste the address."),),
        note=N_("Told by one user, not tried by us. If nothing comes, use ICSx⁵."),
    ),
    Client(
        N_("Huawei (HarmonyOS, EMUI)"),
        Way.FILE,
        steps=_FILE_ONLY,
        note=N_("Where Android programs can be installed, use ICSx⁵ as above."),
    ),
    Client(
        N_("OPPO, vivo"),
        Way.FILE,
        steps=_FILE_ONLY,
        note=N_("Where Android programs can be installed, use ICSx⁵ as above."),
    ),
    Client(
        N_("Outlook (web, new Outlook)"),
        Way.ADDRESS,
        steps=(
            N_("Calendar → Add calendar → Subscribe from web."),
            N_("Paste the https address, give it a name, Import."),
        ),
        note=N_("New entries may take from 3 hours to a day. Outlook does not ring."),
    ),
    Client(
        N_("Outlook (classic, Windows)"),
        Way.ADDRESS,
        steps=(
            N_("File → Account Settings → Internet Calendars → New."),
            N_("Paste the https address, Add, OK."),
        ),
        note=N_("Outlook does not ring for a subscribed calendar."),
    ),
    Client(
        N_("Thunderbird"),
        Way.ADDRESS,
        Shows.BOTH,
        steps=(
            N_("New Calendar… → On the Network → paste the https address → Find Calendars."),
            N_("Tick the calendar, open its properties, give it a name, tick “Read Only”."),
            N_("Subscribe."),
        ),
        note=N_("Otherwise it is called by the secret part of the address."),
    ),
    Client(
        N_("Google Calendar"),
        Way.ADDRESS,
        steps=(N_("On the web: Other calendars → + → From URL, paste the address, Add calendar."),),
        note=N_("Changes may take 12 hours and more. It does not ring and hides what is waived."),
    ),
    Client(N_("WeCom"), Way.FILE, steps=_FILE_ONLY, note=_PHONE),
    Client(N_("DingTalk"), Way.FILE, steps=_FILE_ONLY, note=_PHONE),
    Client(N_("Feishu"), Way.FILE, steps=_FILE_ONLY, note=_PHONE),
    Client(N_("QQ Mail"), Way.FILE, steps=_FILE_ONLY, note=_PHONE),
    Client(
        N_("khal, vdirsyncer"),
        Way.ADDRESS,
        Shows.BOTH,
        steps=(N_("A vdirsyncer storage of type “http” has this address; khal reads the folder."),),
    ),
)
