"""How much of a plan the draft reads: drafted duties beside those of a declaration made by hand.

`python -m benchmarks.draft FOLDER` reads each document of a folder; its declaration is NAME.yaml
beside it, else the campaign in config/campaigns with the most alike title; the units are those of
NAME.organisation.yaml, else of organisation.yaml in the folder, else the bundled ones. `--misses`
lists what went wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

from config.errors import InputError
from config.settings import load_settings
from workflows.dates import nominal_dates
from workflows.declaration import Declaration
from workflows.documents.model import Document, Paragraph
from workflows.documents.reading import read_document
from workflows.drafting.draft import draft
from workflows.drafting.model import Draft, Duty
from workflows.drafting.plan_words import covers
from workflows.loading import check_file, declaration_files
from workflows.organisation import Organisation
from workflows.organisation_reading import read_organisation
from workflows.phrases import EachMonth, EachQuarter, OnDate, SinceIssued, Span, Unit, parse_due
from workflows.selectors import Selector, select
from workflows.working_days import working_days

PLANS = Path(__file__).with_name("plans")
_DOCUMENTS = {".txt", ".md", ".docx", ".html", ".pdf", ".doc", ".wps"}
_ALIKE_TITLES = 0.25  # of a plan's first lines and a campaign's title
_MEASURED = """\
The plans of {folder}, each beside the declaration that a person made of it.
right date, right units: of the declared duties, how many were drafted with exactly these days, and
with exactly these units; a drafted duty stands for one declared, of its clause or with its words.
invented: of the drafted duties, how many stand for none.
"""
_ALIKE = 0.5  # words of a declared title that stand in the sentence


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as it is compared: days on which it is due, who owes it, where the plan says so."""

    title: str
    words: str
    days: tuple[date, ...]
    units: frozenset[str]
    clauses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """One plan: pairs of declared and drafted duties, and what has no other half."""

    name: str
    pairs: tuple[tuple[Owed, Owed], ...]
    missed: tuple[Owed, ...]
    invented: tuple[Owed, ...]

    @property
    def declared(self) -> int:
        """How many duties are declared."""
        return len(self.pairs) + len(self.missed)

    @property
    def drafted(self) -> int:
        """How many duties are drafted."""
        return len(self.pairs) + len(self.invented)

    @property
    def dated(self) -> int:
        """How many are found with the right days."""
        return sum(one.days == other.days for one, other in self.pairs)

    @property
    def owed(self) -> int:
        """How many are found with exactly the right units."""
        return sum(one.units == other.units for one, other in self.pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.draft", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PLANS)
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    given = parser.parse_args(arguments)
    try:
        compared = compare_folder(given.folder)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(_MEASURED.format(folder=given.folder))
    for one in compared:
        print(_line(one.name, [one]))
        if given.misses:
            _print_misses(one)
    print(_line("all", compared))
    return 0


def compare_folder(folder: Path) -> list[Compared]:
    """Compare each document of a folder with its declaration. Raises InputError where there is
    none."""
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(
            f"cannot read {folder}: {error.strerror}", "name a folder of plans"
        ) from None
    documents = [
        file
        for file in files
        if file.suffix.lower() in _DOCUMENTS
        and file.stem != "READINGS"
        and not file.name.startswith((".", "~$"))
    ]
    if not documents:
        kinds = " ".join(sorted(_DOCUMENTS))
        raise InputError(
            f"there are no plan documents ({kinds}) in {folder}", "name a folder of plans"
        )
    compared = []
    for file in documents:
        document = read_document(file)
        organisation = _organisation(file)
        declaration = _declaration(file, document, organisation)
        today = declaration.issued or date(declaration.year, 1, 1)
        read = draft(document, organisation, today)
        wanted = declared(declaration, organisation)
        found = drafted(read, organisation)
        compared.append(_compare(file.stem, wanted, found))
    return compared


def declared(declaration: Declaration, organisation: Organisation) -> list[Owed]:
    """The duties of a declaration."""
    return [
        Owed(
            one.title,
            one.title,
            tuple(day.due for day in nominal_dates(declaration, one)),
            frozenset(unit.id for unit in select(one.who, organisation, declaration.groups)),
            frozenset(one.clause.split("；")),
        )
        for one in declaration.milestones
    ]


def drafted(read: Draft, organisation: Organisation) -> list[Owed]:
    """The duties of a draft."""
    year = read.head.year.value
    issued = date.fromisoformat(read.head.issued.value) if read.head.issued else None
    groups = {key: Selector.model_validate(one.value) for key, one in read.groups.items()}
    return [
        Owed(
            one.title.value,
            f"{one.title.value}{one.sentence.text}",
            _days(one, year, issued),
            frozenset(
                unit.id
                for unit in select(Selector.model_validate(one.who.value), organisation, groups)
            ),
            frozenset(one.sentence.clause.split("；")),
        )
        for one in read.duties
    ]


def _days(duty: Duty, year: int, issued: date | None) -> tuple[date, ...]:
    due = parse_due(duty.due.value, year)
    if isinstance(due, OnDate | Span):
        return (due.due,)
    if isinstance(due, SinceIssued):
        if issued is None:
            return ()
        if due.unit is Unit.WORKING:
            return (working_days().shift(issued, due.count),)
        return (due.of_days(issued),)
    if not isinstance(due, EachMonth | EachQuarter) or not duty.first or not duty.last:
        return ()
    (at, month), (end_year, end) = (
        (int(text[:4]), int(text[5:])) for text in (duty.first.value, duty.last.value)
    )
    days = []
    while (at, month) <= (end_year, end):
        if not isinstance(due, EachQuarter) or due.falls_in(month):
            days.append(due.in_month(at, month))
        at, month = (at, month + 1) if month < 12 else (at + 1, 1)
    return tuple(days)


def _organisation(file: Path) -> Organisation:
    beside = (file.with_suffix(".organisation.yaml"), file.with_name("organisation.yaml"))
    own = next((one for one in beside if one.is_file()), None)
    return read_organisation(own or load_settings().organisation)


def _declaration(file: Path, document: Document, organisation: Organisation) -> Declaration:
    beside = file.with_suffix(".yaml")
    if beside.is_file():
        checked = check_file(beside, organisation)
        if checked.declaration is None:
            raise InputError(f"{beside}: {checked.errors[0].message}", checked.errors[0].mend)
        return checked.declaration
    head = "".join(one.text for one in document.blocks[:3] if isinstance(one, Paragraph))[:80]
    known = [
        checked.declaration
        for one in declaration_files(load_settings().campaigns_dir)
        if (checked := check_file(one, organisation)).declaration is not None
    ]
    if not known:
        raise InputError(f"there is no declaration for {file}", f"write {beside}")
    likeness, _number, nearest = max(
        (SequenceMatcher(None, one.title, head).ratio(), n, one) for n, one in enumerate(known)
    )
    if likeness < _ALIKE_TITLES:
        raise InputError(
            f"there is no declaration for {file}, and no declared campaign has such a title",
            f"write {beside}",
        )
    return nearest


def _compare(name: str, wanted: list[Owed], found: list[Owed]) -> Compared:
    """One to one, the most alike first. Equal days alone are no likeness."""
    scores = sorted(
        (
            (score, n, k)
            for n, one in enumerate(wanted)
            for k, other in enumerate(found)
            if (score := _score(one, other)) is not None
        ),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    pairs: dict[int, int] = {}
    for _likeness, n, k in scores:
        if n not in pairs and k not in pairs.values():
            pairs[n] = k
    return Compared(
        name,
        tuple((wanted[n], found[k]) for n, k in sorted(pairs.items())),
        tuple(one for n, one in enumerate(wanted) if n not in pairs),
        tuple(one for k, one in enumerate(found) if k not in pairs.values()),
    )


def _score(one: Owed, other: Owed) -> float | None:
    alike = covers(one.title, other.words)
    same_clause = bool(one.clauses & other.clauses)
    if not same_clause and alike < _ALIKE:
        return None
    return 2 * (one.days == other.days) + 2 * alike + same_clause + (one.units == other.units)


def _line(name: str, compared: Sequence[Compared]) -> str:
    declared_, drafted_ = sum(c.declared for c in compared), sum(c.drafted for c in compared)
    dated, owed = sum(c.dated for c in compared), sum(c.owed for c in compared)
    invented = sum(len(c.invented) for c in compared)
    return (
        f"{name:<22} right date {_share(dated, declared_)}  right units {_share(owed, declared_)}"
        f"  invented {_share(invented, drafted_)}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part:>3}/{whole:<3} {part / whole if whole else 0:>6.1%}"


def _print_misses(one: Compared) -> None:
    for owed in one.missed:
        print(f"  missed    {_shown(owed)}")
    for owed in one.invented:
        print(f"  invented  {_shown(owed)}")
    for wanted, found in one.pairs:
        if wanted.days != found.days:
            print(f"  date      {_shown(wanted)}\n            {_shown(found)}")
        if wanted.units != found.units:
            print(f"  units     {_shown(wanted)}\n            {_shown(found)}")


def _shown(owed: Owed) -> str:
    days = ", ".join(f"{day:%m-%d}" for day in owed.days)
    return f"{'；'.join(sorted(owed.clauses))} [{days}] {len(owed.units)} units: {owed.title}"


if __name__ == "__main__":
    sys.exit(main())
