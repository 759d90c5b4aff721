"""Writes the files of a new office: duban.toml, the organisation file, a first declaration."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from config.encodings import text_encoding
from config.errors import InputError, ProblemsError
from config.files import read_bounded, shown_path, unreadable
from config.i18n import _
from config.plain_text import UNUSABLE
from config.settings import BUNDLED_ORGANISATION
from workflows.loading import check_file
from workflows.organisation_reading import read_organisation

BUNDLED_UNITS = "henan"
_MAX_BYTES = 1_000_000
_LONGEST = 100  # characters of a name, as in the organisation file
_SEPARATORS = re.compile(r"[\s、,，;；]+")
_HEADINGS = frozenset(
    {"单位", "单位名称", "名称", "责任单位", "序号", "邮箱", "unit", "name", "mailbox"}
)
_FIRST_DUE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewOffice:
    """What the five questions say, and today's date. `units` is a way to them (`units_of`)."""

    name: str
    mailbox: str
    smtp_host: str
    language: str
    time_zone: str
    units: str
    today: date


def create_office(folder: Path, office: NewOffice) -> list[Path]:
    """Write the files into `folder` and return them, all or none.

    Raises InputError where one of them is there already or an answer cannot be used.
    """
    if UNUSABLE.search(office.name) or not 0 < len(office.name.strip()) <= _LONGEST:
        raise InputError(
            _("“{name}” is no name of an office").format(name=office.name[:60]),
            _("write a name of at most {count} characters").format(count=_LONGEST),
        )
    contents = {
        "duban.toml": _settings(office),
        "organisation.yaml": _organisation(office),
        f"campaigns/first-{office.today.year}.yaml": _campaign(office),
    }
    require_free(folder, contents)
    _check(contents)
    made = []
    try:
        for name, text in contents.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
            made.append(file)
    except OSError as error:
        for file in made:
            file.unlink()
        raise _unwritable(folder / name, error) from None
    return made


def require_free(folder: Path, names: Iterable[str] = ("duban.toml",)) -> None:
    """Make sure that `folder` has none of these files. Raises InputError."""
    try:
        there = [shown_path(folder / name) for name in names if (folder / name).exists()]
    except (OSError, ValueError) as error:  # a name too long; a NUL in it
        raise _unwritable(folder, error) from None
    if there:
        raise InputError(
            _("{files} is there already and is left as it is").format(files=_(", ").join(there)),
            _("choose another folder, or take it away first"),
        )


def _unwritable(file: Path, error: Exception) -> InputError:
    return InputError(
        _("cannot write {file}: {reason}").format(
            file=shown_path(file), reason=getattr(error, "strerror", None) or error
        ),
        _("check the folder and its permissions"),
    )


def units_of(text: str, mailbox: str) -> list[tuple[str, str]]:
    """Names and mailboxes from a file of that name, or from `text` itself.

    Names stand on lines of their own or are parted by commas; an address after a name is its
    mailbox, and `mailbox` serves where there is none. Raises InputError.
    """
    units: list[tuple[str, str]] = []
    for word in _SEPARATORS.split(_text(text)):
        if "@" in word and units:
            units[-1] = (units[-1][0], word)
        elif word and not word.isdecimal() and word.lower() not in _HEADINGS:
            units.append((word, mailbox))
    if not units:
        raise InputError(_("no unit is named"), _("give the names, or a file with one on a line"))
    twice = [name for name, count in Counter(name for name, _box in units).items() if count > 1]
    if twice:
        raise InputError(
            _("named twice: {names}").format(names=_(", ").join(twice)),
            _("give each unit its own name"),
        )
    return units


def _text(text: str) -> str:
    file = Path(text.strip())
    try:
        if not file.is_file():
            return text
    except (OSError, ValueError) as error:
        if _SEPARATORS.search(text):  # many names are too long for a path
            return text
        raise unreadable(file, error) from None
    content = read_bounded(file, _MAX_BYTES)
    if encoding := text_encoding(content):
        found = content.decode(encoding)
        if not UNUSABLE.search(found.replace("\r\n", "\n")):
            return found
    raise InputError(
        _("{file} is not a text file").format(file=shown_path(file)),
        _("save it as text with one name on a line, or paste the names"),
    )


