"""One person of a list, checked cell by cell; and what the record will hold of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields

from config.i18n import _
from config.plain_text import EMAIL, UNUSABLE
from workflows.people.words import ROLES, plain, role_of

_LONGEST = 100  # characters of a name, a position, an area
_LONGEST_NOTE = 500
_LONGEST_ADDRESS = 254
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_PARTS = re.compile(r"[\s,;/、|]+|(?<=(?<!\d)1[3-9]\d{9})(?=[a-z])")
_NO_DIGIT = re.compile(r"\D")

Wrong = Callable[[str, str, str], None]  # field, message, mend


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person of the file, checked. `address` is the e-mail address; who has a telephone
    alone bears it and the name: `tel:…`."""

    name: str
    unit_id: str
    role: str
    address: str
    campaign_id: str
    gender: str = ""
    position: str = ""
    phone: str = ""
    area: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is unique in the record."""
        return (self.campaign_id, self.unit_id, self.role, self.address)


DETAILS = tuple(
    one.name
    for one in fields(ContactRow)
    if one.name not in {"unit_id", "role", "address", "campaign_id"}
)


@dataclass(frozen=True, slots=True)
class Person:
    """What a row says of a person, but of which unit and for which campaign."""

    name: str
    role: str
    address: str
    gender: str
    position: str
    phone: str
    note: str

    def at(self, unit_id: str, area: str, campaign_id: str) -> ContactRow:
        """The person at that unit (or a county or section of it), for that campaign or ''."""
        return ContactRow(
            self.name, unit_id, self.role, self.address, campaign_id,
            self.gender, self.position, self.phone, area[:_LONGEST], self.note,
        )  # fmt: skip


def check_person(values: Callable[[str], str], role: str, wrong: Wrong) -> Person:
    """The person that a row's `values` tell of; what is wrong with them is told to `wrong`.

    `role` is the group heading's, '' for none.
    """
    name = _BETWEEN_HAN.sub("", values("name").replace("\u3000", " "))
    if not name or not is_line(name):
        wrong("name", _("the name is missing or not plain text"), _("write one person's name"))
    phone = " ".join(plain(values("phone")).split())
    email = _without_spaces(values("email"))
    if not email:
        email, phone = _of_either(phone)
    if email and not _is_address(email):
        wrong(
            "email",
            _("“{text}” is not an e-mail address").format(text=email[:60]),
            _("write e.g. name@example.org"),
        )
    digits = _NO_DIGIT.sub("", phone)
    if not email and len(digits) < 5:
        wrong(
            "email",
            _("there is neither an e-mail address nor a telephone number"),
            _("write e.g. name@example.org"),
        )
    return Person(
        name=name,
        role=_role(values("role"), role, wrong),
        address=email or f"tel:{digits[:30]};{name[:_LONGEST]}",
        gender=_text("gender", values("gender"), wrong),
        position=_text("position", values("position"), wrong),
        phone=_text("phone", phone, wrong),
        note=_text("note", values("note"), wrong, _LONGEST_NOTE),
    )


def _of_either(text: str) -> tuple[str, str]:
    """The address and the telephone number of a cell (联系方式) that may hold either or both."""
    words = [one for one in _PARTS.split(text) if one]
    addresses = [one for one in words if EMAIL.fullmatch(one)]
    if addresses:
        rest = " ".join(one for one in words if one not in addresses)
        return addresses[0].lower(), rest
    bare = _without_spaces(text)
    alone = EMAIL.fullmatch(bare) and not any(len(_NO_DIGIT.sub("", one)) >= 7 for one in words)
    return (bare, "") if alone else ("", text)


def _role(text: str, of_group: str, wrong: Wrong) -> str:
    if not text:
        return of_group or ROLES[0]
    found = role_of(text)
    if not found:
        wrong(
            "role",
            _("unknown role “{role}”").format(role=text[:60]),
            _("write one of {roles}").format(
                roles=_(", ").join(dict.fromkeys((_("contact"), _("deputy"), _("lead"), *ROLES)))
            ),
        )
    return found or ROLES[0]


def _text(field: str, text: str, wrong: Wrong, longest: int = _LONGEST) -> str:
    text = " ".join(text.split())
    if len(text) > longest or not is_line(text or "-", longest):
        wrong(
            field,
            _("it is longer than {count} characters or not plain text").format(count=longest),
            _("shorten it"),
        )
    return text


def is_line(text: str, longest: int = _LONGEST) -> bool:
    """Whether it is one line of plain text, and no longer than that."""
    return len(text) <= longest and not re.search(r"[\n\t\r]", text) and not UNUSABLE.search(text)


def _is_address(text: str) -> bool:
    fits = EMAIL.fullmatch(text) and len(text) <= _LONGEST_ADDRESS
    return bool(fits) and "." in text.rpartition("@")[2]


def _without_spaces(text: str) -> str:
    return "".join(plain(text).split()).lower()
