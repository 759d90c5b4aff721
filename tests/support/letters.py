"""Items of digests for tests of letters."""

from datetime import date
from typing import Any

from calendars.entry import EntrySource
from notifications.content import Enquiry, Item
from tests.support.moments import at
from workflows.states import State


def item(title: str = "报送方案", *, due: date = date(2022, 6, 15), **other: Any) -> Item:
    """One assignment of a contact, as a digest tells it."""
    entry = EntrySource(
        "1@example.org", 0, at("2022-06-01 09:00"), due, title, "北城市", "阳光行动", "二（一）",
        "bridges@example.org", (), State.OPEN,
    )  # fmt: skip
    plain = Item(
        key="bridges-2022/plan/north",
        campaign="bridges-2022",
        campaign_title="阳光行动",
        title=title,
        unit="北城市",
        level="city",
        due=due,
        nominal_due=due,
        late_after=due,
        returned=False,
        role="contact",
        recipient="王明",
        reason="before-2",
        deliverables=("方案（附件1，盖章）",),
        clause="二（一）",
        mailbox="bridges@example.org",
        departments=("公路处",),
        enquiries=(Enquiry("公路处", "0000-0000000", "王明"),),
        entry=entry,
    )
    return plain._replace(**other)
