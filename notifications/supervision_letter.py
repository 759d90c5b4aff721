"""A supervision notice as the mail's templates see it; the document goes with it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from config.i18n import N_, _
from notifications.content import Enquiry, Supervised
from notifications.letter import Letter, PageLinks
from notifications.supervision_words import (
    closing,
    heading,
    lines,
    mailboxes,
    number,
    opening,
    signature,
)
from workflows.tables import Degree
from workflows.words import word

_TAGS: Mapping[Degree, str] = MappingProxyType(
    {
        Degree.REMINDER: N_("Reminder"),
        Degree.SUPERVISION: N_("Supervision"),
        Degree.CIRCULAR: N_("Proposal"),
    }
)


def supervision_letter(
    notice: Supervised, address: str, now: datetime, links: PageLinks | None
) -> Letter:
    """The letter as it is put at `now` (aware, in the office's zone), with the link to the page of
    who has to hand in."""
    to_unit = notice.degree is not Degree.CIRCULAR
    enquiries = [
        Enquiry(each["office"], each.get("phone", ""), each.get("name", ""))
        for one in notice.said.campaigns
        for each in one.enquiries
    ]
    values = {
        "recipient": notice.recipient,
        "unit": notice.said.unit,
        "to_unit": to_unit,
        "tag": _(_TAGS[notice.degree]),
        "degree": word(notice.degree),
        "number": number(notice),
        "heading": heading(notice),
        "opening": opening(notice),
        "lines": lines(notice),
        "several": len(notice.said.campaigns) > 1,
        "closing": closing(notice),
        "answer_by": notice.answer_by,
        "mailboxes": mailboxes(notice),
        "enquiries": list(dict.fromkeys(enquiries)),
        "signature": signature(notice),
        "day": notice.day,
        "link": links.answer(address, now) if links is not None and to_unit else "",
        "today": now.date(),
    }
    return Letter("supervision", values, (), tuple(mailboxes(notice)))