def _check(contents: dict[str, str]) -> None:
    """What is written must pass the check that `duban check` makes."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in contents.items():
            file = Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        organisation = read_organisation(Path(folder, "organisation.yaml"))
        for file in Path(folder, "campaigns").iterdir():
            if errors := check_file(file, organisation).errors:
                raise ProblemsError(errors)


def _settings(office: NewOffice) -> str:
    lines = [
        "# " + _("The settings of this office; every one is explained in docs/settings.md."),
        'home = "var"',
        'campaigns_dir = "campaigns"',
        'organisation = "organisation.yaml"',
        "# " + _("a folder for the notices of public holidays, one file a year: docs/holidays.md"),
        '# holidays_dir = "holidays"',
        f"language = {_quoted(office.language)}",
        f"time_zone = {_quoted(office.time_zone)}",
        "# " + _("who does things, where --by does not say"),
        f"actor = {_quoted(office.name)}",
        f"mail_from = {_quoted(office.mailbox)}",
        "# " + _("empty: mail goes into files in var/mail and to nobody"),
        f"smtp_host = {_quoted(office.smtp_host)}",
        "# " + _("where the server asks for them; keep the password in a file of its own"),
        '# smtp_username = ""',
        '# smtp_password_file = "smtp-password"',
    ]
    return "\n".join(lines) + "\n"


def _organisation(office: NewOffice) -> str:
    own = (
        f"  - {{id: own-office, name: {_quoted(office.name)}, mailbox: {_quoted(office.mailbox)}}}"
    )
    if office.units.strip() == BUNDLED_UNITS:
        bundled = BUNDLED_ORGANISATION.read_text(encoding="utf-8")
        known = read_organisation(BUNDLED_ORGANISATION).department(office.name) is not None
        return bundled if known else bundled.replace("\ndepartments:\n", f"\ndepartments:\n{own}\n")
    units = units_of(office.units, office.mailbox)
    digits = len(str(len(units)))
    lines = [
        "# " + _("The units in administrative order. Write each unit's own mailbox: it serves"),
        "# " + _("until the unit's contacts are known. An id never changes once it is used."),
        "levels:",
        "  unit: " + _quoted(_("unit")),
        "units:",
    ]
    for number, (name, mailbox) in enumerate(units, start=1):
        lines += [
            f"  - id: unit-{number:0{digits}}",
            f"    name: {_quoted(name)}",
            "    level: unit",
            f"    mailbox: {_quoted(mailbox)}",
        ]
    lines += ["departments:", own]
    return "\n".join(lines) + "\n"


def _campaign(office: NewOffice) -> str:
    year = office.today.year
    title, duty = _("Our first campaign"), _("Hand in the list of contacts")
    clause = _("of the plan")
    lines = [
        "# " + _("A first declaration, to be changed into your own: see docs/declarations.md."),
        f"id: first-{year}",
        f"title: {_quoted(title)}",
        f"year: {year}",
        f"owner: {_quoted(office.name)}",
        f"mailbox: {_quoted(office.mailbox)}",
        f"time_zone: {_quoted(office.time_zone)}",
        "groups:",
        f"  all: {{levels: [{', '.join(_levels(office))}]}}",
        "milestones:",
        "  - id: liaison",
        f"    title: {_quoted(duty)}",
        f"    due: {office.today + _FIRST_DUE}",
        "    who: all",
        f"    departments: [{_quoted(office.name)}]",
        f"    clause: {_quoted(clause)}",
    ]
    return "\n".join(lines) + "\n"


def _levels(office: NewOffice) -> list[str]:
    if office.units.strip() == BUNDLED_UNITS:
        return list(read_organisation(BUNDLED_ORGANISATION).levels)
    return ["unit"]


def _quoted(text: str) -> str:
    """A string as YAML and TOML both read it."""
    return json.dumps(text, ensure_ascii=False)
