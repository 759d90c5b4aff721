"""Contacts: who at a unit is told. Imported from a CSV file, all rows or none."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from config.errors import InputError, Problem, ProblemsError
from config.i18n import _
from workflows.naming import Named, find_named
from workflows.organisation import Organisation
from workflows.tables import Campaign, Contact, UnitRow

COLUMNS = ("name", "unit", "role", "email", "campaign")
ROLES = ("contact", "deputy", "lead")
_HEADINGS = {
    "姓名": "name", "单位": "unit", "角色": "role", "邮箱": "email", "专项工作": "campaign",
    "e-mail": "email",
}  # fmt: skip
_ROLE_WORDS = {"联络员": "contact", "B角": "deputy", "分管负责人": "lead"}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One row of the file, checked."""

    name: str
    unit_id: str
    role: str
    address: str
    campaign_id: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    added: int
    changed: int
    unchanged: int


def read_contacts(
    file: Path, organisation: Organisation, campaigns: Sequence[Named]
) -> list[ContactRow]:
    """Read and check the file. Raises ProblemsError with each wrong row, InputError where the
    file cannot be read."""
    try:
        rows = list(csv.reader(io.StringIO(_text(file))))
    except csv.Error as error:
        raise InputError(
            _("{file} cannot be read as CSV: {reason}").format(file=file, reason=error),
            _("save it as CSV, in UTF-8 or GBK"),
        ) from None
    if not rows:
        raise InputError(
            _("{file} is empty").format(file=file),
            _("the first line must be: {columns}").format(columns=",".join(COLUMNS)),
        )
    headings = [_HEADINGS.get(one.strip(), one.strip().lower()) for one in rows[0]]
    missing = [one for one in COLUMNS[:4] if one not in headings]
    if missing:
        raise ProblemsError(
            [
                Problem(
                    _("the columns {names} are missing").format(names=_(", ").join(missing)),
                    _("the first line must be: {columns}").format(columns=",".join(COLUMNS)),
                    str(file),
                    1,
                )
            ]
        )
    problems: list[Problem] = []
    found = []
    for line, cells in enumerate(rows[1:], start=2):
        if not any(one.strip() for one in cells):
            continue
        values = dict(zip(headings, (one.strip() for one in cells), strict=False))
        checked = _check(values, str(file), line, organisation, campaigns)
        if isinstance(checked, ContactRow):
            found.append(checked)
        else:
            problems += checked
    if problems:
        raise ProblemsError(problems)
    return found


def import_contacts(session: Session, rows: Iterable[ContactRow]) -> ImportReport:
    """Add the rows, or change the names of contacts that are there already."""
    added = changed = unchanged = 0
    for row in rows:
        contact = session.exec(
            select(Contact).where(
                Contact.campaign_id == row.campaign_id,
                Contact.unit_id == row.unit_id,
                Contact.role == row.role,
                Contact.address == row.address,
            )
        ).first()
        if contact is None:
            session.add(
                Contact(
                    campaign_id=row.campaign_id,
                    unit_id=row.unit_id,
                    role=row.role,
                    name=row.name,
                    address=row.address,
                )
            )
            session.flush()
            added += 1
        elif contact.name != row.name:
            contact.name = row.name
            session.add(contact)
            changed += 1
        else:
            unchanged += 1
    return ImportReport(added, changed, unchanged)


def list_contacts(session: Session) -> Sequence[Contact]:
    """Every contact, general ones first; units in administrative order, offices after them."""
    positions = {one.id: one.position for one in session.exec(select(UnitRow))}
    return sorted(
        session.exec(select(Contact)),
        key=lambda one: (
            one.campaign_id,
            positions.get(one.unit_id, len(positions)),
            one.unit_id,
            one.id or 0,
        ),
    )


def known_campaigns(session: Session) -> list[Named]:
    """The campaigns that contacts can be for."""
    rows = session.exec(select(Campaign.id, Campaign.title))
    # Ordered here: a database's own order of text depends on its collation.
    return sorted((Named(row[0], (row[1],)) for row in rows), key=lambda one: one.id)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError(
                _("{file} is too large for a contact list").format(file=file),
                _("is it the right file? 10 MB is the limit"),
            )
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            _("cannot read {file}: {reason}").format(file=file, reason=error.strerror),
            _("check the path and its permissions"),
        ) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError(
        _("{file} is not a CSV text file").format(file=file),
        _("save it as CSV, in UTF-8 or GBK"),
    )


def _check(
    values: dict[str, str],
    file: str,
    line: int,
    organisation: Organisation,
    campaigns: Sequence[Named],
) -> ContactRow | list[Problem]:
    problems = []

    def wrong(field: str, message: str, mend: str) -> None:
        problems.append(Problem(message, mend, file, line, field=field))

    name, address = values.get("name", ""), values.get("email", "").lower()
    if not name or len(name) > 100 or any(ord(char) < 32 for char in name):
        wrong("name", _("the name is missing or not plain text"), _("write the person's name"))
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        wrong(
            "email",
            _("“{text}” is not an e-mail address").format(text=address[:60]),
            _("write e.g. name@example.org"),
        )
    role = values.get("role", "") or "contact"
    role = _ROLE_WORDS.get(role, role)
    if role not in ROLES:
        wrong(
            "role",
            _("unknown role “{role}”").format(role=role[:60]),
            _("write one of {roles}").format(roles=_(", ").join(ROLES)),
        )
    known = [Named(one.id, (one.name, *one.aliases)) for one in organisation.units]
    units = {named.id for named in known}
    known += [
        Named(one.id, (one.name, *one.aliases))
        for one in organisation.departments
        if one.id not in units
    ]
    unit_id = campaign_id = ""
    try:
        unit_id = find_named(values.get("unit", ""), known, _("unit"))
    except InputError as error:
        wrong("unit", error.message, error.mend)
    if values.get("campaign"):
        try:
            campaign_id = find_named(values["campaign"], campaigns, _("campaign"))
        except InputError as error:
            wrong("campaign", error.message, error.mend)
    return problems or ContactRow(name, unit_id, role, address, campaign_id)
