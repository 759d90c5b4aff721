"""Contacts: who at a unit is told. Imported from a CSV file, all rows or none."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from config.errors import SHOWN, InputError, Problem, ProblemsError
from config.files import read_bounded, shown_path
from config.i18n import _
from config.plain_text import EMAIL, UNUSABLE
from workflows.naming import Named, find_named
from workflows.organisation import Organisation
from workflows.tables import Contact

COLUMNS = ("name", "unit", "role", "email", "campaign")
ROLES = ("contact", "deputy", "lead")
_HEADINGS = {
    "姓名": "name", "单位": "unit", "角色": "role", "邮箱": "email", "专项工作": "campaign",
    "e-mail": "email",
}  # fmt: skip
_ROLE_WORDS = {"联络员": "contact", "B角": "deputy", "分管负责人": "lead"}
_MAX_BYTES = 10_000_000
_MAX_ROWS = 20_000
_GUARDED = re.compile(r"\A'(?=[=+\-@＝＋－＠])")  # as our own CSV marks what is no formula


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
    rows = _rows(file)
    if not rows:
        raise InputError(
            _("{file} is empty").format(file=shown_path(file)),
            _("the first line must be: {columns}").format(columns=",".join(COLUMNS)),
        )
    headings = [_HEADINGS.get(one.strip(), one.strip().lower()) for one in rows[0][1]]
    missing = [one for one in COLUMNS[:4] if one not in headings]
    if missing:
        raise ProblemsError(
            [
                Problem(
                    _("the columns {names} are missing").format(names=_(", ").join(missing)),
                    _("the first line must be: {columns}").format(columns=",".join(COLUMNS)),
                    shown_path(file),
                    1,
                )
            ]
        )
    problems: list[Problem] = []
    found = []
    shown = shown_path(file)
    for line, cells in rows[1:]:
        if not any(one.strip() for one in cells):
            continue
        if len(problems) > SHOWN:
            break  # what each wrong name may mean takes its time to find
        values = dict(zip(headings, (_value(one) for one in cells), strict=False))
        checked = _check(values, shown, line, organisation, campaigns)
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
    known = {
        (one.campaign_id, one.unit_id, one.role, one.address): one
        for one in session.exec(select(Contact))
    }
    for row in rows:
        key = (row.campaign_id, row.unit_id, row.role, row.address)
        contact = known.get(key)
        if contact is None:
            known[key] = Contact(
                campaign_id=row.campaign_id,
                unit_id=row.unit_id,
                role=row.role,
                name=row.name,
                address=row.address,
            )
            session.add(known[key])
            added += 1
        elif contact.name != row.name:
            contact.name = row.name
            session.add(contact)
            changed += 1
        else:
            unchanged += 1
    session.flush()
    return ImportReport(added, changed, unchanged)


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """The file's rows, each with the line on which it ends."""
    reader = csv.reader(io.StringIO(_text(file), newline=""))
    rows = []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > _MAX_ROWS:
                raise InputError(
                    _("{file} has more than {count} rows").format(
                        file=shown_path(file), count=_MAX_ROWS
                    ),
                    _("is it the right file?"),
                )
    except csv.Error as error:
        raise InputError(
            _("{file} cannot be read as CSV: {reason}").format(file=shown_path(file), reason=error),
            _("save it as CSV, in UTF-8 or GBK"),
        ) from None
    return rows


def _value(cell: str) -> str:
    return _GUARDED.sub("", cell.strip())


def _text(file: Path) -> str:
    content = read_bounded(file, _MAX_BYTES)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError(
        _("{file} is not a CSV text file").format(file=shown_path(file)),
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
    if not name or len(name) > 100 or "\n" in name or "\t" in name or UNUSABLE.search(name):
        wrong("name", _("the name is missing or not plain text"), _("write the person's name"))
    if not EMAIL.fullmatch(address) or "." not in address.rpartition("@")[2] or len(address) > 254:
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
