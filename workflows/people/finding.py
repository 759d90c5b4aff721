"""Finds a person by address, or by a name that only one address has."""

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from config.plain_text import EMAIL
from workflows.organisation import did_you_mean
from workflows.tables import Contact


def find_person(session: Session, text: str) -> str:
    """The address of the contact that `text` names. Raises InputError with suggestions."""
    wanted = text.strip()
    known = session.exec(select(Contact.address, Contact.name).order_by(col(Contact.id))).all()
    addresses = {address.lower(): address for address, _name in known}
    if wanted.lower() in addresses:
        return addresses[wanted.lower()]
    named = list(dict.fromkeys(address for address, name in known if name == wanted))
    if len(named) == 1:
        return named[0]
    if named:
        raise InputError(
            _("“{name}” is the name of several contacts").format(name=wanted),
            _("write one of: {names}").format(names=_(", ").join(named[:8])),
        )
    every = dict.fromkeys(word for row in known for word in row)
    raise InputError(
        _("there is no contact “{name}”").format(name=wanted[:100]),
        did_you_mean(wanted, every) or _("see “duban contacts list”"),
    )


def clean_address(text: str) -> str:
    """An e-mail address as the record holds it. Raises InputError."""
    address = text.strip().lower()
    if (
        not EMAIL.fullmatch(address) or "." not in address.rpartition("@")[2] or len(address) > 254
    ):  # the last part of a mail system's name is never alone
        raise InputError(
            _("“{text}” is not an e-mail address").format(text=text[:60]),
            _("write e.g. name@example.org"),
        )
    return address
