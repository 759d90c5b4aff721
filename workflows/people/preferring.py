"""How a person wants to be told: by mail, or over one of the office's channels."""

from sqlmodel import Session, col, func, select

from config.errors import InputError
from config.i18n import _
from workflows.tables import Contact


def prefer_channel(session: Session, address: str, channel: str) -> int:
    """Let whoever has that address be told over `channel`; '' is mail. Returns in how many entries.

    Raises InputError where there is no contact with it.
    """
    found = session.exec(
        select(Contact).where(func.lower(col(Contact.address)) == address.lower())
    ).all()
    if not found:
        raise InputError(
            _("no contact has the address {address}").format(address=address),
            _("see “duban contacts list”"),
        )
    for contact in found:
        contact.channel = channel
        session.add(contact)
    return len(found)
