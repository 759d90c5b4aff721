"""Finds a person by address, or by a name that only one address has."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from config.plain_text import EMAIL
from workflows.tables import Contact

_NEAR = 0.75  # of two addresses' first parts: one letter wrong in four


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
    raise InputError(
        _("there is no contact “{name}”").format(name=wanted[:100]),
        _alike(wanted, dict.fromkeys(name for _address, name in known), addresses.values())
        or _("see “duban contacts list”"),
    )


def _alike(wanted: str, names: Iterable[str], addresses: Iterable[str]) -> str:
    """Names or addresses that may be meant; the same mail system makes no two addresses alike."""
    local = wanted.partition("@")[0].lower()[:100]
    near = get_close_matches(wanted[:100], list(names), n=3, cutoff=0.5)
    near += [one for one in addresses if _is_near(local, one.partition("@")[0].lower())]
    return _("did you mean {names}?").format(names=_(", ").join(near[:3])) if near else ""


def _is_near(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _NEAR


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
